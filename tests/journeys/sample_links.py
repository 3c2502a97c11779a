"""Sample values of the link check's pages, made by the pages' own words from sample findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from kiban.linkage.desk import Item, Outcome, Query, Row, State, Verdict
from kiban.linkage.desk.actions import LinkDesk
from kiban.linkage.desk.model import Correction, Page, Step, Told
from kiban.linkage.errors import NoFinding
from kiban.shell.console.link_screens import LinkList, LinkView, ProgressPage, SearchPage
from kiban.shell.ports import Submitted
from kiban.shell.principals import Principal
from kiban.shell.screens import Problem
from kiban.shell.wiring.colleagues import Colleagues
from kiban.shell.wiring.links import LinkPages
from kiban.shell.wiring.words import Words
from linkage_sample import NOON, A, B, SampleRegisters, item

NAMES = {A: "海南市", B: "和歌山市", "nenkin": "日本年金機構", "portal": "マイナポータル"}
STEPS = (
    Step(at=NOON, by="o1", what="proposed_wrong", note="申請書の写しで確認"),
    Step(at=NOON, by="o2", what="confirmed"),
)
DECIDED: dict[str, Any] = {
    "verdict": Verdict.WRONG, "reason": "attributes", "right": "r-1", "proposed_by": "o1", "note": "申請書の写し",
}  # fmt: skip


def items() -> dict[int, Item]:
    first = replace(item(1), id=1)
    waiting = replace(first, id=2, state=State.PROPOSED_WRONG, history=STEPS[:1], **DECIDED)
    done = replace(waiting, id=3, state=State.CORRECTED, confirmed_by="o2", corrected=1, history=STEPS)
    told = (Told("right", "inbox"), Told("linked", "letter"))
    return {1: first, 2: waiting, 3: done, 4: replace(done, id=4, state=State.INFORMED, told=told)}


class Store:
    """A store that holds the same findings for ever."""

    def __init__(self, *, full: bool) -> None:
        self.items = items() if full else {}

    def atomic(self) -> Any:
        raise AssertionError("these pages only look")

    def item(self, number: int, *, agency: str) -> Item:
        if number not in self.items:
            raise NoFinding("there is no such finding")
        return self.items[number]

    def counts(self, agency: str) -> dict[str, int]:
        return {one.state.value: 1 for one in self.items.values()}

    def affairs(self, agency: str) -> tuple[str, ...]:
        return ("health_insurance", "account") if self.items else ()

    def correction(self, item: int, *, agency: str) -> Correction:
        one = self.items[item]
        before = one.linked.person.record
        return Correction(item=item, agency=agency, affair=one.affair, record=one.record.record, before=before,
                          after=one.right, at=NOON, outcome=Outcome.MOVED)  # fmt: skip

    def newest(self, agency: str, *, affair: str) -> int:
        return 1

    def page(self, query: Query) -> Page:
        return Page(tuple(self.items.values()), 60 * bool(self.items), query.page, 3 if self.items else 1)

    def progress(self) -> tuple[Row, ...]:
        town = Row(agency=B, affair="health_insurance", links=1_200, judged=1_190, findings=9, open=4, right=2, wrong=3,
                   corrected=2, informed=1, in_effect=1, as_of=NOON)  # fmt: skip
        other = Row(agency=A, affair="disability_certificate", links=87_654, judged=87_654, findings=0, as_of=NOON)
        return (town, other) if self.items else ()


@dataclass
class Links:
    full: bool

    def pages(self) -> LinkPages:
        desk = LinkDesk(Store(full=self.full), None, SampleRegisters(), None, None)  # type: ignore[arg-type]  # a stand-in, or wrong on purpose
        return LinkPages(desk, Words(None, NAMES), Colleagues())  # type: ignore[arg-type]  # a stand-in, or wrong on purpose

    def page(self, person: Principal, *, asked: Mapping[str, str]) -> LinkList:
        return self.pages().page(person, asked=asked)

    def item(self, number: int, *, person: Principal) -> LinkView:
        return self.pages()._view(self.pages().desk.store.item(number, agency=B), person)

    def act(self, number: int, *, person: Principal, sent: Submitted) -> tuple[Problem, ...]:
        return self.pages().act(number, person=person, sent=sent)

    def letter(self, number: int, *, person: Principal, who: str) -> bytes:
        return b"%PDF-1.7"

    def corrections(self, person: Principal) -> bytes:
        return b""

    def search(self, person: Principal, *, sent: Submitted, item: int) -> SearchPage:
        pages = self.pages()
        registers = pages.desk.registers
        if not self.full:
            registers.people = ()  # type: ignore[attr-defined]  # known at run time only
        if sent.values.get("do") == "lookup":
            return pages.search(person, sent=sent, item=0)
        way = sent.values.get("do", "")
        blank = pages.search(person, sent=Submitted({}, {}, {}, 0), item=item)
        if not way:
            return blank
        from dataclasses import replace as changed

        from kiban.shell.console.link_screens import FoundPerson
        from kiban.shell.wiring.link_words import items_of

        people = registers.search(B, items()[1].record, note=lambda *_: None)
        found = tuple(FoundPerson(one.record, items_of(one)) for one in people)
        return changed(blank, way=way, found=found, may_choose=True)

    def choose(self, person: Principal, *, sent: Submitted) -> tuple[Problem, ...]:
        return ()

    def progress(self, person: Principal, *, asked: Mapping[str, str]) -> ProgressPage:
        return self.pages().progress(person, asked=asked)

    def progress_file(self) -> bytes:
        return b""
