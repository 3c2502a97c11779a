"""The ports of intake and case work on nodes of the exchange: each agency is asked through its own."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from kiban.cases.ports import Question, RegisterChange
from kiban.exchange.client import NodeClient
from kiban.exchange.errors import ExchangeError, HolderUnavailable, UnknownAgency
from kiban.exchange.model import SELF, Change, Enquiry
from kiban.exchange.model import Answer as Answered
from kiban.kernel.clock import Clock
from kiban.procedures.errors import EnquiryRefused, HolderDown, NotHeld
from kiban.procedures.model import Answer

PORTAL = "portal"


@contextmanager
def told_as_procedures() -> Iterator[None]:
    """Errors of the exchange in the words of intake: come back later, or do not."""
    try:
        yield
    except HolderUnavailable as error:
        raise HolderDown(error.what, remedy=error.remedy) from error
    except ExchangeError as error:
        raise EnquiryRefused(f"{error.what} ({error.code})", remedy=error.remedy) from error


def answer_of(found: Answered, item: str) -> Answer:
    """One item of the answer on one person. Raises: NotHeld."""
    data = found.one.items.get(item)
    if data is None:
        raise NotHeld(f"{found.holder} holds no {item} on this person", remedy="ask the applicant")
    return Answer(data=data, as_of=found.as_of, receipt=found.one.receipt)


@dataclass(frozen=True, slots=True)
class Nodes:
    """The nodes of the agencies that this process works for; satisfies the ports of `procedures` and `cases`."""

    clients: Mapping[str, NodeClient]
    clock: Clock

    def of(self, agency: str) -> NodeClient:
        """The agency's own node. Raises: UnknownAgency."""
        try:
            return self.clients[agency]
        except KeyError:
            raise UnknownAgency(f"this process has no node of {agency}", remedy="see KIBAN_ENDPOINTS") from None

    def open(self, link: str, *, agency: str) -> str:
        with told_as_procedures():
            return self.of(agency).open_link(link)

    def introduce(self, *, person: str, agency: str, door: str) -> str:
        with told_as_procedures():
            return self.of(PORTAL).introduce(person, agency=agency, door=_opened(door)[1])

    def apply(self, change: RegisterChange) -> str:
        with told_as_procedures():
            told = Change(kind=change.kind, person=change.person, data=change.data, key=change.key, case=change.case)
            return self.of(change.agency).apply_change(told).receipt

    def ask(self, question: Question) -> Answer:
        asked = Enquiry(
            affair=question.affair,
            holder=question.holder,
            items=(question.item,),
            subjects=(question.subject,),
            key=question.key,
            case=question.case,
        )
        with told_as_procedures():
            return answer_of(self.of(question.agency).enquire(asked), question.item)


def door_key(code: str, door: str) -> str:
    """Person and door as one handle: intake carries it unread from the session to the portal's node."""
    return f"{code} {door}"


def _opened(key: str) -> tuple[str, str]:
    code, _, door = key.partition(" ")
    return code, door


@dataclass(frozen=True, slots=True)
class OwnDoor:
    """The person's own data behind their door, asked through the portal's node."""

    nodes: Nodes

    def ask(self, *, door: str, holder: str, item: str, link: str = "") -> Answer:
        code, handle = _opened(door)
        key = f"self/{uuid.uuid4()}"
        asked = Enquiry(affair=SELF, holder=holder, items=(item,), subjects=(link or code,), key=key, door=handle)
        with told_as_procedures():
            return answer_of(self.nodes.of(PORTAL).enquire(asked), item)
