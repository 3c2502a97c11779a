"""The link check: every link of an agency's files against the register, judged, explained, with a work list."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from itertools import pairwise
from pathlib import Path

import msgspec
import numpy as np

from kiban.linkage import explaining, reading, searching, settling
from kiban.linkage.comparing import Weights
from kiban.linkage.fingerprints import Partitions, Source
from kiban.linkage.joining import UNJOINED, Joined, join
from kiban.linkage.model import (
    FINGERPRINT,
    Aside,
    Candidate,
    Cause,
    Column,
    Finding,
    Judgement,
    Person,
    Rules,
    Summary,
    Threshold,
)
from kiban.linkage.store import results

PARTITION_BYTES = 1 << 25
BYTES_PER_ROW = 40
LEVELS = (0.05, 0.5, 0.9, 0.99)
SIDES = ("register", "agency", "files")
CERTAIN, PLAUSIBLE, SUSPICIOUS, WRONG, SET_ASIDE = range(5)
ITEMS = ("kana", "birth", "sex", "address")
REPEATED = "the link key stands in several rows of the agency; each was judged"


@dataclass(frozen=True, slots=True)
class Check:
    """A check to run: register and agency files (a folder or a file each), where the results go, the rules.

    ``columns`` says which columns hold an item (key, record, name, kana, birth, sex, address) where the files' names do
    not tell; it goes for the files that have them.
    """

    register: Path
    agency: Path
    out: Path
    rules: Rules = field(default_factory=Rules)
    columns: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class _Judged:
    joined: Joined
    weights: Weights
    found: searching.Found
    verdicts: searching.Verdicts
    listed: Column
    rules: Rules

    def wrong(self) -> Column:
        """Which listed links are called wrong: somebody else fits, or no circumstance explains the difference."""
        at = self.listed
        apart = explaining.unexplained(self.joined.pattern[self.joined.records["row"][at]])
        found: Column = (self.verdicts.wrong[at] >= self.rules.wrong_from) & ((self.verdicts.best[at] >= 0) | apart)
        return found


def check(job: Check, *, report: Callable[[str], None] = lambda _: None) -> Summary:
    """Judge every link; resumes a stopped run, and the same files give the same bytes.

    Results in ``out``: summary.json, work-list.jsonl (suspicious and wrong links, worst first), set-aside.jsonl,
    judgements/*.parquet (one row per link).

    Raises:
        BadFile: a file has no link key or no name.
        OtherCheck: ``out`` holds a check of other files.
    """
    register = Source.of(job.register, named=dict(job.columns))
    agency, unread = Source.readable(job.agency, named=dict(job.columns))
    settings = [asdict(job.rules), job.columns, unread]
    journal = results.Journal(job.out, results.inputs((register, agency), settings))
    if (job.out / results.SUMMARY).exists():
        return results.summary(job.out)
    parts = _partitions(job, register)
    report("register")
    register_rows = _fingerprinted(parts[0], register, journal=journal, out=job.out)
    report("agency")
    links = _fingerprinted(parts[1], agency, journal=journal, out=job.out)
    report("join")
    joined = join(*parts, rows=links)
    report("search")
    judged = _judge(joined, parts[0], rules=job.rules)
    report("results")
    results.write_lines(job.out / "set-aside-files.jsonl", unread)
    done = _write(job, (register, agency), judged=judged, rows=(register_rows, links))
    shutil.rmtree(job.out / "work")
    return done


def _partitions(job: Check, register: Source) -> tuple[Partitions, Partitions]:
    count = job.rules.partitions
    if not count:
        size = sum(path.stat().st_size for path in register.files)
        count = max(1, min(256, size // BYTES_PER_ROW * FINGERPRINT.itemsize // PARTITION_BYTES + 1))
    work = job.out / "work"
    return Partitions(work / "register", count), Partitions(work / "agency", count)


def _fingerprinted(parts: Partitions, source: Source, *, journal: results.Journal, out: Path) -> int:
    side = parts.folder.name
    if side not in journal.stage.rows:
        rows, aside = parts.write(source)
        results.write_lines(out / f"set-aside-{side}.jsonl", aside)
        journal.done(side, rows)
    return journal.stage.rows[side]


def _judge(joined: Joined, register: Partitions, *, rules: Rules) -> _Judged:
    weights = joined.weights()
    fit = joined.pattern[joined.records["row"]]
    found = searching.search(register, (joined.records, joined.linked), weights=weights, rules=rules)
    links = int(joined.linked_counts.sum())
    found, rules = searching.taught(found, fit, links=links, by=(weights, rules))
    verdicts = searching.verdicts(found, fit, weights=weights, rules=rules)
    listed = np.flatnonzero(verdicts.wrong >= rules.suspicious_from)
    order = np.lexsort((joined.records["order"][listed], -verdicts.wrong[listed]))
    return _Judged(joined, weights, found, verdicts, listed[order], rules)


def _write(job: Check, sources: tuple[Source, Source], *, judged: _Judged, rows: tuple[int, int]) -> Summary:
    agency = sources[1]
    people = _people(judged, sources)
    judged = _settled(judged, people)
    codes, texts = _codes(judged)
    aside = [one for side in SIDES for one in results.read_lines(job.out / f"set-aside-{side}.jsonl", Aside)]
    aside += _unjoined(judged.joined, agency)
    findings = _findings(judged, people)
    results.write_judgements(job.out, agency, judged=codes, texts=texts)
    results.write_lines(job.out / results.ASIDE, sorted(aside, key=lambda one: (one.file, one.row, one.column)))
    results.write_lines(job.out / results.WORK_LIST, findings)
    summary = _summary(judged, codes, findings=findings, aside=aside, rows=rows)
    shown = asdict(job.rules) | {
        f"{name}_taught": round(getattr(judged.rules, name), 8) for name in ("wrong_rate", "unregistered")
    }
    summary = msgspec.structs.replace(summary, rules=shown, columns=_columns(sources))
    results.write_lines(job.out / results.SUMMARY, [summary])
    for side in SIDES:
        (job.out / f"set-aside-{side}.jsonl").unlink()
    return summary


def _codes(judged: _Judged) -> tuple[Column, tuple[list[str], Column]]:
    """Judgement per row, and the differences' texts with their place per row."""
    first, texts = explaining.table()
    pattern = judged.joined.pattern
    distinct = sorted(set(texts))
    place = np.array([distinct.index(text) for text in texts], dtype=np.uint16)
    judgements, which = np.full(1 << 16, SET_ASIDE, dtype=np.uint8), np.zeros(1 << 16, dtype=np.uint16)
    judgements[: len(first)], which[: len(place)] = first, place
    codes = judgements[pattern]
    rows = judged.joined.records["row"][judged.listed]
    codes[rows] = np.where(judged.wrong(), WRONG, SUSPICIOUS)
    return codes, (distinct, which[pattern])


def _columns(sources: tuple[Source, Source]) -> dict[str, tuple[str, ...]]:
    """Items that a side's files do not have, and columns that are not read."""
    found: dict[str, tuple[str, ...]] = {}
    for side, source in zip(("register", "agency"), sources, strict=True):
        missing = {item for form in source.layouts for item in ITEMS if not getattr(form, item)}
        found[f"{side} without"] = tuple(sorted(missing))
        found[f"{side} not read"] = tuple(sorted({column for form in source.layouts for column in form.extra}))
    return found


def _unjoined(joined: Joined, agency: Source) -> list[Aside]:
    """Links whose key names nobody, or two entries; and keys of several rows, each of which was judged."""
    found, edges = list[Aside](), pairwise(reading.starts_of(agency.files))
    for path, form, (start, end) in zip(agency.files, agency.layouts, edges, strict=True):
        for code, reason in UNJOINED.items():
            here = np.flatnonzero(joined.pattern[start:end] == code)
            found += [Aside(path.name, int(at) + 1, form.key, reason) for at in here]
        again = joined.repeated[(joined.repeated >= start) & (joined.repeated < end)] - start
        found += [Aside(path.name, int(at) + 1, form.key, REPEATED) for at in np.sort(again)]
    return found


@dataclass(frozen=True, slots=True)
class _People:
    """Items of the work list's records and of everybody who may be the right person, by row."""

    ours: dict[int, Person]
    theirs: dict[int, Person]


def _people(judged: _Judged, sources: tuple[Source, Source]) -> _People:
    rows = judged.joined.linked["row"][judged.listed]
    others = [int(judged.found.row[one]) for at in judged.listed for one in _candidates(judged.found, int(at))]
    theirs = results.persons(sources[0], np.concatenate([rows, np.array(others, dtype=rows.dtype)]))
    return _People(results.persons(sources[1], judged.joined.records["row"][judged.listed]), theirs)


def _settled(judged: _Judged, people: _People) -> _Judged:
    """The judgement after the address engine looked at the addresses of the work list."""
    records, found, listed = judged.joined.records, judged.found, judged.listed
    ours = [people.ours[int(row)] for row in records["row"][listed]]
    linked = [people.theirs[int(row)] for row in judged.joined.linked["row"][listed]]
    before = judged.joined.pattern[records["row"]]
    fit = settling.settle_linked(before, listed, sides=(ours, linked))
    owners = [(place, one) for place, at in enumerate(listed) for one in _candidates(found, int(at))]
    sides = [ours[place] for place, _ in owners], [people.theirs[int(found.row[one])] for _, one in owners]
    better = settling.settle_found(found, [one for _, one in owners], sides=sides, weights=judged.weights)
    if not settling.changed(before, fit) and not settling.changed(found.pattern, better.pattern):
        return judged
    judged.joined.pattern[records["row"]] = fit
    rules = judged.rules
    verdicts = searching.verdicts(better, fit, weights=judged.weights, rules=rules)
    listed = listed[verdicts.wrong[listed] >= rules.suspicious_from]
    order = np.lexsort((records["order"][listed], -verdicts.wrong[listed]))
    return replace(judged, found=better, verdicts=verdicts, listed=listed[order])


def _findings(judged: _Judged, seen: _People) -> list[Finding]:
    records, found = judged.joined.records, judged.found
    first = {int(at): _candidates(found, int(at)) for at in judged.listed}
    rows = [int(judged.joined.linked["row"][at]) for at in judged.listed]
    people, ours = seen.theirs, seen.ours
    out, called = [], judged.wrong().tolist()
    for number, (at, linked) in enumerate(zip(judged.listed.tolist(), rows, strict=True), start=1):
        wrong = float(judged.verdicts.wrong[at])
        best = first[at]
        pattern = int(judged.joined.pattern[records["row"][at]])
        cause = searching.CAUSES[int(found.cause[best[0]])] if best else Cause.UNKNOWN
        judgement = Judgement.WRONG if called[number - 1] else Judgement.SUSPICIOUS
        other = int(found.pattern[best[0]]) if best else None
        out.append(Finding(
            number=f"{number:06}", judgement=judgement, cause=cause, wrong_probability=round(wrong, 6),
            record=ours[int(records["row"][at])], linked=people[linked],
            candidates=_shown(judged, best, people=people), differs=explaining.differing(pattern),
            says=explaining.says(judgement, cause, pattern=pattern, other=other, wrong=wrong),
        ))  # fmt: skip
    return out


def _candidates(found: searching.Found, record: int) -> list[int]:
    first, last = np.searchsorted(found.record, record), np.searchsorted(found.record, record, side="right")
    return list(range(int(first), min(int(last), int(first) + 3)))


def _shown(judged: _Judged, best: list[int], *, people: dict[int, Person]) -> tuple[Candidate, ...]:
    found = judged.found
    if not best:
        return ()
    top = float(judged.verdicts.best_probability[int(found.record[best[0]])])
    shares = [top * 2.0 ** float(found.odds[at] - found.odds[best[0]]) for at in best]
    return tuple(
        Candidate(people[int(found.row[at])], round(share, 6), explaining.fitting(int(found.pattern[at])))
        for at, share in zip(best, shares, strict=True)
        if share > 1e-6
    )


def _summary(
    judged: _Judged, codes: Column, *, findings: list[Finding], aside: list[Aside], rows: tuple[int, int]
) -> Summary:
    names = [kind.value for kind in Judgement]
    texts = explaining.table()[1]
    counts = np.bincount(judged.joined.pattern, minlength=1 << 16)[:4096]
    differences: dict[str, int] = {}
    for at in np.flatnonzero(counts):
        for one in texts[at].split():
            differences[one] = differences.get(one, 0) + int(counts[at])
    reasons: dict[str, int] = {}
    for entry in aside:
        reasons[entry.reason] = reasons.get(entry.reason, 0) + 1
    causes: dict[str, int] = {}
    for finding in findings:
        causes[finding.cause] = causes.get(finding.cause, 0) + 1
    return Summary(
        register_rows=rows[0], links=rows[1],
        judged=dict(zip(names, np.bincount(codes, minlength=5).tolist(), strict=True)),
        differences=dict(sorted(differences.items())), causes=dict(sorted(causes.items())),
        set_aside=dict(sorted(reasons.items())), thresholds=thresholds(judged.verdicts.wrong),
        weights=judged.weights.tables, rules={},
    )  # fmt: skip


def thresholds(wrong: Column) -> tuple[Threshold, ...]:
    """Expected precision and recall of some thresholds, from the probabilities themselves.

    Recall is of those wrong links that differ in an item; one that fits in every item cannot be seen.
    """
    whole = float(wrong.sum())
    found = []
    for level in LEVELS:
        flagged = wrong[wrong >= level]
        hit = float(flagged.sum())
        share = round(hit / whole, 4) if whole else 1.0
        found.append(Threshold(level, len(flagged), round(hit / max(len(flagged), 1), 4), share))
    return tuple(found)
