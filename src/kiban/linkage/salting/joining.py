"""The keyed join of salted rows: as `kiban.linkage.joining`, with the patterns of tokens; part by part, each kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from kiban.linkage.comparing import PATTERNS, WRITTEN
from kiban.linkage.fingerprints import Partitions
from kiban.linkage.joining import DOUBLE_KEY, NO_PATTERN, UNKNOWN_KEY, Joined, doubtful
from kiban.linkage.model import FINGERPRINT, Column
from kiban.linkage.pairing import DOUBLE, UNKNOWN, paired
from kiban.linkage.salting.store import files

SHIFTS = (1, 2, 3, 5)
"""How many places behind their own person, by token, the strangers stand that a link is paired with."""
Compare = Callable[[Column, Column], Column]


def filed(parts: Partitions, folder: Path) -> int:
    """Put a salted folder's rows into partitions, which are ranges of keys; in each, rows stay by key."""
    parts.clear()
    rows = 0
    for found in files.prints(folder):
        parts.add(found)
        rows += len(found)
    return rows


def join(sides: tuple[Partitions, Partitions], *, rows: int, compare: Compare, work: Path) -> Joined:
    """Each link beside the person of its key; finished parts are not made again.

    Args:
        sides: register and links.
        rows: how many links there are.
        compare: patterns of two arrays of rows.
        work: where the parts are kept.
    """
    found, pairs = Joined(np.full(rows, NO_PATTERN, dtype=np.uint16)), [np.zeros((2, 0), FINGERPRINT)]
    work.mkdir(parents=True, exist_ok=True)
    persons = sides[0].rows()
    for number in range(sides[0].count):
        path = work / f"{number:05}.npz"
        if not path.exists():
            _write(path, _part(sides, number, compare=compare, persons=persons))
        with np.load(path) as part:
            found.pattern[part["row"]] = part["pattern"]
            found.linked_counts += part["linked"]
            found.stranger_counts += part["strangers"]
            pairs.append(part["pairs"])
    found.records, found.linked = np.concatenate(pairs, axis=1)
    return found


def _write(path: Path, part: dict[str, Column]) -> None:
    partial = path.with_suffix(".partial")
    with partial.open("wb") as out:
        np.savez(out, **part)  # type: ignore[arg-type]  # columns by name
    partial.replace(path)


def _part(sides: tuple[Partitions, Partitions], number: int, *, compare: Compare, persons: int) -> dict[str, Column]:
    people, ours = (side.read(number) for side in sides)
    who = paired(people, ours).who
    pattern = np.full(len(ours), NO_PATTERN, dtype=np.uint16)
    pattern[who == UNKNOWN], pattern[who == DOUBLE] = UNKNOWN_KEY, DOUBLE_KEY
    good = who >= 0
    mine, linked = ours[good], people[who[good]]
    fit = pattern[good] = compare(mine, linked)
    unsure, strangers = doubtful(fit & (WRITTEN - 1)), np.zeros(PATTERNS, np.int64)
    if persons > max(SHIFTS):
        near = np.concatenate([people, _following(sides[0], number)])
        for shift in SHIFTS:
            strangers += _counted(compare(mine, near[who[good] + shift]))
    return {"row": ours["row"], "pattern": pattern, "linked": _counted(fit), "strangers": strangers,
            "pairs": np.stack([mine[unsure], linked[unsure]])}  # fmt: skip


def _counted(pattern: Column) -> Column:
    found: Column = np.bincount(pattern & (WRITTEN - 1), minlength=PATTERNS)[:PATTERNS]
    return found


def _following(register: Partitions, number: int) -> Column:
    """The persons that come next by key; after the last comes the first."""
    found, turn = np.zeros(0, FINGERPRINT), number
    while len(found) < max(SHIFTS):
        turn = (turn + 1) % register.count
        found = np.concatenate([found, register.read(turn)[: max(SHIFTS)]])
    return found
