"""GET /api/v1/registries/municipality/became/{code}: who stands today where a code of any time stood."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from kiban.registries.municipality_history import became
from kiban.shell.api.adapter import Schema, endpoint
from kiban.shell.api.negotiate import FORMS, Rows, answer, counted
from kiban.shell.api.v1.list_municipalities import Stood, told


class Became(Schema):
    """The municipalities and wards of today; itself where it still stands."""

    code: str
    municipalities: list[Stood]


@endpoint("GET", "/registries/municipality/became/{code}", gives=Became, forms=FORMS)
def find_successors(request: HttpRequest, code: str) -> HttpResponse:
    """Of a 6-digit code that was in force on or after 1970-04-01."""
    counted(request)
    body = {"code": code, "municipalities": [told(one) for one in became(code)]}
    where = request.build_absolute_uri(request.path + "#")
    return answer(request, body, rows=Rows("municipalities", list(Stood.model_fields)), context={"@vocab": where})
