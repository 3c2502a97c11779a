"""A file of foreign cases, one JSON object a line: each equal, different with its articles, or unknown with why.

Two forms are read: the national peer's (``asks``, ``input``, ``output``, ``period``) and plain ones (``program``,
``month``, ``facts``, ``expect``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from kiban.kernel.errors import BadInput, KibanError, Where
from kiban.rules.errors import NotInForce
from kiban.rules.peers.files import UNKNOWN, Mapped, Pair, RuleFiles
from kiban.rules.peers.mapping import ASKED
from kiban.rules.peers.plain import PROGRAMMES

PEER, PLAIN = {"asks", "input", "output", "period"}, {"program", "month", "facts", "expect"}
GAP = "the case does not give what the law asks for"


class Verdict(StrEnum):
    """How a case came out."""

    PASS = "pass"  # noqa: S105 a verdict, no password
    DIFFER = "differ"
    UNKNOWN = "unknown"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One case: its line and id, what it asks for, our values and theirs, the articles ours rest on, why no verdict."""

    line: int
    case: str
    asks: str
    verdict: Verdict
    ours: tuple[Any, ...] = ()
    theirs: tuple[Any, ...] = ()
    articles: tuple[str, ...] = ()
    why: str = ""

    @property
    def outside(self) -> bool:
        """No rule file computes what the case asks."""
        return self.verdict is Verdict.UNKNOWN and self.why != GAP


def outcomes(path: Path, rules: RuleFiles) -> Iterator[Outcome]:
    """Every case of a file, in its order; lines without a case (a licence, a heading) are passed over.

    A line that is no JSON or of neither form is a fault with its place and remedy, a case that lacks or misnames what
    it needs is unknown; those beside it are answered.
    """
    for number, text in lines_of(path):
        where = Where(path.name, number)
        try:
            case = _read(text, where=where)
            if not all(key.startswith("_") for key in case):
                yield outcome(case, rules, where=where)
        except KibanError as error:
            said = str(error) if error.where.line == number else f"{where}: {error}"
            yield Outcome(number, "", "", Verdict.FAULT, why=said)


def is_foreign(path: Path) -> bool:
    """Whether the first case of a file that can be read has one of the two forms."""
    for number, text in lines_of(path):
        with suppress(BadInput):
            case = _read(text, where=Where(path.name, number))
            if not all(key.startswith("_") for key in case):
                return case.keys() >= PEER or case.keys() >= PLAIN
    return False


