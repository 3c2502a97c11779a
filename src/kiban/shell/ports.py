"""What the pages need from the rest of the platform; `kiban.shell.wiring` joins it to the domain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from kiban.shell.console.link_screens import LinkList, LinkView, ProgressPage, SearchPage
from kiban.shell.console.offer_screens import OffersPage, OfferView
from kiban.shell.console.payment_screens import PaymentsPage, RunPage
from kiban.shell.console.visit_screens import VisitDay
from kiban.shell.portal.look_screens import Looked
from kiban.shell.principals import Principal
from kiban.shell.screens import (
    BundleCard,
    CaseCard,
    CaseView,
    Figures,
    Holding,
    NoticeView,
    OfficeCase,
    OwnRecord,
    PackCard,
    PackView,
    Plan,
    Problem,
    Proved,
    ReceiptView,
    WorkPage,
)


@dataclass(frozen=True, slots=True)
class Submitted:
    """The plan page as it was sent: values by control name, files by control name, version of the draft."""

    values: Mapping[str, str]
    lists: Mapping[str, tuple[str, ...]]
    files: Mapping[str, tuple[str, bytes]]
    version: int
    typed: int = 0


@dataclass(frozen=True, slots=True)
class CardBack:
    """The browser that came back from the card app: its session's secret, and ``answer`` in its address."""

    session: str
    answer: str


class Cards(Protocol):
    """Sign-in and signature by the card app, over the back channel (`kiban.identity.cardapp`)."""

    def begin_sign_in(self, *, session: str, return_to: str, language: str, reader: str = "") -> str:
        """Open a request; the address of the card app for the browser."""
        ...

    def finish_sign_in(self, back: CardBack) -> Principal:
        """The person behind the door that the core opened; raises what the card app or the checks refused."""
        ...

    def begin_signature(self, draft: str, *, person: Principal, session: str, return_to: str, language: str) -> str: ...

    def finish_signature(self, draft: str, *, person: Principal, back: CardBack) -> str:
        """Submits the draft under the signature; the receipt's id. A repetition gives the same receipt."""
        ...

    def asked(self, handle: str) -> bytes:
        """What the card app may know of a request (step 2 of the back channel)."""
        ...

    def answered(self, handle: str, body: bytes) -> bytes:
        """Take the card app's answer (step 4 of the back channel)."""
        ...

    def close(self, person: Principal) -> None:
        """Close the person's door; every token issued in it dies."""
        ...


class Drafts(Protocol):
    """A resident's life events, from the first page to the receipt."""

    def bundles(self, person: Principal) -> tuple[BundleCard, ...]: ...

    def begin(self, bundle: str, *, person: Principal, notice: str = "") -> str:
        """The id of the person's draft of this life event: the open one, or a new one that is prefilled."""
        ...

    def plan(self, draft: str, *, person: Principal) -> Plan: ...

    def save(self, draft: str, *, person: Principal, sent: Submitted) -> tuple[Problem, ...]:
        """Keep what was sent; what cannot be kept is told and the rest is kept."""
        ...

    def problems(self, draft: str, *, person: Principal) -> tuple[Problem, ...]:
        """What still keeps the draft from being signed."""
        ...

    def discard(self, draft: str, *, person: Principal) -> None: ...

    def receipt(self, receipt: str, *, person: Principal) -> ReceiptView: ...

    def receipt_file(self, receipt: str, *, person: Principal) -> bytes: ...


class MyCases(Protocol):
    """A resident's procedures."""

    def cases(self, person: Principal) -> tuple[CaseCard, ...]: ...

    def case(self, case: str, *, person: Principal) -> CaseView: ...

    def answer(self, case: str, *, person: Principal, sent: Submitted) -> tuple[Problem, ...]: ...

    def survey(self, case: str, *, person: Principal, sent: Submitted) -> tuple[Problem, ...]:
        """Take the answer to the question about satisfaction, or that it was passed over."""
        ...

    def move_visit(self, case: str, *, person: Principal, sent: Submitted) -> tuple[Problem, ...]:
        """Move the reserved visit to another time."""
        ...

    def withdraw(self, case: str, *, person: Principal, version: int) -> None: ...

    def letter(self, case: str, *, person: Principal, letter: str) -> bytes: ...


