"""Reading `rules.yaml`: every fault with file and line, and nothing is loaded that was not proved usable.

The form (all names Japanese or English words):

    id: jido-teate
    title: 児童手当
    law: {id: 346AC0000000073, title: 児童手当法}
    entities: [子]
    facts:
      生年月日: {of: 子, type: date, source: resident.household}
    parameters:
      基本額: {unit: 円/月, values: [{from: 2024-10-01, value: 10000, article: "6-1"}]}
    variables:
      支給月額:
        of: 子
        type: integer
        unit: 円/月
        formula: CASE WHEN … END         # or versions: [{from, to, formula, article}], or a table:
        # table: {inputs: [損害, 人数], rows: [[全壊, ">= 2", 1000000], [[全壊, 半壊], "-", 750000]], otherwise: 0}
        # table: {inputs: [人数], across: {級地: [1, 2, 3]}, rows: [[1, 300, 200, 100]], otherwise: 0}
        article: "6-1"                   # verified: false and why: where it was not compared with the law's text
        yes: {ja: …, ja-easy: …, en: …}  # plain words; {value} and names are filled in
    outputs: [支給月額]

A municipality's file names the national one in `extends: ../../../national/…/rules.yaml`, and holds only its own
parameters, variables and facts. A file that takes the results of several programmes names them in `uses` (`uses.py`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from kiban.kernel.errors import Where
from kiban.kernel.located import Located, Place, parse_located
from kiban.rules.checks import check_rule_set
from kiban.rules.decision import table_formula
from kiban.rules.errors import BadRule
from kiban.rules.formula import parse
from kiban.rules.model import Basis, Dated, Fact, Parameter, RuleSet, Sentences, Type, Variable, Version
from kiban.rules.uses import read_uses

BEGINNING = dt.date(1868, 1, 1)
TOP = {"id", "title", "law", "entities", "facts", "parameters", "variables", "outputs", "extends", "uses"}
FACT = {"of", "type", "source", "cost", "note"}
PARAMETER = {"unit", "type", "values", "note"}
DATED = {"from", "to", "known", "value", "law", "article", "title", "verified", "why", "source"}
VARIABLE = {"of", "type", "unit", "formula", "table", "versions", "article", "law", "title", "yes", "no", "unknown",
            "note", "from", "to", "known", "verified", "why"}  # fmt: skip
VERSION = {"from", "to", "known", "formula", "table", "article", "law", "title", "verified", "why"}
CITED = ("article", "law", "title", "verified", "why")
"""What the versions of a variable take from it where they do not say their own."""


def parse_rules(path: Path, *, name: str = "") -> tuple[RuleSet, dict[Path, str]]:
    """Read and check a rule file (`kept.load_rules` does this only when it was not done before).

    Args:
        path: a `rules.yaml`.
        name: how errors call the file; the path's name without one.

    Returns: the rules, and the SHA-256 of each file that they were read from.

    Raises:
        BadRule: with file, line, what is wrong and how to mend it.
    """
    read: dict[Path, str] = {}
    return _load(path, name=name or path.name, within=(), read=read), read


def _load(path: Path, *, name: str, within: tuple[Path, ...], read: dict[Path, str]) -> RuleSet:
    data = path.read_bytes()
    read[path] = hashlib.sha256(data).hexdigest()
    try:
        text = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8").read()
    except UnicodeDecodeError:
        raise BadRule("the file is not UTF-8", where=Where(name), remedy="save it as UTF-8") from None
    located = parse_located(text, file=name)
    content = located.value if isinstance(located.value, dict) else {}

    def other(given: Any, place: Place) -> RuleSet:
        under = (path.parent / str(given)).resolve()
        if not under.is_file() or under in within:
            raise BadRule(
                f"{given!r} " + ("goes in a circle" if under in within else "is no file"),
                where=located.where(place),
                remedy="write the way from this folder to the other rules.yaml",
            )
        return _load(under, name=str(given), within=(*within, path.resolve(), under), read=read)

    uses = content.get("uses") or {}
    others = {
        key: other(use.get("rules") if isinstance(use, dict) else None, ("uses", key))
        for key, use in (uses.items() if isinstance(uses, dict) else ())
    }
    base = None if content.get("extends") is None else other(content["extends"], ("extends",))
    return _rules(text, located, base=base, others=others)


def read_rules(text: str, *, file: str, base: RuleSet | None = None) -> RuleSet:
    """As :func:`parse_rules`, from text; ``base`` is the rule set that the text extends.

    Own parameters and variables stand in the place of those of the base with the same name; the base is not changed.
    """
    return _rules(text, parse_located(text, file=file), base=base, others={})


def _rules(text: str, located: Located, *, base: RuleSet | None, others: Mapping[str, RuleSet]) -> RuleSet:
    content, file = _mapping(located, (), allowed=TOP), located.file
    if "extends" in content and base is None:
        raise BadRule("extends needs the other file", where=located.where(("extends",)), remedy="load it from its path")
    if set(_names(located, "uses") if content.get("uses") else ()) != others.keys():
        raise BadRule("uses needs the other files", where=located.where(("uses",)), remedy="load it from its path")
    for key in ("id", "title", "law") if base else ("id", "title", "law", "outputs"):
        if key not in content:
            raise BadRule(f"{key} is missing", where=Where(file, 1), remedy="see docs/rules.md for the form")
    below = base or RuleSet("", "", {}, {}, {}, (), (), "")
    given = _list(located, ("entities",)) if "entities" in content else []
    entities = (*below.entities, *(str(one) for one in given if one not in below.entities))
    reader = _Reader(located, entities, law=_law(content["law"], located))
    used = read_uses(located, entities, others=others)
    marks = "".join(one.mark for one in (below, *others.values()))
    rules = RuleSet(
        id=str(content["id"]),
        title=str(content["title"]),
        facts={**below.facts, **dict(reader.facts())},
        parameters={**below.parameters, **used.parameters, **dict(reader.parameters())},
        variables={**below.variables, **used.variables, **dict(reader.variables())},
        entities=entities,
        outputs=tuple(map(str, _list(located, ("outputs",)) if "outputs" in content else below.outputs)),
        mark=hashlib.sha256((marks + text).encode()).hexdigest()[:16],
        file=file,
    )
    check_rule_set(rules, located)
    return rules


def _at(located: Located, place: Place) -> Any:
    value: Any = located.value
    for part in place:
        value = value[part]
    return value


def _list(located: Located, place: Place) -> list[Any]:
    """The list of plain values at a place."""
    value = _at(located, place)
    if not isinstance(value, list) or any(isinstance(one, dict | list) for one in value):
        raise BadRule("a list of names is needed here", where=located.where(place), remedy="write [one, other]")
    return value


def _mapping(located: Located, place: Place, *, allowed: set[str]) -> dict[str, Any]:
    value = _at(located, place)
    if not isinstance(value, dict):
        raise BadRule("a mapping is needed here", where=located.where(place), remedy="write name: value pairs")
    unknown = sorted(str(key) for key in value.keys() - allowed)
    if unknown:
        raise BadRule(
            f"unknown key {unknown[0][:40]!r}",
            where=located.where((*place, unknown[0])),
            remedy=f"keys are {', '.join(sorted(allowed))}",
        )
    return value


def _law(value: Any, located: Located) -> Basis:
    if not isinstance(value, dict) or "id" not in value:
        raise BadRule(
            "law needs the e-Gov id of the law",
            where=located.where(("law",)),
            remedy="law: {id: 346AC0000000073, title: 児童手当法}",
        )
    return Basis(str(value["id"]), "", str(value.get("title", "")))


def _names(located: Located, section: str) -> list[str]:
    """The names that a section gives; each is a word, as formulas have no other."""
    value = located.value[section]
    if not isinstance(value, dict):
        raise BadRule("a mapping is needed here", where=located.where((section,)), remedy="write name: value pairs")
    for name in value:
        if not isinstance(name, str):
            where = located.where((section, name))
            raise BadRule(f"{str(name)[:40]} is a number, not a name", where=where, remedy="begin it with a letter")
    return list(value)


class _Reader:
    """Turns the located YAML into values; every refusal names the line."""

    def __init__(self, located: Located, entities: tuple[str, ...], *, law: Basis) -> None:
        self.located = located
        self.entities = entities
        self.law = law

    def _named(self, section: str, allowed: set[str]) -> Iterator[tuple[str, Place, dict[str, Any]]]:
        if not self.located.value.get(section):
            return
        for name in _names(self.located, section):
            place: Place = (section, name)
            yield name, place, _mapping(self.located, place, allowed=allowed)

    def _type(self, fields: Mapping[str, Any], place: Place, *, default: Type) -> Type:
        word = fields.get("type", default)
        if not isinstance(word, str) or word not in set(Type):
            raise BadRule(
                f"{str(word)[:40]!r} is no type",
                where=self.located.where((*place, "type")),
                remedy=f"types are {', '.join(Type)}",
            )
        return Type(word)

    def _of(self, fields: Mapping[str, Any], place: Place) -> str:
        of = str(fields.get("of", ""))
        if of and of not in self.entities:
            raise BadRule(
                f"{of[:40]!r} is no entity",
                where=self.located.where((*place, "of")),
                remedy=f"entities are {', '.join(self.entities) or 'none'}",
            )
        return of

    def _basis(self, fields: Mapping[str, Any], place: Place) -> Basis:
        article = str(fields.get("article", ""))
        if not article:
            raise BadRule(
                "the article is missing", where=self.located.where(place), remedy='cite it as article: "6-1" (条-項-号)'
            )
        if "law" in fields:
            return Basis(str(fields["law"]), article, str(fields.get("title", "")))
        return replace(self.law, article=article)

    def _date(self, fields: Mapping[str, Any], key: str, *, place: Place) -> dt.date | None:
        value = fields.get(key)
        if value is not None and not isinstance(value, dt.date):
            raise BadRule(
                f"{str(value)[:40]!r} is no date", where=self.located.where((*place, key)), remedy="write 2024-10-01"
            )
        return value

    def facts(self) -> Iterator[tuple[str, Fact]]:
        for name, place, fields in self._named("facts", FACT):
            kind = self._type(fields, place, default=Type.INTEGER)
            source = str(fields.get("source", ""))
            cost = fields.get("cost", 0 if source and source != "ask" else 2)
            if not isinstance(cost, int) or not 0 <= cost < 1000:
                raise BadRule("cost is a small number", where=self.located.where((*place, "cost")), remedy="cost: 2")
            yield name, Fact(name, kind, self._of(fields, place), source, cost)

    def parameters(self) -> Iterator[tuple[str, Parameter]]:
        for name, place, fields in self._named("parameters", PARAMETER):
            values = fields.get("values")
            if not isinstance(values, list) or not values:
                raise BadRule(
                    "a parameter needs values",
                    where=self.located.where(place),
                    remedy="values: [{from: 2025-04-01, value: 10000, article: 6-1}]",
                )
            dated = tuple(self._dated((*place, "values", number)) for number in range(len(values)))
            kind = Type.NUMBER if any(isinstance(one.value, str) for one in dated) else Type.INTEGER
            self._no_overlap(dated, place)
            yield name, Parameter(name, kind, str(fields.get("unit", "")), dated)

    def _dated(self, place: Place) -> Dated:
        fields = _mapping(self.located, place, allowed=DATED)
        value = fields.get("value")
        if isinstance(value, float | bool) or not isinstance(value, int | str):
            raise BadRule(
                "a value is a whole number, or a decimal in quotes",
                where=self.located.where(place),
                remedy='value: 10000, or value: "0.025" (exact, no floating point)',
            )
        start = self._date(fields, "from", place=place) or BEGINNING
        known = self._date(fields, "known", place=place) or BEGINNING
        end = self._date(fields, "to", place=place)
        return Dated(value, start, end, known, self._basis(fields, place), *self._checked(fields, place))

    def _checked(self, fields: Mapping[str, Any], place: Place) -> tuple[bool, str]:
        """Whether a value, formula or table was compared with the law's text; if not, why."""
        verified, why = bool(fields.get("verified", True)), str(fields.get("why", ""))
        if not verified and not why:
            raise BadRule("what is not verified says why", where=self.located.where(place), remedy="add why: …")
        return verified, why

    def _no_overlap(self, spans: Sequence[Dated | Version], place: Place) -> None:
        """Two spans known on the same day must not overlap; later knowledge may correct earlier."""
        ordered = sorted(spans, key=lambda span: (span.known, span.start))
        for one, two in pairwise(ordered):
            if one.known == two.known and (one.end is None or one.end >= two.start):
                raise BadRule(
                    f"two periods overlap on {two.start}",
                    where=self.located.where(place),
                    remedy=f"end the earlier one: to: {two.start - dt.timedelta(days=1)}",
                )

    def variables(self) -> Iterator[tuple[str, Variable]]:
        for name, place, fields in self._named("variables", VARIABLE):
            versions = tuple(self._versions(fields, place))
            self._no_overlap(versions, place)
            words = Sentences(*(self._words(fields, place, key=key) for key in ("yes", "no", "unknown")))
            kind = self._type(fields, place, default=Type.INTEGER)
            yield name, Variable(name, kind, self._of(fields, place), str(fields.get("unit", "")), versions, words)

    def _words(self, fields: Mapping[str, Any], place: Place, *, key: str) -> dict[str, str]:
        words = fields.get(key) or {}
        if not isinstance(words, dict) or not all(isinstance(one, str) for pair in words.items() for one in pair):
            where = self.located.where((*place, key))
            raise BadRule("a sentence stands in three languages", where=where, remedy="{ja: …, ja-easy: …, en: …}")
        return words

    def _versions(self, fields: Mapping[str, Any], place: Place) -> Iterator[Version]:
        if len({"formula", "table", "versions"} & fields.keys()) != 1:
            raise BadRule(
                "a variable has either a formula, a table or versions",
                where=self.located.where(place),
                remedy="keep one of the three",
            )
        if "versions" not in fields:
            yield self._version(fields, place, inherited={})
            return
        if not isinstance(fields["versions"], list) or not fields["versions"]:
            raise BadRule("versions are a list", where=self.located.where((*place, "versions")), remedy="- from: …")
        for number in range(len(fields["versions"])):
            inner: Place = (*place, "versions", number)
            yield self._version(_mapping(self.located, inner, allowed=VERSION), inner, inherited=fields)

    def _version(self, fields: Mapping[str, Any], place: Place, *, inherited: Mapping[str, Any]) -> Version:
        cited = {key: inherited[key] for key in CITED if key in inherited} | dict(fields)
        given = "table" if "table" in fields else "formula"
        where = self.located.where((*place, given))
        text = table_formula(fields["table"], where=where) if given == "table" else str(fields.get("formula", ""))
        formula = parse(text, entities=self.entities, where=where)
        start = self._date(fields, "from", place=place) or BEGINNING
        known = self._date(fields, "known", place=place) or dt.date.min
        end = self._date(fields, "to", place=place)
        basis, checked = self._basis(cited, place), self._checked(cited, place)
        return Version(formula, " ".join(text.split()), start, end, basis, known, *checked)
