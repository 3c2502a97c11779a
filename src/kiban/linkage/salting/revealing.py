"""From the tokens of a salted work list back to an office's own record numbers; only who has key and file can do it."""

from __future__ import annotations

from pathlib import Path

from kiban.linkage.fingerprints import Source
from kiban.linkage.model import Finding
from kiban.linkage.salting.actions import records
from kiban.linkage.salting.keys import Key


def reveal(source: Path, key: Key, *, findings: list[Finding]) -> dict[str, str]:
    """Token → record number, for the tokens of the findings that are records of this source."""
    wanted = {person.record for one in findings
              for person in (one.record, one.linked, *(c.person for c in one.candidates))}  # fmt: skip
    found = ((f"{key.token('record', record.encode()):016x}", record) for record in records(Source.of(source)))
    return {token: record for token, record in found if token in wanted}
