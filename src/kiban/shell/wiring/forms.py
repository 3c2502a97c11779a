"""A draft as its plan page: fields with labels, origins and controls; and the page as changes of the draft."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kiban.kernel.clock import JST
from kiban.procedures import Change, Draft, FactState, Field, Slot
from kiban.procedures.form import fields, sections
from kiban.procedures.inheritance import heir_plain, heirs_of
from kiban.procedures.model import MEMBER, FactValue, Member, Value
from kiban.procedures.plan import Shelf
from kiban.procedures.values import full_name, plain
from kiban.shell.locale import formats, texts
from kiban.shell.ports import Submitted
from kiban.shell.screens import Edit, FormField, FormSection, Mover, Option
from kiban.shell.wiring.addresses import AddressBook
from kiban.shell.wiring.words import Words, yes_or_no

NOT_NAME = re.compile(r"[^A-Za-z0-9_]+")
PICK = "pick:"
RECORDS = {"account", "school", "household", "person_name"}


def control(key: str) -> str:
    """The name of a field's control: a letter first, then letters, digits and hyphens."""
    return "f-" + NOT_NAME.sub("-", key)


@dataclass(frozen=True, slots=True)
class Forms:
    """Translates between drafts and pages."""

    shelf: Shelf
    words: Words
    book: AddressBook

    def sections(self, draft: Draft) -> tuple[FormSection, ...]:
        """The form as the page shows it."""
        return tuple(
            FormSection(
                f"{section.pack}-{section.id}",
                self.words.of_pack(section.pack, f"form.{section.id}"),
                tuple(self.field(draft, one) for one in section.fields),
            )
            for section in sections(self.shelf, draft)
        )

    def field(self, draft: Draft, one: Field) -> FormField:
        """One fact: shown when it is known, asked when it is not."""
        value, fact = one.value, one.fact
        picked = self.path_of(draft, one.key)
        return FormField(
            name=control(one.key),
            key=one.key,
            label=self.label(draft, one),
            title=self.words.of_pack(one.pack, f"facts.{one.fact.id}"),
            whose=self._whose(draft, one),
            kind=fact.type,
            edit=_edit(one),
            shown=self.words.fact(one.pack, fact=fact.id, kind=fact.type, value=value),
            raw=rest_of(value.value) if picked else raw_of(fact.type, value.value),
            source=self.words.source(value.source) if value.source != "applicant" else "",
            as_of=value.as_of,
            state=value.state.value,
            reason=value.reason,
            before=self.words.value(fact.type, value.before) if value.state is FactState.CORRECTED else "",
            hint=texts.said("fact.account_hint") if fact.type == "account" else "",
            required=fact.required,
            options=self.options(draft, one, picked=picked),
            picked=self.book.labels(picked) if fact.type == "address" else (),
        )

    def label(self, draft: Draft, one: Field) -> str:
        """The field's label; whose it is stands behind it when it is asked of several."""
        label = self.words.of_pack(one.pack, f"facts.{one.fact.id}")
        return f"{label}（{self._whose(draft, one)}）" if one.member else label

    def _whose(self, draft: Draft, one: Field) -> str:
        return next((full_name(m.name) for m in draft.members if m.key == one.member), one.member)

    def options(self, draft: Draft, one: Field, *, picked: tuple[str, ...]) -> tuple[Option, ...]:
        """The choices of a field."""
        if one.fact.type == "member":
            return living(draft.members)
        if one.fact.type == "heir":
            return heirs(draft.facts, one.member)
        if one.fact.type == "boolean":
            return yes_or_no()
        if one.fact.type == "address":
            return self.book.choices(picked)
        return tuple(Option(c, self.words.of_pack(one.pack, f"choices.{one.fact.id}.{c}")) for c in one.fact.choices)

    def movers(self, draft: Draft) -> tuple[Mover, ...]:
        """The household."""
        return tuple(
            Mover(m.key, plain(dict(m.name)), _note(m.relation, formats.as_day(m.birth_date)), m.moves)
            for m in draft.members
        )

    def path_of(self, draft: Draft, key: str) -> tuple[str, ...]:
        """How far an address has been picked."""
        kept = draft.answers.get(PICK + key)
        return tuple(map(str, kept)) if isinstance(kept, list) else ()

    def changes(self, draft: Draft, sent: Submitted) -> dict[str, Change]:
        """What the page says about facts that the applicant may give or correct."""
        found: dict[str, Change] = {}
        for one in fields(self.shelf, draft):
            name = control(one.key)
            if one.editable and (name in sent.values or f"{name}-rest" in sent.values or f"{name}-1" in sent.values):
                given = self.given(draft, one, sent=sent)
                if given is not None or one.value.value is not None:
                    found[one.key] = Change(value=given, reason=sent.values.get(f"{name}-reason", ""))
        return found

    def given(self, draft: Draft, one: Field, *, sent: Submitted) -> Value:
        """The value that the page gives for a fact; a chosen person with their name."""
        text = sent.values.get(control(one.key), "")
        if one.fact.type == "member" and text:
            return chosen(draft.members, text)
        if one.fact.type == "heir" and text:
            return heir(draft.facts, text, member=one.member)
        if one.fact.type == "address":
            path = picked_path(one.key, sent)
            if not path and not sent.values.get(f"{control(one.key)}-rest"):
                return one.value.value  # nothing new was picked
            return self.book.address(path, rest=sent.values.get(f"{control(one.key)}-rest", ""))
        if one.fact.type in RECORDS and text:
            return one.value.value if text == plain(one.value.value) else {"text": text}
        return text or None

    def picks(self, draft: Draft, sent: Submitted) -> dict[str, Value]:
        """How far each address was picked on the page."""
        keys = [one.key for one in fields(self.shelf, draft) if one.fact.type == "address" and one.editable]
        return {PICK + key: list(picked_path(key, sent)) for key in keys if f"{control(key)}-1" in sent.values}

    def named(self, draft: Draft) -> dict[str, tuple[str, str]]:
        """Key of each field → name of its control and label, for the error summary."""
        return {one.key: (control(one.key), self.label(draft, one)) for one in fields(self.shelf, draft)}

    def kinds(self, draft: Draft) -> dict[str, str]:
        """Key of each field → its type."""
        return {one.key: one.fact.type for one in fields(self.shelf, draft)}


