"""django-ninja behind a thin wall: the only file that knows it, so that it can be replaced by changing one."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.operation import Operation
from ninja.security import HttpBearer

from kiban import __version__
from kiban.kernel.errors import KibanError
from kiban.shell.api.negotiate import JSON, LINES, LINKED
from kiban.shell.api.tokens import person_of
from kiban.shell.common.refused import PROBLEM, problem, status_of
from kiban.shell.principals import Principal
from kiban.shell.routes import MACHINE, Route, View

PREFIX = "api/v1/"
__all__ = ["PREFIX", "Problem", "Schema", "api", "bearer", "described", "endpoint", "routes"]


class Problem(Schema):
    """Why a request is refused (RFC 9457): what was wrong, the error's code, what to do."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    remedy: str = ""


class Bearer(HttpBearer):
    """A resident's token from the portal; it dies with their session."""

    def authenticate(self, request: HttpRequest, token: str) -> Principal | None:  # noqa: ARG002 ninja's signature
        return person_of(token)


bearer = Bearer()
api = NinjaAPI(
    title="Kiban API",
    version=__version__,
    description="Machine interface of the platform. GIF-shaped values: snake_case keys, ISO dates, yen as integers.",
    docs_url=None,
    openapi_url=None,
    urls_namespace="api-v1",
)
REFUSALS = dict.fromkeys((400, 401, 403, 404, 406, 409, 422, 429, 503), Problem)


def endpoint(
    method: str, path: str, *, gives: Any, private: bool = False, forms: dict[str, Any] | None = None
) -> Callable[..., Any]:
    """Declare an endpoint: its method, path and answer (``forms``: other kinds of it); a refusal is a `Problem`."""
    decorate = getattr(api, method.lower())
    responses = {200: gives, **REFUSALS}
    auth = {"auth": bearer} if private else {}
    decorated: Callable[..., Any] = decorate(path, response=responses, openapi_extra=forms, **auth)
    return decorated


@api.exception_handler(KibanError)
def refused(_request: HttpRequest, error: KibanError) -> HttpResponse:
    """A refusal of the platform."""
    response = problem(status_of(error), code=error.code, what=error.what, remedy=error.remedy)
    if response.status_code == 429:
        response.headers["Retry-After"] = "60"
    return response


@api.exception_handler(ValidationError)
def unreadable(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    """A request that has not the declared shape: each fault by its place."""
    faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors)
    return problem(422, code="SHELL-422", what=faults[:2000], remedy="see /api/v1/openapi.json")


@api.exception_handler(AuthenticationError)
def unknown(_request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    """A private endpoint without the token of a living session."""
    response = problem(401, code="SHELL-401", what="no token of a living session", remedy="sign in at the portal")
    response.headers["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(HttpError)
def malformed(_request: HttpRequest, error: HttpError) -> HttpResponse:
    """A body that is no JSON, and the like."""
    status = error.status_code
    return problem(status, code=f"SHELL-{status}", what=str(error), remedy="see /api/v1/openapi.json")


def described() -> dict[str, Any]:
    """The description in OpenAPI 3.1: refusals are problem details; an endpoint that gives no JSON does not say so."""
    schema: dict[str, Any] = api.get_openapi_schema(path_prefix=f"/{PREFIX}")
    for operation in (one for path in schema["paths"].values() for one in path.values()):
        operation["responses"] = _answers(operation["responses"])
    return schema


def _answers(found: dict[Any, Any]) -> dict[str, Any]:
    answers = {str(status): told for status, told in found.items()}
    for status, told in answers.items():
        if int(status) >= 400:
            told["content"] = {PROBLEM: told["content"][JSON]}
    forms = answers["200"].get("content", {})
    if LINES in forms:
        del forms[JSON]
    if LINES in forms or LINKED in forms:
        answers["304"] = {"description": "If-None-Match names the ETag"}
    answers["429"]["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "seconds"}}
    return answers


def published(_request: HttpRequest) -> HttpResponse:
    """The description of this interface in OpenAPI 3.1."""
    return JsonResponse(described())


def routes() -> tuple[Route, ...]:
    """The endpoints as lines of the URL table."""
    patterns = api.urls[0]
    found = [Route(f"{PREFIX}openapi.json", "api_openapi", published, MACHINE, open_data=True)]
    for pattern in (p for p in patterns if str(p.pattern)):
        operations = api_operations(str(pattern.pattern))
        methods = tuple(sorted({method for one in operations for method in one.methods}))
        name = f"api_{str(pattern.pattern).replace('/', '_').replace('<', '').replace('>', '')}"
        view = _with_head(_asked(cast(View, pattern.callback), path=str(pattern.pattern)))
        shared = methods == ("GET",) and not any(one.auth_callbacks for one in operations)
        found.append(Route(f"{PREFIX}{pattern.pattern}", name, view, MACHINE, methods, open_data=shared))
    return tuple(found)


def _asked(view: View, *, path: str) -> View:
    """A parameter that an endpoint has not is refused: mistyped, it would be answered as if nothing had been asked."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
        strange = sorted(request.GET.keys() - parameters().get(path, frozenset()))
        if not strange:
            return view(request, *args, **named)
        there = ", ".join(sorted(parameters().get(path, ()))) or "none"
        what = f"there is no parameter {', '.join(map(repr, strange))[:200]}"
        return problem(422, code="SHELL-422", what=what, remedy=f"this address has: {there}")

    return answered


@cache
def parameters() -> dict[str, frozenset[str]]:
    """What can be asked of each address, by its path in the URL table."""
    found: dict[str, frozenset[str]] = {}
    for path, operations in described()["paths"].items():
        asked = (one for told in operations.values() for one in told.get("parameters", ()) if one["in"] == "query")
        written = path.removeprefix(f"/{PREFIX}").replace("{", "<").replace("}", ">")
        found[written] = frozenset(one["name"] for one in asked)
    return found


def _with_head(view: View) -> View:
    """HEAD is answered as GET, without the content (RFC 9110 9.3.2); its sources are closed when the answer is."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
        if request.method != "HEAD":
            return view(request, *args, **named)
        request.method = "GET"
        response = view(request, *args, **named)
        request.method = "HEAD"
        if isinstance(response, StreamingHttpResponse):
            response.streaming_content = ()
        elif isinstance(response, HttpResponse):
            response.content = b""
        return response

    return answered


def api_operations(path: str) -> list[Operation]:
    """The operations on a path."""
    wanted = path.replace("<", "{").replace(">", "}")
    return [
        operation
        for _, router in api._routers
        for template, view in router.path_operations.items()
        if template.strip("/") == wanted.strip("/")
        for operation in view.operations
    ]
