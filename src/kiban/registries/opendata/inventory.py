"""The inventory of held data (行政保有データの棚卸しリスト): what an office holds, whether it is open, and why not."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kiban.registries.models import Checked, check_file, model
from kiban.registries.opendata.basis import basis
from kiban.registries.opendata.dcat import MEDIA, Dataset, Distribution

OPEN, PLANNED = ("公開", "一部公開"), "公開予定"
CLOSED = ("一部公開", "限定公開", "非公開")
ACCESS = {
    "公開": "PUBLIC",
    "一部公開": "PUBLIC",
    "限定公開": "RESTRICTED",
    "公開予定": "NON_PUBLIC",
    "非公開": "NON_PUBLIC",
}
NEEDED = {
    **dict.fromkeys(OPEN, ("URL", "データ形式", "ライセンス", "最終更新日")),
    PLANNED: ("公開予定日",),
}
"""What must be told besides, by 公開状況."""


@dataclass(slots=True)
class Inventory:
    """What was read: the holdings without a fault, and the faults of the others."""

    checked: Checked
    holdings: list[dict[str, str]] = field(default_factory=list)


def read_inventory(path: Path, *, on: dt.date) -> Inventory:
    """Read a list of held data; each fault is told by line, column and remedy, and the good lines are kept.

    ``on`` is the day of the list: a planned day before it is told.

    Raises:
        BadInput: it is no table with the columns of the list.
    """
    checked = check_file(path, model("od-list"))
    found = Inventory(checked)
    report, seen = checked.report, dict[str, int]()
    for line, cells in zip(checked.lines, checked.good, strict=True):
        row = {name: str(cells.get(name, "")).strip() for name in checked.model.columns}
        wrong = list(_faults(row, on=on))
        if row["NO"] in seen:
            wrong.append(("NO", f"line {seen[row['NO']]} has it too", "give each data set its own number"))
        seen.setdefault(row["NO"], line)
        for column, what, remedy in wrong:
            report.fault(line, what, column=column, remedy=remedy)
        if wrong:
            report.kept -= 1
        else:
            found.holdings.append(row)
    return found


def _faults(row: Mapping[str, str], *, on: dt.date) -> Iterator[tuple[str, str, str]]:
    state, reason = row["公開状況"], row["公開しない理由"]
    for name in NEEDED.get(state, ()):
        if not row[name]:
            yield name, f"missing, and needed where 公開状況 is {state}", "fill it in"
    if state in CLOSED and not reason:
        yield "公開しない理由", f"missing, and needed where 公開状況 is {state}", f"one of {'・'.join(_reasons())}"
    if state not in CLOSED and reason:
        yield "公開しない理由", f"given, and 公開状況 is {state}", "leave it empty, or change 公開状況"
    if reason in basis()["explained"] and not row["理由の説明"]:
        yield "理由の説明", f"missing, and needed where the reason is {reason}", "say which provision, or why"
    if state == PLANNED and row["公開予定日"] and row["公開予定日"] < on.isoformat():
        yield "公開予定日", f"it is before {on}", "publish it, or name a new day"


def _reasons() -> list[str]:
    item = model("od-list").item("公開しない理由")
    return list(item.form.schema["enum"]) if item and item.form else []


@dataclass(frozen=True, slots=True)
class Summary:
    """How much is open: by 公開状況, closed ones by reason, of each 保有部署 (open, all); ``share``: open of all."""

    states: Mapping[str, int]
    reasons: Mapping[str, int]
    offices: Mapping[str, tuple[int, int]]
    share: float


def summary(inventory: Inventory) -> Summary:
    """The figures of a list. What is held back lawfully counts as held: openness is told of everything."""
    rows = inventory.holdings
    offices: dict[str, tuple[int, int]] = {}
    for row in rows:
        good, whole = offices.get(row["保有部署"], (0, 0))
        offices[row["保有部署"]] = (good + (row["公開状況"] in OPEN), whole + 1)
    states = Counter(row["公開状況"] for row in rows)
    reasons = Counter(row["公開しない理由"] for row in rows if row["公開しない理由"])
    share = sum(states[one] for one in OPEN) / len(rows) if rows else 0.0
    return Summary(dict(states), dict(reasons), offices, share)


def datasets(inventory: Inventory, *, publisher: str) -> Iterator[Dataset]:
    """Every holding as a data set of the catalogue, the closed ones with their reason instead of an address."""
    for row in inventory.holdings:
        state = row["公開状況"]
        reason = " ".join(filter(None, (row["公開しない理由"], row["理由の説明"])))
        planned = f"公開予定日 {row['公開予定日']}" if state == PLANNED else ""
        forms = tuple(Distribution(row["URL"], kind) for kind in _kinds(row["データ形式"]) if state in OPEN)
        yield Dataset(
            id=row["NO"],
            title=row["データ名称"],
            about=row["データ概要"] or row["データ名称"],
            publisher=f"{publisher} {row['保有部署']}",
            licence=row["ライセンス"],
            modified=dt.date.fromisoformat(row["最終更新日"]) if row["最終更新日"] else None,
            themes=(row["分類"],),
            frequency=row["更新頻度"],
            page=row["URL"],
            api=row["APIのURL"],
            access=ACCESS[state],
            rights=" ".join(filter(None, (f"{state}。" if state != "公開" else "", reason, planned))),
            distributions=forms,
        )


def _kinds(text: str) -> list[str]:
    """csv, xlsx and the like of a cell such as CSV;XLSX or ＣＳＶ、ＰＤＦ."""
    words = "".join(
        one if one.isascii() and one.isalnum() else " " for one in unicodedata.normalize("NFKC", text).lower()
    ).split()
    return [one for one in dict.fromkeys(words) if one in MEDIA] or words[:1]
