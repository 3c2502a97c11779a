"""Appending, receipts, erasure, restart, group commit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiban.ledger import Body, Draft, GroupCommit, Log, check_receipt, verify
from kiban.ledger.errors import BadNote, BadReceipt, KeyTaken, LedgerDamaged, NoSuchEntry
from kiban.ledger.merkle import EMPTY, check_consistency
from kiban.ledger.model import Entry, leaf_bytes
from kiban.ledger.note import Checkpoint, Signer, VerifierKey, open_checkpoint, open_note, signed_checkpoint
from kiban.ledger.receipt import make_receipt, origin_of
from kiban.ledger.store import SqliteStore
from unit.ledger.conftest import SIGNER, draft

OpenLog = Callable[[], Log]


def test_a_receipt_stands_alone(open_log: OpenLog) -> None:
    log = open_log()
    log.append([draft(i) for i in range(20)])

    checked = check_receipt(log.receipt(7), SIGNER.verifier)

    assert (checked.index, checked.subject, checked.content["enquiry"]) == (7, "person1", "e7")
    assert checked.checkpoint.size == 20
    assert origin_of(log.receipt(7)) == SIGNER.name


def test_a_receipt_of_which_any_character_was_changed_is_refused(open_log: OpenLog) -> None:
    log = open_log()
    log.append([draft(i) for i in range(5)])
    receipt = log.receipt(3)

    for place, char in enumerate(receipt):
        forged = receipt[:place] + ("A" if char != "A" else "B") + receipt[place + 1 :]
        with pytest.raises(BadReceipt):
            check_receipt(forged, SIGNER.verifier)


def test_a_receipt_of_another_log_is_refused(open_log: OpenLog) -> None:
    log = open_log()
    log.append([draft(0)])
    other = VerifierKey(SIGNER.name, bytes(32))

    with pytest.raises(BadReceipt, match="not signed by"):
        check_receipt(log.receipt(0), other)


def test_a_receipt_in_a_log_of_ten_thousand_million_entries_is_at_most_2560_bytes() -> None:
    content = {
        "affair": "resident_move_out",
        "asker": "education-302023",
        "case": "C-2026-000123456",
        "digest": "x" * 43,
        "enquiry": "x" * 22,
        "items": ["resident.basic", "resident.household"],
        "row": "school.municipality",
    }
    body = Body.of(content, subject="x" * 26, key="x" * 22 + ".xxxxxxxx.answered.xxxxxxxxxxxxxxxx")
    entry = Entry(
        index=9_999_999_999,
        leaf=leaf_bytes("answered", 1_795_000_000_000, commitment=body.commitment),
        hash=bytes(32),
        body=body,
    )
    note = signed_checkpoint(SIGNER, 10_000_000_000, root=bytes(32))

    assert len(make_receipt(entry, [bytes(32)] * 34, checkpoint=note).encode()) <= 2560


def test_the_same_key_is_appended_once_and_never_with_another_content(open_log: OpenLog) -> None:
    log = open_log()
    first = log.append([draft(1)])
    again = log.append([draft(1), draft(2)])

    assert [entry.index for entry in again] == [first[0].index, 1]
    with pytest.raises(KeyTaken):
        log.append([draft(3), draft(1, subject="another")])
    assert log.size == 2


def test_erasing_leaves_every_proof_as_it_was(open_log: OpenLog) -> None:
    log = open_log()
    log.append([draft(i) for i in range(9)])
    before, kept = log.checkpoint, log.receipt(5)

    log.erase([4], at=1, reason="retention is over")

    with pytest.raises(NoSuchEntry):
        log.receipt(4)
    assert check_receipt(kept, SIGNER.verifier).index == 5
    old, new = (open_checkpoint(note, SIGNER.verifier) for note in (before, log.checkpoint))
    check_consistency((old.size, old.root), (new.size, new.root), proof=log.consistency(old.size, new.size))
    result = verify(log.store, SIGNER.verifier)
    assert result.holds
    assert result.erased == 1


def test_a_log_goes_on_after_a_restart(open_log: OpenLog) -> None:
    log = open_log()
    log.append([draft(i) for i in range(5)])
    root = log.checkpoint
    log.store.close()

    again = open_log()

    assert again.checkpoint == root
    assert again.append([draft(9)])[0].index == 5
    assert verify(again.store, SIGNER.verifier).holds


def test_a_damaged_log_is_not_written_on(open_log: OpenLog, tmp_path: Path) -> None:
    log = open_log()
    log.append([draft(i) for i in range(5)])
    store = log.store
    assert isinstance(store, SqliteStore)
    store._writer.execute("DELETE FROM entries WHERE idx = 4")
    store.close()

    with pytest.raises(LedgerDamaged):
        open_log()


def test_a_failed_commit_leaves_no_trace(open_log: OpenLog) -> None:
    log = open_log()
    log.append([draft(0)])
    note = log.checkpoint

    with pytest.raises(Exception, match="no such table"):
        log.append([draft(1)], writes=[("INSERT INTO nowhere VALUES (1)", ())])

    assert (log.size, log.checkpoint) == (1, note)
    log.append([draft(1)])
    assert verify(log.store, SIGNER.verifier).holds


def test_a_head_that_cannot_be_told_does_not_unsay_what_is_recorded(open_log: OpenLog, tmp_path: Path) -> None:
    log = open_log()
    (blocked,) = (one.parent / ".checkpoint" for one in tmp_path.rglob("ledger.sqlite"))
    blocked.mkdir()  # where the head would be written

    assert log.append([draft(0)])[0].index == 0
    assert log.append([draft(1)])[0].index == 1
    assert verify(log.store, SIGNER.verifier).holds

    blocked.rmdir()
    log.append([draft(2)])
    assert log.store.head() == log.checkpoint


def test_entries_of_a_person_newest_first(open_log: OpenLog) -> None:
    log = open_log()
    log.append([draft(i) for i in range(9)])

    found = log.store.by_subject("person1", since=0, limit=2)

    assert [entry.index for entry in found] == [7, 4]
    assert log.store.by_subject("person1", since=found[0].time, limit=9) == found[:1]
    assert log.store.by_subject("", since=0, limit=9) == []


def test_what_arrives_during_a_commit_is_the_next_group(open_log: OpenLog) -> None:
    log = open_log()

    async def run() -> list[list[Entry]]:
        group = GroupCommit(log)
        found = await asyncio.gather(*(group.append([draft(i)]) for i in range(200)))
        taken = await asyncio.gather(group.append([draft(0, subject="x")]), return_exceptions=True)
        assert isinstance(taken[0], KeyTaken)
        await group.close()
        return found

    with ThreadPoolExecutor(1) as own:  # the thread of the tests may have a loop of the browser's
        found = own.submit(asyncio.run, run()).result()

    assert sorted(entry.index for (entry,) in found) == list(range(200))
    assert len(list(log.store.checkpoints())) < 20
    assert verify(log.store, SIGNER.verifier).holds


def test_notes_of_the_c2sp_form() -> None:
    note = signed_checkpoint(SIGNER, 0, root=EMPTY)

    assert note.startswith("kiban/302015\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n\u2014 kiban/302015 ")
    assert VerifierKey.parse(str(SIGNER.verifier)) == SIGNER.verifier
    assert open_checkpoint(note, SIGNER.verifier) == Checkpoint("kiban/302015", 0, EMPTY)


def test_the_published_note_of_the_specification() -> None:
    # c2sp.org/signed-note, the example of golang.org/x/mod/sumdb/note
    key = VerifierKey.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    signature = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    note = f"{text}\n\u2014 PeterNeumann {signature}\n"

    assert open_note(note, key) == text
    with pytest.raises(BadNote, match="does not fit"):
        open_note(note.replace("answer", "Answer"), key)


@given(st.text())
def test_no_text_is_mistaken_for_a_note_or_receipt(text: str) -> None:
    with pytest.raises(BadNote):
        open_note(text, SIGNER.verifier)
    with pytest.raises(BadReceipt):
        check_receipt(text, SIGNER.verifier)


@given(st.dictionaries(st.text(max_size=8), st.integers() | st.text(max_size=8), max_size=4), st.text(max_size=9))
def test_a_body_is_bound_and_hidden(content: dict[str, object], subject: str) -> None:
    one, two = (Body.of(dict(content), subject=subject.replace("\n", "")) for _ in range(2))

    assert one.data == two.data
    assert one.commitment != two.commitment
    assert one.content() == content


def test_a_signer_does_not_show_its_key() -> None:
    assert "private" not in repr(SIGNER) or "PRIVATE" not in repr(SIGNER)
    assert isinstance(SIGNER, Signer)
    assert isinstance(draft(1), Draft)
