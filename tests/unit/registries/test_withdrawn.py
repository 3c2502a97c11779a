"""A withdrawn 法人番号 shows what was known before; own filings and replays of deemed filings by command."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from pathlib import Path

import pytest
from django.test import Client

from kiban.registries.deemed import BASIS
from kiban.registries.store import RecordStore, records
from kiban.shell.cli import main
from registry_sample import line, load, number

A, B, C = number(50001000001), number(50001000002), number(50001000003)
API = "/api/v1/registries/corporation/records"


@pytest.fixture
def where(tmp_path: Path) -> Path:
    store = RecordStore(tmp_path / "r.sqlite3")
    load(store, tmp_path / "a.csv", line(A, "01", "2015-10-05"), line(B, "01", "2015-10-05"))
    load(store, tmp_path / "b.csv", line(A, "11", "2024-05-01", name="株式会社新基盤"), basis=BASIS)
    load(
        store, tmp_path / "c.csv", line(A, "99", "2025-01-01"), line(C, "01", "2025-01-01"), line(C, "99", "2025-02-01")
    )
    store.close()
    return tmp_path / "r.sqlite3"


def test_show_tells_what_was_known_and_when_it_was_withdrawn(where: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["registry", "show", "corporation", A, "--store", str(where)]) == 0
    told = capsys.readouterr()
    states = [json.loads(one) for one in told.out.splitlines()]
    assert [(s["data"]["name"], s["valid_from"], s["ended"]) for s in states] == [
        ("株式会社髙基盤", "2015-10-05", 3),
        ("株式会社新基盤", "2024-05-01", 3),
    ]
    assert f"{A} was withdrawn on 2025-01-01 (version 3, c.csv)" in told.err
    assert main(["registry", "show", "corporation", A, "--known", "1", "--store", str(where)]) == 0
    told = capsys.readouterr()
    assert (len(told.out.splitlines()), told.err) == (1, "")
    assert main(["registry", "show", "corporation", C, "--store", str(where)]) == 0
    assert "withdrawn on 2025-02-01" in capsys.readouterr().err


def test_what_comes_back_after_a_withdrawal_is_shown_as_it_is(where: Path) -> None:
    store = RecordStore(where)
    load(store, where.parent / "d.csv", line(A, "01", "2025-03-01"))

    states, gone = store.told("corporation", A)
    assert ([s.valid_from.isoformat() for s in states], gone) == (["2025-03-01"], None)
    states, gone = store.told("corporation", A, known=3)
    assert ([s.valid_from.isoformat() for s in states], gone and gone.version) == (["2015-10-05", "2024-05-01"], 3)
    assert store.told("corporation", B)[1] is None
    assert store.told("corporation", number(9)) == ((), None)


@pytest.mark.django_db
def test_the_interface_and_the_page_tell_it(where: Path, client: Client, settings: object) -> None:
    settings.REGISTRIES = where  # type: ignore[attr-defined]  # known at run time only
    found = client.get(f"{API}/{A}").json()
    table = list(csv.DictReader(io.StringIO(client.get(f"{API}/{A}", headers={"Accept": "text/csv"}).content.decode())))

    assert [(s["data"]["name"], s["ended"]) for s in found["states"]] == [("株式会社髙基盤", 3), ("株式会社新基盤", 3)]
    assert (found["withdrawn"]["on"], found["withdrawn"]["version"]) == ("2025-01-01", 3)
    assert [row["ended"] for row in table] == ["3", "3"]
    assert client.get(f"{API}/{A}?on=2020-01-01").json()["states"][0]["valid_from"] == "2015-10-05"
    assert client.get(f"{API}/{B}").json()["withdrawn"] is None
    unknown = client.get(f"{API}/{number(9)}").json()
    assert number(9) in unknown["detail"]
    assert "法人番号" in unknown["remedy"]
    for page in (f"/registries/corporations/{A}", f"/registries/corporations?q={A}"):
        text = client.get(page).content.decode()
        assert "記録の削除" in text
        assert "株式会社新基盤" in text
    assert "記録の削除" not in client.get("/registries/corporations?q=基盤").content.decode()


def test_own_filings_and_replays_by_command(where: Path, capsys: pytest.CaptureFixture[str]) -> None:
    deem = ["registry", "deem", "永業", "--law", "某法 1条", "--agency", "302023", "--store", str(where)]
    own = ["registry", "filed", "永業", A, "name=株式会社新基盤", "kana=タカキバン", "--store", str(where)]
    assert main(own) == 0
    assert main(deem) == 0
    assert [json.loads(one)["effect"] for one in capsys.readouterr().out.splitlines()] == ["filed"]
    assert main([*deem, "--replay"]) == 0
    told = capsys.readouterr()
    assert ("0 new" in told.err, told.out) == (True, "")
    assert main([*deem, "--all"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1
    for wrong in (["nam=x"], ["name"]):
        assert main([*own[:4], *wrong, "--store", str(where)]) == 1
        assert "kiban registry dictionary corporation" in capsys.readouterr().err
    assert main(["registry", "filed", "永業", "123", "name=x", "--store", str(where)]) == 1


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("{programme: a, law: b, agency: c, items: [nam]}", "items: nam: no item of the corporate registry"),
        ("{programme: a, law: b, agency: c, items: name}", "items: items is no list"),
        ("{programme: a, law: b, agency: c, corporations: ['123']}", "corporations: "),
        ("{programme: a, law: '', agency: c}", "law: a: a subscription names the law"),
        ("{programme: a, agency: c}", "law is missing"),
        ("{programme: a, laww: b, agency: c}", "laww: there is no 'laww'"),
        ("5", "this is no subscription"),
    ],
)
def test_a_bad_subscription_names_line_field_and_remedy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], entry: str, told: str
) -> None:
    (tmp_path / "s.yaml").write_text(f"subscriptions:\n- {{programme: z, law: b, agency: c}}\n- {entry}\n")
    words = ["--subscriptions", str(tmp_path / "s.yaml"), "--store", str(tmp_path / "r.sqlite3")]

    assert main(["registry", "deem", *words]) == 3
    error = capsys.readouterr().err
    assert error.startswith("kiban: s.yaml:3, field subscriptions.1")
    assert told in error
    assert " → " in error


def test_subscribers_of_one_register_are_not_behind_by_the_changes_of_others(
    where: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = ["--store", str(where)]
    facilities = where.parent / "f.csv"
    facilities.write_text("ID,名称,全国地方公共団体コード\n1,図書館,302023\n", encoding="utf-8")
    assert main(["registry", "import", "facility", str(facilities), "--as-of", "2026-03-31", *store]) == 0
    assert main(["push", "add", "library", "facility", "https://x.example.jp/hook", *store]) == 0
    capsys.readouterr()
    assert main(["push", "list", *store]) == 0
    assert json.loads(capsys.readouterr().out)["behind"] == 1
    assert main(["push", "add", "b", "facility", "http://x.example.jp/", *store]) == 3
    assert "https://host/path" in capsys.readouterr().err


def test_a_register_that_another_writes_is_told_as_busy(
    where: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "PATIENCE", 0.1)
    other = sqlite3.connect(where, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    store = ["--store", str(where)]

    assert main(["registry", "deem", "a", "--law", "某法 1条", *store]) == 3
    assert "database is locked (REGISTRY-018) → if it is locked, wait" in capsys.readouterr().err
    file = str(where.parent / "a.csv")
    assert main(["registry", "import", "corporation", file, "--as-of", "2026-03-31", *store]) == 3
    assert main(["registry", "show", "corporation", B, *store]) == 0
    other.execute("ROLLBACK")
    capsys.readouterr()
    assert main(["registry", "deem", "a", "--law", "某法 1条", *store]) == 0
    assert "1 new" in capsys.readouterr().err