def lines_of(path: Path) -> Iterator[tuple[int, str]]:
    """Lines of a file that hold something, with their numbers.

    Raises: BadInput when the file cannot be read as UTF-8.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        remedy = "one JSON object a line, in UTF-8"
        raise BadInput(f"the cases cannot be read: {error}", where=Where(path.name), remedy=remedy) from None
    return ((number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip())


def _read(text: str, *, where: Where) -> dict[str, Any]:
    try:
        found = json.loads(text)
        json.dumps(found, ensure_ascii=False).encode()  # half a character (an escaped surrogate) is none
    except (ValueError, RecursionError) as error:
        raise BadInput(f"this is no JSON: {error}", where=where, remedy="one JSON object a line") from None
    if not isinstance(found, dict):
        raise BadInput("a case is one JSON object", where=where, remedy="one JSON object a line")
    return found


def outcome(case: Mapping[str, Any], rules: RuleFiles, *, where: Where = Where("case")) -> Outcome:  # noqa: B008 frozen
    """One case of either form.

    A case that lacks what its form needs is unknown, with what is missing and its line; the others are asked.

    Raises: BadInput when it is of neither.
    """
    line, name = where.line or 0, str(case.get("id", ""))
    rules.begin()
    if not (case.keys() >= PEER or case.keys() >= PLAIN):
        raise BadInput(
            "the case has neither form", where=where, remedy="asks, input, output, period; see docs/programmes.md"
        )
    asks = ""
    try:
        asked = _asked(case)
        asks = next(iter(asked))
        found = {name: mapped(rules, dict(case)) for name, mapped in asked.items()}
        pairs = [_within(pair, margin=_margin(case)) for pairs in found.values() for pair in pairs]
    except NotComputed as error:
        return Outcome(line, name, error.asks, Verdict.UNKNOWN, why=f"no rule file computes {error.result}")
    except NotInForce as error:
        return Outcome(line, name, asks, Verdict.UNKNOWN, why=error.what)
    except KibanError as error:
        return Outcome(line, name, asks, Verdict.UNKNOWN, why=f"a case lacks or misnames {error.what} ({where})")
    except (LookupError, TypeError, AttributeError, ValueError, ArithmeticError) as error:
        return Outcome(line, name, asks, Verdict.UNKNOWN, why=f"a case lacks or misnames {error} ({where})")
    if absent := [one for one, some in found.items() if not some]:
        return Outcome(line, name, asks, Verdict.UNKNOWN, why=f"the case expects no value of {absent[0]}")
    return _compared(pairs, rules, line=line, case=name, asks=asks)


class NotComputed(Exception):
    """A case asks for a result of which we have no rule file."""

    def __init__(self, asks: str, result: str) -> None:
        super().__init__(result)
        self.asks, self.result = asks, result


def _asked(case: Mapping[str, Any]) -> dict[str, Mapped]:
    """What a case asks for, each with how it is answered.

    Raises: BadInput where the case is not of its form, NotComputed.
    """
    peer = case.keys() >= PEER
    for key in ("input", "output") if peer else ("facts", "expect"):
        if not isinstance(case[key], Mapping):
            raise BadInput(f"{key}, which must be an object of names and values")
    names = case["asks"] if peer else [case["program"]]
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        raise BadInput("asks, which must be a list of names" if peer else "program, which must be a name")
    found = {name: ASKED.get(name) if peer else _plain if name in PROGRAMMES else None for name in names}
    for name, mapped in found.items():
        if mapped is None:
            raise NotComputed(names[0], name)
    if peer and not case["input"]:
        raise BadInput("input, which says nothing")
    return {name: mapped for name, mapped in found.items() if mapped is not None}


def _margin(case: Mapping[str, Any]) -> float:
    """How far two amounts may be apart, as the case itself allows.

    Raises: BadInput when it is no amount.
    """
    found = case.get("absolute_error_margin") or 0
    if not isinstance(found, int | float) or not 0 <= found < float("inf"):
        raise BadInput("absolute_error_margin, which must be an amount")
    return found


def _plain(rules: RuleFiles, case: Mapping[str, Any]) -> list[Pair]:
    if len(case["expect"]) != 1:
        raise BadInput("expect, which must name one value")
    (expected,) = case["expect"].values()
    return [(PROGRAMMES[case["program"]](rules, case["facts"], month=case["month"]), expected)]


def _within(pair: Pair, *, margin: float) -> Pair:
    """A pair whose amounts differ by no more than the case itself allows is one of equals; a yes or no never."""
    ours, theirs = pair
    amounts = all(isinstance(one, int | float) and not isinstance(one, bool) for one in pair)
    return (theirs, theirs) if amounts and abs(ours - theirs) <= margin else pair


def _compared(pairs: list[Pair], rules: RuleFiles, *, line: int, case: str, asks: str) -> Outcome:
    if any(ours is UNKNOWN for ours, _ in pairs):
        return Outcome(line, case, asks, Verdict.UNKNOWN, why=GAP)
    ours, theirs = tuple(one for one, _ in pairs), tuple(other for _, other in pairs)
    verdict = Verdict.PASS if ours == theirs else Verdict.DIFFER
    return Outcome(line, case, asks, verdict, ours, theirs, rules.articles())


@dataclass(frozen=True, slots=True)
class Listed:
    """A difference that a report explains: the article that makes the other value wrong, and why."""

    article: str
    why: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """Differences of one result that a report explains by their values: each pair that differs is one of its pairs.

    So amounts of another year are named once, ours beside theirs, and not case by case.
    """

    asks: str
    pairs: frozenset[Pair]
    listed: Listed

    def fits(self, one: Outcome) -> bool:
        """Whether the difference is of this kind."""
        wrong = [pair for pair in zip(one.ours, one.theirs, strict=True) if pair[0] != pair[1]]
        return one.asks == self.asks and one.verdict is Verdict.DIFFER and self.pairs.issuperset(wrong)


def read_patterns(path: Path) -> tuple[Pattern, ...]:
    """The kinds of differences that a report, or a folder of them, explains by value (``asks``, ``ours``, ``theirs``).

    Raises: BadInput.
    """
    return tuple(
        Pattern(asks, _pairs(group), Listed(group["article"], group["why"]))
        for file in _reports(path)
        for group in _groups(file)
        for asks in group.get("asks", ())
    )


def _pairs(group: Mapping[str, Any]) -> frozenset[Pair]:
    return frozenset(zip(group["ours"], group["theirs"], strict=True))


def _reports(path: Path) -> list[Path]:
    return sorted(path.glob("*.json")) if path.is_dir() else [path]


def _groups(file: Path) -> list[dict[str, Any]]:
    """The groups of differences of a report, each whole."""
    try:
        groups: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))["differs"]
        paired = [group for group in groups if "asks" in group]
        lists = [group["cases"] for group in groups] + [group[side] for group in paired for side in ("ours", "theirs")]
        if (
            all(isinstance(one, list) for one in lists)
            and all(len(group["ours"]) == len(group["theirs"]) for group in paired)
            and all(group["article"] and group["why"] for group in groups)
        ):
            return groups
        problem = "a group lacks article, why or cases, or with asks the pairs of ours and theirs"
    except (OSError, ValueError, KeyError, TypeError) as error:
        problem = str(error)
    remedy = '{"differs": [{"article": …, "why": …, "cases": [id, …]}]}'
    raise BadInput(f"the report cannot be read: {problem}", where=Where(file.name), remedy=remedy) from None


def read_report(path: Path) -> dict[str, Listed]:
    """The explained differences of a report (``differs``: groups of article, why and case ids), by case id.

    ``path`` is one report or a folder of them (``*.json``). Raises: BadInput.
    """
    return {
        case: Listed(group["article"], group["why"])
        for file in _reports(path)
        for group in _groups(file)
        for case in group["cases"]
    }
