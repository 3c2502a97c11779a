"""A finding of the link check in words: every person beside the record, each difference said plainly."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from kiban.linkage.desk.model import Choice, How, Item, Outcome, Verdict
from kiban.linkage.model import Person
from kiban.shell.console.link_screens import Beside, Cell
from kiban.shell.locale import formats, texts

ITEMS = {"name": "name", "kana": "kana", "birth": "birth_date", "sex": "sex", "address": "address"}
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
NO_DIFFERENCE = {How.SAME, How.VARIANT, How.MISSING}


def shown(person: Person, item: str) -> str:
    """An item of a person as its file has it; a day of birth and the sex in words."""
    raw = str(getattr(person, ITEMS[item]))
    if item == "birth" and ISO_DAY.fullmatch(raw):
        return _day(raw)
    return texts.plain(f"links.sex.{raw}") if item == "sex" and raw in {"1", "2"} else raw or "―"


def _day(raw: str) -> str:
    try:
        return formats.as_day(raw)
    except ValueError:  # no day of the calendar: as the file has it
        return raw


def items_of(person: Person) -> tuple[tuple[str, str], ...]:
    """All items of a person, labelled."""
    number = ((texts.plain("links.record"), person.record),) if person.record else ()
    return (*number, *((texts.plain(f"links.item.{item}"), shown(person, item)) for item in ITEMS))


def beside(item: Item) -> Beside:
    """The agency's record, the linked person and the likely right persons, side by side."""
    people = (item.linked, *item.choices)
    heads = [(texts.plain("links.head.record"), item.record.record)]
    heads += [(texts.plain("links.head.linked"), item.linked.person.record)]
    heads += [(_title(one, place), one.person.record) for place, one in enumerate(item.choices, start=1)]
    rows = [
        (texts.plain(f"links.item.{name}"), (Cell(shown(item.record, name)), *(_cell(one, name) for one in people)))
        for name in ITEMS
    ]
    return Beside(tuple(heads), tuple(rows))


def _title(choice: Choice, place: int) -> str:
    if choice.share is None:
        return texts.plain("links.head.searched", n=place)
    return texts.plain("links.head.choice", n=place, share=f"{min(choice.share, 0.999):.1%}")


def _cell(choice: Choice, item: str) -> Cell:
    how = next((line.how for line in choice.lines if line.item == item), How.MISSING)
    return Cell(shown(choice.person, item), texts.plain(f"links.how.{how.value}"), how not in {How.SAME, How.MISSING})


def explained(item: Item) -> tuple[tuple[str, str], ...]:
    """Each difference to the linked person: the item, and what it may mean."""
    return tuple(_explained(item))


def _explained(item: Item) -> Iterator[tuple[str, str]]:
    for line in item.linked.lines:
        if line.how is How.SAME:
            continue
        key = f"links.why.{line.item}.{line.how.value}"
        words = texts.plain(key) if texts.has(key) else texts.plain(f"links.why.any.{line.how.value}")
        yield texts.plain(f"links.item.{line.item}"), words


def differing(item: Item) -> list[str]:
    """Names of the items that differ from the linked person's."""
    return [
        texts.plain(f"links.item.{line.item}") for line in item.linked.lines if line.how not in NO_DIFFERENCE
    ]  # fmt: skip


def facts(
    item: Item, effect: bool | None, *, at_node: Outcome | None, named: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    """What was decided, by whom, and what came of it: in the office's system and at its exchange node."""
    node = ((texts.plain("links.node"), texts.plain(f"links.node.{at_node.value}")),) if at_node else ()
    return (*_facts(item, effect, named=named), *node)


def _facts(item: Item, effect: bool | None, *, named: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if item.verdict:
        reason = texts.plain(f"links.reason.{item.reason}")
        yield texts.plain("links.decision"), f"{texts.plain(f'links.verdict.{item.verdict.value}')}: {reason}"
    if item.verdict is Verdict.WRONG:
        choice = item.choice(item.right)
        who = f"{choice.person.name} ({choice.person.record})" if choice else texts.plain("links.nobody")
        yield texts.plain("links.right"), who
    if item.note:
        yield texts.plain("links.note"), item.note
    if item.proposed_by:
        yield texts.plain("links.proposed_by"), named.get(item.proposed_by, "")
    if item.confirmed_by:
        yield texts.plain("links.confirmed_by"), named.get(item.confirmed_by, "")
    for told in item.told:
        yield texts.plain(f"links.told.{told.who}"), texts.plain(f"links.channel.{told.channel}")
    if item.corrected:
        kind = "waits" if effect is None else "shown" if effect else "missing"
        yield texts.plain("links.effect"), texts.plain(f"links.effect.{kind}")
