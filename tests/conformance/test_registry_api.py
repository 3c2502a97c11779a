"""The registries over HTTP: forms of the answer, ETag, history, refusals; the corporation's page."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.test import Client

from kiban.kernel.clock import SystemClock
from kiban.kernel.events import FanOut
from kiban.registries.corporation import CORPORATION
from kiban.registries.engine import Entry, Source
from kiban.registries.engine.actions import take_in
from kiban.registries.store import RecordStore

pytestmark = pytest.mark.django_db
NUMBER = "7000012050002"


@pytest.fixture
def loaded(tmp_path: Path, settings: object) -> None:
    settings.REGISTRIES = tmp_path / "r.sqlite3"  # type: ignore[attr-defined]
    store = RecordStore(tmp_path / "r.sqlite3")
    data = {f.name: "" for f in CORPORATION.fields} | {
        "corporate_number": NUMBER,
        "name": "国税庁",
        "kana": "コクゼイチョウ",
    }
    entries = [Entry(NUMBER, dt.date(2015, 10, 5), data)]
    source = Source("x.csv", dt.date(2026, 1, 1))
    take_in(store, CORPORATION, entries=entries, source=source, using=(SystemClock(), FanOut(())))


@pytest.mark.usefixtures("loaded")
def test_one_answer_in_json_csv_and_json_ld_with_etag(client: Client) -> None:
    where = "/api/v1/registries/corporation?text=コクゼイ"
    plain = client.get(where)
    table = client.get(where, headers={"Accept": "text/csv"})
    linked = client.get(where, headers={"Accept": "application/ld+json"})
    again = client.get(where, headers={"If-None-Match": plain["ETag"]})

    assert plain.json()["records"][0]["name"] == "国税庁"
    assert table.content.decode().splitlines()[1].startswith(NUMBER)
    assert "@context" in linked.json()
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.usefixtures("loaded")
def test_history_changes_and_catalogue(client: Client) -> None:
    base = "/api/v1/registries"
    assert client.get(f"{base}/corporation/records/{NUMBER}").json()["states"][0]["valid_from"] == "2015-10-05"
    assert client.get(f"{base}/corporation/records/{NUMBER}?on=2000-01-01").status_code == 404
    assert client.get(f"{base}/corporation/changes").json()["changes"][0]["kind"] == "created"
    assert client.get(f"{base}/corporation/changes?since=1").json() == {"changes": []}
    assert {r["dct:identifier"] for r in client.get(base).json()["registries"]} == {
        "corporation",
        "programme",
        "facility",
    }
    assert client.get(f"{base}/nothing").status_code == 404
    assert client.get(f"{base}/address/normalise?text=海南市日方1").json()["address"]["municipality_code"] == "302023"


@pytest.mark.usefixtures("loaded")
def test_the_pages_of_a_corporation(client: Client) -> None:
    listed = client.get("/registries/corporations?q=国税")
    shown = client.get(f"/registries/corporations/{NUMBER}")

    assert NUMBER in listed.content.decode()
    assert (shown.status_code, "国税庁" in shown.content.decode()) == (200, True)
