"""The platform of this process from the settings: rooms on the database, nodes of the exchange, packs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol

from kiban.benefits import BenefitDesk, extend_schedules
from kiban.benefits.ordering import BenefitOrders
from kiban.benefits.payments.actions import PaymentDesk
from kiban.benefits.store.repository import DatabaseBenefits
from kiban.benefits.store.runs import DatabaseRuns
from kiban.cases import CaseDesk, Outside, QueuedIntake, handlers, pass_deadlines
from kiban.cases.letters import TypstLetters
from kiban.cases.ports import Introductions, OfficeData, Registers
from kiban.cases.store.repository import DatabaseCases
from kiban.exchange.client import NodeClient
from kiban.identity.certificates import Verifier
from kiban.identity.store.staff import DjangoStaff
from kiban.jobs import Deliver, Handler, Worker
from kiban.jobs.recurring import Recurring
from kiban.jobs.store.outbox import FORWARD, Forwarder, Outbox
from kiban.jobs.store.queue import DatabaseQueue
from kiban.kernel.clock import Clock
from kiban.ledger.note import VerifierKey
from kiban.notices import NoticeDesk
from kiban.notices.announce import PortalCodes
from kiban.notices.of_cases import CaseMessages
from kiban.notices.store.repository import DatabaseNotices
from kiban.procedures import ProcedureDesk
from kiban.procedures.ports import Codes, OwnData, Signatures
from kiban.procedures.store.drafts import DatabaseDrafts
from kiban.shell.ports import Platform
from kiban.shell.wiring.addresses import AddressBook
from kiban.shell.wiring.cards import CardWork
from kiban.shell.wiring.colleagues import Colleagues
from kiban.shell.wiring.contacts import NoChannels
from kiban.shell.wiring.forms import Forms
from kiban.shell.wiring.library import Library
from kiban.shell.wiring.link_desk import RELINK, NodeExchange, link_desk, relinking
from kiban.shell.wiring.links import LinkPages
from kiban.shell.wiring.my_cases import CaseWords, Procedures
from kiban.shell.wiring.my_records import PortalNode, Records
from kiban.shell.wiring.offers import OfferPages
from kiban.shell.wiring.offices import OfficeDesk, SignIn
from kiban.shell.wiring.payments import PaymentPages
from kiban.shell.wiring.proofs import ProofDesk
from kiban.shell.wiring.residents import Drafts
from kiban.shell.wiring.studio import StudioDesk
from kiban.shell.wiring.visits import VisitPages
from kiban.shell.wiring.words import Words


class OfficeNodes(OfficeData, Registers, Introductions, Protocol):
    """The agencies' own nodes, as case work speaks to them."""


DEADLINES, SCHEDULES = "pass_deadlines", "extend_schedules"
HOLD = dt.timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Outer:
    """What a process or a test puts around the rooms: nodes, cards, packs, names."""

    library: Library
    nodes: OfficeNodes
    own_data: OwnData
    codes: Codes
    signatures: Signatures
    names: Mapping[str, str]
    clock: Clock
    clients: Mapping[str, NodeClient] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rooms:
    """The rooms on the database of this process."""

    procedures: ProcedureDesk
    cases: CaseDesk
    notices: NoticeDesk
    benefits: BenefitDesk
    outbox: Outbox
    queue: DatabaseQueue
    codes: PortalCodes
    exchange: NodeExchange

    def worker(self, clock: Clock, *, receivers: tuple[Deliver, ...] = (), hold: dt.timedelta = HOLD) -> Worker:
        """A worker for the queue of these rooms; without receivers it leaves the events to another worker."""
        daily = Recurring(partial(pass_deadlines, self.cases), dt.timedelta(days=1), clock)
        monthly = Recurring(partial(extend_schedules, self.benefits), dt.timedelta(days=28), clock)
        forward: dict[str, Handler] = {FORWARD: Forwarder(receivers)} if receivers else {}
        links = {RELINK: relinking(link_desk(self.notices, Path(), exchange=self.exchange))}
        every: dict[str, Handler] = {**handlers(self.cases), DEADLINES: daily, SCHEDULES: monthly, **links, **forward}
        return Worker(self.queue, every, clock, hold=hold)

    def keep_going(self, agencies: Iterable[str]) -> None:
        """See that the recurring work of these agencies is in the queue; asking twice is asking once."""
        for agency in agencies:
            self.queue.put(DEADLINES, agency)
            self.queue.put(SCHEDULES, agency)


def rooms(outer: Outer) -> Rooms:
    """The rooms, joined to each other and to what is outside."""
    clock, shelf, rules, nodes = outer.clock, outer.library.shelf, outer.library.rules, outer.nodes
    queue, drafts = DatabaseQueue(clock), DatabaseDrafts()
    outbox = Outbox(queue)
    notices = NoticeDesk(DatabaseNotices(), NoChannels(), queue, outbox, clock)
    procedures = ProcedureDesk(
        drafts, shelf, rules, outer.own_data, outer.signatures, outer.codes, QueuedIntake(queue), outbox, clock
    )
    benefits = BenefitDesk(DatabaseBenefits(), outbox, clock, outer.library.calendars)
    outside = Outside(
        offices=nodes,
        registers=nodes,
        introductions=nodes,
        payments=BenefitOrders(benefits, shelf, rules),
        messages=CaseMessages(notices, shelf),
        letters=TypstLetters(shelf),
        applications=drafts,
        visits=drafts,
    )
    kept = DatabaseCases()
    cases = CaseDesk(kept, shelf, rules, outside, queue, outbox, clock)
    return Rooms(procedures, cases, notices, benefits, outbox, queue, kept, NodeExchange(outer.clients, queue))


@dataclass(frozen=True, slots=True)
class Entrance:
    """What the pages need beside the rooms."""

    cards: CardWork
    node: PortalNode
    logs: Mapping[str, VerifierKey]
    book: AddressBook
    staff: SignIn
    verifier: Verifier | None = None
    registers: Path = Path("link-registers")


def platform_of(made: Rooms, *, outer: Outer, entrance: Entrance) -> Platform:
    """The desks of the pages on these rooms."""
    words, colleagues = Words(outer.library.shelf, outer.names), Colleagues(DjangoStaff().members)
    said = CaseWords(words)
    mine = Procedures(made.cases, made.benefits, words, said, made.procedures.store.receipts)
    forms = Forms(outer.library.shelf, words, entrance.book)
    return Platform(
        cards=entrance.cards,
        drafts=Drafts(made.procedures, made.notices, forms, words, outer.library.begun_in, mine),
        my_cases=mine,
        records=Records(made.notices, entrance.node, entrance.logs, words, outer.clock),
        offices=OfficeDesk(made.cases, words, said, entrance.staff, colleagues),
        proofs=ProofDesk(entrance.verifier, entrance.logs),
        studio=StudioDesk(outer.library, words, outer.clock),
        payments=PaymentPages(PaymentDesk(made.benefits, DatabaseRuns()), made.cases.store, colleagues),
        links=LinkPages(link_desk(made.notices, entrance.registers, exchange=made.exchange), words, colleagues),
        offers=OfferPages(made.notices, made.procedures, outer.nodes, forms, words, mine),
        visits=VisitPages(made.cases, words),
    )
