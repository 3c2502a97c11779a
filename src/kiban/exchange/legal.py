"""The legal table: (asker kind, affair, holder kind, items) → the row of law that allows it; default deny."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec

from kiban.exchange.errors import BadLegalTable, NotAllowed
from kiban.exchange.model import AgencyKind
from kiban.kernel.errors import BadInput, Where
from kiban.kernel.located import parse_located

ANY = "any"


class Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"since": "from"}):
    """One row: these items, from this kind of holder, to this kind of asker, for this affair, by this law.

    Attributes:
        door: only behind the person's own open door.
        members: behind a door also for household members whom an answer in the same door linked.
        verified: whether the row's text was read in the law itself.
    """

    id: str
    asker: AgencyKind
    affair: str
    holder: str
    items: tuple[str, ...]
    law: str
    article: str
    since: dt.date
    until: dt.date | None = None
    door: bool = False
    members: bool = False
    verified: bool = False

    def in_force(self, day: dt.date) -> bool:
        """Whether the row is in force on a day."""
        return self.since <= day and (self.until is None or day <= self.until)

    def __post_init__(self) -> None:
        if self.holder != ANY and self.holder not in set(AgencyKind):
            raise ValueError(f"holder {self.holder!r} is no kind of agency")
        if not self.items or not self.law or not self.article:
            raise ValueError("a row names its items, its law and its article")


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    version: str
    rows: tuple[Row, ...]
    orders: dict[str, str] = {}
    laws: dict[str, str] = {}
    not_verified: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What the table is asked."""

    asker: AgencyKind
    affair: str
    holder: AgencyKind
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LegalTable:
    """The rows of one version."""

    version: str
    rows: tuple[Row, ...]
    laws: dict[str, str] = field(default_factory=dict)

    def basis(self, row_id: str) -> str:
        """Law and article of a row in words, e.g. 番号法 19条8号; the id itself when the table no longer has it."""
        for row in self.rows:
            if row.id == row_id:
                return f"{self.laws.get(row.law, row.law)} {_cited(row.article)}"
        return row_id

    def row(self, question: Question, *, day: dt.date) -> Row:
        """The row that allows all items of a question on a day.

        Raises:
            NotAllowed: no row in force does; nothing else is told.
        """
        asked = (question.asker, question.affair)
        for row in self.rows:
            fits = (row.asker, row.affair) == asked and row.holder in {question.holder, ANY}
            if fits and question.items and set(question.items) <= set(row.items) and row.in_force(day):
                return row
        raise NotAllowed(
            f"no row of the legal table {self.version} lets a {question.asker} ask a {question.holder}"
            f" for {', '.join(question.items) or 'nothing'} in the affair {question.affair!r}",
            remedy="the exchange is not lawful; ask the person for the document",
        )


def _cited(article: str) -> str:
    """``19-8`` as 19条8号, ``24_2`` as 24条の2."""
    number, _, item = article.partition("-")
    head, joint, branch = number.partition("_")
    return f"{head}条{'の' if joint else ''}{branch}" + (f"{item}号" if item else "")


def parse_table(text: str, *, file: str) -> LegalTable:
    """A table from YAML.

    Raises:
        BadLegalTable: with file, line and what is wrong; two rows of one id are wrong too.
    """
    try:
        tree = parse_located(text, file=file)
    except BadInput as error:
        raise BadLegalTable(f"the file is no YAML: {error.what}", where=error.where, remedy=error.remedy) from None
    content: Any = tree.value
    rows = content.get("rows") if isinstance(content, dict) else None
    if not isinstance(rows, list):
        raise BadLegalTable("the table has no rows", where=Where(file), remedy="see docs/exchange.md")
    seen: set[str] = set()
    for number, row in enumerate(rows):
        _check_row(row, seen, where=Where(file, tree.lines["rows", number]))
    try:
        table = msgspec.convert(content, _File)
    except msgspec.ValidationError as error:
        raise BadLegalTable(str(error), where=Where(file), remedy="see docs/exchange.md") from None
    return LegalTable(table.version, table.rows, table.laws)


def _check_row(row: Any, seen: set[str], *, where: Where) -> None:
    try:
        found = msgspec.convert(row, Row)
    except (msgspec.ValidationError, ValueError) as error:
        raise BadLegalTable(str(error), where=where, remedy="a row has the fields of the others") from None
    if found.id in seen:
        raise BadLegalTable(f"the row {found.id} stands twice", where=where, remedy="rename or remove one")
    seen.add(found.id)


def load_table(path: Path | None = None) -> LegalTable:
    """The table of a file, or the one that comes with the package."""
    if path is not None:
        try:
            return parse_table(path.read_text(encoding="utf-8"), file=path.name)
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", "it is not UTF-8")
            remedy = "check the way to the file, and that it is UTF-8"
            raise BadLegalTable(f"the table cannot be read: {why}", where=Where(path.name), remedy=remedy) from None
    built_in = resources.files("kiban.exchange") / "legal.yaml"
    return parse_table(built_in.read_text(encoding="utf-8"), file="legal.yaml")


def affairs(rows: Iterable[Row]) -> set[str]:
    """The affairs that a table knows."""
    return {row.affair for row in rows}
