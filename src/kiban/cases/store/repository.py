"""Cases, events and letters in the database; every query names the agency or the applicant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager

import msgspec
from django.db import IntegrityError, transaction
from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q, QuerySet, Sum

from kiban.cases.applicant import applicant_name
from kiban.cases.errors import CaseChangedElsewhere, UnknownCase
from kiban.cases.model import ENDED, Case, CaseEvent, CaseState, Letter, Page, Statistics, WorkItem
from kiban.cases.ports import WorkQuery
from kiban.cases.store.models import CaseCounterRow, CaseEventRow, CaseRow, LetterRow
from kiban.procedures.model import BY_POST
from kiban.procedures.submission import omitted_documents

CLOSED = tuple(sorted(state.value for state in ENDED))


class DatabaseCases:
    """See :class:`kiban.cases.ports.CaseStore`."""

    def atomic(self) -> AbstractContextManager[object]:
        return transaction.atomic()

    def insert(self, case: Case, *, events: Sequence[CaseEvent], role: str) -> None:
        try:
            with transaction.atomic():
                CaseRow.objects.create(
                    id=case.id,
                    agency=case.agency,
                    application=case.application,
                    procedure=case.procedure,
                    number=case.number,
                    subject=case.subject,
                    opened_at=case.opened_at,
                    typed=_typed(events),
                    **_columns(case, role=role),
                )
                CaseEventRow.objects.bulk_create(_event_row(event) for event in events)
        except IntegrityError as error:
            raise CaseChangedElsewhere("the case is already open", remedy="read it") from error

    def next_number(self, agency: str, *, year: int) -> str:
        with transaction.atomic():
            mine, _ = CaseCounterRow.objects.get_or_create(agency=agency, year=year)
            CaseCounterRow.objects.filter(pk=mine.pk).update(last=F("last") + 1)
            mine.refresh_from_db()
        return f"{year}-{mine.last:06d}"

    def append(self, case: Case, *, events: Sequence[CaseEvent], role: str) -> None:
        before = case.version - len(events)
        with transaction.atomic():
            mine = CaseRow.objects.filter(pk=case.id, agency=case.agency, version=before)
            if not mine.update(**_columns(case, role=role)):
                raise CaseChangedElsewhere("the case was changed meanwhile", remedy="reload the page")
            CaseEventRow.objects.bulk_create(_event_row(event) for event in events)

    def case(self, case_id: str, *, agency: str) -> Case:
        return _one(CaseRow.objects.filter(pk=case_id, agency=agency))

    def case_of(self, case_id: str, *, subject: str) -> Case:
        return _one(CaseRow.objects.filter(pk=case_id, subject=subject))

    def cases_of(self, subject: str) -> tuple[Case, ...]:
        return tuple(_case(row) for row in CaseRow.objects.filter(subject=subject).order_by("-opened_at", "id")[:200])

    def numbers(self, cases: Collection[str], *, agency: str) -> Mapping[str, str]:
        return dict(CaseRow.objects.filter(agency=agency, pk__in=cases).values_list("pk", "number"))

    def portal_code(self, person: str, *, agency: str) -> str:
        """The portal's code of a person who dealt with the agency through the portal before; "" of all others."""
        rows = CaseRow.objects.filter(agency=agency, body__person=person).order_by("-opened_at")
        rows = rows.exclude(subject__startswith=BY_POST)
        return rows.values_list("subject", flat=True).first() or ""

    def by_application(self, application: str) -> Case | None:
        row = CaseRow.objects.filter(application=application).first()
        return _case(row) if row else None

    def events(self, case_id: str) -> tuple[CaseEvent, ...]:
        return tuple(_event(row) for row in CaseEventRow.objects.filter(case_id=case_id).order_by("seq"))

    def visiting(self, agency: str, *, slots: Collection[str]) -> tuple[Case, ...]:
        rows = CaseRow.objects.filter(agency=agency, slot__in=slots).order_by("opened_at", "id")
        return tuple(_case(row) for row in rows)

    def work(self, query: WorkQuery, *, today: dt.date) -> Page:
        rows = _asked(query)
        total, start = rows.count(), (max(query.page, 1) - 1) * query.size
        page = rows.order_by(F("due").asc(nulls_last=True), "opened_at", "id")[start : start + query.size]
        items = tuple(_item(row, today=today) for row in page)
        return Page(items=items, total=total, number=max(query.page, 1), size=query.size)

    def overdue(self, agency: str, *, today: dt.date) -> tuple[str, ...]:
        rows = CaseRow.objects.filter(agency=agency, due__lt=today).exclude(state__in=CLOSED)
        return tuple(rows.order_by("id").values_list("pk", flat=True))

    def keep_letter(self, letter: Letter, *, case: str, pdf: bytes) -> None:
        LetterRow.objects.create(id=letter.id, case_id=case, kind=letter.kind, decision=letter.decision, pdf=pdf)

    def letter(self, letter_id: str, *, case: str) -> bytes:
        row = LetterRow.objects.filter(pk=letter_id, case_id=case).first()
        if row is None:
            raise UnknownCase("no such letter in this case", remedy="open it from the case")
        return bytes(row.pdf)

    def statistics(self, agency: str, *, today: dt.date) -> Statistics:
        rows = CaseRow.objects.filter(agency=agency)
        took = ExpressionWrapper(F("decided_at") - F("opened_at"), output_field=DurationField())
        sums = rows.aggregate(
            decided=Count("pk", filter=Q(decided_at__isnull=False)),
            automatic=Count("pk", filter=Q(automatic=True)),
            overdue=Count("pk", filter=Q(due__lt=today) & ~Q(state__in=CLOSED)),
            took=Avg(took, filter=Q(decided_at__isnull=False)),
            omitted=Sum("documents_omitted", default=0),
            typed=Sum("typed", default=0),
        )
        return Statistics(
            by_state=_counts(rows, "state"),
            by_procedure=_counts(rows, "procedure"),
            decided=sums["decided"],
            automatic=sums["automatic"],
            overdue=sums["overdue"],
            days_to_decision=None if sums["took"] is None else sums["took"].total_seconds() / 86_400,
            documents_omitted=sums["omitted"],
            typed_characters=sums["typed"],
        )


