"""Registers in folders, one per office, opened at the first look and kept while their files stay the same."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kiban.linkage.desk.ports import Note
from kiban.linkage.errors import NoRegister
from kiban.linkage.model import Person

if TYPE_CHECKING:
    from kiban.linkage.lookup import Enquirer, Register

NAME = re.compile(r"[\w-]+")
Stamp = tuple[tuple[str, int, int], ...]


@dataclass(slots=True)
class RegisterFolder:
    """See :class:`kiban.linkage.desk.ports.Registers`. ``folder/AGENCY`` holds .parquet or .csv files."""

    folder: Path
    _open: dict[str, tuple[Stamp, Register]] = field(default_factory=dict, repr=False)

    def look_up(self, agency: str, person: Person, *, note: Note) -> Person | None:
        return self._register(agency).lookup(person, by=_by(note))

    def search(self, agency: str, person: Person, *, note: Note) -> tuple[Person, ...]:
        return tuple(self._register(agency).search(person, by=_by(note)))

    def _register(self, agency: str) -> Register:
        from kiban.linkage.lookup import Register  # compiled loops: only who looks a person up loads them

        place = self.folder / agency
        if not NAME.fullmatch(agency) or not place.is_dir():
            raise NoRegister(
                "this office's register is not here", remedy="put its files where KIBAN_LINK_REGISTERS says"
            )
        if not any(place.glob("*.parquet")) and not any(place.glob("*.csv")):
            raise NoRegister("this office's register has no file", remedy="put .parquet or .csv files there")
        stamp = tuple((one.name, one.stat().st_size, one.stat().st_mtime_ns) for one in sorted(place.iterdir()))
        kept = self._open.get(agency)
        if kept is None or kept[0] != stamp:
            kept = self._open[agency] = (stamp, Register.open(place))
        return kept[1]


def _by(note: Note) -> Enquirer:
    from kiban.linkage.lookup import Enquirer

    return Enquirer("", "", lambda asked: note(asked.outcome.value, asked.shown))
