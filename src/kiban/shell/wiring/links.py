"""The office's work list of the link check for its officers' pages."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from kiban.linkage.desk import actions
from kiban.linkage.desk.actions import LinkDesk, addressees, in_effect
from kiban.linkage.desk.model import (
    PROPOSED,
    PURPOSES,
    REASONS,
    SEARCHER,
    UNDECIDED,
    WORKER,
    Decision,
    Item,
    Officer,
    Outcome,
    Query,
    Question,
    State,
    Verdict,
)
from kiban.linkage.desk.progress import affair_name, as_csv
from kiban.linkage.errors import (
    BadDecision,
    LinkRefused,
    NoFinding,
    NotAllowedNow,
    NotFourAttributes,
    NotTwoItems,
    NumberInNote,
)
from kiban.linkage.model import Cause, Judgement, Person
from kiban.shell.console.link_screens import (
    Filter,
    FoundPerson,
    LinkLine,
    LinkList,
    LinkView,
    ProgressPage,
    SearchPage,
)
from kiban.shell.errors import NotThere
from kiban.shell.locale import texts
from kiban.shell.ports import Submitted
from kiban.shell.principals import Principal
from kiban.shell.requests import whole
from kiban.shell.screens import Moment, Option, Problem, Tone
from kiban.shell.wiring.colleagues import LINKS, Colleagues
from kiban.shell.wiring.link_letters import letter
from kiban.shell.wiring.link_progress import Asked, progress_page
from kiban.shell.wiring.link_words import beside, differing, explained, facts, items_of
from kiban.shell.wiring.words import Words

TONES: dict[State, Tone] = {
    State.OPEN: "info", State.ENQUIRING: "info", State.PROPOSED_RIGHT: "warn", State.PROPOSED_WRONG: "warn",
    State.WRONG: "bad", State.CORRECTED: "warn", State.RIGHT: "good", State.INFORMED: "good",
}  # fmt: skip
JUDGED: dict[Judgement, Tone] = {Judgement.WRONG: "bad", Judgement.SUSPICIOUS: "warn"}
TO_BE_DONE = tuple(state.value for state in (*UNDECIDED, State.WRONG, State.CORRECTED))
WAYS = ("lookup", "search")
SENT = {"name": "name", "kana": "kana", "birth_date": "birth", "sex": "sex", "address": "address"}
"""Person's item → its control."""


def officer_at(person: Principal) -> Officer:
    """The officer of a session."""
    return Officer(id=person.code, agency=person.agency, roles=frozenset(person.roles))


