"""The check over salted folders: the same judgement from tokens; findings name records by their tokens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from kiban.kernel.errors import Where
from kiban.linkage import explaining, searching
from kiban.linkage.actions import Check, thresholds
from kiban.linkage.comparing import PATTERNS, WRITTEN, Weights, learn
from kiban.linkage.errors import OtherKey
from kiban.linkage.joining import doubtful
from kiban.linkage.model import Aside, Candidate, Cause, Column, Finding, Judgement, Person, Rules, Summary
from kiban.linkage.reading import MISSING
from kiban.linkage.salting.comparing import patterns
from kiban.linkage.salting.model import Form, Salted
from kiban.linkage.salting.store import files
from kiban.linkage.store import results

SHIFTS = (1, 2, 3, 5)
"""How many places behind their own person, by token, the strangers stand that a link is paired with."""
UNKNOWN, DOUBLE = "the link key is not in the register", "the register has the link key twice"
KINDS = [one.value for one in Judgement]


def is_salted(folder: Path) -> bool:
    """Whether a folder holds salted rows."""
    return (folder / files.ABOUT).exists()


@dataclass(frozen=True, slots=True)
class _Sides:
    """Salted rows: the register's, the links with one person each, that person, and the pattern of each pair."""

    register: Column
    links: Column
    linked: Column
    pattern: Column
    form: Form


def check_salted(job: Check, *, report: Callable[[str], None] = lambda _: None) -> Summary:
    """Judge every link of two salted folders; a stopped check begins again, and gives the same bytes.

    Results as of `kiban.linkage.check`, with tokens for records and no items: summary.json, work-list.jsonl,
    set-aside.jsonl, judgements/salted.parquet.

    Raises:
        BadFile: a folder is not finished.
        OtherKey: the folders have not the same key and form.
        OtherCheck: ``out`` holds another check.
    """
    about = _same_key(job)
    sources = [folder / files.ROWS for folder in (job.register, job.agency)]
    seen = [(str(p), p.stat().st_size, p.stat().st_mtime_ns) for p in sources]
    journal = results.Journal(job.out, results.inputs((), ["salted", seen, asdict(job.rules)]))
    if (job.out / results.SUMMARY).exists():
        return results.summary(job.out)
    report("join")
    sides, aside = _joined(files.rows(job.register), files.rows(job.agency), form=about[0].form)
    weights = _weights(sides)
    report("search")
    unsure = np.flatnonzero(doubtful(sides.pattern & (WRITTEN - 1)))
    found = _search(sides, unsure, weights=weights, rules=job.rules)
    verdicts = searching.verdicts(found, sides.pattern[unsure], weights=weights, rules=job.rules)
    report("results")
    listed = np.flatnonzero(verdicts.wrong >= job.rules.suspicious_from)
    listed = listed[np.lexsort((sides.links["record"][unsure[listed]], -verdicts.wrong[listed]))]
    told = _findings(sides, (unsure, listed), found=found, verdicts=verdicts, rules=job.rules)
    aside += [*about[0].set_aside, *about[1].set_aside]
    codes = _write_judgements(job.out, sides, told=told)
    results.write_lines(job.out / results.WORK_LIST, told)
    results.write_lines(job.out / results.ASIDE, sorted(aside, key=lambda one: (one.file, one.row, one.column)))
    done = _summary(sides, codes, told=told, aside=aside, rows=(about[0].rows, about[1].rows + len(about[1].set_aside)))
    done = msgspec.structs.replace(
        done, weights=weights.tables, thresholds=thresholds(verdicts.wrong), rules=asdict(job.rules)
    )
    results.write_lines(job.out / results.SUMMARY, [done])
    journal.done("summary", done.links)
    return done


def _same_key(job: Check) -> tuple[Salted, Salted]:
    one, two = files.about(job.register), files.about(job.agency)
    if (one.check, one.form) != (two.check, two.form):
        raise OtherKey(
            "not one key and one form", where=Where(str(job.agency)), remedy="salt both with one key and form"
        )
    return one, two


def _joined(register: Column, links: Column, *, form: Form) -> tuple[_Sides, list[Aside]]:
    """Each link beside the person of its key."""
    at = np.searchsorted(register["key"], links["key"])
    end = np.searchsorted(register["key"], links["key"], side="right")
    aside = [Aside(files.ROWS, int(row) + 1, "key", UNKNOWN) for row in np.flatnonzero(end == at)]
    aside += [Aside(files.ROWS, int(row) + 1, "key", DOUBLE) for row in np.flatnonzero(end - at > 1)]
    one = end - at == 1
    linked = register[at[one]]
    return _Sides(register, links[one], linked, patterns(links[one], linked, form=form), form), aside


def _weights(sides: _Sides) -> Weights:
    def counted(pattern: Column) -> Column:
        return np.bincount(pattern & (WRITTEN - 1), minlength=PATTERNS)[:PATTERNS]

    strangers = np.zeros(PATTERNS, np.int64)
    place = np.searchsorted(sides.register["key"], sides.links["key"])
    for shift in SHIFTS if len(sides.register) > max(SHIFTS) else ():
        other = sides.register[(place + shift) % len(sides.register)]
        strangers += counted(patterns(sides.links, other, form=sides.form))
    return learn(counted(sides.pattern), strangers)


