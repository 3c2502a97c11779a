"""The law of a day: shares of spouse and rank, who is represented how far, and the articles of every reason."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any

from msgspec import Struct, convert

from kiban.heirs.answer import Reason
from kiban.heirs.errors import OutOfScope
from kiban.heirs.model import Capacity
from kiban.kernel.located import parse_located
from kiban.kernel.values import PartialDate, wareki
from kiban.rules import Basis


class Ground(Struct, frozen=True, kw_only=True):
    """An article, precedent or notice that a reason cites, on days from ``since`` and before ``until``."""

    article: str = ""
    law: str = ""
    title: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    verified: bool = True
    why: str = ""

    def on(self, day: dt.date) -> bool:
        """Whether it was in force on a day."""
        return (self.since or dt.date.min) <= day and (self.until is None or day < self.until)


class Period(Struct, frozen=True):
    """The shares of a time: the spouse's beside each rank, how children born out of wedlock count, 代襲 of nieces."""

    since: dt.date
    spouse: dict[str, str]
    nonmarital: str
    nieces_only: bool
    verified: bool = True
    why: str = ""

    def spouse_beside(self, rank: Capacity) -> Fraction:
        """The spouse's share beside heirs of a rank."""
        return Fraction(self.spouse[rank.value])


class Law(Struct, frozen=True):
    """The articles as data (``data/law.yaml``)."""

    code: str
    title: str
    periods: tuple[Period, ...]
    before: tuple[dict[str, Any], ...]
    grounds: dict[str, tuple[Ground, ...]]

    def at(self, day: PartialDate, decedent: str) -> Period:
        """The period of a death. Raises: OutOfScope before the first, or when the day leaves it open."""
        found = {self._within(one, decedent) for one in day.span}
        if len(found) > 1:
            raise OutOfScope(
                f"the law changed within {day}, the death of {decedent}",
                remedy="find the day of the death in the register; the shares hang on it",
            )
        return self.periods[found.pop()]

    def _within(self, day: dt.date, decedent: str) -> int:
        last = max((n for n, period in enumerate(self.periods) if period.since <= day), default=-1)
        if last < 0:
            was = next((one for one in self.before if day < one["until"]), self.before[-1])
            told = wareki(self.periods[0].since)
            raise OutOfScope(
                f"{decedent} died before {self.periods[0].since} ({told}): {was['en']}",
                remedy=f"ask a judicial scrivener; {was['title']} is not computed here",
            )
        return last

    def bases(self, key: str, day: PartialDate) -> tuple[Basis, ...]:
        """The articles of a reason on a day."""
        return tuple(self.basis(one) for one in self.grounds[key] if one.on(day.span[0]))

    def basis(self, ground: Ground) -> Basis:
        """A ground as the articles of rules are written; the Civil Code where no other law is named."""
        own = not ground.title
        return Basis(self.code if own else ground.law, ground.article, self.title if own else ground.title)


@cache
def civil_code() -> Law:
    """The articles of the Civil Code that decide who inherits what."""
    text = (files("kiban.heirs") / "data" / "law.yaml").read_text(encoding="utf-8")
    return convert(parse_located(text, file="law.yaml").value, Law)


def unverified() -> dict[str, str]:
    """What was not compared with the law's text, and why: key of the ground or first day of the period to reason."""
    law = civil_code()
    periods = {f"from {period.since}": period.why for period in law.periods if not period.verified}
    return periods | {
        key: ground.why for key, grounds in law.grounds.items() for ground in grounds if not ground.verified
    }


def period_doubt(day: PartialDate, *, nonmarital: bool) -> str:
    """Why the shares of a day were not compared with a text in force; empty when they are those of today."""
    law = civil_code()
    period, last = law.at(day, ""), law.periods[-1]
    differs = period.spouse != last.spouse or period.nieces_only != last.nieces_only
    return period.why if not period.verified and (differs or nonmarital) else ""


def basis_doubts(key: str, day: PartialDate) -> dict[str, str]:
    """Of what a reason cites on a day, what was not compared, and why."""
    law = civil_code()
    loose = (ground for ground in law.grounds[key] if not ground.verified and ground.on(day.span[0]))
    return {str(law.basis(ground)): ground.why for ground in loose}


def reason(key: str, day: PartialDate, *, about: str = "", of: str = "", others: tuple[str, ...] = ()) -> Reason:
    """A reason with the articles in force on a day."""
    return Reason(key, civil_code().bases(key, day), about, of, None, others)