@dataclass(frozen=True, slots=True)
class LinkPages:
    """See `kiban.shell.ports.LinkOffice`."""

    desk: LinkDesk
    words: Words
    colleagues: Colleagues

    def page(self, person: Principal, *, asked: Mapping[str, str]) -> LinkList:
        counts = self.desk.store.counts(person.agency)
        filters = self._filters(person.agency, asked, counts=counts)
        chosen = {one.name: one.value for one in filters}
        query = Query(
            agency=person.agency, states=_states(chosen["state"]), judgement=chosen["judgement"],
            cause=chosen["cause"], affair=chosen["affair"], page=max(1, whole(asked.get("page"))),
        )  # fmt: skip
        found = self.desk.store.page(query)
        told = urlencode({name: value for name, value in chosen.items() if value})
        shown = tuple((_state(s.value), counts.get(s.value, 0)) for s in State)
        corrections = any(counts.get(s.value) for s in (State.CORRECTED, State.INFORMED))
        lines = tuple(map(_line, found.items))
        return LinkList(lines, found.total, found.number, found.pages, filters, told, shown, corrections)

    def _filters(self, agency: str, asked: Mapping[str, str], *, counts: Mapping[str, int]) -> tuple[Filter, ...]:
        def count(states: tuple[str, ...]) -> int:
            return sum(counts.get(state, 0) for state in states)

        states = [("", TO_BE_DONE), ("all", tuple(s.value for s in State)), *((s.value, (s.value,)) for s in State)]
        words = {
            "state": [(v, f"{_state(v or 'todo')} ({count(s)})") for v, s in states],
            "judgement": [(v.value, texts.plain(f"links.judgement.{v.value}")) for v in JUDGED],
            "cause": [(v.value, texts.plain(f"links.cause.{v.value}")) for v in Cause],
            "affair": [(v, _affair(v)) for v in self.desk.store.affairs(agency)],
        }
        every = ("", texts.plain("links.every"))
        found = []
        for name, choices in words.items():
            options = choices if name == "state" else [every, *choices]
            value = asked.get(name, "")
            known = value if value in {option for option, _ in options} else ""
            found.append(Filter(name, tuple(Option(v, text) for v, text in options), known))
        return tuple(found)

    def item(self, number: int, *, person: Principal) -> LinkView:
        found = _there(lambda: actions.look(self.desk, officer_at(person), item=number))
        return self._view(found, person)

    def _view(self, item: Item, person: Principal) -> LinkView:
        effect = in_effect(item, self.desk.store.newest(item.agency, affair=item.affair))
        accounts = (item.proposed_by, item.confirmed_by, *(step.by for step in item.history))
        named = self.colleagues.named(accounts, agency=item.agency, duties=LINKS)
        waits = item.state in PROPOSED and item.proposed_by == person.code
        return LinkView(
            id=item.id,
            affair=_affair(item.affair),
            judgement=texts.plain(f"links.judgement.{item.judgement.value}"),
            judgement_tone=JUDGED.get(item.judgement, "plain"),
            status=_state(item.state.value),
            tone=TONES[item.state],
            says=item.says.get(texts.language(), item.says["ja"]),
            beside=beside(item),
            explained=explained(item),
            facts=facts(item, effect, at_node=self._at_node(item), named=named),
            timeline=tuple(_moment(item, named)),
            actions=_actions(item, person),
            verdicts=tuple(Option(v.value, texts.plain(f"links.verdict.{v.value}")) for v in Verdict),
            people=_people(item),
            reasons=_reasons(),
            letters=tuple((who, texts.plain(f"links.letter.{who}")) for who in _letters(item)),
            version=item.version,
            waiting=texts.plain("links.second") if waits else "",
        )

    def _at_node(self, item: Item) -> Outcome | None:
        link = self.desk.store.correction(item.id, agency=item.agency) if item.corrected else None
        return link.outcome if link else None

    def act(self, number: int, *, person: Principal, sent: Submitted) -> tuple[Problem, ...]:
        item = _there(lambda: self.desk.store.item(number, agency=person.agency))
        officer, action = officer_at(person), sent.values.get("do", "")
        note = sent.values.get("note", "")
        verbs: dict[str, Callable[[], object]] = {
            "propose": lambda: actions.propose(self.desk, officer, item=item, decision=_decision(sent)),
            "confirm": lambda: actions.confirm(self.desk, officer, item=item),
            "send_back": lambda: actions.send_back(self.desk, officer, item=item, note=note),
            "correct": lambda: actions.correct(self.desk, officer, item=item),
            "tell": lambda: actions.tell(self.desk, officer, item=item),
        }
        problems = _incomplete(sent) if action == "propose" else ()
        if action == "send_back" and not note:
            problems = (Problem("note", texts.plain("problem.link.note")),)
        if problems:
            return problems
        if sent.version != item.version:
            return (_problem(NotAllowedNow("the page is old")),)
        return _done(verbs.get(action, _no_such_action))

    def letter(self, number: int, *, person: Principal, who: str) -> bytes:
        item = _there(lambda: actions.look(self.desk, officer_at(person), item=number))
        if who not in _letters(item):
            raise NotThere("there is no such letter")
        return letter(item, who, office=self.words.agency(item.agency))

    def corrections(self, person: Principal) -> bytes:
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(("number", "affair", "record", "before", "after", "corrected_at"))
        for one in actions.take_corrections(self.desk, officer_at(person)):
            moment = one.at.isoformat(timespec="seconds")
            writer.writerow((one.item, one.affair, one.record, one.before, one.after, moment))
        return out.getvalue().encode("utf-8-sig")

    def search(self, person: Principal, *, sent: Submitted, item: int) -> SearchPage:
        officer, way = officer_at(person), sent.values.get("do", "")
        found: tuple[Person, ...] = ()
        problems: tuple[Problem, ...] = ()
        if way in WAYS:
            question = _question(sent, item)
            try:
                if way == "search":
                    found = actions.search(self.desk, officer, question=question)
                else:
                    one = actions.look_up(self.desk, officer, question=question)
                    found = (one,) if one else ()
            except NotFourAttributes as error:
                problems = tuple(_missing(name) for name in str(error.where.field).split(", "))
            except NotTwoItems as error:
                control = SENT[str(error.where.field)]
                problems = (Problem(control, texts.plain(f"problem.link.two.{control}")),)
            except LinkRefused as error:
                problems = (_problem(error, field="purpose"),)
        elif way:
            problems = (_problem(NotAllowedNow("there is no such action"), field="purpose"),)
        return SearchPage(
            item=item,
            purposes=tuple(Option(one, texts.plain(f"links.purpose.{one}")) for one in PURPOSES),
            sexes=tuple(Option(one, texts.plain(f"links.sex.{one}")) for one in ("1", "2")),
            may_search=SEARCHER in person.roles,
            way=way if way in WAYS and not problems else "",
            found=tuple(FoundPerson(one.record, items_of(one)) for one in found),
            may_choose=bool(item) and {WORKER, SEARCHER} <= set(person.roles) and way == "search",
            problems=problems,
        )

    def choose(self, person: Principal, *, sent: Submitted) -> tuple[Problem, ...]:
        question = _question(sent, whole(sent.values.get("item")))
        record, officer = sent.values.get("choose", ""), officer_at(person)
        return _done(lambda: actions.choose_found(self.desk, officer, question=question, record=record), "purpose")

    def progress(self, person: Principal, *, asked: Mapping[str, str]) -> ProgressPage:
        names = {agency: self.words.agency(agency) for agency in self.words.agencies}
        wanted = Asked(person.agency, asked.get("affair", ""), whole(asked.get("page")))
        return progress_page(self.desk.store.progress(), names, asked=wanted)

    def progress_file(self) -> bytes:
        return as_csv(self.desk.store.progress())