def living(members: Iterable[Member]) -> tuple[Option, ...]:
    """Who of the household can be chosen."""
    return tuple(Option(one.key, full_name(one.name)) for one in members if one.died_on is None)


def chosen(members: Iterable[Member], key: str) -> Value:
    """A chosen person with their name, as a fact of the type member holds it; of a stranger the key alone."""
    named: dict[str, Any] = next((dict(one.name) for one in members if one.key == key), {})
    return {"key": key, **named}


def heirs(facts: Mapping[str, FactValue], member: str) -> tuple[Option, ...]:
    """Which heir of one who died can be chosen."""
    return tuple(Option(one["key"], heir_plain(one)) for one in heirs_of(facts, member=member))


def heir(facts: Mapping[str, FactValue], key: str, *, member: str) -> Value:
    """A chosen heir as a fact of the type heir holds them; of a stranger the key alone."""
    return next((one for one in heirs_of(facts, member=member) if one["key"] == key), {"key": key})


def picked_path(key: str, sent: Submitted) -> tuple[str, ...]:
    """The codes of an address as far as the page has them; pressing "again" takes them back."""
    name = control(key)
    if sent.values.get("do") == f"unpick-{name}":
        return ()
    return tuple(_while_given(name, sent))


def _while_given(name: str, sent: Submitted) -> Iterator[str]:
    for level in range(1, 9):
        code = sent.values.get(f"{name}-{level}", "")
        if not code:
            return
        yield code


def _edit(one: Field) -> Edit:
    if one.value.value is None and one.value.state is not FactState.PENDING and one.fact.when != "examination":
        return "ask"
    if one.value.state is FactState.ADDED:
        return "ask"
    return "correct" if one.fact.edit == "correct" else "fixed" if one.fact.edit == "fixed" else "confirm"


def _note(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def raw_of(kind: str, value: Any) -> str:
    """A value as its control holds it."""
    if value is None or kind == "address":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if kind in {"member", "heir"}:
        return str(value["key"])
    return plain(value) if isinstance(value, dict | list) else str(value)


def rest_of(value: Value) -> str:
    """What was written behind the picked parts of an address."""
    return str(value.get("rest") or value.get("building") or "") if isinstance(value, dict) else ""


def bare(key: str) -> str:
    """A fact's name without the member."""
    return key.partition(MEMBER)[0]


def member_of(key: str) -> str:
    """The member whom a fact is of; empty for none."""
    return key.partition(MEMBER)[2]


def slot_option(slot: Slot) -> Option:
    """A time at a counter as one line of a choice, under its day."""
    return Option(
        slot.id, formats.as_appointment(slot.starts_at), group=formats.as_date(slot.starts_at.astimezone(JST))
    )
