"""Who stands in each rank: children and who represents them, ascendants, siblings (民法 887条, 889条)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from kiban.heirs.answer import Extent, Reason
from kiban.heirs.case import CAUSES, Case, loss
from kiban.heirs.days import age_at_least
from kiban.heirs.errors import BadFamily
from kiban.heirs.kinship import Link
from kiban.heirs.model import Capacity, Recognition
from kiban.heirs.wedlock import nonmarital
from kiban.heirs.worlds import Question
from kiban.kernel.errors import Where

HALF, WHOLE = Fraction(1, 2), Fraction(1)
OLDEST = 120
"""Nobody in Japan was ever shown to have reached this age; forebears who would be as old are not looked for."""
YOUNGEST_PARENT = 15
"""Taken as the least age at which one becomes a parent, only to say which forebears are not looked for."""
FAR = 50
"""So many generations are represented where the law sets no end."""


@dataclass(frozen=True)
class Branch:
    """A member of a rank, or a line of descent in its place: who, why not if not, who steps in, by what measure."""

    person: str
    capacity: Capacity
    loss: str
    weight: Fraction = WHOLE
    represents: tuple[str, ...] = ()
    below: tuple[Branch, ...] = ()
    reasons: tuple[Reason, ...] = ()

    @property
    def live(self) -> bool:
        """Whether somebody of this line inherits."""
        return not self.loss or any(branch.live for branch in self.below)


@dataclass(frozen=True)
class Line:
    """Down which line a rank is followed: who may represent at all, how many generations, in whose place."""

    rank: Capacity
    allowed: frozenset[str]
    depth: int
    represents: tuple[str, ...] = ()
    why: tuple[Reason, ...] = ()


def children(case: Case) -> tuple[Branch, ...]:
    """The first rank (民法 887条)."""
    own = case.decedent.id
    case.want(own, Extent.WHOLE, key="need_children")
    _note_lost(case, own)
    line = Line(Capacity.CHILD, case.kin.descendants(own), FAR)
    return _measured(case, own, branches=[_branch(case, link, line=line) for link in case.kin.children(own)])


def ascendants(case: Case) -> tuple[Branch, ...]:
    """The second rank: of the nearest degree in which somebody inherits (民法 889条1項1号)."""
    level: list[Link] = list(case.kin.parents(case.decedent.id))
    age = age_at_least(case.decedent, case.day)
    ages = {case.decedent.id: age}
    _ask_parents(case, case.decedent.id, ages=ages)
    while level:
        found = [_ascendant(case, person) for person in sorted({link.parent for link in level})]
        if any(branch.live for branch in found):
            twice = {link.parent for link in level if sum(one.parent == link.parent for one in level) > 1}
            for person in sorted(twice):
                case.remark("one_head", about=person)
            return tuple(found)
        for link in sorted(level):
            _age(case, link, ages=ages)
            _ask_parents(case, link.parent, ages=ages)
        level = [up for link in level for up in case.kin.parents(link.parent) if case.kin.carries(up, link)]
    return ()


def siblings(case: Case) -> tuple[Branch, ...]:
    """The third rank; of one common parent half (民法 889条1項2号・2項, 900条4号ただし書)."""
    parents = [link.parent for link in case.kin.parents(case.decedent.id)]
    allowed: set[str] = set()
    common: dict[str, list[str]] = {}
    links: dict[str, Link] = {}
    for parent in parents:
        case.want(parent, Extent.WHOLE, key="need_siblings")
        _note_lost(case, parent)
        allowed |= case.kin.descendants(parent)
        for link in case.kin.children(parent):
            common.setdefault(link.child, []).append(parent)
            links[link.child] = link
    common.pop(case.decedent.id, None)
    line = Line(Capacity.SIBLING, frozenset(allowed), 1 if case.period.nieces_only else FAR)
    found = [
        _sibling(case, links[person], line=line, common=common[person]) for person in common if _apart(case, person)
    ]
    if len({branch.weight for branch in found if branch.live}) > 1:
        found = [_blood(case, branch) for branch in found]
    return tuple(found)


def rank_of(case: Case, rank: Capacity) -> tuple[Branch, ...]:
    """The members of a rank."""
    return {Capacity.CHILD: children, Capacity.ASCENDANT: ascendants, Capacity.SIBLING: siblings}[rank](case)


def _branch(case: Case, link: Link, *, line: Line) -> Branch:
    """A member and, where the member is lost for a cause that lets others step in, those below."""
    capacity = Capacity.REPRESENTING if line.represents else line.rank
    lost = loss(case, link.child, capacity=capacity)
    reasons = (*line.why, *_title(case, link, line=line))
    below: tuple[Branch, ...] = ()
    if lost in CAUSES:
        case.want(link.child, Extent.WHOLE, key="need_represented")
        below = tuple(_below(case, link.child, line=line, why=lost))
    elif lost == "renounced":
        for one in case.kin.children(link.child):
            case.exclude(one.child, "child_of_renouncer", of=link.child)
    return Branch(
        link.child, capacity, lost, WHOLE, line.represents, _measured(case, link.child, branches=below), reasons
    )


def _below(case: Case, person: str, *, line: Line, why: str) -> Iterator[Branch]:
    cause = case.because(f"cause_{why}", about=person, of=case.decedent.id)
    next_line = replace(line, depth=line.depth - 1, represents=(*line.represents, person), why=(*line.why, cause))
    for link in case.kin.children(person):
        if link.child not in line.allowed:
            case.exclude(link.child, "born_before_adoption", of=person)
        elif line.depth == 0:
            case.exclude(link.child, "second_representation", of=person)
        else:
            yield _branch(case, link, line=next_line)


def _title(case: Case, link: Link, *, line: Line) -> Iterator[Reason]:
    """The articles that make somebody a member of the rank, or a representative in it."""
    person = case.family.persons[link.child]
    if line.represents:
        again = "_again" if len(line.represents) > 1 else ""
        yield case.because(f"represents_{line.rank.value}{again}", about=person.id, of=line.represents[-1])
    elif line.rank is Capacity.CHILD:
        yield case.because("adopted_child" if link.adopted else "child", about=person.id, of=case.decedent.id)
    else:
        yield case.because(line.rank.value, about=person.id, of=case.decedent.id)
    if any(isinstance(e, Recognition) and (e.child, e.by) == (link.child, link.parent) for e in case.family.events):
        yield case.because("recognised", about=person.id, of=link.parent)
    if person.unborn:
        yield case.because("unborn", about=person.id)
    elif person.birth and person.birth.span[0] > case.day.span[1]:
        yield case.because("born_later", about=person.id)


def _measured(case: Case, parent: str, *, branches: Iterable[Branch]) -> tuple[Branch, ...]:
    """Children of one parent: alike, but for those born out of wedlock under the law before 5 September 2013."""
    found = tuple(branches)
    live = [branch for branch in found if branch.live]
    if case.period.nonmarital == "equal" or len(live) < 2:
        return found
    outside = {branch.person for branch in live if nonmarital(case.kin, parent, child=branch.person)}
    if not outside or len(outside) == len(live):
        return found
    if case.period.nonmarital == "unless_settled" and not _settled(case):
        return tuple(_with(branch, case.because("nonmarital_equal", about=branch.person)) for branch in found)
    why = {branch.person: case.because("nonmarital_half", about=branch.person, of=parent) for branch in found}
    return tuple(replace(_with(one, why[one.person]), weight=HALF) if one.person in outside else one for one in found)


def _settled(case: Case) -> bool:
    known = case.family.settled if case.decedent.id == case.family.decedent else None
    return case.world.holds(Question("settled", case.decedent.id), False) if known is None else known


def _with(branch: Branch, why: Reason) -> Branch:
    """The branch and all below it with one more reason."""
    return replace(branch, reasons=(*branch.reasons, why), below=tuple(_with(one, why) for one in branch.below))


def _ascendant(case: Case, person: str) -> Branch:
    lost = loss(case, person, capacity=Capacity.ASCENDANT)
    if lost in {"predeceased", "simultaneous"}:
        case.want(person, Extent.DEATH, key="need_ascendant")
    reasons = (case.because("no_first_rank"), case.because("ascendant", about=person, of=case.decedent.id))
    return Branch(person, Capacity.ASCENDANT, lost, reasons=reasons)


def _age(case: Case, link: Link, *, ages: dict[str, int | None]) -> None:
    own, child = age_at_least(case.family.persons[link.parent], case.day), ages.get(link.child)
    least = None if child is None else child + (YOUNGEST_PARENT if link.by_birth else 0)
    known = [one for one in (own, least, ages.get(link.parent)) if one is not None]
    ages[link.parent] = max(known, default=None)


def _ask_parents(case: Case, person: str, *, ages: dict[str, int | None]) -> None:
    """Who the parents are must be known where they could be alive or have other children."""
    told = case.family.persons[person]
    age = ages.get(person)
    gone = age is not None and age + YOUNGEST_PARENT >= OLDEST
    if (told.father is None or told.mother is None) and (person == case.decedent.id or not gone):
        case.want(person, Extent.PARENT, key="need_parent")


def _sibling(case: Case, link: Link, *, line: Line, common: list[str]) -> Branch:
    found = _branch(case, link, line=replace(line, why=(case.because("no_second_rank"),)))
    if found.loss == "disinherited" and link.child not in {one.child for one in case.kin.children(case.decedent.id)}:
        raise BadFamily(
            f"{link.child} is a sibling of {case.decedent.id} and cannot have been disinherited (民法 892条)",
            where=Where(field="events"),
            remedy="remove the event; siblings have no reserved share, a will is enough",
        )
    sexes = [case.family.persons[parent].sex for parent in common]
    full = len(common) > 1 and not (len(common) == 2 and sexes[0] and sexes[0] == sexes[1])
    return replace(found, weight=WHOLE if full else HALF)


def _blood(case: Case, branch: Branch) -> Branch:
    key = "full_blood" if branch.weight == WHOLE else "half_blood"
    return _with(branch, case.because(key, about=branch.person, of=case.decedent.id))


def _apart(case: Case, person: str) -> bool:
    """Whether a sibling counts as one; not the spouse beside the spouse's own share (the registries' practice)."""
    if person not in case.kin.married(case.decedent.id) or loss(case, person, capacity=Capacity.SPOUSE):
        return True
    case.remark("spouse_and_sibling", about=person)
    return case.world.holds(Question("spouse_and_sibling", person), False)


def _note_lost(case: Case, parent: str) -> None:
    for person, why in case.kin.lost(parent):
        case.exclude(person, why, of=parent)
