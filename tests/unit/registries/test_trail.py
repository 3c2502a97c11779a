"""What is done to the registers is in a ledger that can be verified: who, which bytes, which version, how many."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from kiban.kernel.clock import SystemClock
from kiban.kernel.events import Event
from kiban.ledger.store.sqlite import SqliteStore
from kiban.registries.store import RecordStore
from kiban.registries.store.trail import Trail, waiting
from kiban.shell.cli import _trail, main
from registry_sample import line, number, written

A, B = number(50001000001), number(50001000002)


def entries(where: Path) -> list[dict[str, Any]]:
    log = SqliteStore(Path(f"{where}.ledger"), read_only=True)
    return [entry.body.content() | {"kind": entry.kind} for entry in log.entries() if entry.body]


def test_an_import_is_in_the_ledger_without_what_a_record_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = tmp_path / "r.sqlite3"
    good, bad = line(A, "01", "2015-10-05", name="株式会社山田太郎商店"), line("1" * 13, "01", "2015-10-05")
    file = written(tmp_path / "all.csv", good, bad)
    given = ["--as-of", "2026-03-31", "--by", "国税庁", "--operator", "b-registrar", "--store", str(where)]
    assert main(["registry", "import", "corporation", str(file), *given]) == 1
    (told,) = entries(where)

    assert (told["kind"], told["agency"], told["subject"]) == ("registry_updated", "core", "corporation")
    assert told["data"] == {
        "version": 1,
        "actor": "b-registrar",
        "given_by": "国税庁",
        "file": "all.csv",
        "digest": hashlib.sha256(file.read_bytes()).hexdigest(),
        "as_of": "2026-03-31",
        "whole": False,
        "basis": "",
        "n_read": 2,
        "n_faults": 1,
        "n_created": 1,
    }
    assert "山田" not in json.dumps(told, ensure_ascii=False)
    capsys.readouterr()
    assert main(["ledger", "verify", f"{where}.ledger"]) == 0
    assert main(["registry", "versions", "corporation", "--store", str(where)]) == 0
    shown = capsys.readouterr().out.splitlines()[-1]
    assert json.loads(shown)["digest"] == told["data"]["digest"]


def test_each_verb_on_the_registers_leaves_its_event(tmp_path: Path) -> None:
    where = tmp_path / "r.sqlite3"
    store = ["--store", str(where)]
    first = written(tmp_path / "a.csv", line(A, "01", "2015-10-05"), line(B, "01", "2015-10-05"))
    moved = written(tmp_path / "b.csv", line(A, "12", "2026-04-01", street="日方１"))
    assert main(["registry", "import", "corporation", str(first), "--as-of", "2026-03-31", *store]) == 0
    assert main(["registry", "filed", "permit", B, "street=日方２", *store]) == 0
    assert main(["registry", "import", "corporation", str(moved), "--as-of", "2026-04-02", *store]) == 0
    assert main(["registry", "deem", "permit", "--law", "法 1条", "--agency", "302023", *store]) == 0

    address = ["https://bank.example.jp/hook", *store]
    assert main(["push", "add", "bank", "corporation", *address]) == 0
    assert main(["push", "add", "bank", "corporation", *address]) == 3
    assert main(["push", "replay", "bank", *store]) == 0
    assert main(["push", "end", "bank", *store]) == 0

    kinds = [told["kind"] for told in entries(where)]
    assert kinds[:4] == ["registry_updated", "own_filing_noted", "registry_updated", "corporate_change_known"]
    assert kinds[4:] == ["subscriber_added", "subscriber_put_back", "subscriber_ended"]
    assert all(told["data"]["actor"] for told in entries(where))
    assert waiting(RecordStore(where)) == ()


def test_an_import_that_fails_leaves_no_event_and_what_a_killed_command_left_comes_once(tmp_path: Path) -> None:
    where, empty = tmp_path / "r.sqlite3", tmp_path / "empty.csv"
    empty.write_bytes(b"")
    assert main(["registry", "import", "corporation", str(empty), "--as-of", "2026-03-31", "--store", str(where)]) == 1
    assert not Path(f"{where}.ledger").exists()

    store = RecordStore(where)
    with store.transaction():
        Trail(store, "x").emit(Event("registry_updated", SystemClock().now(), "core", "corporation", {"version": 1}))
    ((event, _),) = waiting(store)
    _trail.hand_on(store)
    with store.transaction() as db:  # killed between the ledger and the mark
        db.execute("UPDATE event SET told = 0 WHERE id = ?", (event,))
    _trail.hand_on(store)

    assert (len(entries(where)), waiting(store)) == (1, ())


def test_an_event_falls_with_its_transaction(tmp_path: Path) -> None:
    store = RecordStore(tmp_path / "r.sqlite3")
    with pytest.raises(ZeroDivisionError):
        tell_and_fail(store)

    assert waiting(store) == ()


def tell_and_fail(store: RecordStore) -> None:
    with store.transaction():
        Trail(store, "x").emit(Event("registry_updated", SystemClock().now(), "core", "corporation", {}))
        raise ZeroDivisionError
