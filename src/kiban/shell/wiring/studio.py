"""The designer's desk on the loaded packs."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from kiban.cases import Outcome
from kiban.cases.letters.render import OUTCOMES, compile_letter
from kiban.identity.staff import roles
from kiban.kernel.clock import Clock
from kiban.procedures.errors import UnknownPack
from kiban.procedures.plan import FactPlan, Origin, Plan, SectionPlan, StepPlan
from kiban.shell.errors import NotThere
from kiban.shell.locale import texts
from kiban.shell.screens import Edit, FormField, FormSection, LetterCard, PackCard, PackView
from kiban.shell.wiring.library import Library
from kiban.shell.wiring.words import Words

EDITS: dict[str, Edit] = {"fixed": "fixed", "confirm": "confirm", "correct": "correct"}


@dataclass(frozen=True, slots=True)
class StudioDesk:
    """See `kiban.shell.ports.Studio`."""

    library: Library
    words: Words
    clock: Clock

    def packs(self) -> tuple[PackCard, ...]:
        return tuple(self._card(pack) for pack in self.library.packs)

    def _card(self, pack: str) -> PackCard:
        kind = "bundle" if self._members(pack) else "procedure"
        return PackCard(pack, self.words.of_pack(pack, "title"), "", kind, len(self.library.checks(pack)))

    def _members(self, pack: str) -> tuple[str, ...]:
        """The procedures of a life event; none of a procedure, and of a pack that was not loaded."""
        try:
            return tuple(member.procedure for member in self.library.shelf.plan(pack).members)
        except UnknownPack:
            return ()

    def pack(self, pack: str) -> PackView:
        if pack not in self.library.packs:
            raise NotThere(f"there is no pack {pack!r}", remedy="choose one of the list")
        faults = self.library.checks(pack)
        try:
            plan = self.library.shelf.plan(pack)
        except UnknownPack:  # it was not loaded because of its faults, which the page shows
            return PackView(self._card(pack), "", faults, (), (), ())
        return PackView(
            card=self._card(pack),
            summary=self.words.of_pack(pack, "summary"),
            faults=faults,
            sections=tuple(self._section(plan, section) for section in plan.sections),
            steps=tuple(self._step(plan, step) for step in plan.steps),
            laws=tuple(self.words.reason(law) for law in plan.law),
            letters=tuple(self._letter(pack, letter) for letter in self.library.letters.get(pack, ())),
            members=tuple((one, self.words.of_pack(one, "title")) for one in self._members(pack)),
        )

    def _step(self, plan: Plan, step: StepPlan) -> tuple[str, str, str]:
        deadline = texts.said("studio.days", n=step.days) if step.days else "―"
        return self.words.of_pack(plan.id, f"steps.{step.id}"), _role(step.role), deadline

    def _section(self, plan: Plan, section: SectionPlan) -> FormSection:
        title = self.words.of_pack(plan.id, f"form.{section.id}")
        return FormSection(section.id, title, tuple(self._field(plan, plan.facts[fact]) for fact in section.facts))

    def _field(self, plan: Plan, fact: FactPlan) -> FormField:
        edit: Edit = "ask" if fact.origin is Origin.ASK else EDITS[fact.edit]
        where = f"{fact.holder.partition(':')[0]}/{fact.item}" if fact.origin is Origin.EXCHANGE else fact.origin.value
        label = self.words.of_pack(plan.id, f"facts.{fact.id}")
        return FormField(fact.id, fact.id, label, fact.type, edit, source=self.words.source(where))

    def _letter(self, pack: str, letter: str) -> LetterCard:
        return LetterCard(letter, self.words.of_pack(pack, f"letters.{letter}.title"))

    def letter(self, pack: str, letter: str) -> bytes:
        if letter not in self.library.letters.get(pack, ()):
            raise NotThere(f"the pack {pack!r} has no letter {letter!r}", remedy="choose one of the list")
        return compile_letter(self.library.shelf.letter(pack, letter) or own_template(), self._sample(pack, letter))

    def _sample(self, pack: str, letter: str) -> dict[str, Any]:
        """What the template reads, with a sample person."""
        shelf, day = self.library.shelf, self.clock.now()
        return {
            "title": shelf.text(pack, f"letters.{letter}.title", lang="ja"),
            "date": f"{day.year}年{day.month}月{day.day}日",
            "number": "見本",
            "addressee": "見本 花子",
            "office": shelf.text(pack, "office", lang="ja"),
            "outcome": OUTCOMES[Outcome.GRANTED],
            "reasons": [f"{law.text}（{law.law} {law.article}）" for law in shelf.plan(pack).law],
            "results": [],
            "appeal": "",
            "facts": dict.fromkeys(shelf.plan(pack).facts, "見本"),
        }


def _role(role: str) -> str:
    """What officers call a role, in the present language."""
    named = roles().get(role)
    return str(named.get(texts.language()) or named["ja"]) if named else "―"


def own_template() -> str:
    """The platform's own template, for packs that bring none."""
    return (files("kiban.cases.letters") / "letter.typ").read_text(encoding="utf-8")