def _counts(rows: QuerySet[CaseRow], column: str) -> dict[str, int]:
    return dict(rows.order_by(column).values_list(column).annotate(n=Count("pk")))


def _asked(query: WorkQuery) -> QuerySet[CaseRow]:
    rows = CaseRow.objects.filter(agency=query.agency)
    if query.number:
        return rows.filter(number=query.number)
    rows = rows.filter(state__in=query.states) if query.states else rows.exclude(state__in=CLOSED)
    if query.roles:
        rows = rows.filter(role__in=[*query.roles, ""])
    if query.officer:
        rows = rows.filter(officer=query.officer)
    return rows.filter(procedure=query.procedure) if query.procedure else rows


def _columns(case: Case, *, role: str) -> dict[str, object]:
    return {
        "state": case.state.value,
        "step": case.step,
        "role": role,
        "officer": case.officer,
        "due": case.step_due or case.due,
        "slot": case.slot,
        "decided_at": case.decision.at if case.decision else None,
        "automatic": bool(case.decision and case.decision.automatic),
        "documents_omitted": omitted_documents(case.facts),
        "version": case.version,
        "body": msgspec.to_builtins(case),
    }


def _typed(events: Sequence[CaseEvent]) -> int:
    return int(events[0].data.get("application", {}).get("typed", 0))


def _one(rows: QuerySet[CaseRow]) -> Case:
    row = rows.first()
    if row is None:
        raise UnknownCase("no such case here", remedy="open it from your list")
    return _case(row)


def _case(row: CaseRow) -> Case:
    return msgspec.convert(row.body, Case)


def _event_row(event: CaseEvent) -> CaseEventRow:
    return CaseEventRow(
        case_id=event.case,
        seq=event.seq,
        kind=event.kind.value,
        at=event.at,
        actor=event.actor,
        step=event.step,
        data=event.data,
    )


def _event(row: CaseEventRow) -> CaseEvent:
    plain = {"case": row.case_id, "seq": row.seq, "kind": row.kind, "at": row.at, "actor": row.actor}
    return msgspec.convert({**plain, "step": row.step, "data": row.data}, CaseEvent)


def _item(row: CaseRow, *, today: dt.date) -> WorkItem:
    return WorkItem(
        case=row.pk,
        number=row.number,
        applicant=applicant_name(_case(row)),
        procedure=row.procedure,
        state=CaseState(row.state),
        step=row.step,
        role=row.role,
        officer=row.officer,
        opened_at=row.opened_at,
        due=row.due,
        overdue=row.due is not None and row.due < today,
    )
