"""Payment runs in the database; every query names the agency."""

from __future__ import annotations

from contextlib import AbstractContextManager

import msgspec
from django.db import transaction

from kiban.benefits.payments.errors import NotInThisRunState, UnknownRun
from kiban.benefits.payments.model import Payer, Transfer
from kiban.benefits.payments.runs import LineState, Run, RunLine, Work, WorkReason
from kiban.benefits.store.models import PayerRow, ResultFileRow, RunLineRow, RunRow, WorkRow

STEP = 500


class DatabaseRuns:
    """See :class:`kiban.benefits.payments.ports.RunStore`."""

    def atomic(self) -> AbstractContextManager[object]:
        return transaction.atomic()

    def payer(self, agency: str) -> Payer | None:
        row = PayerRow.objects.filter(pk=agency).first()
        return msgspec.convert(row.body, Payer) if row else None

    def set_payer(self, agency: str, payer: Payer) -> None:
        PayerRow.objects.update_or_create(agency=agency, defaults={"body": msgspec.to_builtins(payer)})

    def reserve(self, agency: str) -> int:
        return RunRow.objects.create(agency=agency).number

    def freeze(self, run: Run, lines: tuple[RunLine, ...]) -> None:
        mine = RunRow.objects.filter(pk=run.number, agency=run.agency, version=0)
        if not mine.update(version=run.version, body=msgspec.to_builtins(run)):
            raise NotInThisRunState(f"the run {run.number} was frozen before", remedy="read its present state")
        RunLineRow.objects.bulk_create((_line_row(run, line) for line in lines), batch_size=STEP)

    def run(self, number: int, *, agency: str) -> Run:
        row = RunRow.objects.filter(pk=number, agency=agency, version__gt=0).first()
        if row is None:
            raise UnknownRun("no such payment run at this agency", remedy="choose one from the list")
        return msgspec.convert(row.body, Run)

    def runs(self, agency: str, *, limit: int = 50) -> tuple[Run, ...]:
        rows = RunRow.objects.filter(agency=agency, version__gt=0).order_by("-number")[:limit]
        return tuple(msgspec.convert(row.body, Run) for row in rows)

    def update(self, run: Run) -> Run:
        after = msgspec.structs.replace(run, version=run.version + 1)
        mine = RunRow.objects.filter(pk=run.number, agency=run.agency, version=run.version)
        if not mine.update(version=after.version, body=msgspec.to_builtins(after)):
            raise NotInThisRunState("the run was changed meanwhile", remedy="read it again")
        return after

    def lines(self, number: int, *, agency: str) -> tuple[RunLine, ...]:
        return tuple(_line(row) for row in RunLineRow.objects.filter(run=number, agency=agency).order_by("number"))

    def lines_by_key(self, agency: str, keys: tuple[str, ...]) -> dict[str, RunLine]:
        found: dict[str, RunLine] = {}
        for part in _parts(keys):
            found |= {row.pk: _line(row) for row in RunLineRow.objects.filter(pk__in=part, agency=agency)}
        return found

    def mark(self, agency: str, keys: tuple[str, ...], *, state: LineState) -> None:
        for part in _parts(keys):
            RunLineRow.objects.filter(pk__in=part, agency=agency).update(state=state.value)

    def take(self, agency: str, digest: str) -> bool:
        return ResultFileRow.objects.get_or_create(agency=agency, digest=digest)[1]

    def add_work(self, agency: str, work: tuple[Work, ...]) -> None:
        rows = (
            WorkRow(agency=agency, reason=one.reason.value, key=one.key[:20], yen=one.yen, payment=one.payment)
            for one in work
        )
        WorkRow.objects.bulk_create(rows, batch_size=STEP)

    def work(self, agency: str, *, limit: int = 200) -> tuple[Work, ...]:
        rows = WorkRow.objects.filter(agency=agency, done_by="").order_by("id")[:limit]
        return tuple(
            Work(id=row.pk, reason=WorkReason(row.reason), key=row.key, yen=row.yen, payment=row.payment)
            for row in rows
        )

    def open_work(self, agency: str, *, key: str) -> bool:
        return WorkRow.objects.filter(agency=agency, key=key, done_by="").exists()

    def close_work(self, work: int, *, agency: str, by: str) -> bool:
        return bool(WorkRow.objects.filter(pk=work, agency=agency, done_by="").update(done_by=by))


def _parts(keys: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [keys[at : at + STEP] for at in range(0, len(keys), STEP)]


def _line(row: RunLineRow) -> RunLine:
    transfer = msgspec.convert(row.body, Transfer)
    return RunLine(number=row.number, payment=row.payment, transfer=transfer, state=LineState(row.state))


def _line_row(run: Run, line: RunLine) -> RunLineRow:
    return RunLineRow(
        key=line.transfer.key,
        run_id=run.number,
        agency=run.agency,
        number=line.number,
        payment=line.payment,
        body=msgspec.to_builtins(line.transfer),
        state=line.state.value,
    )
