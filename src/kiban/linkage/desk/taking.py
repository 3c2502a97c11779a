"""A finished check's folder as the office's desk takes it: findings with every person beside the record."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from kiban.kernel.errors import BadInput, Where
from kiban.kernel.values.codes import IndividualNumber
from kiban.linkage import sheets
from kiban.linkage.beside import compare
from kiban.linkage.desk.model import Choice, Found, Item
from kiban.linkage.errors import BadFile, NumberShown
from kiban.linkage.model import Finding, Judgement, Person
from kiban.linkage.store import results

SURE = 3
"""So many record numbers that all have an individual number's check digit are no chance (1/11 each)."""


def from_folder(folder: Path, *, agency: str, affair: str) -> Found:
    """The findings of a finished check.

    Raises:
        BadFile: the check is not finished, or its files have no record numbers.
        NumberShown: the record numbers are individual numbers.
    """
    summary, findings = results.summary(folder), results.findings(folder)
    _check_records(findings, folder=folder)
    judged = {kind.value: summary.judged.get(kind.value, 0) for kind in Judgement}
    items = tuple(_item(one, agency=agency, affair=affair) for one in findings)
    body = (folder / results.SUMMARY).read_bytes() + (folder / results.WORK_LIST).read_bytes()
    digest = hashlib.sha256((folder / results.JOURNAL).read_bytes() + body).hexdigest()
    return Found(agency=agency, affair=affair, digest=digest, links=summary.links, judged=judged, items=items)


def _check_records(findings: Sequence[Finding], *, folder: Path) -> None:
    for side in ("record", "linked"):
        numbers = [getattr(one, side).record for one in findings]
        if not all(numbers):
            raise BadFile(
                f"the files of the {side} side have no record number", where=Where(str(folder)),
                remedy="name the column: record_id, 整理番号 or 宛名番号",
            )  # fmt: skip
        if len(numbers) >= SURE and all(map(_is_individual_number, numbers)):
            raise NumberShown(
                f"the record numbers of the {side} side are individual numbers", where=Where(str(folder)),
                remedy="number the records otherwise, then check again",
            )  # fmt: skip


def _is_individual_number(text: str) -> bool:
    try:
        IndividualNumber(text)
    except BadInput:
        return False
    return True


def _item(finding: Finding, *, agency: str, affair: str) -> Item:
    def beside(person: Person, share: float | None) -> Choice:
        return Choice(person=person, lines=compare(finding.record, person), share=share)

    return Item(
        agency=agency, affair=affair, record=finding.record, linked=beside(finding.linked, None),
        choices=tuple(beside(one.person, one.probability) for one in finding.candidates),
        judgement=finding.judgement, cause=finding.cause, probability=finding.wrong_probability, says=finding.says,
    )  # fmt: skip


def read_inboxes(path: Path) -> list[tuple[str, str]]:
    """Record number of the register and the portal's code, from a CSV file with these two columns.

    Raises: BadFile.
    """
    table = sheets.read(path)
    if not {"record", "person"} <= set(table.column_names):
        raise BadFile("no columns record and person", where=Where(str(path)), remedy="name them so in the first line")
    return [(row["record"], row["person"]) for row in table.to_pylist() if row["record"] and row["person"]]
