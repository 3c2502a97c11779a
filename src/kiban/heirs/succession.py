"""One succession: spouse, rank, shares with their reasons (民法 890条, 900条, 901条), and who is left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from kiban.heirs.answer import Excluded, Heir, Reason, Stake, Succession
from kiban.heirs.case import Case, loss
from kiban.heirs.errors import BadFamily, OutOfScope
from kiban.heirs.kinship import Kin, Link
from kiban.heirs.model import Capacity, Divorce, FailureDeclared
from kiban.heirs.ranks import Branch, rank_of
from kiban.heirs.worlds import World
from kiban.kernel.errors import Where
from kiban.rules import Basis

RANKS = (Capacity.CHILD, Capacity.ASCENDANT, Capacity.SIBLING)
JAPANESE = frozenset({"", "JP", "JPN", "日本"})
ALL = Fraction(1)


def succeed(case: Case) -> Succession:
    """Decide one succession. Raises: OutOfScope, BadFamily."""
    _in_scope(case)
    spouse = _spouse(case)
    rank, branches = _rank(case)
    stakes = [*_spouse_stake(case, spouse, rank=rank), *_rank_stakes(case, branches, rank=rank, spouse=spouse)]
    heirs = _heirs(case, stakes)
    if rank is not None:
        _lower(case, rank)
    _around(case, spouse)
    if not heirs:
        case.remark("nobody")
    left = {heir.person for heir in heirs} | {case.decedent.id}
    excluded = tuple(Excluded(one, case.excluded[one]) for one in sorted(case.excluded) if one not in left)
    return Succession(case.decedent.id, case.day, rank, heirs, excluded, _remarks(case, heirs))


def _in_scope(case: Case) -> None:
    nation = case.decedent.nationality
    if nation.upper() not in JAPANESE:
        raise OutOfScope(
            f"{case.decedent.id} is a national of {nation}, whose law decides (法の適用に関する通則法 36条)",
            remedy="ask who knows that law; where it refers back to Japanese law, leave the nationality out",
        )
    assert case.period


def _spouse(case: Case) -> str:
    """The spouse who survives and inherits; empty without one. Raises: BadFamily when there would be two."""
    living = [one for one in case.kin.married(case.decedent.id) if not loss(case, one, capacity=Capacity.SPOUSE)]
    if len(living) > 1:
        raise BadFamily(
            f"{case.decedent.id} has two spouses on {case.day}: {', '.join(living)}",
            where=Where(field="events"),
            remedy="enter the divorce, or the day of the death or of the later marriage",
        )
    return living[0] if living else ""


def _rank(case: Case) -> tuple[Capacity | None, tuple[Branch, ...]]:
    for rank in RANKS:
        branches = rank_of(case, rank)
        if any(branch.live for branch in branches):
            return rank, branches
    return None, ()


Piece = tuple[str, Stake]


def _spouse_stake(case: Case, spouse: str, *, rank: Capacity | None) -> Iterator[Piece]:
    if spouse:
        share = ALL if rank is None else case.period.spouse_beside(rank)
        key = "spouse_alone" if rank is None else f"beside_{rank.value}"
        why = (case.because("spouse", about=spouse, of=case.decedent.id), _of(case.because(key, about=spouse), share))
        yield spouse, Stake(Capacity.SPOUSE, share, (), why)


def _rank_stakes(case: Case, branches: tuple[Branch, ...], *, rank: Capacity | None, spouse: str) -> Iterator[Piece]:
    if rank is None:
        return
    share = ALL - case.period.spouse_beside(rank) if spouse else ALL
    key = f"beside_{rank.value}" if spouse else "rank_alone"
    yield from _divided(case, branches, share=share, why=(_of(case.because(key), share),))


def _divided(case: Case, branches: Iterable[Branch], *, share: Fraction, why: tuple[Reason, ...]) -> Iterator[Piece]:
    """A share among the lines that are alive, by their measures; within a line among those who step in (901条)."""
    live = [branch for branch in branches if branch.live]
    total = sum((branch.weight for branch in live), Fraction(0))
    names = tuple(branch.person for branch in live)
    for branch in live:
        part = share * branch.weight / total
        alone = len(live) == 1
        split = _of(case.because("only_one" if alone else "equal", about=branch.person, others=names), part)
        # of a line that is the only one nothing is to be said but whose it was
        reasons = why if alone and (branch.loss or branch.represents) else (*why, split)
        if not branch.loss:
            yield branch.person, Stake(branch.capacity, part, branch.represents, (*branch.reasons, *reasons))
            continue
        key = "stirpes_sibling" if _of_sibling(branch) else "stirpes"
        line = _of(case.because(key, about=branch.person), part)
        yield from _divided(case, branch.below, share=part, why=(*reasons, line))


def _of_sibling(branch: Branch) -> bool:
    return any(reason.key == "no_second_rank" for reason in branch.reasons)


def _of(reason: Reason, share: Fraction) -> Reason:
    return Reason(reason.key, reason.bases, reason.about, reason.of, share, reason.others)


def _heirs(case: Case, stakes: list[Piece]) -> tuple[Heir, ...]:
    """Several stakes of one person are added; the spouse first, then in the order of the rank."""
    found: dict[str, list[Stake]] = {}
    for person, stake in stakes:
        found.setdefault(person, []).append(stake)
    heirs = []
    for person, own in found.items():
        share = sum((stake.share for stake in own), Fraction(0))
        if len(own) > 1:
            added = _of(case.because("added", about=person), share)
            own[-1] = Stake(own[-1].capacity, own[-1].share, own[-1].represents, (*own[-1].reasons, added))
        heirs.append(Heir(person, share, tuple(own)))
    return tuple(heirs)


def _lower(case: Case, rank: Capacity) -> None:
    """Whoever is alive in a rank, or a degree, that does not come to inherit."""
    aside = _aside(case)
    level: list[Link] = list(aside.parents(case.decedent.id))
    brothers = {one.child for link in level for one in aside.children(link.parent)} - {case.decedent.id}
    found: set[str] = set()
    while level:
        found |= {link.parent for link in level}
        level = [up for link in level for up in aside.parents(link.parent) if aside.carries(up, link)]
    for person in sorted(found | (brothers if rank is not Capacity.SIBLING else set())):
        if person not in case.judged and _living(case, person):
            case.exclude(person, "lower_rank")


def _aside(case: Case) -> Kin:
    """The relations for what is only told beside the answer: nothing that is unknown there is a question of its own."""
    return Kin(case.family, case.day, world=World(dict(case.world.asked)))


def _living(case: Case, person: str) -> bool:
    death = case.family.persons[person].death
    return death is None or death.span[0] > case.day.span[1]


def _around(case: Case, spouse: str) -> None:
    """Who is near and often asked about: former spouses, stepchildren, spouses of children and siblings."""
    own = case.decedent.id
    for event in case.family.events:
        if isinstance(event, Divorce) and own in event.spouses:
            case.exclude(next(one for one in event.spouses if one != own), "former_spouse")
    aside = _aside(case)
    children = {link.child for link in aside.children(own)}
    for link in aside.children(spouse) if spouse else ():
        if link.child not in children:
            case.exclude(link.child, "stepchild", of=spouse)
    for person in sorted(case.judged - {spouse}):
        for other in aside.married(person):
            if other != own and other not in case.judged and _living(case, other):
                case.exclude(other, "relative_by_marriage", of=person)


def _remarks(case: Case, heirs: tuple[Heir, ...]) -> tuple[Reason, ...]:
    for event in case.family.events:
        if isinstance(event, FailureDeclared) and event.person in case.judged and not event.pending:
            case.remark("deemed_dead", about=event.person)
    if heirs:
        case.remark("will")
    return tuple(case.remarks[key] for key in sorted(case.remarks))


def bases_of(succession: Succession) -> tuple[Basis, ...]:
    """All articles that a succession rests on, each once, in the order of reasoning."""
    reasons = (reason for heir in succession.heirs for stake in heir.stakes for reason in stake.reasons)
    return tuple(dict.fromkeys(basis for reason in reasons for basis in reason.bases))
