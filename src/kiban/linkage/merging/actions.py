"""Merging registers: nothing is lost, the same person is found, what a machine must not decide goes on a work list."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kiban.kernel.errors import KibanError, Where
from kiban.kernel.values.codes import MunicipalityCode
from kiban.linkage import explaining as items
from kiban.linkage import reading
from kiban.linkage.errors import BadFile, NotBalanced
from kiban.linkage.fingerprints import Source
from kiban.linkage.identities.model import Prior
from kiban.linkage.merging import books as reader
from kiban.linkage.merging import explaining, matching, renewing
from kiban.linkage.merging.books import Books, Register
from kiban.linkage.merging.matching import Match
from kiban.linkage.merging.model import Balance, Conflict, Decision, Matter, Merged, Successor
from kiban.linkage.merging.renewing import Renewed, Towns
from kiban.linkage.merging.store.results import CONFLICTS, JOINS, MAP, MERGED, REGISTER, digest, merged, write_table
from kiban.linkage.model import Person
from kiban.linkage.store import results

DECIDABLE = {Matter.UNCLEAR, Matter.DIFFERS, Matter.NUMBER_OF_TWO, Matter.TWO_NUMBERS}


@dataclass(frozen=True, slots=True)
class Merge:
    """A merger to carry out.

    ``towns``: CSV with the columns municipality, town, new_town and, if known, new_town_id. ``decisions``: CSV with the
    columns number (of the work list of an earlier run over the same files) and decision (first, second, both).
    """

    registers: tuple[Register, ...]
    into: Successor
    out: Path
    towns: Path | None = None
    decisions: Path | None = None
    prior: Prior = field(default_factory=Prior)


def merge(job: Merge, *, report_to: Callable[[str], None] = lambda _: None) -> Merged:
    """Merge registers into that of the successor; resumes a stopped run, and the same rows give the same bytes.

    Results in ``out``: register/ (the new register), map.parquet (every row that went in, once), work-list.jsonl,
    joins.jsonl, set-aside.jsonl, merged.json (the counts, proven from the files).

    Raises:
        BadFile: a file lacks a column that is needed, or cannot be read.
        OtherCheck: ``out`` holds another merger.
        NotBalanced: what was written is not what went in; nothing of it is to be used.
    """
    journal = results.Journal(job.out, _inputs(job))
    if (job.out / MERGED).exists():
        return merged(job.out)
    report_to("read")
    books, towns, decisions = reader.read(job.registers), _towns(job.towns), _decisions(job.decisions)
    report_to("match")
    found = matching.matches(books, prior=job.prior)
    first = renewing.renewed(books, gone={})
    found = [_oriented(one, first) for one in found]
    found.sort(key=lambda one: (_importance(one), int(first.record[one.first]), int(first.record[one.second])))
    decided = _decide(found, decisions)
    new = renewing.renewed(books, gone={one.gone: _other(one) for one in found if one.gone >= 0})
    report_to("write")
    write_table(job.out / REGISTER, renewing.new_table(books, new, into=job.into, towns=towns))
    write_table(job.out / MAP, renewing.map_table(new))
    told, joined = _told(books, found, new=new, towns=towns)
    results.write_lines(job.out / CONFLICTS, told)
    results.write_lines(job.out / JOINS, joined)
    results.write_lines(job.out / results.ASIDE, books.aside)
    report_to("prove")
    done = _merged(job, books, new=new, told=[*told, *joined], decided=decided)
    results.write_lines(job.out / MERGED, [done])
    journal.done("merged", done.rows)
    return done


def _inputs(job: Merge) -> str:
    sources = [Source.of(one.path) for one in job.registers]
    extra = [hashlib.sha256(path.read_bytes()).hexdigest() if path else "" for path in (job.towns, job.decisions)]
    return results.inputs(
        sources, ["merge", [one.code for one in job.registers], asdict(job.into), extra, asdict(job.prior)]
    )


def _table(path: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    missing = [name for name in columns if rows and name not in rows[0]]
    if missing:
        raise BadFile(f"no column {', '.join(missing)}", where=Where(str(path)), remedy=f"use {', '.join(columns)}")
    return rows


def _towns(path: Path | None) -> Towns:
    rows = _table(path, ("municipality", "town", "new_town")) if path else []
    return {(row["municipality"], row["town"]): (row["new_town"], row.get("new_town_id") or "") for row in rows}


def _decisions(path: Path | None) -> dict[str, Decision]:
    rows = _table(path, ("number", "decision")) if path else []
    known = {one.value for one in Decision}
    for place, row in enumerate(rows, start=1):
        if row["decision"] not in known:
            raise BadFile(f"no decision {row['decision']!r}", where=Where(str(path), line=place + 1),
                          remedy=f"use {', '.join(sorted(known))}")  # fmt: skip
    return {row["number"]: Decision(row["decision"]) for row in rows}


def _importance(match: Match) -> int:
    return list(Matter).index(match.matter)


def _oriented(match: Match, first: Renewed) -> Match:
    """The pair with the entry first that comes first in the new register, whatever order the files had."""
    if first.record[match.first] > first.record[match.second]:
        match.first, match.second = match.second, match.first
    return match


def _other(match: Match) -> int:
    return match.second if match.gone == match.first else match.first


def _decide(found: list[Match], decisions: dict[str, Decision]) -> int:
    """Apply the officers' decisions; an entry that is gone already cannot go twice."""
    used = {row for one in found if one.gone >= 0 for row in (one.first, one.second)}
    for number, match in _numbered(found):
        if match.matter in DECIDABLE and number in decisions and not used & {match.first, match.second}:
            matching.decide(match, decisions[number])
            used |= {match.first, match.second} if match.gone >= 0 else set()
    return sum(one.decided for one in found)