def _blocks(rows: Column) -> list[tuple[Column, Column]]:
    """Four search keys, as in the open check, and which rows have them."""
    name, kana, birth, place, numbers = (
        rows[c].astype(np.uint64) for c in ("name", "kana", "birth", "place", "numbers")
    )
    high, mix = np.uint64(32), np.uint64(0x9E3779B97F4A7C15)
    day = birth & np.uint64(0xFFFFFFFF)
    home = ((place << high) | numbers) * mix
    no_day, no_home = rows["birth"] == MISSING, rows["place"] == 0
    named, read = rows["name"] != 0, rows["kana"] != 0
    return [
        ((kana << high) | day, read & ~no_day),
        ((name << high) | day, named & ~no_day),
        (home ^ (day * mix), ~no_home & ~no_day),
        (home ^ (name << high), ~no_home & named),
    ]


def _search(sides: _Sides, unsure: Column, *, weights: Weights, rules: Rules) -> searching.Found:
    """Candidates for doubtful links: other persons who share a search key."""
    records, linked, people = sides.links[unsure], sides.linked[unsure], sides.register
    pairs = []
    for (ours, good), (theirs, known) in zip(_blocks(records), _blocks(people), strict=True):
        order = np.flatnonzero(known)[np.argsort(theirs[known], kind="stable")]
        low = np.searchsorted(theirs[order], ours[good], side="left")
        count = np.searchsorted(theirs[order], ours[good], side="right") - low
        start = np.repeat(low - (np.cumsum(count) - count), count) + np.arange(int(count.sum()))
        pairs.append(np.repeat(np.flatnonzero(good), count) * len(people) + order[start])
    every = np.unique(np.concatenate(pairs))
    record, person = every // max(len(people), 1), every % max(len(people), 1)
    other = people["key"][person] != linked["key"][record]
    record, person = record[other], person[other]
    theirs_of = people[person]
    fit = patterns(records[record], theirs_of, form=sides.form)
    relation = patterns(linked[record], theirs_of, form=sides.form)
    order_of = {"row": theirs_of["row"], "order": theirs_of["key"]}
    return searching.scored(record, order_of, patterns=(fit, relation), size=len(people), by=(weights, rules)).ordered()


def _findings(
    sides: _Sides, which: tuple[Column, Column], *, found: searching.Found, verdicts: searching.Verdicts, rules: Rules
) -> list[Finding]:
    unsure, listed = which
    told = []
    for number, at in enumerate(listed.tolist(), start=1):
        best = _best(found, at)
        wrong, row = float(verdicts.wrong[at]), int(unsure[at])
        cause = searching.CAUSES[int(found.cause[best[0]])] if best else Cause.UNKNOWN
        judgement = Judgement.WRONG if best and wrong >= rules.wrong_from else Judgement.SUSPICIOUS
        pattern, other = int(sides.pattern[row]), int(found.pattern[best[0]]) if best else None
        told.append(Finding(
            f"{number:06}", judgement, cause, round(wrong, 6), _person(sides.links[row]), _person(sides.linked[row]),
            _candidates(sides, found, best=best, top=float(verdicts.best_probability[at])),
            explaining.differing(pattern), explaining.says(judgement, cause, pattern=pattern, other=other, wrong=wrong),
        ))  # fmt: skip
    return told


def _best(found: searching.Found, at: int) -> list[int]:
    first, last = np.searchsorted(found.record, at), np.searchsorted(found.record, at, side="right")
    return list(range(int(first), min(int(last), int(first) + 3)))


def _person(row: Column) -> Person:
    return Person(record=f"{int(row['record']):016x}")


def _candidates(sides: _Sides, found: searching.Found, *, best: list[int], top: float) -> tuple[Candidate, ...]:
    shares = [top * 2.0 ** float(found.odds[at] - found.odds[best[0]]) for at in best]
    return tuple(
        Candidate(
            _person(sides.register[int(found.row[at])]), round(share, 6), explaining.fitting(int(found.pattern[at]))
        )
        for at, share in zip(best, shares, strict=True)
        if share > 1e-6
    )


def _write_judgements(folder: Path, sides: _Sides, *, told: list[Finding]) -> Column:
    """Judgement of every link that has a person, by token; returns counts by kind."""
    first, texts = explaining.table()
    codes = first[sides.pattern].astype(np.int64)
    place = {f"{record:016x}": at for at, record in enumerate(sides.links["record"].tolist())}
    for one in told:
        codes[place[one.record.record]] = KINDS.index(one.judgement)
    distinct = sorted(set(texts))
    which = np.array([distinct.index(text) for text in texts], dtype=np.int32)
    table = pa.table({
        "record": pa.array(list(place)), "judgement": pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(KINDS)),
        "differences": pa.DictionaryArray.from_arrays(pa.array(which[sides.pattern]), pa.array(distinct)),
    })  # fmt: skip
    target = folder / "judgements" / "salted.parquet"
    target.parent.mkdir(exist_ok=True)
    pq.write_table(table, target.with_suffix(".partial"), compression="zstd", compression_level=1)
    target.with_suffix(".partial").replace(target)
    return np.bincount(codes, minlength=len(KINDS))


def _summary(
    sides: _Sides, codes: Column, *, told: list[Finding], aside: list[Aside], rows: tuple[int, int]
) -> Summary:
    texts, counts = explaining.table()[1], np.bincount(sides.pattern, minlength=4096)
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
