"""A whole ledger is proved; one flipped bit anywhere is found, and its place is named."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from kiban.ledger import Body, Entry, Log, verify
from kiban.ledger.errors import BadNote, BadReceipt
from kiban.ledger.merkle import Tree, leaf_hash
from kiban.ledger.model import leaf_bytes
from kiban.ledger.note import Checkpoint, VerifierKey, b64, open_checkpoint, signed_checkpoint
from kiban.ledger.receipt import check_receipt, make_receipt
from kiban.ledger.store import SqliteStore
from kiban.shell.cli.ledger import verify_folder
from unit.ledger.conftest import SIGNER, draft

OpenLog = Callable[[], Log]


@pytest.fixture
def folder(open_log: OpenLog, tmp_path: Path) -> Path:
    log = open_log()
    for group in range(6):
        log.append([draft(group * 5 + i) for i in range(5)])
    log.erase([3], at=5, reason="retention is over")
    log.store.close()
    (tmp_path / "ledger.vkey").write_text(f"{SIGNER.verifier}\n", encoding="utf-8")
    return tmp_path


def test_an_untouched_ledger_holds(folder: Path) -> None:
    result = verify_folder(folder)

    assert result.holds, str(result)
    assert (result.entries, result.checkpoints, result.erased) == (31, 7, 1)


COLUMNS = [("entries", "idx", c) for c in ("leaf", "hash", "subject", "key", "salt", "body")]
COLUMNS += [("checkpoints", "size", "note")]


@pytest.mark.parametrize(("table", "by", "column"), COLUMNS)
def test_a_flipped_bit_in_any_field_of_any_row_is_found_at_its_row(
    folder: Path, table: str, by: str, column: str
) -> None:
    chance = random.Random(f"{table}{column}")
    connection = sqlite3.connect(folder / "ledger.sqlite")
    rows = connection.execute(f"SELECT {by}, {column}, typeof({column}) FROM {table} WHERE {column} <> ''").fetchall()
    assert len(rows) >= 7
    connection.execute("DROP INDEX entries_key")  # a flipped bit asks no index
    for row, value, kind in rows:
        data = bytearray(value.encode() if kind == "text" else value)
        place = chance.randrange(len(data))
        data[place] ^= 1 << chance.randrange(7)
        changed = data.decode("utf-8", errors="replace") if kind == "text" else bytes(data)
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE {by} = ?", (changed, row))
        connection.commit()

        findings = [str(finding) for finding in verify_folder(folder).findings]

        named = f"record {'entry' if table == 'entries' else 'checkpoint'} {row}"
        assert any(named in finding for finding in findings), (row, column, findings)
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE {by} = ?", (value, row))
        connection.commit()
    connection.close()
    assert verify_folder(folder).holds


def test_lost_moved_and_forgotten_rows_are_found(folder: Path) -> None:
    def after(*statements: str) -> list[str]:
        copy = folder / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        copy.mkdir()
        for name in ("ledger.sqlite", "checkpoint", "ledger.vkey"):
            shutil.copy(folder / name, copy / name)
        connection = sqlite3.connect(copy / "ledger.sqlite")
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()
        return [str(finding) for finding in verify_folder(copy).findings]

    assert "entry 12" in after("DELETE FROM entries WHERE idx = 12")[0]
    assert any(
        "once had 31" in f
        for f in after("DELETE FROM entries WHERE idx = 30", "DELETE FROM checkpoints WHERE size = 31")
    )
    assert any(
        "entry 9" in f and "body is missing" in f
        for f in after("UPDATE entries SET subject = NULL, key = NULL, salt = NULL, body = NULL WHERE idx = 9")
    )
    assert any(
        "entry 31" in f or "ends at" in f
        for f in after("INSERT INTO entries SELECT 31, leaf, hash, subject, '', salt, body FROM entries WHERE idx = 5")
    )


def test_a_rewritten_past_is_found_even_where_all_rows_agree(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    log = Log(SqliteStore(other), SIGNER)
    log.append([draft(i + 100) for i in range(31)])
    log.store.close()
    shutil.copy(folder / "checkpoint", other / "checkpoint")  # what was told before

    store = SqliteStore(other, read_only=True)
    findings = [str(finding) for finding in verify(store, SIGNER.verifier).findings]
    store.close()

    assert any("two histories" in finding for finding in findings)


def test_a_flipped_bit_of_the_file_is_found_or_changes_nothing(folder: Path) -> None:
    whole = (folder / "ledger.sqlite").read_bytes()
    before = contents(folder)
    chance = random.Random(5)
    found = 0
    for _ in range(150):
        data = bytearray(whole)
        data[chance.randrange(100, len(data))] ^= 1 << chance.randrange(8)
        (folder / "ledger.sqlite").write_bytes(data)
        if verify_folder(folder).holds:
            assert contents(folder) == before
        else:
            found += 1
    assert found > 50


def contents(folder: Path) -> list[object]:
    connection = sqlite3.connect(folder / "ledger.sqlite")
    rows = (
        connection.execute("SELECT * FROM entries").fetchall()
        + connection.execute("SELECT * FROM checkpoints").fetchall()
    )
    connection.close()
    return rows


NOT_UTF8 = '{"t":1,"k":"k","s":"","b":{},"\udcff":1}'.encode(errors="surrogateescape")


@pytest.mark.parametrize("body", [b"[]", b"1", b"[" * 2000 + b"]" * 2000, b'{"a":' + b"[" * 2000 + b"]" * 2000 + b"}"])
@pytest.mark.parametrize("time", [-(10**18), 0, 10**18])
def test_a_receipt_with_any_content_holds_or_is_refused(body: bytes, time: int) -> None:
    kept = Body(data=body, salt=b"1" * 16)
    leaf = leaf_bytes("k", time, commitment=kept.commitment)
    note = signed_checkpoint(SIGNER, 1, root=Tree([leaf_hash(leaf)]).root())
    entry = Entry(index=0, leaf=leaf, hash=leaf_hash(leaf), body=kept)
    with pytest.raises(BadReceipt):
        check_receipt(make_receipt(entry, [], checkpoint=note), SIGNER.verifier)


def test_texts_that_no_file_can_hold_are_refused() -> None:
    note = signed_checkpoint(SIGNER, 0, root=Tree().root())
    for text in (note.replace("\n", "\ud800\n", 1), f"log\n{'1' * 5000}\n{b64(Tree().root())}\n"):
        with pytest.raises(BadNote):
            open_checkpoint(text, SIGNER.verifier)
    with pytest.raises(BadNote):
        Checkpoint.parse(f"log\n{'1' * 5000}\n{b64(Tree().root())}\n")
    with pytest.raises(BadNote):
        VerifierKey.parse(f"\ud800{SIGNER.verifier}")
    head = f"c2sp.org/tlog-proof@v1\nextra {b64(NOT_UTF8)}\nindex 0\n\n{note}"
    with pytest.raises(BadReceipt):
        check_receipt(head, SIGNER.verifier)
