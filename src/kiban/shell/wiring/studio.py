"""The designer's desk on the loaded packs."""

from __future__ import annotations

from dataclasses import dataclass

from kiban.kernel.clock import Clock
from kiban.procedures.errors import UnknownPack
from kiban.procedures.plan import FactPlan, Origin, Plan
from kiban.shell.access import NotThere
from kiban.shell.locale import texts
from kiban.shell.screens import Edit, FormField, FormSection, LetterCard, PackCard, PackView
from kiban.shell.wiring.letters import render
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
        kind = "bundle" if pack in self.library.bundles else "procedure"
        return PackCard(pack, self.words.of_pack(pack, "title"), "", kind, len(self.library.checks(pack)))

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
            sections=tuple(self._section(plan, section.id, section.facts) for section in plan.sections),
            steps=tuple(self._step(plan, step.id, step.role, step.days) for step in plan.steps),
            laws=tuple(self.words.reason(law) for law in plan.law),
            letters=tuple(self._letter(pack, letter) for letter in self.library.letters.get(pack, ())),
            members=tuple(member.procedure for member in plan.members),
        )

    def _step(self, plan: Plan, *about: object) -> tuple[str, str, str]:
        step, role, days = about
        deadline = texts.plain("studio.days", n=days) if days else "―"
        return self.words.of_pack(plan.id, f"steps.{step}"), str(role or "―"), deadline

    def _section(self, plan: Plan, section: str, facts: tuple[str, ...]) -> FormSection:
        title = self.words.of_pack(plan.id, f"form.{section}")
        return FormSection(section, title, tuple(self._field(plan, plan.facts[fact]) for fact in facts))

    def _field(self, plan: Plan, fact: FactPlan) -> FormField:
        edit: Edit = "ask" if fact.origin is Origin.ASK else EDITS[fact.edit]
        where = f"{fact.holder}/{fact.item}" if fact.origin is Origin.EXCHANGE else fact.origin.value
        label = self.words.of_pack(plan.id, f"facts.{fact.id}")
        return FormField(fact.id, fact.id, label, fact.type, edit, source=self.words.source(where))

    def _letter(self, pack: str, letter: str) -> LetterCard:
        return LetterCard(letter, self.words.of_pack(pack, f"letters.{letter}.title"))

    def letter(self, pack: str, letter: str) -> bytes:
        if letter not in self.library.letters.get(pack, ()):
            raise NotThere(f"the pack {pack!r} has no letter {letter!r}", remedy="choose one of the list")
        shelf = self.library.shelf
        return render(
            {
                "title": shelf.text(pack, f"letters.{letter}.title", lang="ja"),
                "procedure": shelf.text(pack, "title", lang="ja"),
                "office": "見本市",
                "number": "見本",
                "date": f"{self.clock.now():%Y年%m月%d日}",
                "name": "見本 花子",
                "outcome": "認定します。",
                "reasons": [f"{law.text}（{law.law} {law.article}）" for law in shelf.plan(pack).law],
                "results": [["金額", "10,000円"]],
                "appeal": "この決定に不服があるときは、審査請求をすることができます。",
            }
        )
