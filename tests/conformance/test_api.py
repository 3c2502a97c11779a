"""The machine interface: OpenAPI 3.1, fuzzed without a 5xx; private endpoints open only to a living session's token."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest
import schemathesis
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client, RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from journeys.rooms import FAMILY, STRANGER, made
from kiban.shell.api.adapter import api, described
from kiban.shell.api.tokens import token_for
from kiban.shell.api.v1 import ENDPOINTS, ROUTES
from kiban.shell.platform import install
from kiban.shell.principals import Principal
from kiban.shell.wsgi import application

pytestmark = pytest.mark.django_db


def token_of(person: Principal) -> str:
    request = RequestFactory().get("/")
    request.session = SessionStore()  # type: ignore[attr-defined]  # known at run time only
    request.session["principal"] = asdict(person)  # type: ignore[attr-defined]  # known at run time only
    request.session.create()  # type: ignore[attr-defined]  # known at run time only
    return token_for(request)


def test_the_description_is_openapi_3_1_and_names_every_endpoint(client: Client) -> None:
    described = client.get("/api/v1/openapi.json").json()

    assert described["openapi"].startswith("3.1")
    assert len(described["paths"]) == len(ENDPOINTS)
    assert len(ROUTES) == len(ENDPOINTS) + 1


def test_open_data_and_nothing_else_is_for_the_pages_of_any_site(client: Client) -> None:
    install(made().platform)
    private = {"Authorization": f"Bearer {token_of(FAMILY)}"}

    for path in ("procedures", "procedures/none", "registries", "openapi.json", "registries/address/normalise?text=x"):
        for answer in (client.get(f"/api/v1/{path}"), client.head(f"/api/v1/{path}")):
            assert answer["Access-Control-Allow-Origin"] == "*", path
            assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
            assert not answer.cookies
            assert not answer.has_header("Access-Control-Allow-Credentials")
    for path in ("/", "/sign-in", "/registries", "/evidence", "/api/v1/cases", "/api/v1/nothing", "/cases", "/console",
                 "/api/v1/receipts/verify", "/api/v1/procedures?lang=en"):  # fmt: skip
        for answer in (client.get(path, headers=private), client.post(path, headers=private)):
            assert not answer.has_header("Access-Control-Allow-Origin"), path
            assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


def test_one_endpoint_per_file() -> None:
    found = [view for _, router in api._routers for view in router.path_operations.values()]
    modules = [operation.view_func.__module__ for view in found for operation in view.operations]

    assert sorted(modules) == sorted(module.__name__ for module in ENDPOINTS)


def test_private_endpoints_answer_only_to_a_living_sessions_token(client: Client) -> None:
    install(made().platform)
    token = token_of(FAMILY)
    good = client.get("/api/v1/cases", headers={"Authorization": f"Bearer {token}"})
    SessionStore.get_model_class().objects.all().delete()
    gone = client.get("/api/v1/cases", headers={"Authorization": f"Bearer {token}"})

    refused = client.get("/api/v1/cases")
    assert (refused.status_code, refused["WWW-Authenticate"]) == (401, "Bearer")
    assert (refused["Content-Type"], refused.json()["code"]) == ("application/problem+json", "SHELL-401")
    assert client.post("/api/v1/receipts/verify", "{", content_type="application/json").json()["status"] == 400
    assert client.get("/api/v1/cases", headers={"Authorization": "Bearer x"}).status_code == 401
    assert (good.status_code, good.json()) == (200, {"cases": []})
    assert gone.status_code == 401


def test_another_persons_case_is_not_found(client: Client) -> None:
    here = made()
    install(here.platform)
    headers = {"Authorization": f"Bearer {token_of(STRANGER)}"}

    answer = client.get("/api/v1/cases/00000000-0000-0000-0000-000000000000", headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (404, "CASES-001")


def test_a_forged_receipt_does_not_verify(client: Client) -> None:
    install(made().platform)
    for path in ("/api/v1/receipts/verify", "/api/v1/ledger/verify"):
        answer = client.post(path, json.dumps({"receipt": "{}"}), content_type="application/json")

        assert (answer.status_code, answer.json()["valid"]) == (200, False)


def schema() -> schemathesis.schemas.BaseSchema:
    return schemathesis.openapi.from_dict(described())


@pytest.mark.parametrize("operation", [r.ok() for r in schema().get_all_operations()], ids=lambda o: o.label)
def test_the_interface_is_fuzzed_without_a_5xx(operation: schemathesis.APIOperation) -> None:
    install(made().platform)
    token = token_of(FAMILY)
    told = []

    @given(case=operation.as_strategy(), with_token=st.booleans())
    @settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def fuzz(case: schemathesis.Case, with_token: bool) -> None:
        headers = {"Authorization": f"Bearer {token}"} if with_token else {}
        response = case.call(app=application, headers=headers, base_url="http://testserver")
        told.append(response.status_code)
        assert response.status_code < 500, (case.formatted_path, response.text[:300])

    fuzz()

    assert told