def _affair(affair: str) -> str:
    return texts.RUBY.sub(r"\1", affair_name(affair, language=texts.language()))


def _states(value: str) -> tuple[str, ...]:
    return () if value == "all" else (value,) if value else TO_BE_DONE


def _state(state: str) -> str:
    return texts.plain(f"links.state.{state}")


def _line(item: Item) -> LinkLine:
    return LinkLine(
        id=item.id,
        affair=_affair(item.affair),
        judgement=texts.plain(f"links.judgement.{item.judgement.value}"),
        judgement_tone=JUDGED.get(item.judgement, "plain"),
        cause=texts.plain(f"links.cause.{item.cause.value}"),
        differs=texts.plain("list.comma").join(differing(item)),
        status=_state(item.state.value),
        tone=TONES[item.state],
    )


def _moment(item: Item, named: Mapping[str, str]) -> list[Moment]:
    return [
        Moment(
            step.at,
            texts.plain(f"links.step.{step.what}") + (f" {step.note}" if step.note else ""),
            named.get(step.by, ""),
        )
        for step in item.history
    ]


def _actions(item: Item, person: Principal) -> frozenset[str]:
    """What this officer may do now; the desk itself checks it again."""
    if item.state in {State.OPEN, State.ENQUIRING}:
        return frozenset({"propose"} | ({"search"} if SEARCHER in person.roles else set()))
    if item.state in PROPOSED:
        return frozenset({"send_back"} | ({"confirm"} if item.proposed_by != person.code else set()))
    return frozenset({State.WRONG: {"correct"}, State.CORRECTED: {"tell"}}.get(item.state, set()))


def _letters(item: Item) -> tuple[str, ...]:
    return tuple(who for who, _ in addressees(item)) if item.state in {State.CORRECTED, State.INFORMED} else ()


def _people(item: Item) -> tuple[Option, ...]:
    known = tuple(Option(one.person.record, f"{one.person.name} ({one.person.record})") for one in item.choices)
    return (*known, Option("-", texts.plain("links.nobody")))


def _reasons() -> tuple[Option, ...]:
    return tuple(
        Option(reason, f"{texts.plain(f'links.verdict.{verdict.value}')}: {texts.plain(f'links.reason.{reason}')}")
        for verdict, reasons in REASONS.items()
        for reason in reasons
    )


def _decision(sent: Submitted) -> Decision:
    right = sent.values.get("right", "")
    return Decision(
        Verdict(sent.values["verdict"]), sent.values["reason"], "" if right == "-" else right,
        sent.values.get("note", ""),
    )  # fmt: skip


def _incomplete(sent: Submitted) -> tuple[Problem, ...]:
    verdict = sent.values.get("verdict", "")
    if verdict not in {one.value for one in Verdict}:
        return (Problem("verdict", texts.plain("problem.link.verdict")),)
    wanted = ["reason"] if sent.values.get("reason") not in REASONS[Verdict(verdict)] else []
    wanted += ["right"] if verdict == Verdict.WRONG.value and not sent.values.get("right") else []
    return tuple(Problem(name, texts.plain(f"problem.link.{name}")) for name in wanted)


def _question(sent: Submitted, item: int) -> Question:
    given = {item_: sent.values.get(control, "") for item_, control in SENT.items()}
    return Question(Person(**given), sent.values.get("purpose", ""), item)


def _missing(name: str) -> Problem:
    return Problem(SENT[name], texts.plain(f"problem.link.four.{SENT[name]}"))


def _there(read: Callable[[], Item]) -> Item:
    try:
        return read()
    except NoFinding as error:
        raise NotThere("there is no such finding") from error


def _no_such_action() -> None:
    raise NotAllowedNow("there is no such action", remedy="use the buttons of the page")


def _done(verb: Callable[[], object], field: str = "act-button") -> tuple[Problem, ...]:
    try:
        verb()
    except NumberInNote as error:
        return (_problem(error, field="note"),)
    except LinkRefused as error:
        return (_problem(error, field=field),)
    return ()


def _problem(error: LinkRefused, *, field: str = "act-button") -> Problem:
    key = "problem.link.purpose" if isinstance(error, BadDecision) and field == "purpose" else ""
    return Problem(field, texts.plain(key or f"problem.link.{error.reason}"))
