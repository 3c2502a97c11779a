"""Finds the heirs: the succession, those that followed it, and every answer that the unknown facts leave open."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cmp_to_key

import msgspec
from msgspec.structs import replace

from kiban.heirs.answer import Alternative, Found, Need, Reason, Status, Succession
from kiban.heirs.case import Case
from kiban.heirs.checking import check
from kiban.heirs.days import died_first
from kiban.heirs.errors import OutOfScope
from kiban.heirs.model import Event, FailureDeclared, Family, Person, Renunciation
from kiban.heirs.seeing import needs
from kiban.heirs.succession import succeed
from kiban.heirs.worlds import Course, Question, World, courses

VIEWS = frozenset({"spouse_and_sibling"})
"""Questions of law on which writers differ; they open no fact."""


@dataclass(frozen=True)
class Run:
    """All successions in one world, in the order of deaths, and what is left in whose hands."""

    cases: tuple[Case, ...]
    successions: tuple[Succession, ...]
    final: dict[str, Fraction]


def find(family: Family) -> Found:
    """Find the legal heirs of the family's decedent, their exact shares and why (民法 882条 to 959条).

    The order in which persons and events are given means nothing. Shares designated by a will (902条), gifts received
    before (903条) and contributions (904条の2) are not reckoned.

    Raises:
        BadFamily: facts that cannot stand beside each other; the field is named.
        OutOfScope: a death before 1 July 1962, or of a foreign national.
        TooOpen: too many facts are unknown.
    """
    check(family)
    given = replace(family, events=tuple(sorted(family.events, key=_order)))
    found = courses(lambda world: _run(given, world))
    return _told(given, found)


def _order(event: Event) -> bytes:
    return type(event).__name__.encode() + msgspec.json.encode(event, enc_hook=str)


def _run(family: Family, world: World) -> Run:
    here = _deemed(family, world)
    cases: list[Case] = []
    successions: list[Succession] = []
    holding = {family.decedent: Fraction(1)}
    closed: set[str] = set()
    while dead := _next_dead(here, holding, closed=closed):
        closed.add(dead)
        case = Case(here, here.persons[dead], world)
        done = _succession(case, first=not cases)
        if done is None:
            successions[0] = replace(successions[0], remarks=(*successions[0].remarks, _stuck(case, "later_law")))
            continue
        cases.append(case)
        successions.append(done)
        if done.heirs:
            share = holding.pop(dead)
            for heir in done.heirs:
                holding[heir.person] = holding.get(heir.person, Fraction(0)) + share * heir.share
        elif len(successions) == 1:
            holding = {}
    return Run(tuple(cases), tuple(successions), holding)


def _deemed(family: Family, world: World) -> Family:
    """The family with those declared missing taken as dead on the day that the law deems (民法 31条)."""
    persons = dict(family.persons)
    for number, event in enumerate(family.events):
        if not isinstance(event, FailureDeclared):
            continue
        if not event.pending or world.holds(Question("pending", str(number)), False):
            persons[event.person] = replace(persons[event.person], death=event.deemed, death_unknown=False)
    return replace(family, persons=persons)


def _next_dead(family: Family, holding: dict[str, Fraction], *, closed: set[str]) -> str:
    """The next estate to be divided: of those who hold something, who died first."""
    dead = [family.persons[one] for one in sorted(holding) if one not in closed and family.persons[one].death]
    return min(dead, key=cmp_to_key(_by_death)).id if dead else ""


def _by_death(one: Person, other: Person) -> int:
    first = died_first(one, other)
    return 0 if first is None else -1 if first else 1


def _succession(case: Case, *, first: bool) -> Succession | None:
    """The succession; nothing where a later one is out of scope (the first one then raises)."""
    try:
        return succeed(case)
    except OutOfScope:
        if first:
            raise
        return None


def _stuck(case: Case, key: str) -> Reason:
    return case.because(key, about=case.decedent.id)


def _told(family: Family, found: list[Course[Run]]) -> Found:
    main = found[0].answer
    alternatives, questions = _alternatives(found)
    idle = _idle(family, main)
    first = replace(main.successions[0], remarks=(*main.successions[0].remarks, *idle))
    wanted = needs(family, main.cases)
    return Found(
        _status(questions, wanted, idle=idle),
        first,
        main.successions[1:],
        dict(sorted(main.final.items())),
        tuple(alternatives),
        tuple(questions),
        wanted,
        replace(family, persons=dict(main.cases[0].family.persons)),
    )


def _alternatives(found: list[Course[Run]]) -> tuple[list[Alternative], list[Question]]:
    """Each other answer once, by the fewest facts that lead to it; and the facts that alone change the answer."""
    seen = [_answer(found[0].answer)]
    alternatives: list[Alternative] = []
    questions: dict[Question, None] = {}
    for course in sorted(found[1:], key=lambda one: len(one.turned)):
        answer = _answer(course.answer)
        new = answer not in seen
        if new:
            seen.append(answer)
            alternatives.append(Alternative(course.turned, *answer))
        if new or (len(course.turned) == 1 and answer != seen[0]):
            questions.update(dict.fromkeys(question for question, _ in course.turned))
    return alternatives, list(questions)


def _answer(run: Run) -> tuple[dict[str, Fraction], dict[str, Fraction]]:
    return run.successions[0].shares(), run.final


def _idle(family: Family, run: Run) -> tuple[Reason, ...]:
    """Renunciations by whom the succession never reached: without effect, or in a dead heir's place (916条)."""
    found = []
    by_decedent = {case.decedent.id: (case, done) for case, done in zip(run.cases, run.successions, strict=False)}
    for event in family.events:
        case, done = by_decedent.get(event.of, (None, None)) if isinstance(event, Renunciation) else (None, None)
        if case is None or done is None or not isinstance(event, Renunciation) or event.person in case.judged:
            continue
        place = any(event.person in later.shares() and later.decedent in done.shares() for later in run.successions[1:])
        key = "renounced_in_place" if place else "renounced_idle"
        found.append(case.because(key, about=event.person, of=event.of))
    return tuple(found)


def _status(questions: list[Question], wanted: tuple[Need, ...], *, idle: tuple[Reason, ...]) -> Status:
    if any(question.kind not in VIEWS for question in questions):
        return Status.OPEN
    lacking = any(not need.seen for need in wanted) or any(one.key == "renounced_in_place" for one in idle)
    return Status.INCOMPLETE if lacking else Status.DETERMINED
