"""A pack as its YAML says it: regulation, business and system of one service (制度・業務・システムの三位一体).

Every value of ``pack.yaml`` is here and nothing else is read (unknown keys are refused); the JSON Schema that editors
use is made from these types. Words for the public stand in ``texts.*.yaml``, rules in ``rules.yaml``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta, field

Each: TypeAlias = Literal["none", "member", "child", "deceased"]
"""Of whom a fact or change is: the household, each living member, each child (児童), each member who died."""
ID = r"^[a-z][a-z0-9_]*(-[a-z0-9_]+)*$"
Id: TypeAlias = Annotated[str, Meta(pattern=ID, max_length=60)]
"""Lower-case ASCII words joined by hyphens."""

Lang: TypeAlias = Literal["ja", "ja-easy", "en"]
LANGUAGES: tuple[Lang, ...] = ("ja", "ja-easy", "en")

FactType: TypeAlias = Literal[
    "text", "date", "person_name", "address", "integer", "money", "boolean", "choice", "account", "household", "school",
    "member", "heirs", "heir"
]  # fmt: skip
StepKind: TypeAlias = Literal["check", "enquire", "decide", "register", "pay", "notify", "issue", "visit"]
OfficeKind: TypeAlias = Literal[
    "municipality", "education_board", "pension", "tax_office", "health_insurer", "elderly_union"
]  # fmt: skip
ProcedureType: TypeAlias = Literal[
    "申請等", "申請等に基づく処分通知等", "申請等に基づかない処分通知等", "縦覧等", "作成・保存等"
]
"""手続類型 of the national procedure survey (行政手続等の棚卸)."""
Party: TypeAlias = Literal["国民等", "民間事業者等", "国民等、民間事業者等", "国", "地方等", "独立行政法人等"]
"""手続主体 and 手続の受け手 of the survey."""


class Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of a pack: immutable, and closed to keys that nobody reads."""


class Basis(Strict, frozen=True, kw_only=True):
    """What the pack rests on: e-Gov law id, title, article as 条-項-号, and what it says in plain words."""

    law: str
    title: str
    article: str
    text: str = ""
    verified: bool = True
    why: str = ""


class Period(Strict, frozen=True, kw_only=True):
    """From … to (inclusive; no end: in force)."""

    start: dt.date = field(name="from")
    to: dt.date | None = None


class Survey(Strict, frozen=True, kw_only=True):
    """The service in the words of the national procedure survey (行政手続等の棚卸)."""

    type: ProcedureType
    filer: Party
    receiver: Party
    events: tuple[str, ...] = ()


class Office(Strict, frozen=True, kw_only=True):
    """The competent agency: its kind, and which one of that kind in a move."""

    kind: OfficeKind = "municipality"
    which: Literal["origin", "destination", "residence"] = "residence"


class Source(Strict, frozen=True, kw_only=True):
    """Where a fact comes from: exactly one of an office's record, the bundle, a rule, or the applicant.

    ``ask`` says why nobody else can know it (once-only: what an office can supply is not asked).
    """

    holder: str = ""
    item: str = ""
    path: str = ""
    bundle: str = ""
    rule: str = ""
    card: str = ""
    registry: str = ""
    ask: str = ""

    def kinds(self) -> tuple[str, ...]:
        """Which of the sources are named."""
        named = {"exchange": self.item, "bundle": self.bundle, "rule": self.rule, "card": self.card}
        return tuple(kind for kind, value in {**named, "registry": self.registry, "ask": self.ask}.items() if value)


class Fact(Strict, frozen=True, kw_only=True):
    """One fact: its type, where it comes from, when it is fetched, of whom, and what the applicant may do with it."""

    type: FactType
    source: Source
    when: Literal["prefill", "examination"] = "prefill"
    each: Each = "none"
    edit: Literal["fixed", "confirm", "correct"] = "confirm"
    required: bool = True
    nothing: bool | int | str | None = None
    """The value when the holder answers that it holds no record (a register without an entry says no)."""
    choices: tuple[str, ...] = ()
    article: str = ""


class Section(Strict, frozen=True, kw_only=True):
    """A part of the form."""

    id: Id
    facts: tuple[str, ...]


class Question(Strict, frozen=True, kw_only=True):
    """A plain question of the guidance: the fact that its answer is."""

    id: Id
    fact: str