class MyRecords(Protocol):
    """A resident's inbox, own data, and who looked."""

    def notices(self, person: Principal) -> tuple[NoticeView, ...]: ...

    def notice(self, notice: str, *, person: Principal) -> NoticeView:
        """The notice, now read."""
        ...

    def looks(self, person: Principal) -> Looked: ...

    def look_file(self, look: str, *, person: Principal) -> bytes: ...

    def holdings(self, person: Principal) -> tuple[Holding, ...]: ...

    def own(self, person: Principal, *, holder: str, item: str) -> OwnRecord: ...


class Proofs(Protocol):
    """Checks receipts that anyone may bring."""

    def receipt(self, body: bytes) -> Proved: ...

    def entry(self, text: str) -> Proved: ...


class Offices(Protocol):
    """What an officer does."""

    def sign_in(self, *, account: str, password: str, code: str) -> Principal:
        """The officer; raises an identity error that does not tell which of the three was wrong."""
        ...

    def work(self, person: Principal, *, page: int, state: str, number: str = "") -> WorkPage:
        """A page of the inbox, or the case of a number wherever it stands."""
        ...

    def case(self, case: str, *, person: Principal) -> OfficeCase: ...

    def act(self, case: str, *, person: Principal, action: str, sent: Submitted) -> tuple[Problem, ...]: ...

    def letter(self, case: str, *, person: Principal, letter: str) -> bytes: ...

    def figures(self, person: Principal) -> Figures: ...


class VisitOffice(Protocol):
    """The counter's day: who has reserved a visit, and which places are free."""

    def day(self, person: Principal, *, asked: str) -> VisitDay:
        """A day given as ISO text; today for anything else."""
        ...


class PaymentOffice(Protocol):
    """Payment runs of an officer's agency: maker and checker are different persons."""

    def page(self, person: Principal) -> PaymentsPage: ...

    def act(self, person: Principal, *, sent: Submitted) -> tuple[Problem, ...]: ...

    def run(self, number: int, *, person: Principal) -> RunPage: ...

    def act_on(self, number: int, *, person: Principal, sent: Submitted) -> tuple[Problem, ...]: ...

    def file(self, number: int, *, person: Principal, iso: bool = False) -> bytes: ...


class LinkOffice(Protocol):
    """The work list of an officer's agency: findings of the link check, decided by two officers."""

    def page(self, person: Principal, *, asked: Mapping[str, str]) -> LinkList: ...

    def item(self, number: int, *, person: Principal) -> LinkView:
        """The finding with every person beside the record; the look is recorded."""
        ...

    def act(self, number: int, *, person: Principal, sent: Submitted) -> tuple[Problem, ...]: ...

    def letter(self, number: int, *, person: Principal, who: str) -> bytes: ...

    def corrections(self, person: Principal) -> bytes: ...

    def search(self, person: Principal, *, sent: Submitted, item: int) -> SearchPage:
        """The empty form, or what the register answered."""
        ...

    def choose(self, person: Principal, *, sent: Submitted) -> tuple[Problem, ...]:
        """Put a person who was found beside the finding's record."""
        ...

    def progress(self, person: Principal, *, asked: Mapping[str, str]) -> ProgressPage: ...

    def progress_file(self) -> bytes: ...


class OfferOffice(Protocol):
    """Offers by post: how many are out, and the answer of one as an officer enters it."""

    def page(self, person: Principal) -> OffersPage: ...

    def find(self, typed: str, *, person: Principal) -> tuple[str, tuple[Problem, ...]]:
        """The number of the letter as it is kept, with its form prepared; else what was wrong with what was typed."""
        ...

    def offer(self, number: str, *, person: Principal) -> OfferView: ...

    def enter(self, number: str, *, person: Principal, sent: Submitted) -> tuple[Problem, ...]: ...


class Studio(Protocol):
    """What a service designer does."""

    def packs(self) -> tuple[PackCard, ...]: ...

    def pack(self, pack: str) -> PackView: ...

    def letter(self, pack: str, letter: str) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Platform:
    """Everything that the pages are bound to."""

    cards: Cards
    drafts: Drafts
    my_cases: MyCases
    records: MyRecords
    offices: Offices
    proofs: Proofs
    studio: Studio
    payments: PaymentOffice
    links: LinkOffice
    offers: OfferOffice
    visits: VisitOffice
