"""Finds the bank's debit of a whole run on a statement, by its day and sum; what differs, a person judges."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from kiban.benefits.payments.keys import parts_of
from kiban.benefits.payments.results import Entry
from kiban.benefits.payments.runs import Run

BEFORE_REIWA = 2018


def run_debits(runs: Sequence[Run], entries: Sequence[Entry]) -> Iterator[tuple[Run, int]]:
    """The runs whose debit the statement has, each with the yen that the bank took.

    A booking of the run's day with the run's sum is its debit. When one run and one booking of the day remain, they
    are told together although they differ; anything less sure is not told.
    """
    for day in sorted({run.pay_on for run in runs}):
        went = [one.yen for one in entries if _whole(one) and one.booked_on in spellings(day)]
        left = []
        for run in (run for run in runs if run.pay_on == day):
            if run.yen in went:
                went.remove(run.yen)
                yield run, run.yen
            elif run.debited != run.yen:
                left.append(run)
        if len(left) == len(went) == 1:
            yield left[0], went[0]


def spellings(day: dt.date) -> frozenset[str]:
    """A day in six digits as banks write it: year of 令和, or of the common era."""
    return frozenset({f"{day:%y%m%d}", f"{day.year - BEFORE_REIWA:02d}{day:%m%d}"})


def _whole(entry: Entry) -> bool:
    """Whether money went out that is not one of our single payments."""
    return not entry.incoming and parts_of(entry.key) is None
