"""Finds what came back by our key; nothing is guessed from names or amounts, and every yen lands somewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from kiban.benefits.payments.keys import parts_of
from kiban.benefits.payments.results import Entry
from kiban.benefits.payments.runs import Account, LineState, RunLine, Work, WorkReason


class Reconciled(msgspec.Struct, frozen=True, kw_only=True):
    """Lines that came back, and what a person must look at. Their yen together are the incoming yen with a key."""

    returned: tuple[RunLine, ...]
    work: tuple[Work, ...]
    incoming: int

    @property
    def holds(self) -> bool:
        """Whether every incoming yen is either a returned line or on the work list."""
        matched = sum(line.transfer.yen for line in self.returned)
        return self.incoming == matched + sum(one.yen for one in self.work if one.reason is not WorkReason.RETURNED)


def reconcile(lines: Mapping[str, RunLine], entries: Iterable[Entry]) -> Reconciled:
    """Match the bookings that came in to lines by key. Bookings without any key are not ours and left out."""
    returned: dict[str, RunLine] = {}
    work: list[Work] = []
    incoming = 0
    for entry in entries:
        if not entry.incoming or not entry.key.strip():
            continue
        incoming += entry.yen
        line = lines.get(entry.key) if parts_of(entry.key) else None
        reason = _reason(entry, line, seen=entry.key in returned)
        payment = line.payment if line else ""
        work.append(Work(reason=reason, key=entry.key, yen=entry.yen, payment=payment))
        if reason is WorkReason.RETURNED and line is not None:
            returned[entry.key] = line
    return Reconciled(returned=tuple(returned.values()), work=tuple(work), incoming=incoming)


def _reason(entry: Entry, line: RunLine | None, *, seen: bool) -> WorkReason:
    if line is None or line.state is LineState.DROPPED:
        return WorkReason.UNKNOWN_KEY
    if seen or line.state is LineState.RETURNED:
        return WorkReason.TWICE
    return WorkReason.RETURNED if entry.yen == line.transfer.yen else WorkReason.AMOUNT


def account(lines: Iterable[RunLine]) -> Account:
    """What became of every yen of a run."""
    sums = dict.fromkeys(LineState, 0)
    ordered = 0
    for line in lines:
        ordered += line.transfer.yen
        sums[line.state] += line.transfer.yen
    return Account(
        ordered=ordered,
        paid=sums[LineState.PAID],
        returned=sums[LineState.RETURNED],
        open=sums[LineState.OPEN],
        dropped=sums[LineState.DROPPED],
    )
