"""The desk's tables in the database; every query but the counts names the agency."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

import msgspec
from django.db import IntegrityError, transaction
from django.db.models import Count, Max
from django.utils import timezone

from kiban.linkage.desk.model import (
    FOUND_WRONG,
    UNDECIDED,
    Correction,
    Found,
    Item,
    Outcome,
    Page,
    Query,
    State,
    took_effect,
)
from kiban.linkage.desk.ports import Reached
from kiban.linkage.desk.progress import Row
from kiban.linkage.errors import NoFinding, NotAllowedNow
from kiban.linkage.model import Judgement
from kiban.linkage.store.models import CheckRow, CorrectionRow, FindingRow, InboxRow

STEP = 300
MOST = 100


class DatabaseLinks:
    """See :class:`kiban.linkage.desk.ports.LinkStore`."""

    def atomic(self) -> AbstractContextManager[object]:
        return transaction.atomic()

    def take(self, found: Found) -> tuple[int, int, int] | None:
        aside = found.judged.get(Judgement.SET_ASIDE.value, 0)
        check, fresh = CheckRow.objects.get_or_create(
            agency=found.agency, affair=found.affair, digest=found.digest,
            defaults={"taken_at": timezone.now(), "links": found.links, "judged": found.links - aside},
        )  # fmt: skip
        if not fresh:
            return None
        new = sum(self._enter(check, found.items[at : at + STEP]) for at in range(0, len(found.items), STEP))
        return check.pk, new, len(found.items) - new

    def _enter(self, check: CheckRow, items: Sequence[Item]) -> int:
        mine = FindingRow.objects.filter(agency=check.agency, affair=check.affair)
        near = mine.filter(record__in=[one.record.record for one in items])
        known = {(record, linked): key for key, record, linked in near.values_list("pk", "record", "linked")}
        again = [known.get((one.record.record, one.linked.person.record)) for one in items]
        mine.filter(pk__in=[key for key in again if key]).update(seen=check.pk)
        new: dict[tuple[str, str], Item] = {}
        for one, key in zip(items, again, strict=True):
            if key is None:  # a file may have a record twice: the first row is the finding
                new.setdefault((one.record.record, one.linked.person.record), one)
        FindingRow.objects.bulk_create((_row(one, check.pk) for one in new.values()), batch_size=STEP)
        return len(new)

    def newest(self, agency: str, *, affair: str) -> int:
        return CheckRow.objects.filter(agency=agency, affair=affair).aggregate(last=Max("pk"))["last"] or 0

    def item(self, number: int, *, agency: str) -> Item:
        row = FindingRow.objects.filter(pk=number, agency=agency).first()
        if row is None:
            raise NoFinding("no such finding at this office", remedy="choose one from the list")
        return _item(row)

    def update(self, item: Item) -> Item:
        after = msgspec.structs.replace(item, version=item.version + 1)
        mine = FindingRow.objects.filter(pk=item.id, agency=item.agency, version=item.version)
        if not mine.update(
            state=after.state.value, corrected=after.corrected, version=after.version, changed_at=timezone.now(),
            body=_body(after),
        ):  # fmt: skip
            raise NotAllowedNow("the finding was changed meanwhile", remedy="read it again")
        return after

    def page(self, query: Query) -> Page:
        conditions = {"judgement": query.judgement, "cause": query.cause, "affair": query.affair}
        rows = FindingRow.objects.filter(agency=query.agency, **{k: v for k, v in conditions.items() if v})
        rows = rows.filter(state__in=query.states) if query.states else rows
        total, size = rows.count(), min(max(query.size, 1), MOST)
        pages = max(1, -(-total // size))
        number = min(max(query.page, 1), pages)
        shown = rows.order_by("-probability", "id")[(number - 1) * size : number * size]
        return Page(tuple(map(_item, shown)), total, number, pages)

    def counts(self, agency: str) -> dict[str, int]:
        rows = FindingRow.objects.filter(agency=agency).values_list("state").annotate(n=Count("pk")).order_by()
        return dict(rows)

    def affairs(self, agency: str) -> tuple[str, ...]:
        rows = CheckRow.objects.filter(agency=agency).values_list("affair", flat=True)
        return tuple(sorted(set(rows)))

    def correct(self, correction: Correction) -> None:
        try:
            with transaction.atomic():
                CorrectionRow.objects.create(
                    finding_id=correction.item, agency=correction.agency, affair=correction.affair,
                    record=correction.record, before=correction.before, after=correction.after, at=correction.at,
                    outcome=correction.outcome or "",
                )  # fmt: skip
        except IntegrityError:
            raise NotAllowedNow("the link was corrected before", remedy="read its present state") from None

    def correction(self, item: int, *, agency: str) -> Correction | None:
        row = CorrectionRow.objects.filter(finding_id=item, agency=agency).select_related("finding").first()
        return _correction(row) if row else None

    def exchanged(self, item: int, *, agency: str, reached: Reached) -> None:
        rows = CorrectionRow.objects.filter(finding_id=item, agency=agency)
        rows.update(outcome=reached.outcome.value, receipt=reached.receipt)

    def corrections(self, agency: str) -> tuple[Correction, ...]:
        newest = {affair: self.newest(agency, affair=affair) for affair in self.affairs(agency)}
        rows = CorrectionRow.objects.filter(agency=agency).select_related("finding").order_by("pk")
        return tuple(
            _correction(row)
            for row in rows
            if not took_effect(corrected=row.finding.corrected, seen=row.finding.seen, newest=newest[row.affair])
        )

    def inbox(self, agency: str, *, record: str) -> str:
        return InboxRow.objects.filter(agency=agency, record=record).values_list("person", flat=True).first() or ""

    def set_inboxes(self, agency: str, inboxes: Sequence[tuple[str, str]]) -> None:
        rows = (InboxRow(agency=agency, record=record, person=person) for record, person in inboxes)
        InboxRow.objects.bulk_create(
            rows, batch_size=STEP, update_conflicts=True, unique_fields=["agency", "record"], update_fields=["person"]
        )

    def progress(self) -> tuple[Row, ...]:
        return tuple(_progress())


Group = tuple[str, str]
"""Agency and clerical work."""


def _progress() -> Iterator[Row]:
    newest = CheckRow.objects.values("agency", "affair").annotate(last=Max("pk")).order_by()
    checks = {(c.agency, c.affair): c for c in CheckRow.objects.filter(pk__in=[one["last"] for one in newest])}
    states, moved = _states()
    effects = _effects({group: check.pk for group, check in checks.items()})
    for group, check in sorted(checks.items()):
        count = partial(_count, states[group])
        yield Row(
            agency=check.agency, affair=check.affair, links=check.links, judged=check.judged,
            findings=count(tuple(State)), open=count(UNDECIDED), right=count((State.RIGHT,)),
            wrong=count(FOUND_WRONG), corrected=count((State.CORRECTED, State.INFORMED)),
            informed=count((State.INFORMED,)), in_effect=effects[group],
            as_of=max(check.taken_at, moved.get(group, check.taken_at)),
        )  # fmt: skip


def _count(states: Counter[str], wanted: Sequence[State]) -> int:
    return sum(states[one.value] for one in wanted)


def _states() -> tuple[dict[Group, Counter[str]], dict[Group, dt.datetime]]:
    """Findings by state, and when one was last changed."""
    states: dict[Group, Counter[str]] = defaultdict(Counter)
    moved: dict[Group, dt.datetime] = {}
    rows = FindingRow.objects.values_list("agency", "affair", "state").order_by()
    for agency, affair, state, n, at in rows.annotate(n=Count("pk"), at=Max("changed_at")):
        group = agency, affair
        states[group][state] = n
        moved[group] = max(moved.get(group, at), at)
    return states, moved


def _effects(newest: dict[Group, int]) -> Counter[Group]:
    """Corrected links that the newest check no longer found."""
    found: Counter[Group] = Counter()
    rows = FindingRow.objects.filter(corrected__gt=0).values_list("agency", "affair", "corrected", "seen").order_by()
    for agency, affair, corrected, seen, n in rows.annotate(n=Count("pk")):
        found[agency, affair] += n * took_effect(corrected=corrected, seen=seen, newest=newest[agency, affair])
    return found


def _body(item: Item) -> Any:
    return msgspec.to_builtins(msgspec.structs.replace(item, id=0, seen=0))


def _row(item: Item, check: int) -> FindingRow:
    kept = msgspec.structs.replace(item, checked=check)
    return FindingRow(
        agency=item.agency, affair=item.affair, record=item.record.record, linked=item.linked.person.record,
        state=item.state.value, judgement=item.judgement.value, cause=item.cause.value, probability=item.probability,
        seen=check, changed_at=timezone.now(), version=item.version, body=_body(kept),
    )  # fmt: skip


def _item(row: FindingRow) -> Item:
    return msgspec.structs.replace(msgspec.convert(row.body, Item), id=row.pk, seen=row.seen)


def _correction(row: CorrectionRow) -> Correction:
    return Correction(
        item=row.finding.pk, agency=row.agency, affair=row.affair, record=row.record, before=row.before,
        after=row.after, at=row.at, outcome=Outcome(row.outcome) if row.outcome else None, receipt=row.receipt,
    )  # fmt: skip
