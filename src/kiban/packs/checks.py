"""What a schema cannot say of a pack: it asks nothing known, is lawful, hangs together, and speaks to everybody."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from kiban.exchange.legal import ANY, LegalTable, load_table
from kiban.exchange.model import AgencyKind
from kiban.kernel.errors import BadInput
from kiban.kernel.located import Place
from kiban.packs.documents import HOLDERS
from kiban.packs.errors import AsksWhatIsKnown, BadPack, BadStep, NoLegalRow
from kiban.packs.golden import failing
from kiban.packs.loaded import Loaded
from kiban.packs.model import Fact, Pack, RuleFact, Step
from kiban.packs.texts import missing, unused
from kiban.rules.expression import names

END = "end"
OUTCOMES = {
    "check": {"ok", "not_ok"},
    "enquire": {"answered"},
    "decide": {"granted", "refused", "accepted"},
    "register": {"done"},
    "pay": {"done"},
    "notify": {"done"},
    "issue": {"done"},
    "visit": {"made", "missed"},
}
KANJI = re.compile(r"[\u4e00-\u9fff々]+(?![（(々\u4e00-\u9fff])")
READ = re.compile(r"[\u4e00-\u9fff々]+\([ぁ-ゖァ-ヺー]+\)")


def faults_of(one: Loaded, packs: Mapping[str, Loaded]) -> Iterator[BadInput]:
    """Every fault of a pack, in the order of its file."""
    yield from _law(one)
    yield from _facts(one, packs)
    yield from _form(one)
    yield from _steps(one)
    yield from _rules(one)
    yield from _members(one, packs)
    yield from _texts(one)
    if one.rules is not None and (one.folder / "rules.yaml").exists():
        yield from failing(one.rules, one.folder, name=one.name)


def _bad(one: Loaded, what: str, *, at: Place, remedy: str, kind: type[BadPack] = BadPack) -> BadPack:
    return kind(what, where=one.source.where(at), remedy=remedy)


def _law(one: Loaded) -> Iterator[BadPack]:
    if not one.pack.law:
        yield _bad(one, "the pack cites no law", at=(), remedy="add law: [{law: …, title: …, article: …}]")
    for number, basis in enumerate(one.pack.law):
        if not basis.verified and not basis.why:
            yield _bad(one, "an unverified citation says why", at=("law", number), remedy="add why: …")
    if one.pack.kind == "procedure" and one.pack.survey is None:
        yield _bad(one, "survey is missing", at=(), remedy="add survey: {type, filer, receiver} (行政手続等の棚卸)")


@cache
def _table() -> LegalTable:
    return load_table()


def _facts(one: Loaded, packs: Mapping[str, Loaded]) -> Iterator[BadPack]:
    for name, fact in one.pack.facts.items():
        at: Place = ("facts", name)
        kinds = fact.source.kinds()
        if len(kinds) != 1:
            said = " and ".join(kinds) or "none"
            remedy = "source: {holder, item, path}, {bundle}, {rule}, {card}, {registry} or {ask}"
            yield _bad(one, f"the fact {name} needs exactly one source, it has {said}", at=at, remedy=remedy)
            continue
        yield from _source(one, name, fact=fact, kind=kinds[0], packs=packs)
        if (fact.type == "choice") != bool(fact.choices):
            yield _bad(one, f"the fact {name}: choices go with the type choice", at=at, remedy="add or remove choices")


def _source(one: Loaded, name: str, *, fact: Fact, kind: str, packs: Mapping[str, Loaded]) -> Iterator[BadPack]:
    at: Place = ("facts", name, "source")
    if kind == "exchange":
        yield from _exchange(one, name, fact=fact)
    elif kind == "ask":
        yield from _asked(one, name, fact=fact)
    elif kind == "rule" and (one.rules is None or fact.source.rule not in one.rules.variables):
        yield _bad(one, f"there is no rule {fact.source.rule}", at=at, remedy="add it to rules.yaml")
    elif kind == "bundle":
        bundles = [p.pack for p in packs.values() if any(m.procedure == one.pack.id for m in p.pack.members)]
        for bundle in bundles:
            if fact.source.bundle not in bundle.facts:
                yield _bad(one, f"the bundle {bundle.id} has no fact {fact.source.bundle}", at=at,
                           remedy="add it to the bundle, or give the fact a source of its own")  # fmt: skip


def _exchange(one: Loaded, name: str, *, fact: Fact) -> Iterator[BadPack]:
    holder = HOLDERS.get(fact.source.holder.partition(":")[0])
    if holder is None:
        yield _bad(one, f"{fact.source.holder!r} is no holder", at=("facts", name, "source", "holder"),
                   remedy=f"holders are {', '.join(HOLDERS)}")  # fmt: skip
        return
    asker = AgencyKind.PORTAL if fact.when == "prefill" else AgencyKind(one.pack.office.kind)
    affair = "self" if fact.when == "prefill" else one.pack.affair
    if not _allowed(asker, affair, holder=holder, item=fact.source.item):
        yield _bad(one, f"no row lets {asker.value} ask {holder.value} for {fact.source.item} in {affair}",
                   at=("facts", name, "source"), kind=NoLegalRow,
                   remedy="correct affair, holder or item, or have the legal table amended")  # fmt: skip


def _allowed(asker: AgencyKind, affair: str, *, holder: AgencyKind, item: str) -> bool:
    return any(
        row.asker == asker and row.affair == affair and item in row.items and row.holder in {holder, ANY}
        for row in _table().rows
    )


KNOWN = {
    "person_name": "resident.basic", "account": "account.public", "household": "resident.household",
    "school": "school.enrolment",
}  # fmt: skip
"""Types that an item of the exchange always gives: a fact of such a type is never asked."""


def _asked(one: Loaded, name: str, *, fact: Fact) -> Iterator[BadPack]:
    item = KNOWN.get(fact.type) or ("resident.household" if name == "birth_date" else "")
    if item:
        yield _bad(one, f"the fact {name} is asked, but an office knows it", at=("facts", name, "source"),
                   kind=AsksWhatIsKnown, remedy=f"source: {{holder: …, item: {item}}}")  # fmt: skip


def _form(one: Loaded) -> Iterator[BadPack]:
    shown: set[str] = set()
    for number, section in enumerate(one.pack.form):
        for fact in section.facts:
            at: Place = ("form", number, "facts")
            if fact not in one.pack.facts:
                yield _bad(one, f"the form shows {fact}, which is no fact", at=at, remedy="add it to facts")
            if fact in shown:
                yield _bad(one, f"the form shows {fact} twice", at=at, remedy="remove one of the two")
            shown.add(fact)
    for number, question in enumerate(one.pack.questions):
        known = set(one.pack.facts) | {fact.fact for fact in one.pack.rule_facts.values()}
        if question.fact not in known:
            yield _bad(one, f"the question is about {question.fact}, which nothing reads", at=("questions", number),
                       remedy="name a fact of the pack or of its rules")  # fmt: skip


def _steps(one: Loaded) -> Iterator[BadPack]:
    if one.pack.kind == "procedure" and not one.pack.steps:
        yield _bad(one, "a procedure needs steps", at=(), remedy="add steps", kind=BadStep)
    ids = {step.id for step in one.pack.steps}
    for number, step in enumerate(one.pack.steps):
        for what, remedy in _step_faults(one.pack, step, ids=ids):
            yield _bad(one, f"the step {step.id} {what}", at=("steps", number), remedy=remedy, kind=BadStep)
    reached = _reached(one.pack)
    for step in one.pack.steps:
        if step.id not in reached:
            yield _bad(one, f"no outcome leads to the step {step.id}", at=("steps",), remedy="link it or remove it",
                       kind=BadStep)  # fmt: skip


def _step_faults(pack: Pack, step: Step, *, ids: set[str]) -> Iterator[tuple[str, str]]:
    if not step.outcomes:
        yield "has no way out", "add outcomes: {…: next step or end}"
    for outcome, target in step.outcomes.items():
        if outcome not in OUTCOMES[step.kind]:
            yield f"has the outcome {outcome}", f"outcomes of {step.kind} are {', '.join(sorted(OUTCOMES[step.kind]))}"
        if target != END and target not in ids:
            yield f"leads to {target}, which is no step", "name a step, or end"
    if step.kind in {"visit", "decide", "check", "enquire"} and step.deadline is None:
        yield "has no deadline", "add deadline: {days: …, basis: …}"
    if step.kind == "visit" and not step.demands:
        yield "demands presence without naming the law", "add demands: the article, or drop the visit"
    yield from _step_names(pack, step)


def _step_names(pack: Pack, step: Step) -> Iterator[tuple[str, str]]:
    for fact in step.enquire:
        if fact not in pack.facts or "exchange" not in pack.facts[fact].source.kinds():
            yield f"enquires {fact}, which no exchange supplies", "name facts with a holder and an item"
    if (step.kind == "register") != bool(step.change):
        yield "and its change do not fit", "a register step, and only it, names its change"
    if step.notice and step.notice not in pack.notices:
        yield f"sends the notice {step.notice}, which is not listed", f"notices: [{step.notice}]"
    if step.letter and step.letter not in pack.letters:
        yield f"issues the letter {step.letter}, which is not listed", f"letters: [{step.letter}]"
    if step.kind == "pay" and pack.benefit and pack.benefit.account not in {"", *pack.facts}:
        yield f"pays to {pack.benefit.account}, which is no fact", "benefit: {account: the fact with the account}"
    if step.kind == "pay" and pack.benefit is None:
        yield "pays, but the pack has no benefit", "add benefit"
    if step.kind == "pay" and pack.benefit and pack.benefit.once and (pack.benefit.months or pack.benefit.ends):
        yield "pays once, but the benefit has months or an end", "leave months and ends out"


def _reached(pack: Pack) -> set[str]:
    by_id = {step.id: step for step in pack.steps}
    reached: set[str] = set()
    ahead = [pack.steps[0].id] if pack.steps else []
    while ahead:
        step = ahead.pop()
        if step not in reached and step in by_id:
            reached.add(step)
            ahead.extend(by_id[step].outcomes.values())
    return reached


def _rules(one: Loaded) -> Iterator[BadPack]:
    used: list[tuple[Place, str]] = [(("steps", n), step.auto) for n, step in enumerate(one.pack.steps) if step.auto]
    used += [(("members", n), member.applies) for n, member in enumerate(one.pack.members) if member.applies]
    used += [(("steps", n), rule) for n, step in enumerate(one.pack.steps) for rule in step.results]
    used += [(("attachments", n), a.needed) for n, a in enumerate(one.pack.attachments) if a.needed]
    if one.pack.benefit and one.pack.benefit.amount:
        used.append((("benefit", "amount"), one.pack.benefit.amount))
    for at, rule in used:
        if one.rules is None or rule not in one.rules.variables:
            yield _bad(one, f"there is no rule {rule}", at=at, remedy="add it to rules.yaml")
    yield from _rule_facts(one, {rule for _, rule in used})


def _rule_facts(one: Loaded, used: set[str]) -> Iterator[BadPack]:
    """What the rules read must be a fact of the pack."""
    if one.rules is None:
        return
    answered = {question.fact for question in one.pack.questions}
    for name in sorted(_needed(one, used)):
        how = one.pack.rule_facts.get(name)
        if how is not None and not how.fact:
            yield from _constant(one, name, how=how)
            continue
        fact = how.fact if how else name
        if fact not in one.pack.facts and fact not in answered:
            yield _bad(one, f"the rules read {name}, which no fact of the pack gives", at=("rule_facts",),
                       remedy=f"rule_facts: {{{name}: {{fact: …}}}}")  # fmt: skip


def _constant(one: Loaded, name: str, *, how: RuleFact) -> Iterator[BadPack]:
    """What holds for every applicant says what makes it so."""
    if how.value is None or not how.why:
        yield _bad(one, f"the rules read {name}, which follows from no fact", at=("rule_facts", name),
                   remedy="name the fact, or value and why it is so for every applicant")  # fmt: skip


def _needed(one: Loaded, used: set[str]) -> set[str]:
    found: set[str] = set()
    seen: set[str] = set()
    ahead = list(used)
    while ahead and one.rules is not None:
        rule = ahead.pop()
        if rule in seen or rule not in one.rules.variables:
            continue
        seen.add(rule)
        read = {name for version in one.rules.variables[rule].versions for name in names(version.formula)}
        found |= read & one.rules.facts.keys()
        ahead.extend(read & one.rules.variables.keys())
    return found


def _members(one: Loaded, packs: Mapping[str, Loaded]) -> Iterator[BadPack]:
    for number, member in enumerate(one.pack.members):
        if member.procedure not in packs:
            yield _bad(one, f"the procedure {member.procedure} is not loaded", at=("members", number),
                       remedy="name the id of a pack without faults")  # fmt: skip


def _texts(one: Loaded) -> Iterator[BadInput]:
    yield from missing(one.pack, one.texts, name=one.name)
    yield from unused(one.pack, one.texts, base=bool(one.pack.extends))
    for path, words in one.texts.words["ja-easy"].items():
        if KANJI.search(READ.sub("", words)):
            located = one.texts.files.get("ja-easy")
            where = located.where(tuple(path.split("."))) if located else one.source.where(())
            yield BadPack(f"a kanji of {path} has no reading", where=where, remedy="write 市(し) in ja-easy")
