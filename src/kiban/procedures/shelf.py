"""The loaded packs as intake and case work run them: see :class:`kiban.procedures.plan.Shelf`. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from kiban.packs.loaded import Loaded
from kiban.packs.model import Attachment, Basis, Benefit, Fact, Pack, Step
from kiban.procedures.errors import UnknownPack
from kiban.procedures.model import Reason
from kiban.procedures.plan import (
    AppealPlan,
    AttachmentPlan,
    BenefitPlan,
    FactPlan,
    Lang,
    MemberPlan,
    Origin,
    Plan,
    QuestionPlan,
    SectionPlan,
    StepPlan,
)
from kiban.rules import Basis as Cited
from kiban.rules import RuleSet
from kiban.rules.explain import address


class PackShelf:
    """Plans, words and letters of packs."""

    def __init__(self, loaded: Mapping[str, Loaded]) -> None:
        self.loaded = loaded

    @cached_property
    def plans(self) -> Mapping[str, Plan]:
        """Every pack's plan by its id."""
        return {one.pack.id: plan_of(one.pack, rules=one.rules) for one in self.loaded.values()}

    def plan(self, pack: str) -> Plan:
        """Raises: UnknownPack."""
        try:
            return self.plans[pack]
        except KeyError:
            raise UnknownPack(f"no pack {pack!r} is loaded", remedy="run kiban pack check; see KIBAN_PACKS") from None

    def own(self, procedure: str, *, agency: str) -> str:
        """See Shelf: a municipality's overlay, unless it pays a benefit of its own beside the procedure."""
        return self._towns.get((procedure, agency), procedure)

    @cached_property
    def _towns(self) -> Mapping[tuple[str, str], str]:
        return {
            (one.pack.extends, town): one.pack.id
            for one in self.loaded.values()
            if (town := town_of(one)) and replaces(one, self.loaded)
        }

    def text(self, pack: str, path: str, *, lang: Lang) -> str:
        """A text of the pack; the path itself when the pack has none."""
        one = self.loaded.get(pack)
        return one.texts.say(path, lang=lang) if one else path

    def letter(self, pack: str, letter: str) -> str:
        """The typst source of a letter that the pack brings; empty when it brings none."""
        one = self.loaded.get(pack)
        return one.letters.get(letter, "") if one else ""


TOWNS = "municipalities"


def town_of(one: Loaded) -> str:
    """The code of the municipality whose own pack it is; empty for the others."""
    top, _, rest = one.name.partition("/")
    return rest.partition("/")[0] if top == TOWNS else ""


def replaces(one: Loaded, loaded: Mapping[str, Loaded]) -> bool:
    """An overlay stands in the place of what it extends, unless it pays a benefit of its own beside it."""
    base = loaded.get(one.pack.extends)
    paid = {pack.benefit.id for pack in (one.pack, base.pack) if pack.benefit} if base else set()
    return base is not None and len(paid) < 2


def plan_of(pack: Pack, *, rules: RuleSet | None = None) -> Plan:
    """A pack as a plan, with the units of its rules."""
    benefit = pack.benefit
    return Plan(
        id=pack.id,
        version=pack.version,
        office_kind=pack.office.kind,
        office_which=pack.office.which,
        affair=pack.affair,
        facts={name: _fact(name, fact) for name, fact in pack.facts.items()},
        sections=tuple(SectionPlan(section.id, section.facts) for section in pack.form),
        attachments=tuple(_attachment(one) for one in pack.attachments),
        steps=tuple(_step(step) for step in pack.steps),
        benefit=_benefit(benefit) if benefit else None,
        members=tuple(MemberPlan(member.procedure, member.applies) for member in pack.members),
        questions=tuple(QuestionPlan(question.id, question.fact) for question in pack.questions),
        law=tuple(_reason(basis) for basis in pack.law),
        appeal=AppealPlan(pack.appeal.to, pack.appeal.decision_first) if pack.appeal else None,
        base_date=pack.base_date,
        home=pack.home,
        units={name: one.unit for name, one in rules.variables.items() if one.unit} if rules else {},
    )


def _fact(name: str, fact: Fact) -> FactPlan:
    source = fact.source
    return FactPlan(
        id=name,
        type=fact.type,
        origin=Origin(source.kinds()[0]),
        holder=source.holder,
        item=source.item,
        path=source.path,
        name=source.bundle or source.rule or source.card or source.registry,
        when=fact.when,
        each=fact.each,
        edit=fact.edit,
        required=fact.required,
        nothing=fact.nothing,
        choices=fact.choices,
    )


def _benefit(one: Benefit) -> BenefitPlan:
    return BenefitPlan(one.id, one.amount, one.months, one.day, one.account, one.ends, one.once, one.each_case)


def _attachment(one: Attachment) -> AttachmentPlan:
    return AttachmentPlan(one.id, one.law, one.article, one.needed)


def _step(step: Step) -> StepPlan:
    return StepPlan(
        id=step.id,
        kind=step.kind,
        role=step.role,
        days=step.deadline.days if step.deadline else None,
        auto=step.auto,
        four_eyes=step.four_eyes,
        enquire=step.enquire,
        outcomes=step.outcomes,
        letter=step.letter,
        notice=step.notice,
        change=step.change,
        each=step.each,
        only=step.only,
        data=step.data,
        results=step.results,
    )


def _reason(basis: Basis) -> Reason:
    where = address(Cited(basis.law, basis.article))
    return Reason(text=basis.text, law=basis.title, article=article(basis.article), address=where)


def article(number: str) -> str:
    """``22-1-3`` as 22条1項3号, ``4の2`` as 4条の2 (the way statutes are cited)."""
    parts = [part for part in number.split("-") if part]
    return "".join(_part(part, mark) for part, mark in zip(parts, ("条", "項", "号"), strict=False))


def _part(part: str, mark: str) -> str:
    head, joint, tail = part.partition("の")
    return f"{head}{mark}{joint}{tail}" if mark == "条" else f"{part}{mark}"
