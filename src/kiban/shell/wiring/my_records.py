"""The resident's inbox, own data and who looked, on the real rooms and the portal's own node."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from kiban.exchange.client import Ask
from kiban.exchange.errors import HolderUnavailable
from kiban.exchange.model import SELF, USAGE_LOG, PersonAnswer, Usage
from kiban.kernel.clock import Clock
from kiban.kernel.errors import KibanError
from kiban.ledger.note import VerifierKey
from kiban.ledger.receipt import check_receipt
from kiban.notices import Notice, NoticeDesk, inbox, mark_read
from kiban.shell.errors import NotThere
from kiban.shell.locale import texts
from kiban.shell.portal.look_screens import Looked
from kiban.shell.principals import Principal
from kiban.shell.screens import Holding, Look, NoticeView, OwnRecord
from kiban.shell.store.heard import heard, last_heard
from kiban.shell.wiring.words import Words, lang

MUNICIPAL = (
    "resident.basic",
    "resident.household",
    "tax.income",
    "tax.levied",
    "nhi.qualification",
    "care.qualification",
    "allowance.child",
)
ITEMS: Mapping[str, tuple[str, ...]] = {
    "nenkin": ("pension.category", "pension.benefit"),
    "tax-office": ("tax.return",),
    "health-insurer": ("health.qualification",),
    "digital-agency": ("account.public",),
}
PAGE = 100


class PortalNode(Protocol):
    """What the portal's own node is asked for here."""

    def ask(self, subject: str, *, ask: Ask) -> PersonAnswer: ...

    def usages(self, person: str, *, limit: int = 100) -> tuple[Usage, ...]: ...


def items_of(agency: str) -> tuple[str, ...]:
    """What an agency can be asked about a person."""
    if agency.startswith("education-"):
        return ("school.enrolment",)
    if agency.startswith("elderly-"):
        return ("elderly.qualification",)
    return MUNICIPAL if len(agency) == 6 and agency.isdigit() else ITEMS.get(agency, ())


@dataclass(frozen=True, slots=True)
class Records:
    """See `kiban.shell.ports.MyRecords`. ``logs`` has the verifier key of each agency's ledger."""

    inbox_desk: NoticeDesk
    node: PortalNode
    logs: Mapping[str, VerifierKey]
    words: Words
    clock: Clock

    def notices(self, person: Principal) -> tuple[NoticeView, ...]:
        return tuple(self._notice(one) for one in inbox(self.inbox_desk, person.code, size=PAGE).notices)

    def notice(self, notice: str, *, person: Principal) -> NoticeView:
        return self._notice(mark_read(self.inbox_desk, notice, person=person.code))

    def _notice(self, one: Notice) -> NoticeView:
        text = one.texts.get(lang()) or one.texts["ja"]
        inside = one.prefilled.bundle if one.prefilled else ""
        return NoticeView(
            id=one.id,
            office=self.words.agency(one.agency),
            title=text.title,
            body=text.body,
            sent_at=one.sent_at,
            read=one.read_at is not None,
            case=one.case,
            letter=one.letter,
            bundle=inside,
            bundle_title=self.words.of_pack(inside, "title") if inside else "",
            answer_by=one.answer_by,
        )

    def looks(self, person: Principal) -> Looked:
        silent: list[str] = []
        found = {look_id(usage): usage for usage in self._usages(person, silent=silent)}
        ordered = sorted(found.items(), key=lambda pair: pair[1].at, reverse=True)
        shown = tuple(self._look(key, usage) for key, usage in ordered[:PAGE])
        return Looked(shown, tuple((self.words.agency(agency), last_heard(agency)) for agency in silent))

    def _usages(self, person: Principal, *, silent: list[str]) -> Iterator[Usage]:
        """What the ledgers of all agencies that hold data on the person tell; ``silent`` takes those that are down."""
        for agency in person.agencies:
            try:
                answer = self._ask(person, holder=agency, item=USAGE_LOG)
            except HolderUnavailable:
                silent.append(agency)
                continue
            heard(agency, at=self.clock.now())
            data = answer.items.get(USAGE_LOG) or {}
            yield from (msgspec.convert(one, Usage) for one in data.get("usages", ()))

    def _ask(self, person: Principal, *, holder: str, item: str) -> PersonAnswer:
        ask = Ask(holder=holder, item=item, affair=SELF, key=f"self/{uuid.uuid4()}", door=person.door)
        return self.node.ask(person.code, ask=ask)

    def _look(self, key: str, usage: Usage) -> Look:
        leaf, size, note, fault = self._proof(usage)
        return Look(
            id=key,
            at=usage.at,
            asker=self.words.agency(usage.asker or usage.agency),
            holder=self.words.agency(usage.holder or usage.agency),
            affair=self.words.affair(usage.affair or usage.kind),
            items=tuple(self.words.item(item) for item in usage.items),
            law=usage.basis,
            proven=not fault,
            leaf=leaf,
            tree_size=size,
            checkpoint=note,
            fault=fault,
            own=usage.affair == SELF,
            enquiry=usage.enquiry or key,
            ledger=self.words.agency(usage.agency),
        )

    def _proof(self, usage: Usage) -> tuple[int, int, str, str]:
        """Leaf, size of the tree, checkpoint and what does not hold, checked now."""
        key = self.logs.get(usage.agency)
        if key is None or not usage.receipt:
            return 0, 0, "", texts.said("looked.no_proof")
        try:
            checked = check_receipt(usage.receipt, key)
        except KibanError as error:
            return 0, 0, "", texts.said("looked.bad_proof") + f" ({error.code})"
        point = checked.checkpoint
        return checked.index + 1, point.size, f"{point.origin} {point.size} {point.root.hex()}", ""

    def look_file(self, look: str, *, person: Principal) -> bytes:
        silent: list[str] = []
        for usage in self._usages(person, silent=silent):
            if look_id(usage) == look and usage.receipt:
                return usage.receipt.encode()
        if silent:
            raise HolderUnavailable("an agency that may have this entry does not answer", remedy="ask again later")
        raise NotThere("there is no such entry about this person", remedy="open the page again")

    def holdings(self, person: Principal) -> tuple[Holding, ...]:
        return tuple(
            Holding(agency, item, self.words.agency(agency), self.words.item(item))
            for agency in person.agencies
            for item in items_of(agency)
        )

    def own(self, person: Principal, *, holder: str, item: str) -> OwnRecord:
        if all((one.holder, one.item) != (holder, item) for one in self.holdings(person)):
            raise NotThere("no office holds this on the person", remedy="choose an entry of the list")
        data: dict[str, Any] = self._ask(person, holder=holder, item=item).items.get(item) or {}
        rows = self.words.rows(data) or ((texts.said("my_data.none"), "―"),)
        return OwnRecord(self.words.agency(holder), self.words.item(item), rows, self.clock.now())


def look_id(usage: Usage) -> str:
    """A short name of an entry for addresses: says nothing, and is the same at each visit."""
    text = f"{usage.agency}|{usage.receipt_id}|{usage.enquiry}|{usage.at.isoformat()}|{usage.kind}"
    return hashlib.sha256(text.encode()).hexdigest()[:20]