def _numbered(found: list[Match]) -> list[tuple[str, Match]]:
    """The matches that wait for an officer, with the numbers they have on the work list in every run."""
    waiting = [one for one in found if one.matter is not Matter.JOINED]
    return [(f"{place:06}", one) for place, one in enumerate(waiting, start=1)]


def _told(books: Books, found: list[Match], *, new: Renewed, towns: Towns) -> tuple[list[Conflict], list[Conflict]]:
    """The work list (decided pairs are not on it any more) and the joins."""
    rows = [row for one in found for row in (one.first, one.second)]
    single = _singles(books, new)
    people = books.people([*rows, *(row for row, _, _ in single)])
    told = [_pair(number, one, people=people, new=new) for number, one in _numbered(found) if not one.decided]
    joined = [one for one in found if one.gone >= 0]
    done = [_pair(f"{at:06}", one, people=people, new=new) for at, one in enumerate(joined, start=1)]
    for at, (row, matter, what) in enumerate(single, start=len(_numbered(found)) + 1):
        says = explaining.says(matter, what=what)
        told.append(Conflict(f"{at:06}", matter, 1.0, (int(new.record[row]),), people[row], Person(), (), (), says))
    for town in renewing.same_towns(books, new, towns=towns):
        says = explaining.says(Matter.TOWN_NAME, what=town)
        number = f"{len(_numbered(found)) + len(single) + 1 + sum(one.matter is Matter.TOWN_NAME for one in told):06}"
        told.append(Conflict(number, Matter.TOWN_NAME, 1.0, (), Person(address=town), Person(), (), (), says))
    return told, done


def _pair(number: str, one: Match, *, people: dict[int, Person], new: Renewed) -> Conflict:
    fits, differs = items.fitting(one.pattern), items.differing(one.pattern)
    return Conflict(
        number, one.matter, round(one.probability, 6), (int(new.record[one.first]), int(new.record[one.second])),
        people[one.first], people[one.second], fits, differs, explaining.says(one.matter, fits=fits, differs=differs),
    )  # fmt: skip


def _singles(books: Books, new: Renewed) -> list[tuple[int, Matter, str]]:
    """Entries with something of their own to tell, in the order of the new register."""
    found = [(row, Matter.NO_HEAD, "") for row in renewing.headless(books, new)]
    found += [(int(row), Matter.BAD_NUMBER, "") for row in np.flatnonzero(books.prints["order"] == 0)]
    found += [(int(row), Matter.BAD_DAY, "") for row in np.flatnonzero(books.prints["birth"] == reading.BAD)]
    bad = {code for code in set(new.code) if not _is_code(code)}
    found += [(row, Matter.BAD_CODE, code) for row, code in enumerate(new.code) if code in bad]
    counts = Counter(zip(new.code, new.former, strict=True))
    twice = [row for row, one in enumerate(zip(new.code, new.former, strict=True)) if counts[one] > 1]
    found += [(row, Matter.RECORD_TWICE, str(new.former[row])) for row in twice]
    return sorted(found, key=lambda one: (list(Matter).index(one[1]), int(new.record[one[0]])))


def _is_code(text: str) -> bool:
    try:
        MunicipalityCode(text)
    except KibanError:
        return False
    return True


def _merged(job: Merge, books: Books, *, new: Renewed, told: list[Conflict], decided: int) -> Merged:
    written = pq.read_table(job.out / REGISTER)
    seen = pq.read_table(job.out / MAP)
    balances = tuple(_balance(code, new=new, seen=seen) for code in sorted(set(new.code)))
    kept = sum(one.kept for one in balances)
    homes = len(set(written[books.columns["household"]].to_pylist()))
    if (
        kept != written.num_rows
        or seen.num_rows != len(books.prints)
        or homes != sum(b.households_kept for b in balances)
    ):
        raise NotBalanced(
            f"{len(books.prints)} rows went in, {written.num_rows} + {seen.num_rows - kept} came out",
            where=Where(str(job.out)), remedy="report this with merged.json; do not use the folder",
        )  # fmt: skip
    matters = Counter(one.matter.value for one in told)
    ids = written[books.columns["town_id"]].null_count if "town_id" in books.columns else 0
    return Merged(
        job.into.code, job.into.name, written.num_rows, homes, balances, dict(sorted(matters.items())), decided,
        len(books.aside), ids,
    )  # fmt: skip


def _balance(code: str, *, new: Renewed, seen: pa.Table) -> Balance:
    """One former municipality: what went in against what the written map says.

    Raises: NotBalanced.
    """
    mine = new.code == code
    rows = list(zip(new.code[mine], new.former[mine], new.former_household[mine], strict=True))
    table = seen.filter(pc.equal(seen["former_municipality"], code))
    columns = [table[name].to_pylist() for name in ("former_municipality", "former_record", "former_household")]
    joined = sum(table["joined"].to_pylist())
    before, after = digest(rows), digest(zip(*columns, strict=True))
    if before != after:
        raise NotBalanced(f"entries of {code} are lost or doubled in the map", where=Where(field=code),
                          remedy="report this; do not use the folder")  # fmt: skip
    kept_homes = {home for home, gone in zip(columns[2], table["joined"].to_pylist(), strict=True) if not gone}
    return Balance(code, len(rows), len(rows) - joined, joined, len(set(columns[2])), len(kept_homes), before)
