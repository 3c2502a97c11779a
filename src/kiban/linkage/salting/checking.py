"""The check over salted folders: the same judgement from tokens; findings name records by their tokens."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from kiban.kernel.errors import Where
from kiban.linkage import explaining, searching
from kiban.linkage.actions import Check, thresholds
from kiban.linkage.errors import OtherKey
from kiban.linkage.fingerprints import Partitions
from kiban.linkage.joining import UNJOINED, Joined
from kiban.linkage.model import Aside, Candidate, Cause, Column, Finding, Judgement, Person, Rules, Summary
from kiban.linkage.pairing import NARROW
from kiban.linkage.salting.comparing import patterns
from kiban.linkage.salting.joining import filed, join
from kiban.linkage.salting.model import Salted
from kiban.linkage.salting.store import files
from kiban.linkage.store import results

ROWS_IN_PART = 1 << 17
KINDS = [one.value for one in Judgement]


def is_salted(folder: Path) -> bool:
    """Whether a folder holds salted rows."""
    return (folder / files.ABOUT).exists()


@dataclass(frozen=True, slots=True)
class _Judged:
    """What the join found, the candidates of its doubtful pairs, the verdicts, which of them are told in which order,
    and the tokens of the records and persons that are told, by row.
    """

    joined: Joined
    found: searching.Found
    verdicts: searching.Verdicts
    listed: Column
    ours: dict[int, Person]
    theirs: dict[int, Person]


def check_salted(job: Check, *, report: Callable[[str], None] = lambda _: None) -> Summary:
    """Judge every link of two salted folders; a stopped check goes on after its last part, and gives the same bytes.

    Results as of `kiban.linkage.check`, with tokens for records and no items: summary.json, work-list.jsonl,
    set-aside.jsonl, judgements/salted.parquet.

    Raises:
        BadFile: a folder is not finished.
        OtherKey: the folders have not the same key and form.
        OtherCheck: ``out`` holds another check.
    """
    about, work = _same_key(job), job.out / "work"
    sources = [folder / files.ROWS for folder in (job.register, job.agency)]
    seen = [(str(p), p.stat().st_size, p.stat().st_mtime_ns) for p in sources]
    journal = results.Journal(job.out, results.inputs((), ["salted", seen, asdict(job.rules)]))
    if (job.out / results.SUMMARY).exists():
        shutil.rmtree(work, ignore_errors=True)
        return results.summary(job.out)
    compare = partial(patterns, form=about[0].form)
    report("join")
    sides = _filed(job, journal=journal)
    joined = join(sides, rows=journal.stage.rows["agency"], compare=compare, work=work / "joined")
    weights = joined.weights()
    report("search")
    pairs = joined.records, joined.linked
    found = searching.search(sides[0], pairs, weights=weights, rules=job.rules, way=searching.Way(compare, NARROW))
    fit = joined.pattern[joined.records["row"]]
    verdicts = searching.verdicts(found, fit, weights=weights, rules=job.rules)
    report("results")
    judged = _judged(job, joined, found=found, verdicts=verdicts)
    told = _findings(judged, rules=job.rules)
    aside = [*_unjoined(joined), *about[0].set_aside, *about[1].set_aside]
    counts = _write_judgements(job, judged, told=told)
    results.write_lines(job.out / results.WORK_LIST, told)
    results.write_lines(job.out / results.ASIDE, sorted(aside, key=lambda one: (one.file, one.row, one.column)))
    rows = about[0].rows, about[1].rows + len(about[1].set_aside)
    done = _summary(joined, counts, told=told, aside=aside, rows=rows)
    done = msgspec.structs.replace(
        done, weights=weights.tables, thresholds=thresholds(verdicts.wrong), rules=asdict(job.rules)
    )
    results.write_lines(job.out / results.SUMMARY, [done])
    journal.done("summary", done.links)
    shutil.rmtree(work)
    return done


def _same_key(job: Check) -> tuple[Salted, Salted]:
    one, two = files.about(job.register), files.about(job.agency)
    if (one.check, one.form) != (two.check, two.form):
        raise OtherKey(
            "not one key and one form", where=Where(str(job.agency)), remedy="salt both with one key and form"
        )
    return one, two


def _filed(job: Check, *, journal: results.Journal) -> tuple[Partitions, Partitions]:
    """Both sides in partitions; a side that is finished is not made again."""
    count = job.rules.partitions or max(map(files.count, (job.register, job.agency))) // ROWS_IN_PART + 1
    sides = Partitions(job.out / "work" / "register", count), Partitions(job.out / "work" / "agency", count)
    for parts, folder in zip(sides, (job.register, job.agency), strict=True):
        if parts.folder.name not in journal.stage.rows:
            journal.done(parts.folder.name, filed(parts, folder))
    return sides


def _judged(job: Check, joined: Joined, *, found: searching.Found, verdicts: searching.Verdicts) -> _Judged:
    listed = np.flatnonzero(verdicts.wrong >= job.rules.suspicious_from)
    ours = _people(job.agency, joined.records["row"][listed])
    tokens = [ours[row].record for row in joined.records["row"][listed].tolist()]
    listed = listed[sorted(range(len(listed)), key=lambda at: (-verdicts.wrong[listed[at]], tokens[at]))]
    others = [int(found.row[one]) for at in listed.tolist() for one in _best(found, at)]
    theirs = _people(job.register, np.array([*joined.linked["row"][listed].tolist(), *others], dtype=np.int64))
    return _Judged(joined, found, verdicts, listed, ours, theirs)


def _people(folder: Path, rows: Column) -> dict[int, Person]:
    """The record tokens of some rows of a salted folder."""
    wanted, first, found = np.unique(rows).astype(np.int64), 0, dict[int, Person]()
    for tokens in files.record_tokens(folder):
        here = wanted[slice(*np.searchsorted(wanted, (first, first + len(tokens))))]
        found |= {row: Person(record=f"{tokens[row - first]:016x}") for row in here.tolist()}
        first += len(tokens)
    return found


def _unjoined(joined: Joined) -> list[Aside]:
    """Links whose key names nobody, or two entries."""
    return [Aside(files.ROWS, int(row) + 1, "key", reason) for code, reason in UNJOINED.items()
            for row in np.flatnonzero(joined.pattern == code)]  # fmt: skip


def _findings(judged: _Judged, *, rules: Rules) -> list[Finding]:
    joined, found, told = judged.joined, judged.found, list[Finding]()
    for number, at in enumerate(judged.listed.tolist(), start=1):
        best, row = _best(found, at), int(joined.records["row"][at])
        wrong, pattern = float(judged.verdicts.wrong[at]), int(joined.pattern[row])
        cause = searching.CAUSES[int(found.cause[best[0]])] if best else Cause.UNKNOWN
        judgement = Judgement.WRONG if best and wrong >= rules.wrong_from else Judgement.SUSPICIOUS
        other = int(found.pattern[best[0]]) if best else None
        told.append(Finding(
            f"{number:06}", judgement, cause, round(wrong, 6), judged.ours[row],
            judged.theirs[int(joined.linked["row"][at])], _candidates(judged, best, at=at),
            explaining.differing(pattern), explaining.says(judgement, cause, pattern=pattern, other=other, wrong=wrong),
        ))  # fmt: skip
    return told


def _best(found: searching.Found, at: int) -> list[int]:
    first, last = np.searchsorted(found.record, at), np.searchsorted(found.record, at, side="right")
    return list(range(int(first), min(int(last), int(first) + 3)))


def _candidates(judged: _Judged, best: list[int], *, at: int) -> tuple[Candidate, ...]:
    found, top = judged.found, float(judged.verdicts.best_probability[at])
    shares = [top * 2.0 ** float(found.odds[one] - found.odds[best[0]]) for one in best]
    return tuple(
        Candidate(judged.theirs[int(found.row[one])], round(share, 6), explaining.fitting(int(found.pattern[one])))
        for one, share in zip(best, shares, strict=True)
        if share > 1e-6
    )


def _write_judgements(job: Check, judged: _Judged, *, told: list[Finding]) -> Column:
    """Judgement of every link that has a person, by token; returns counts by kind."""
    first, texts = explaining.table()
    distinct = sorted(set(texts))
    which = np.array([distinct.index(text) for text in texts], dtype=np.int32)
    rows = judged.joined.records["row"][judged.listed].astype(np.int64)
    by = np.argsort(rows)
    rows, kinds = rows[by], np.array([KINDS.index(one.judgement) for one in told], dtype=np.int64)[by]
    counts = np.zeros(len(KINDS), dtype=np.int64)

    def tables() -> Iterator[Any]:
        start = 0
        for tokens in files.record_tokens(job.agency):
            pattern = judged.joined.pattern[start : start + len(tokens)]
            linked = pattern < len(first)
            codes = np.where(linked, first[np.where(linked, pattern, 0)], 0).astype(np.int64)
            low, high = np.searchsorted(rows, (start, start + len(tokens)))
            codes[rows[low:high] - start] = kinds[low:high]
            start += len(tokens)
            codes, mine = codes[linked], which[pattern[linked]]
            counts[:] += np.bincount(codes, minlength=len(KINDS))
            yield pa.table({
                "record": pa.array([f"{token:016x}" for token in tokens[linked].tolist()], pa.string()),
                "judgement": pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(KINDS)),
                "differences": pa.DictionaryArray.from_arrays(pa.array(mine), pa.array(distinct)),
            })  # fmt: skip

    results.join_tables(job.out / "judgements" / "salted.parquet", tables())
    return counts


def _summary(
    joined: Joined, codes: Column, *, told: list[Finding], aside: list[Aside], rows: tuple[int, int]
) -> Summary:
    texts, counts = explaining.table()[1], np.bincount(joined.pattern, minlength=1 << 16)[:4096]
    differences, reasons, causes = dict[str, int](), dict[str, int](), dict[str, int]()
    for at in np.flatnonzero(counts):
        for one in texts[at].split():
            differences[one] = differences.get(one, 0) + int(counts[at])
    for entry in aside:
        reasons[entry.reason] = reasons.get(entry.reason, 0) + 1
    for finding in told:
        causes[finding.cause] = causes.get(finding.cause, 0) + 1
    codes[KINDS.index(Judgement.SET_ASIDE)] = rows[1] - int(codes.sum())
    return Summary(
        rows[0], rows[1], dict(zip(KINDS, codes.tolist(), strict=True)), dict(sorted(differences.items())),
        dict(sorted(causes.items())), dict(sorted(reasons.items())), (), {}, {},
    )  # fmt: skip
