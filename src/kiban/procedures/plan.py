"""A pack as intake and case work run it: overlays merged, roles and sources resolved to plain values. No I/O."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, Protocol, TypeAlias

from kiban.procedures.model import MEMBER, Places, Reason, Value

Lang: TypeAlias = Literal["ja", "ja-easy", "en"]


class Origin(StrEnum):
    """Where a fact comes from."""

    CARD = "card"
    EXCHANGE = "exchange"
    REGISTRY = "registry"
    RULE = "rule"
    BUNDLE = "bundle"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class FactPlan:
    """One fact of a pack.

    ``origin`` with ``holder``/``item``/``path`` (exchange), or ``name`` (rule, bundle fact, registry); ``each`` is
    ``none``, ``member``, ``child`` or ``deceased``; ``edit`` is ``fixed``, ``confirm`` or ``correct``; ``when`` is
    ``prefill`` or ``examination``; ``nothing`` is the value when the holder has no record.
    """

    id: str
    type: str
    origin: Origin
    holder: str = ""
    item: str = ""
    path: str = ""
    name: str = ""
    when: str = "prefill"
    each: str = "none"
    edit: str = "confirm"
    required: bool = True
    nothing: Value = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SectionPlan:
    """A part of a form: its facts in order."""

    id: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AttachmentPlan:
    """A document that the law still demands: which article demands it, and the rule by which it is needed."""

    id: str
    law: str
    article: str
    needed: str = ""


@dataclass(frozen=True, slots=True)
class StepPlan:
    """One step: who acts, until when, what follows each outcome (a step's id or ``end``).

    A register step makes its ``change`` once, or for ``each`` member or child; ``data`` names the fact behind each
    value that the node's mapping asks for, ``only`` the fact or result without which a member is left out. A decision
    fixes ``results`` (rules) beside its outcome.
    """

    id: str
    kind: str
    role: str = ""
    days: int | None = None
    auto: str = ""
    four_eyes: bool = False
    enquire: tuple[str, ...] = ()
    outcomes: Mapping[str, str] = field(default_factory=dict)
    letter: str = ""
    notice: str = ""
    change: str = ""
    each: str = "none"
    only: str = ""
    data: Mapping[str, str] = field(default_factory=dict)
    results: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BenefitPlan:
    """A benefit: amount by rule, months and day of payment; ``ends``: the pack ends one; ``each_case``: see packs."""

    id: str
    amount: str = ""
    months: tuple[int, ...] = ()
    day: int = 10
    account: str = ""
    ends: bool = False
    once: bool = False
    each_case: bool = False


@dataclass(frozen=True, slots=True)
class AppealPlan:
    """A complaint that a law sends elsewhere than to the deciding authority; ``decision_first``: 審査請求前置."""

    to: str
    decision_first: bool = False


@dataclass(frozen=True, slots=True)
class MemberPlan:
    """A procedure in a bundle and the rule by which it applies (empty: always)."""

    procedure: str
    applies: str = ""


@dataclass(frozen=True, slots=True)
class QuestionPlan:
    """A plain guidance question: the fact that its answer is."""

    id: str
    fact: str


@dataclass(frozen=True, slots=True)
class Plan:
    """One pack, procedure or bundle.

    ``visit``: a reserved visit is part of it; ``units``: each rule's unit; ``home``: which place the applicant's is.
    """

    id: str
    version: str
    office_kind: str = "municipality"
    office_which: str = "destination"
    affair: str = "self"
    facts: Mapping[str, FactPlan] = field(default_factory=dict)
    sections: tuple[SectionPlan, ...] = ()
    attachments: tuple[AttachmentPlan, ...] = ()
    steps: tuple[StepPlan, ...] = ()
    benefit: BenefitPlan | None = None
    members: tuple[MemberPlan, ...] = ()
    questions: tuple[QuestionPlan, ...] = ()
    law: tuple[Reason, ...] = ()
    appeal: AppealPlan | None = None
    base_date: dt.date | None = None
    home: str = "origin"
    units: Mapping[str, str] = field(default_factory=dict)

    @property
    def visit(self) -> bool:
        return any(step.kind == "visit" for step in self.steps)

    @property
    def deciding(self) -> StepPlan:
        """The step at which the case is decided; of a plan that has one."""
        return next(step for step in self.steps if step.kind == "decide")

    def step(self, step_id: str) -> StepPlan | None:
        return next((step for step in self.steps if step.id == step_id), None)

    def form_facts(self) -> Iterator[FactPlan]:
        """Facts of the form in the order they are shown."""
        for section in self.sections:
            for name in section.facts:
                yield self.facts[name]


@dataclass(frozen=True, slots=True)
class Judgment:
    """A rule's answer: its value (None: not decidable), the reasons, and the facts that could still change it."""

    value: Value
    reasons: tuple[Reason, ...] = ()
    unknown: tuple[str, ...] = ()


class Shelf(Protocol):
    """The packs that are loaded."""

    def plan(self, pack: str) -> Plan:
        """Raises: UnknownPack."""
        ...

    def own(self, procedure: str, *, agency: str) -> str:
        """The agency's own pack that stands in the place of a procedure; the procedure itself where it has none."""
        ...

    def text(self, pack: str, path: str, *, lang: Lang) -> str:
        """A text of the pack; the path itself when the pack has none."""
        ...

    def letter(self, pack: str, letter: str) -> str:
        """The typst source of a letter that the pack brings; empty when it brings none."""
        ...


class Rules(Protocol):
    """Evaluates a pack's rules, three-valued: facts that are missing or None are unknown."""

    def judge(self, pack: str, rule: str, *, facts: Mapping[str, Value], on: dt.date) -> Judgment: ...


OFFICE_PREFIX = {"education_board": "education-"}
UNION_PREFIX = {"elderly_union": "elderly-"}
"""Kinds of which each prefecture has one (広域連合): the id ends with the first two digits of a municipality's code."""
SINGLE = {"pension": "nenkin", "tax_office": "tax-office", "health_insurer": "health-insurer",
          "digital_agency": "digital-agency"}  # fmt: skip
"""Kinds of which an applicant deals with one agency, and its id."""
OFFICE_NAMES = {"nenkin": "日本年金機構", "tax-office": "税務署", "health-insurer": "健康保険の保険者",
                "digital-agency": "デジタル庁"}  # fmt: skip
"""What those agencies are called where a person signs."""


def agency_of(word: str, places: Places) -> str:
    """The agency's id that a pack's word (``origin``, ``destination``, a kind, or an id) means in this draft."""
    if word in {"origin", "destination"}:
        return places.origin if word == "origin" else places.destination
    kind, _, which = word.partition(":")
    if kind in OFFICE_PREFIX:
        return OFFICE_PREFIX[kind] + agency_of(which or "destination", places)
    if kind in UNION_PREFIX:
        return UNION_PREFIX[kind] + agency_of(which or "origin", places)[:2]
    return SINGLE.get(word, word)


def office_of(plan: Plan, places: Places) -> str:
    """The competent agency of a procedure."""
    which = plan.office_which
    if which == "residence":
        which = "destination" if places.destination else "origin"
    if plan.office_kind == "municipality":
        return agency_of(which, places)
    if plan.office_kind in {*OFFICE_PREFIX, *UNION_PREFIX}:
        return agency_of(f"{plan.office_kind}:{which}", places)
    return agency_of(plan.office_kind, places)


def split_key(key: str) -> tuple[str, str, str]:
    """Procedure, fact and member of a draft's fact key."""
    head, _, member = key.partition(MEMBER)
    procedure, _, fact = head.rpartition(":")
    return procedure, fact, member


def at_path(data: Value, path: str) -> Value:
    """The part of a JSON value at a dotted path; the whole for an empty one; None when it is not there."""
    for word in filter(None, path.split(".")):
        if isinstance(data, dict):
            data = data.get(word)
        elif isinstance(data, list) and word.isdecimal() and int(word) < len(data):
            data = data[int(word)]
        else:
            return None
    return data
