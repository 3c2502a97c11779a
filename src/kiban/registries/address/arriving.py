"""Which lines of an official file can be taken, and what cannot be said because of those that cannot.

A file of the registry ends what it lacks. A line that cannot be read may be the very one: what is older of its
municipality then stays, and where the line does not even tell its municipality, what is older of them all.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from kiban.kernel.errors import BadInput, Where
from kiban.kernel.tabular import Fault, Report
from kiban.kernel.values import MunicipalityCode
from kiban.registries.address.official import Line, Row

Check = Callable[[Row], str | None]
"""What reads a row for its faults: the column that cannot be read, or nothing."""
LONGEST = 31
"""Characters of a name (UTF-16) that the index can hold; the longest of the country has 25."""
REMEDIES = {
    "lg_code": "write the 6 digits of 全国地方公共団体コード; of a new municipality take mt_city first",
    "machiaza_id": "write the 7 digits of 町字ID",
    "post_code": "write 7 digits, or nothing",
    "rep_lat": "write degrees, or nothing",
    "rep_lon": "write degrees, or nothing",
}
MEND = "mend it in the file, or fetch the file again"


@dataclass(slots=True)
class Doubt:
    """What lines that cannot be read leave open.

    Attributes:
        somewhere: the first that does not tell its municipality: any can be meant.
        municipalities: code → the first one of its lines.
        own: keys (code, id, number) of those that tell whose they are.
    """

    somewhere: Where | None = None
    municipalities: dict[str, Where] = field(default_factory=dict)
    own: set[str] = field(default_factory=set)

    def note(self, line: Line, key: str) -> None:
        """A line that cannot be read, and its key, if that can."""
        code = line.values.get("lg_code", "")
        if is_code(code):
            self.municipalities.setdefault(code, line.where)
            self.own.add(key)
        else:
            self.somewhere = self.somewhere or line.where

    def of(self, code: str) -> bool:
        """Whether the file may have more of a municipality than could be read."""
        return self.somewhere is not None or code in self.municipalities


@dataclass(slots=True)
class Updated:
    """What an update did: rows, municipalities, ids that moved or ended, numbers loaded, and the faults by line.

    ``kept``: municipality code → how many of its older towns or numbers stayed that the file, as read, does not have.
    """

    kind: str
    report: Report
    municipalities: set[str] = field(default_factory=set)
    moved: int = 0
    ended: int = 0
    numbers: int = 0
    doubt: Doubt = field(default_factory=Doubt)
    kept: Counter[str] = field(default_factory=Counter)

    @property
    def rows(self) -> int:
        """Rows of the file, the broken ones with them."""
        return self.report.read

    @property
    def faults(self) -> list[Fault]:
        """The first faults."""
        return self.report.faults

    def refuse(self, line: Line, fault: Fault, *, key: str) -> None:
        """A line that is not taken."""
        self.report.note(fault)
        self.doubt.note(line, key)

    def __str__(self) -> str:
        head = f"{self.kind}: {self.rows:,} rows of {len(self.municipalities)} municipalities"
        tail = f"; {self.moved:,} ids moved, {self.ended:,} ended; {self.numbers:,} numbers"
        return "\n".join([head + tail, *self._of_older(), str(self.report)])

    def _of_older(self) -> Iterator[str]:
        """What was kept from the older data, and why."""
        if not self.report.n_faults or self.kind == "city":
            return
        doubt, things = self.doubt, "towns" if self.kind == "town" else "numbers"
        if doubt.somewhere is not None:
            yield f"  {doubt.somewhere} does not tell its municipality: nothing ended for being missing from the file"
        for code in sorted(set(doubt.municipalities) if doubt.somewhere is None else self.kept):
            place = doubt.municipalities.get(code, doubt.somewhere)
            yield f"  {code}: {self.kept[code]:,} older {things} that the file lacks stay as they were, for {place}"
        yield "  take the file again when it is mended: what it then lacks ends"


def is_code(text: str) -> bool:
    """Whether this is a 全国地方公共団体コード in its six digits."""
    try:
        return len(text) == 6 and text.isascii() and MunicipalityCode.parse(text).value == text
    except BadInput:
        return False


def taken(lines: Iterable[Line], check: Check, *, done: Updated, key: Callable[[Row], str]) -> Iterator[Line]:
    """Lines that can be taken; the others are told and left in doubt."""
    for line in lines:
        done.report.read += 1
        fault = line.fault
        if fault is None and (column := check(line.values)):
            cell = line.values.get(column, "")
            where = replace(line.where, field=column)
            what = f"{cell[:40]!r} cannot be read" if cell else "is missing"
            fault = Fault(where, what, REMEDIES.get(column, MEND))
        if fault is None:
            done.report.kept += 1
            yield line
        else:
            done.refuse(line, fault, key=key(line.values))


def town_key(row: Row) -> str:
    """Code and id."""
    return row.get("lg_code", "") + row.get("machiaza_id", "")


def town_fault(row: Row, known: Mapping[str, int]) -> str | None:
    """The column of a row of towns that cannot be read."""
    if row["lg_code"] not in known:
        return "lg_code"
    if not _digits(row["machiaza_id"], 7):
        return "machiaza_id"
    if (post := row.get("post_code", "")) and not _digits(post, 7):
        return "post_code"
    names = "".join(row.get(name, "") for name in ("oaza_cho", "chome", "koaza"))
    return "oaza_cho" if len(names.encode("utf-16-le")) > 2 * LONGEST else _bad_point(row)


def city_fault(row: Row, prefectures: Mapping[str, str]) -> str | None:
    """The column of a row of municipalities that cannot be read; ``prefectures`` of the index by their codes."""
    if not is_code(row["lg_code"]):
        return "lg_code"
    if prefectures.get(row["lg_code"][:2], row["pref"]) != row["pref"] or not row["pref"]:
        return "pref"
    return None if row["city"] else "city"


def lot_key(row: Row) -> str:
    """Code, id and number."""
    return town_key(row) + lot_number(row)


def lot_number(row: Row) -> str:
    """Block and number, or the parts of a lot, with hyphens."""
    names = ("prc_num1", "prc_num2", "prc_num3") if "prc_id" in row else ("blk_num", "rsdt_num", "rsdt_num2")
    return "-".join(filter(None, (row.get(name, "") for name in names)))


def lot_fault(row: Row) -> str | None:
    """The column of a row of blocks or lots that cannot be read."""
    if not is_code(row["lg_code"]):
        return "lg_code"
    if not _digits(row["machiaza_id"], 7):
        return "machiaza_id"
    return _bad_point(row) if lot_number(row) else "prc_num1" if "prc_id" in row else "blk_num"


def _digits(text: str, length: int) -> bool:
    return len(text) == length and text.isascii() and text.isdecimal()


def _bad_point(row: Row) -> str | None:
    for name, most in (("rep_lat", 90), ("rep_lon", 180)):
        try:
            degrees = float(row.get(name) or 0)
        except ValueError:
            return name
        if not math.isfinite(degrees) or abs(degrees) > most:
            return name
    return None
