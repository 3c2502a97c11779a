"""Requests for openness (オープンデータの要望): what was asked at the desk, what was answered, what to talk about.

The list has no names: who asks for public data need not say who he is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kiban.registries.models import Checked, check_file, model
from kiban.registries.opendata.inventory import OPEN, PLANNED, Inventory

WAITING, REFUSED, ABSENT = "受付", "公開しない", "保有していない"
GRANTED = ("公開する", "一部公開する")


@dataclass(slots=True)
class Requests:
    """What was read: the requests without a fault, and the faults of the others."""

    checked: Checked
    asked: list[dict[str, str]] = field(default_factory=list)


def read_requests(path: Path, inventory: Inventory, *, on: dt.date) -> Requests:
    """Read the list of requests; an answer that the inventory of held data contradicts is told.

    Raises:
        BadInput: it is no table with the columns of the list.
    """
    checked = check_file(path, model("od-request"))
    held = {row["NO"]: row for row in inventory.holdings}
    found = Requests(checked)
    for line, cells in zip(checked.lines, checked.good, strict=True):
        row = {name: str(cells.get(name, "")).strip() for name in checked.model.columns}
        wrong = list(_faults(row, held.get(row["データのNO"]), on=on))
        for column, what, remedy in wrong:
            checked.report.fault(line, what, column=column, remedy=remedy)
        if wrong:
            checked.report.kept -= 1
        else:
            found.asked.append(row)
    return found


def _faults(row: Mapping[str, str], held: Mapping[str, str] | None, *, on: dt.date) -> Iterator[tuple[str, str, str]]:
    state = row["状況"]
    if row["受付日"] > on.isoformat():
        yield "受付日", f"it is after {on}", "compare the day"
    if row["データのNO"] and held is None:
        yield "データのNO", "the inventory has no such data set without a fault", "compare the number, or mend its line"
    if state == WAITING:
        return
    if not row["回答日"]:
        yield "回答日", f"missing, and needed where 状況 is {state}", "fill it in"
    elif row["回答日"] < row["受付日"]:
        yield "回答日", "it is before 受付日", "compare both days"
    if state in (REFUSED, ABSENT) and not row["回答"]:
        yield "回答", f"missing, and needed where 状況 is {state}", "say why"
    if held is not None and state in GRANTED and held["公開状況"] not in (*OPEN, PLANNED):
        yield "状況", f"the inventory says {held['公開状況']}", "publish it, or change one of both"
    if held is not None and state == REFUSED and held["公開状況"] == OPEN[0]:
        yield "状況", "the inventory says that it is open", "answer where it is, or change one of both"
    if held is not None and state == ABSENT:
        yield "状況", "the inventory says that it is held", "take out データのNO, or change the answer"


@dataclass(frozen=True, slots=True)
class Topic:
    """A data set to talk about with its users: how often asked for, what for, what stands against it."""

    data: str
    times: int
    uses: tuple[str, ...]
    waiting_days: int
    reason: str


def agenda(requests: Requests, inventory: Inventory, *, on: dt.date) -> Sequence[Topic]:
    """What was asked for and is not open yet, the most asked first, then the longest unanswered."""
    held = {row["NO"]: row for row in inventory.holdings}
    groups: dict[str, list[dict[str, str]]] = {}
    for row in requests.asked:
        if row["状況"] not in GRANTED:
            groups.setdefault(row["データのNO"] or row["求めるデータ"], []).append(row)
    topics = [_topic(rows, held.get(key), on=on) for key, rows in groups.items()]
    return sorted(topics, key=lambda one: (-one.times, -one.waiting_days, one.data))


def _topic(rows: Sequence[Mapping[str, str]], held: Mapping[str, str] | None, *, on: dt.date) -> Topic:
    days = [(on - dt.date.fromisoformat(row["受付日"])).days for row in rows if row["状況"] == WAITING]
    reasons = [held["公開しない理由"], held["理由の説明"]] if held else [row["回答"] for row in rows]
    return Topic(
        held["データ名称"] if held else rows[0]["求めるデータ"],
        len(rows),
        tuple(dict.fromkeys(row["使いみち"] for row in rows if row["使いみち"])),
        max(days, default=0),
        " ".join(dict.fromkeys(filter(None, reasons))),
    )
