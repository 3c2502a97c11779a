"""The registries over HTTP: forms of the answer, ETag, pages, history, limits; fuzzed against the description."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, given, settings

from kiban.kernel.clock import SystemClock
from kiban.kernel.events import FanOut
from kiban.registries.base import take_in_base
from kiban.registries.engine.actions import Using
from kiban.registries.store import RecordStore
from kiban.registries.tables import REGISTRIES
from kiban.shell.api import negotiate
from kiban.shell.api.adapter import described
from kiban.shell.api.v1 import ENDPOINTS
from kiban.shell.wsgi import application
from registry_sample import line, load, number

pytestmark = pytest.mark.django_db
BASE = "/api/v1/registries"
A, B, C = number(50001000001), number(50001000002), number(50001000003)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("registries")
    store = RecordStore(folder / "r.sqlite3")
    load(store, folder / "a.csv", *(line(n, "01", "2015-10-05") for n in (A, B, C)))
    load(store, folder / "b.csv", line(A, "11", "2024-05-01", name="株式会社新基盤"))
    closed = line(B, "71", "2024-06-01", closed_on="2024-06-01", closed_reason="11", successor=A)
    load(store, folder / "c.csv", closed)
    take_in_base(store, using=Using(SystemClock(), FanOut(())), only=frozenset({"municipality"}))
    store.close()
    return folder / "r.sqlite3"


@pytest.fixture(autouse=True)
def loaded(filled: Path, settings: object) -> None:
    settings.REGISTRIES = filled  # type: ignore[attr-defined]  # known at run time only


def test_one_answer_in_json_csv_and_json_ld_with_etag(client: Client) -> None:
    where = f"{BASE}/corporation?text=新基盤"
    plain = client.get(where)
    table = client.get(where, headers={"Accept": "application/xml, text/csv;q=0.9, application/json;q=0.5"})
    linked = client.get(where, headers={"Accept": "application/ld+json"}).json()
    again = client.get(where, headers={"If-None-Match": f'"x", W/{plain["ETag"]}'})

    assert plain.json()["records"][0]["name"] == "株式会社新基盤"
    assert next(csv.DictReader(io.StringIO(table.content.decode())))["corporate_number"] == A
    assert linked["@context"]["name"] == "https://schema.org/legalName"
    assert linked["@context"]["corporate_number"] == "@id"
    assert linked["@context"]["@base"].endswith("/corporation/records/")
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", plain["ETag"])
    assert not again.has_header("Content-Type")
    assert table["ETag"] != plain["ETag"]


@pytest.mark.parametrize("query", ["", "&text=髙基盤", "&area=30"])
def test_pages_follow_each_other_to_the_end(client: Client, query: str) -> None:
    seen, after = [], ""
    while True:
        page = client.get(f"{BASE}/corporation?size=1&after={after}{query}").json()
        seen += [record["corporate_number"] for record in page["records"]]
        after = page["next"]
        if not after:
            break

    assert len(seen) == len(set(seen)) == (2 if "text" in query else 3)


def test_history_as_it_was_and_as_it_was_known(client: Client) -> None:
    where = f"{BASE}/corporation/records/{A}"
    names = [state["data"]["name"] for state in client.get(where).json()["states"]]

    assert names == ["株式会社髙基盤", "株式会社新基盤"]
    assert client.get(f"{where}?on=2020-01-01").json()["states"][0]["data"]["name"] == "株式会社髙基盤"
    assert client.get(f"{where}?on=2025-01-01&known=1").json()["states"][0]["data"]["name"] == "株式会社髙基盤"
    assert client.get(f"{where}?on=2000-01-01").status_code == 404
    assert client.get(f"{where}?on=yesterday").status_code == 422
    assert b"valid_to" in client.get(where, headers={"Accept": "text/csv"}).content.splitlines()[0]


def test_changes_are_read_to_the_end(client: Client) -> None:
    first = client.get(f"{BASE}/corporation/changes?size=3").json()
    rest = client.get(f"{BASE}/corporation/changes?since={first['next']}").json()

    assert [c["kind"] for c in first["changes"] + rest["changes"]] == ["created"] * 3 + ["changed"] * 2
    assert client.get(f"{BASE}/corporation/changes?since={rest['next']}").json() == {
        "changes": [],
        "next": rest["next"],
    }
    table = client.get(f"{BASE}/corporation/changes?since=3", headers={"Accept": "text/csv"}).content.decode()
    assert json.loads(next(csv.DictReader(io.StringIO(table)))["fields"])["name"] == [
        "株式会社髙基盤",
        "株式会社新基盤",
    ]


def test_the_whole_register_as_lines_and_table_and_unchanged(client: Client) -> None:
    where = f"{BASE}/corporation/all"
    lines = client.get(where)
    table = client.get(where, headers={"Accept": "text/csv"})
    known = [json.loads(line_) for line_ in lines.getvalue().decode().splitlines()]

    assert sorted(one["corporate_number"] for one in known) == sorted([A, B, C])
    assert [dict(one) for one in csv.DictReader(io.StringIO(table.getvalue().decode()))] == known
    assert client.get(where, headers={"If-None-Match": lines["ETag"]}).status_code == 304


def test_every_registry_has_its_dictionary_and_catalogue_entry(client: Client) -> None:
    found = {entry["dct:identifier"]: entry for entry in client.get(BASE).json()["registries"]}

    assert set(found) == set(REGISTRIES)
    for name, entry in found.items():
        assert entry["dcat:distribution"][0]["dcat:downloadURL"]["@id"].endswith(f"/{name}/all")
        assert [field["name"] for field in entry["dictionary"] if field["key"]] == [REGISTRIES[name].key]
        assert all(field["title"] for field in entry["dictionary"])
        assert entry["dct:license"]["@id"].startswith("https://")
        assert all(
            field["form"] for field in entry["dictionary"] if field["title"] in {"全国地方公共団体コード", "開始日"}
        )


def test_old_names_that_mean_several_places_say_so(client: Client) -> None:
    many = client.get(f"{BASE}/municipality/places?name=中央町").json()
    one = client.get(f"{BASE}/municipality/places?name=下津町").json()

    assert (many["ambiguous"], len(many["places"])) == (True, 2)
    assert (one["ambiguous"], one["places"][0]["successors"], one["places"][0]["until"]) == (
        False,
        "302023",
        "2005-04-01",
    )
    assert client.get(f"{BASE}/municipality/places?name=どこでもない").status_code == 404
    assert client.get(f"{BASE}/municipality/records/303011?on=2000-01-01").json()["states"][0]["data"]["kind"] == "町"


def test_unknown_registers_and_addresses(client: Client) -> None:
    assert client.get(f"{BASE}/nothing").json()["code"] == "REGISTRY-010"
    assert client.get(f"{BASE}/address/normalise?text=海南市日方1").json()["address"]["municipality_code"] == "302023"


def test_more_than_the_limit_is_refused_with_a_time_to_wait(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(negotiate, "PER_MINUTE", 2)
    answers = [client.get(BASE, headers={"X-Forwarded-For": f"10.0.0.{i}"}) for i in range(4)]

    assert answers[-1].status_code == 429
    assert (answers[-1]["Retry-After"], answers[-1].json()["code"]) == ("60", "SHELL-429")


def test_whole_registers_have_their_own_limit(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(negotiate, "WHOLE_PER_MINUTE", 1)
    answers = [client.get(f"{BASE}/corporation/all").status_code for _ in range(3)]

    assert 429 in answers[-2:]
    assert client.get(f"{BASE}/corporation").status_code == 200


def test_behind_a_proxy_each_asker_is_counted_alone(
    client: Client, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BEHIND_PROXY = True  # type: ignore[attr-defined]  # known at run time only
    monkeypatch.setattr(negotiate, "PER_MINUTE", 2)
    askers = [client.get(BASE, headers={"X-Forwarded-For": f"10.9.9.9, 10.1.0.{i}"}).status_code for i in range(4)]
    forged = [client.get(BASE, headers={"X-Forwarded-For": f"10.2.0.{i}, 10.1.1.1"}).status_code for i in range(6)]

    assert askers == [200] * 4
    assert forged[-1] == 429


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/json;q=0.1, */*", "text/csv"),
        ("text/csv;q=0, */*;q=0.5", "application/json"),
        ("text/*", "text/csv"),
        ("text/csv;q=nan", "application/json"),
        ("text/csv;q=inf, application/ld+json", "application/ld+json"),
        ("application/xml, */*;q=0.1", "application/json"),
        ("", "application/json"),
        (";;,,\x01", "application/json"),
    ],
)
def test_the_closest_range_of_the_accept_header_counts(client: Client, accept: str, kind: str) -> None:
    answer = client.get(f"{BASE}/corporation?size=1", headers={"Accept": accept})

    assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (200, kind)


@pytest.mark.parametrize("path", ["", "/corporation", "/corporation/all", f"/corporation/records/{A}",
                                  "/corporation/changes", "/municipality/places?name=府中市",
                                  "/municipality/on/1999-03-31?area=30", "/address/normalise?text=日方"])  # fmt: skip
@pytest.mark.parametrize("accept", ["application/xml", "text/html;q=1, image/*", "*/*;q=0"])
def test_no_form_that_the_accept_header_names_is_406(client: Client, path: str, accept: str) -> None:
    """RFC 9110 15.5.7; the forms that there are stand in the answer."""
    answer = client.get(BASE + path, headers={"Accept": accept})

    assert (answer.status_code, answer.json()["code"], answer.json()["status"]) == (406, "SHELL-406", 406)
    assert "application/" in answer.json()["remedy"]


def test_the_municipalities_of_a_day_say_up_to_when_changes_are_known(client: Client) -> None:
    known = client.get(f"{BASE}/municipality/on/2024-03-31?area=30").json()
    later = client.get(f"{BASE}/municipality/on/2030-01-01?area=30").json()

    assert (known["known_to"], known["note"]) == ("2024-03-31", "")
    assert "after 2024-03-31 are not known" in later["note"]
    assert later["municipalities"] == known["municipalities"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/corporation?size=many", 422),
        ("/corporation?size=0", 422),
        ("/corporation?size=1001", 422),
        ("/corporation?txt=基盤", 422),
        ("?text=基盤", 422),
        ("/corporation/all?text=基盤", 422),
        ("/corporation/changes?since=-1", 422),
        ("/corporation/records/1?on=2026-02-30", 422),
        ("/corporation/changes?since=x", 422),
        ("/municipality/on/1969-01-01", 404),
        ("/municipality/on/yesterday", 422),
        ("/municipality/places?name=どこでもない", 404),
        ("/municipality/became/302024", 404),
        ("/address/normalise", 422),
        ("/nothing", 404),
        ("/corporation/nothing/else", 404),
        (f"/corporation/records/{number(9)}", 404),
    ],
)
def test_refusals_are_problem_details(client: Client, path: str, status: int) -> None:
    """RFC 9457: what, where it can be told, and what to do; HEAD and other methods too."""
    answer = client.get(BASE + path)
    told = answer.json()

    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert (told["type"], told["status"], bool(told["title"])) == ("about:blank", status, True)
    assert told["detail"]
    assert told["code"]
    assert told["remedy"]
    assert (client.head(BASE + path).status_code, client.head(BASE + path)["Content-Type"]) == (
        status,
        "application/problem+json",
    )
    assert client.put(BASE + path)["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["", "/corporation", "/corporation/all", "/nothing", f"/corporation/records/{A}"])
def test_head_tells_what_get_would(client: Client, path: str) -> None:
    got, told = client.get(BASE + path), client.head(BASE + path)

    assert (told.status_code, told.getvalue()) == (got.status_code, b"")
    assert (told.get("ETag"), told["Content-Type"]) == (got.get("ETag"), got["Content-Type"])
    assert told.get("Content-Length") in (None, got.get("Content-Length"))
    assert client.post(BASE + path).status_code == 405


@pytest.mark.parametrize(
    "text", ["あ\x00い", "\x00", '"', '基盤" OR "1', "NEAR(", "%", "-", "1;DROP TABLE record", "基" * 9999]
)
@pytest.mark.parametrize("name", ["corporation", "facility", "municipality"])
def test_no_text_is_a_server_error(client: Client, name: str, text: str) -> None:
    assert client.get(f"{BASE}/{name}", {"text": text, "area": text, "after": text}).status_code == 200
    assert client.get("/registries/corporations", {"q": text, "page": text}).status_code == 200


def operations() -> list[schemathesis.APIOperation]:
    schema = schemathesis.openapi.from_dict(described())
    assert len(ENDPOINTS) > 5
    found = [result.ok() for result in schema.get_all_operations()]
    return [one for one in found if one.path.startswith("/api/v1/registries")]


@pytest.mark.parametrize("operation", operations(), ids=lambda o: o.label)
def test_every_answer_is_one_that_the_description_names(
    operation: schemathesis.APIOperation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Status, kind and shape of each answer conform, also for registers and records that are there."""
    for limit in ("PER_MINUTE", "WHOLE_PER_MINUTE"):
        monkeypatch.setattr(negotiate, limit, 10**9)
    statuses: set[int] = set()
    known = {"registry": ("corporation", "municipality"), "key": (A, "302023"), "name": ("府中市",), "text": ("基盤",)}
    known |= {"code": ("221317", "112046"), "day": ("1999-03-31",)}

    @given(case=operation.as_strategy())
    @settings(max_examples=30, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def fuzz(case: schemathesis.Case) -> None:
        for real in (None, 0, -1):
            for part in (case.path_parameters, case.query) if real is not None else ():
                for name in set(part or ()) & set(known):
                    part[name] = known[name][real]
            response = case.call(app=application, base_url="http://testserver", headers={"Accept-Encoding": "identity"})
            statuses.add(response.status_code)
            case.validate_response(response)

    fuzz()

    assert 200 in statuses
    assert max(statuses) < 500


def test_the_pages_of_a_corporation(client: Client) -> None:
    listed = client.get("/registries/corporations?q=新基盤").content.decode()
    shown = client.get(f"/registries/corporations/{B}").content.decode()

    assert A in listed
    assert "株式会社新基盤" in shown
