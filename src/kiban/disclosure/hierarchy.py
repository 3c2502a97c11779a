"""How the values of a column become coarser, step by step: an age to 5 years, to 10, to nothing.

A hierarchy answers for any value with its labels, the value itself first. The last label is always ``*``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from kiban.disclosure.errors import BadHierarchy
from kiban.kernel.errors import BadInput, Where
from kiban.kernel.tabular import parse_number
from kiban.kernel.values.dates import parse_day

NOTHING = "*"
Labels = tuple[str, ...]
Hierarchy = Callable[[str], Labels]
"""A value → its labels from the finest to ``*``; as many for each value.

Raises:
    BadHierarchy: the hierarchy says nothing of this value.
"""
DATE_STEPS = {"month", "year"}


def flat(value: str) -> Labels:
    """The value or nothing."""
    return value, NOTHING


@dataclass(frozen=True, slots=True)
class Listed:
    """A hierarchy written out: each value with its labels, as in the files of ARX (``17;15-19;10-19;*``)."""

    labels: Mapping[str, Labels]

    @classmethod
    def of(cls, rows: Iterable[Sequence[str]], *, file: str = "") -> Listed:
        """From rows of labels, the value first; a last step to ``*`` is added where there is none.

        Raises:
            BadHierarchy: rows of unequal length, or a value that stands twice with other labels.
        """
        found: dict[str, Labels] = {}
        width = 0
        for line, row in enumerate(rows, 1):
            labels = tuple(cell.strip() for cell in row)
            width = width or len(labels)
            where = Where(file or None, line, field=labels[0] if labels else None)
            if len(labels) != width or not labels:
                raise BadHierarchy(f"{len(labels)} steps where the first row has {width}", where=where, remedy=_EQUAL)
            if found.setdefault(labels[0], labels) != labels:
                raise BadHierarchy("the value stands twice with different steps", where=where, remedy="keep one row")
        if any(labels[-1] != NOTHING for labels in found.values()):
            found = {value: (*labels, NOTHING) for value, labels in found.items()}
        return cls(found)

    def __call__(self, value: str) -> Labels:
        try:
            return self.labels[value]
        except KeyError:
            what = "the hierarchy has no row for a value of the column"
            raise BadHierarchy(what, remedy=f"add a row that begins with {value[:40]!r}") from None


_EQUAL = "give each value as many steps as the others"


@dataclass(frozen=True, slots=True)
class Widths:
    """Numbers to ranges of growing width (``30-34``, ``30-39``), each width a multiple of the one before.

    ``bottom`` is where the ranges begin; all from ``top`` on are one (``90-``), at every step.
    """

    widths: tuple[int, ...]
    bottom: int = 0
    top: int | None = None

    def __post_init__(self) -> None:
        if not self.widths or min(self.widths) < 1:
            raise BadHierarchy("widths must be whole numbers of at least 1", remedy="write for example [5, 10, 20]")
        for narrow, wide in zip(self.widths, self.widths[1:], strict=False):
            if wide % narrow or wide == narrow:
                raise BadHierarchy(f"{wide} is not a multiple of {narrow}", remedy="each range must hold whole ones")
        if self.top is not None and (self.top - self.bottom) % self.widths[-1]:
            raise BadHierarchy(f"top {self.top} cuts a range of {self.widths[-1]}", remedy="move it to a border")

    def __call__(self, value: str) -> Labels:
        try:
            number = parse_number(value)
        except BadInput as error:
            raise BadHierarchy(error.what, remedy="correct the value or leave it empty") from None
        if number is None:
            return (value, *("" for _ in self.widths), NOTHING)
        if self.top is not None and number >= self.top:
            return (*(f"{self.top}-" for _ in range(len(self.widths) + 1)), NOTHING)
        return (value, *(self._range(number, width) for width in self.widths), NOTHING)

    def _range(self, number: float, width: int) -> str:
        start = self.bottom + int((number - self.bottom) // width) * width
        return f"{start}-{start + width - 1}"


@dataclass(frozen=True, slots=True)
class Prefix:
    """Codes to their beginnings: 町字 to municipality to prefecture, a postal code to its first three digits."""

    lengths: tuple[int, ...]

    def __post_init__(self) -> None:
        if any(later >= earlier for earlier, later in zip(self.lengths, self.lengths[1:], strict=False)):
            raise BadHierarchy("lengths must become shorter", remedy="write for example [6, 2]")
        if not self.lengths or self.lengths[-1] < 1:
            raise BadHierarchy("a beginning has at least one character", remedy="write for example [6, 2]")

    def __call__(self, value: str) -> Labels:
        return (value, *(value[:length] for length in self.lengths), NOTHING)


@dataclass(frozen=True, slots=True)
class Dates:
    """Days to months, years and spans of years: steps such as ``month``, ``year``, 5, 10."""

    steps: tuple[str | int, ...]

    def __post_init__(self) -> None:
        spans = [step for step in self.steps if isinstance(step, int)]
        Widths(tuple(spans or [1]))
        words = [step for step in self.steps if isinstance(step, str)]
        if set(words) - DATE_STEPS or [*sorted(words), *spans] != list(self.steps):
            raise BadHierarchy(f"{list(self.steps)} are no steps of a date", remedy="write [month, year, 5, 10]")

    def __call__(self, value: str) -> Labels:
        if not value.strip():
            return (value, *("" for _ in self.steps), NOTHING)
        try:
            day = parse_day(value)
        except BadInput as error:
            raise BadHierarchy(error.what, remedy="write the day as 1990-01-31") from None
        return (day.isoformat(), *(_coarser(day, step) for step in self.steps), NOTHING)


def _coarser(day: dt.date, step: str | int) -> str:
    if isinstance(step, str):
        return f"{day:%Y-%m}" if step == "month" else f"{day:%Y}"
    start = day.year // step * step
    return f"{start}-{start + step - 1}"