class Attachment(Strict, frozen=True, kw_only=True):
    """A document that the law still demands, with the article, and the rule by which it is needed."""

    id: Id
    law: str
    article: str
    needed: str = ""


class Deadline(Strict, frozen=True, kw_only=True):
    """Days until the step must be done, and the article or standard (標準処理期間) that says so."""

    days: Annotated[int, Meta(ge=1, le=366)]
    basis: str


class Step(Strict, frozen=True, kw_only=True):
    """One step of the business."""

    id: Id
    kind: StepKind
    role: str
    deadline: Deadline | None = None
    auto: str = ""
    four_eyes: bool = False
    enquire: tuple[str, ...] = ()
    outcomes: Mapping[str, str] = {}
    letter: str = ""
    notice: str = ""
    change: str = ""
    each: Each = "none"
    only: str = ""
    """A fact or result of each member: those for whom it is not so are left out."""
    data: Mapping[str, str] = {}
    results: tuple[str, ...] = ()
    """Rules whose values a decision fixes beside its outcome."""
    demands: str = ""
    """The law that demands presence, paper or a seal, where the step does."""


class Benefit(Strict, frozen=True, kw_only=True):
    """A benefit: the rule of its monthly amount, months and day of payment, the fact with the account; or its end."""

    id: Id
    amount: str = ""
    months: tuple[Annotated[int, Meta(ge=1, le=12)], ...] = ()
    day: Annotated[int, Meta(ge=1, le=31)] = 10
    account: str = ""
    ends: bool = False
    once: bool = False
    """Paid one time, on the next payday; ``amount`` is then the whole amount."""
    each_case: bool = False
    """With ``once``: another case is paid again (a grant for another death); without it a person gets it once ever."""


class Appeal(Strict, frozen=True, kw_only=True):
    """A complaint that a law sends elsewhere than to the deciding authority ({agency}, {prefecture} are filled in)."""

    to: str
    decision_first: bool = False
    basis: str


class Member(Strict, frozen=True, kw_only=True):
    """A procedure of a bundle and the rule by which it applies (none: always)."""

    procedure: str
    applies: str = ""


class RuleFact(Strict, frozen=True, kw_only=True):
    """How a fact of the rules follows from a fact of the pack.

    ``any``: it is yes when the fact is known; ``is``/``is_not``: yes when the fact is (not) one of the words;
    ``words``: another word for each; with none of them it is the fact itself. ``take`` makes one value of the members'.
    Without a fact it is ``value`` for every applicant, and ``why`` says what makes it so.
    """

    fact: str = ""
    path: str = ""
    any: bool = False
    one_of: tuple[str | bool, ...] | None = field(default=None, name="is")
    none_of: tuple[str | bool, ...] | None = field(default=None, name="is_not")
    words: Mapping[str, str] = {}
    take: Literal["", "sum", "all", "latest", "count"] = ""
    value: bool | int | str | None = None
    why: str = ""


class Pack(Strict, frozen=True, kw_only=True):
    """One service: a procedure, or a bundle of procedures for a life event."""

    id: Id
    kind: Literal["procedure", "bundle"] = "procedure"
    version: str = "1"
    extends: str = ""
    office: Office = Office()
    affair: str = "self"
    law: tuple[Basis, ...] = ()
    in_force: Period | None = None
    survey: Survey | None = None
    facts: Mapping[str, Fact] = {}
    form: tuple[Section, ...] = ()
    questions: Annotated[tuple[Question, ...], Meta(max_length=5)] = ()
    attachments: tuple[Attachment, ...] = ()
    steps: tuple[Step, ...] = ()
    benefit: Benefit | None = None
    appeal: Appeal | None = None
    members: tuple[Member, ...] = ()
    rules: str = ""
    """The folder (of the same level) whose ``rules.yaml`` is used; empty: the pack's own, if it has one."""
    rule_facts: Mapping[str, RuleFact] = {}
    rule_members: Mapping[str, RuleFact] = {}
    """By entity of the rules: which of the listed members belong to it (by is or is_not of a member's fact)."""
    base_date: dt.date | None = None
    """基準日 of a benefit that fixes one; the day of the application without it."""
    home: Literal["origin", "destination"] = "origin"
    """Which of the two places of a bundle the applicant's own municipality is; the other follows from what is known."""
    offered: Literal["portal", "notice"] = "portal"
    """How residents come to a procedure that is in no bundle: by themselves, or only through a notice (プッシュ型)."""
    notices: tuple[str, ...] = ()
    letters: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
