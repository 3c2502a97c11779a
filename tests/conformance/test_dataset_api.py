"""The catalogue of open data over HTTP: search, forms, entries, page; fuzzed against the description."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiban.registries.opendata.catalogue import write
from kiban.registries.opendata.dcat import Dataset, Distribution, faults, read
from kiban.shell.api import negotiate
from kiban.shell.api.adapter import described
from kiban.shell.api.v1 import ENDPOINTS
from kiban.shell.wsgi import application

pytestmark = pytest.mark.django_db
BASE = "/api/v1/datasets"
PAGE = "/registries/datasets"
TOWN = [
    Dataset("1", "AED設置箇所一覧", "市内のAED", "海南市", "CC-BY-4.0", dt.date(2026, 4, 1),
            themes=("社会保障・衛生",), frequency="年1回", page="https://example.jp/aed",
            distributions=(Distribution("https://example.jp/aed.csv", "csv"),
                           Distribution("https://example.jp/a.pdf", "pdf"))),
    Dataset("2", "住民基本台帳", "住民の記録", "海南市", access="NON_PUBLIC", rights="非公開。 個人に関する情報"),
    Dataset("3", "<script>alert(1)</script>", "x", "海南市", page="javascript:alert(1)", api="data:text/html,x",
            distributions=(Distribution("javascript:alert(2)", "csv"),)),
]  # fmt: skip
MINISTRY = [
    Dataset(str(n), f"統計表 {n:03}", "AED の数も", "総務省", "PDL1.0", api="https://example.go.jp/api")
    for n in range(120)
]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("catalogue")
    write(TOWN, folder=folder, name="kainan")
    write(MINISTRY, folder=folder, name="soumu")
    return folder


@pytest.fixture(autouse=True)
def loaded(filled: Path, settings: object) -> None:
    settings.CATALOGUE = filled  # type: ignore[attr-defined]  # known at run time only


def test_all_publishers_and_the_registries_are_searched_as_one(client: Client) -> None:
    found = client.get(BASE, {"text": "aed"}).json()
    assert (found["count"], found["datasets"][0]["title"], found["next"]) == (121, "AED設置箇所一覧", "100")
    second = client.get(BASE, {"text": "aed", "after": found["next"]}).json()
    assert (len(second["datasets"]), second["next"]) == (21, "")
    assert client.get(BASE, {"text": "ＡＥＤ", "publisher": "海南市"}).json()["count"] == 1
    own = client.get(BASE, {"text": "市区町村", "api": True}).json()["datasets"]
    assert own[0]["api"].endswith("/api/v1/registries/municipality")
    assert client.get(BASE, {"kind": "pdf"}).json()["count"] == 1
    assert client.get(BASE, {"text": "住民基本台帳"}).json()["count"] == 0
    closed = client.get(BASE, {"text": "住民基本台帳", "closed": True}).json()["datasets"]
    assert closed[0]["rights"] == "非公開。 個人に関する情報"


def test_the_answer_is_a_table_or_dcat_and_each_entry_is_found_by_its_key(client: Client) -> None:
    table = client.get(f"{BASE}?text=AED設置", headers={"Accept": "text/csv"}).content.decode()
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [row["kinds"] for row in rows] == ["csv;pdf"]
    linked = client.get(f"{BASE}?size=1000", headers={"Accept": "application/ld+json"}).json()
    assert [one["dct:identifier"] for one in linked["datasets"] if list(faults(one))] == ["3"]
    one = client.get(f"{BASE}/{rows[0]['key']}").json()["dataset"]
    assert next(read(one)) == TOWN[0]
    refused = client.get(f"{BASE}/none")
    assert (refused.status_code, refused.json()["code"]) == (404, "REGISTRY-020")


def test_a_file_that_comes_changes_or_goes_is_seen_at_once(client: Client, tmp_path: Path, settings: object) -> None:
    settings.CATALOGUE = tmp_path / "new"  # type: ignore[attr-defined]  # known at run time only
    assert client.get(BASE, {"text": "AED設置"}).json()["count"] == 0
    path = write(TOWN, folder=tmp_path / "new", name="a")
    assert client.get(BASE, {"text": "AED設置"}).json()["count"] == 1
    broken = path.with_name("b.dcat.jsonld")
    broken.write_text("{", encoding="utf-8")
    assert client.get(BASE, {"text": "AED設置"}).json()["count"] == 1
    assert client.get(PAGE, {"q": "AED設置"}).status_code == 200
    broken.unlink()
    path.write_text(json.dumps({"@graph": []}), encoding="utf-8")
    assert client.get(BASE, {"text": "AED設置"}).json()["count"] == 0
    path.unlink()
    assert client.get(BASE, {"text": "AED設置"}).json()["count"] == 0


def test_the_page_finds_the_same_and_leads_only_into_the_web(client: Client) -> None:
    found = client.get(PAGE, {"q": "AED設置"}).content.decode()
    assert 'href="https://example.jp/aed.csv"' in found
    assert 'href="https://example.jp/aed"' in found
    assert "2026" in found
    odd = client.get(PAGE, {"q": "script"}).content.decode()
    assert "&lt;script&gt;alert(1)" in odd
    assert "javascript:" not in odd
    assert "data:text" not in odd
    assert "個人に関する情報" in client.get(PAGE, {"q": "住民", "which": "closed"}).content.decode()
    first = client.get(PAGE, {"q": "統計表", "which": "api"}).content.decode()
    assert "which=api&amp;page=2" in first
    assert "統計表 119" in client.get(PAGE, {"q": "統計表", "page": "3"}).content.decode()


@given(st.text(max_size=20), st.text(max_size=5), st.text(max_size=5))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
def test_the_page_answers_whatever_is_asked(client: Client, text: str, kind: str, page: str) -> None:
    assert client.get(PAGE, {"q": text, "kind": kind, "which": kind, "page": page}).status_code == 200


def operations() -> list[schemathesis.APIOperation]:
    assert len(ENDPOINTS) > 5
    found = [one.ok() for one in schemathesis.openapi.from_dict(described()).get_all_operations()]
    return [one for one in found if one.path.startswith(BASE)]


@pytest.mark.parametrize("operation", operations(), ids=lambda one: one.path)
def test_every_answer_is_one_that_the_description_names(
    operation: schemathesis.APIOperation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(negotiate, "PER_MINUTE", 10**9)
    statuses: set[int] = set()

    @given(case=operation.as_strategy())
    @settings(max_examples=30, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def fuzz(case: schemathesis.Case) -> None:
        for real in (False, True):
            if real and "key" in (case.path_parameters or {}):
                case.path_parameters["key"] = "海南市-1"
            response = case.call(app=application, base_url="http://testserver", headers={"Accept-Encoding": "identity"})
            statuses.add(response.status_code)
            case.validate_response(response)

    fuzz()

    assert 200 in statuses
    assert max(statuses) < 500
