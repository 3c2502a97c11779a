"""Follow-up of a plan's measures (施策): its KPIs of progress and effect, its status and history.

The priority plan of 2021 has 149 of them; a municipality follows its own plan by the same CSV. "未設定" (not set) is
kept and shown as such: a measure whose effect nobody measures must be seen, not hidden.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from kiban.evidence.errors import BadSheet
from kiban.evidence.logic import LogicModel
from kiban.evidence.model import Edge, LogicNode, NodeKind, Policy
from kiban.kernel.errors import Where
from kiban.kernel.tabular import Report, Row, read_rows

COLUMNS = ("no", "title", "KPI(進捗)", "KPI(効果)", "section")
UNSET = "未設定"


class Status(StrEnum):
    """Where a measure stands."""

    PLANNED = "planned"
    RUNNING = "running"
    DONE = "done"
    LATE = "late"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of a plan. A KPI that is 未設定 is an empty tuple; several KPIs stand in the order of the plan."""

    policy: Policy
    progress: tuple[str, ...]
    effect: tuple[str, ...]
    remark: str = ""

    @property
    def is_measured(self) -> bool:
        """Whether both its progress and its effect have an indicator."""
        return bool(self.progress and self.effect)

    def logic_model(self) -> LogicModel:
        """Activity → outputs (KPI 進捗) → outcomes (KPI 効果); an unset KPI is a node without indicator."""
        policy = self.policy
        nodes = {"activity": LogicNode("activity", policy.id, NodeKind.ACTIVITY, policy.title, indicator=policy.title)}
        nodes |= _nodes(policy.id, NodeKind.OUTPUT, indicators=self.progress)
        nodes |= _nodes(policy.id, NodeKind.OUTCOME, indicators=self.effect)
        outputs = [name for name, node in nodes.items() if node.kind is NodeKind.OUTPUT]
        outcomes = [name for name, node in nodes.items() if node.kind is NodeKind.OUTCOME]
        edges = [Edge("activity", output) for output in outputs]
        edges += [Edge(output, outcome) for output in outputs for outcome in outcomes]
        return LogicModel(policy.id, nodes, tuple(edges))


def _nodes(policy: str, kind: NodeKind, *, indicators: tuple[str, ...]) -> dict[str, LogicNode]:
    if not indicators:
        return {f"{kind}-1": LogicNode(f"{kind}-1", policy, kind, UNSET)}
    return {
        f"{kind}-{n}": LogicNode(f"{kind}-{n}", policy, kind, words, indicator=words)
        for n, words in enumerate(indicators, 1)
    }


def read_plan(path: Path, *, plan: str) -> tuple[list[Measure], Report]:
    """Read a plan's measures from CSV (no, title, KPI(進捗), KPI(効果), section; also owner, deadline, status).

    ``plan`` is its name; a row with a fault (no number, double number, bad date, unknown status) is reported and left
    out; the others stay.

    Raises:
        BadSheet: the name cannot be an address; BadInput: a needed column is missing.
    """
    if not plan or "/" in plan or plan in {".", ".."}:
        raise BadSheet(f"{plan!r} is no name of a plan", remedy="it becomes an address: letters of any kind, no slash")
    report = Report(path.name)
    return list(_measures(path, plan, report=report)), report


def _measures(path: Path, plan: str, *, report: Report) -> Iterator[Measure]:
    seen: dict[str, int] = {}
    for row in read_rows(path, COLUMNS, report=report):
        number = _folded(row.values["no"])
        try:
            if "/" in number or number in {".", ".."}:
                raise BadSheet(f"{number!r} is no number", where=Where(field="no"), remedy="write it without a slash")
            if not number or number in seen:
                raise BadSheet(
                    "the number is empty" if not number else f"{number} stands in line {seen[number]} already",
                    where=Where(field="no"),
                    remedy="give each measure a number of its own",
                )
            measure = _measure(row, plan)
        except BadSheet as error:
            report.fault(row.line, error.what, column=error.where.field, remedy=error.remedy)
            continue
        seen[number] = row.line
        report.kept += 1
        yield measure


def _measure(row: Row, plan: str) -> Measure:
    values = {**row.values, **{name: _folded(row.values.get(name, "")) for name in ("no", "status", "deadline")}}
    status = values["status"]
    if status and status not in set(Status):
        raise BadSheet(f"{status!r} is no status", where=Where(field="status"), remedy=f"one of {', '.join(Status)}")
    policy = Policy(
        f"{plan}/{values['no']}",
        values["title"].strip(),
        values.get("owner", "").strip(),
        plan,
        values["section"].strip(),
        status,
        _deadline(values["deadline"]),
    )
    progress, effect = values["KPI(進捗)"].strip(), values["KPI(効果)"].strip()
    remark = "".join(text.removeprefix(UNSET) for text in (progress, effect) if text.startswith(UNSET)).strip("（）")
    return Measure(policy, _indicators(progress), _indicators(effect), remark)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _indicators(text: str) -> tuple[str, ...]:
    if not text or text.startswith(UNSET):
        return ()
    return tuple(part.strip() for part in text.split("；") if part.strip())


DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


def _deadline(text: str) -> dt.date | None:
    if not text:
        return None
    found = DATE.fullmatch(text)
    try:
        if found is None:
            raise ValueError(text)
        return dt.date(*map(int, found.groups()))
    except ValueError as error:
        raise BadSheet(f"{text!r} is no date", where=Where(field="deadline"), remedy="write 2025-03-31") from error


def is_late(measure: Measure, on: dt.date) -> bool:
    """Whether its deadline has passed and it is neither done nor stopped."""
    deadline = measure.policy.deadline
    return deadline is not None and deadline < on and measure.policy.status not in {Status.DONE, Status.STOPPED}
