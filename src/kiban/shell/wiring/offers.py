"""Offers by post on the real rooms: an officer enters what the paper or the person at the counter says.

What offices know is asked through the competent agency's own node under the benefit's affair, so that it stands in
the ledgers and the person sees it; the paper with its signature stays with the office under the letter's number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from kiban.cases.ports import OfficeData, Question
from kiban.kernel.clock import Clock
from kiban.notices import NoticeDesk, Offer, OfferState, answer_offer
from kiban.notices.by_post import DIGITS, WAYS, keep_draft
from kiban.notices.confirmation import Addressee
from kiban.notices.errors import OfferAnswered, UnknownOffer
from kiban.procedures import Draft, Places, ProcedureDesk, Start, start_draft, submit
from kiban.procedures.content import content_to_sign
from kiban.procedures.errors import DraftChangedElsewhere, EnquiryRefused, HolderDown, NotHeld
from kiban.procedures.model import BY_POST, OF_NOTICE, OWN, Answer, Signature, Signer
from kiban.procedures.plan import Shelf
from kiban.procedures.values import full_name
from kiban.shell.console.offer_screens import OffersPage, OfferView
from kiban.shell.errors import NotThere
from kiban.shell.locale import texts
from kiban.shell.ports import Submitted
from kiban.shell.principals import Principal
from kiban.shell.screens import Problem
from kiban.shell.wiring.forms import Forms
from kiban.shell.wiring.my_cases import Procedures
from kiban.shell.wiring.residents import Drafts
from kiban.shell.wiring.words import Words

BASIC = "resident.basic"


@dataclass(frozen=True, slots=True)
class OfficeDoor:
    """See OwnData of kiban.procedures: in place of the person's door, the agency's own node asks under its affair."""

    nodes: OfficeData
    offer: Offer
    affair: str

    def ask(self, *, door: str, subject: str, holder: str, item: str) -> Answer:
        """See OwnData; the door is the offer's id."""
        of = self.offer.person if subject.startswith(BY_POST) else subject
        key = f"{door}:{holder}:{item}:{of}"[:120]
        return self.nodes.ask(Question(self.offer.agency, holder, item, of, self.affair, key, door))


@dataclass(frozen=True, slots=True)
class OwnCodes:
    """See Codes of kiban.procedures: the agency knows its people; nobody has to be introduced."""

    offer: Offer

    def introduce(self, *, person: str, agency: str, door: str) -> str:  # noqa: ARG002 the port's names
        """See Codes. Raises: EnquiryRefused for another agency."""
        if agency != self.offer.agency:
            raise EnquiryRefused(
                "an officer enters applications to the own agency only", remedy="see the pack's office"
            )
        return OWN + (self.offer.person if person.startswith(BY_POST) else person)


@dataclass(frozen=True, slots=True)
class Entered:
    """See Signatures of kiban.procedures: the signature is on paper; the officer who entered it stands for it."""

    officer: str
    clock: Clock

    def verify(self, signature: Signature, *, draft: Draft) -> Signer:  # noqa: ARG002 the port's names
        """See Signatures."""
        return Signer(certificate_serial=f"paper, entered by {self.officer}", verified_at=self.clock.now())


def addressee(offer: Offer, nodes: OfficeData, *, shelf: Shelf, names: Mapping[str, str]) -> Addressee:
    """Name and address as the agency's register has them. Raises: HolderDown, NotHeld, EnquiryRefused."""
    affair, key = shelf.plan(offer.pack).affair, f"letter:{offer.id}"
    found = nodes.ask(Question(offer.agency, offer.agency, BASIC, offer.person, affair, key, offer.id)).data
    return Addressee(full_name(found["name"]), found["address"]["full_address"], names.get(offer.agency, ""))


@dataclass(frozen=True, slots=True)
class OfferPages:
    """See `kiban.shell.ports.OfferOffice`."""

    notices: NoticeDesk
    procedures: ProcedureDesk
    nodes: OfficeData
    forms: Forms
    words: Words
    my_cases: Procedures

    def page(self, person: Principal) -> OffersPage:
        count = self.notices.store.count_offers(person.agency)
        return OffersPage(*(count[state] for state in (OfferState.MADE, OfferState.POSTED, OfferState.ANSWERED)))

    def find(self, typed: str, *, person: Principal) -> tuple[str, tuple[Problem, ...]]:
        number = "".join(sign for sign in typed if sign.isdecimal() and sign.isascii())
        try:
            offer = self.notices.store.offer(number if len(number) == DIGITS else "", agency=person.agency)
            if offer.state is not OfferState.ANSWERED:
                self._begin(offer, person)
        except UnknownOffer:
            return "", (Problem("number", texts.said("problem.offer_number")),)
        except (HolderDown, NotHeld, EnquiryRefused):
            return "", (Problem("number", texts.said("problem.offer_office")),)
        return offer.number, ()

    def _desk(self, offer: Offer, person: Principal) -> ProcedureDesk:
        affair = self.procedures.shelf.plan(offer.pack).affair
        return replace(
            self.procedures,
            own_data=OfficeDoor(self.nodes, offer, affair),
            codes=OwnCodes(offer),
            signatures=Entered(person.code, self.procedures.clock),
        )

    def _drafts(self, offer: Offer, person: Principal) -> Drafts:
        return Drafts(self._desk(offer, person), self.notices, self.forms, self.words, lambda _: (), self.my_cases)

    def _begin(self, offer: Offer, person: Principal) -> None:
        """Make the draft of the answer, with what offices know."""
        desk = self._desk(offer, person)
        start = Start(
            person=_on_paper(offer).code,
            bundle=offer.pack,
            idempotency_key=f"{OF_NOTICE}{offer.id}",
            places=Places(origin=offer.agency, destination=offer.agency),
            procedures=(offer.pack,),
            facts=offer.facts,
            given_by=offer.agency,
            officer=person.code,
        )
        draft = self._drafts(offer, person).filled(start_draft(desk, start), person=_on_paper(offer))
        keep_draft(self.notices, offer, draft=draft.id)

    def _offer(self, number: str, person: Principal) -> Offer:
        try:
            return self.notices.store.offer(number, agency=person.agency)
        except UnknownOffer as error:
            raise NotThere("there is no such letter") from error

    def offer(self, number: str, *, person: Principal) -> OfferView:
        offer = self._offer(number, person)
        open_ = offer.state is not OfferState.ANSWERED and offer.draft
        plan = self._drafts(offer, person).plan(offer.draft, person=_on_paper(offer)) if open_ else None
        if plan is None and offer.state is not OfferState.ANSWERED:
            raise NotThere("this letter is opened by its number")
        title = self.words.of_pack(offer.pack, "title")
        return OfferView(offer.number, title, offer.yen, plan, offer.way)

    def enter(self, number: str, *, person: Principal, sent: Submitted) -> tuple[Problem, ...]:
        offer, way = self._offer(number, person), sent.values.get("way", "")
        drafts, applicant = self._drafts(offer, person), _on_paper(offer)
        if offer.state is OfferState.ANSWERED or not offer.draft:
            return (Problem("sign", texts.said("problem.offer_answered")),)
        wrong = drafts.save(offer.draft, person=applicant, sent=sent)
        if sent.values.get("do") != "enter":
            return wrong
        wrong = wrong or drafts.problems(offer.draft, person=applicant)
        if way not in WAYS:
            wrong = (*wrong, Problem("way", texts.said("problem.offer_way")))
        return wrong or self._entered(offer, person, way=way)

    def _entered(self, offer: Offer, person: Principal, *, way: str) -> tuple[Problem, ...]:
        desk = self._desk(offer, person)
        draft = desk.store.draft(offer.draft, person=_on_paper(offer).code)
        signature = Signature(content=content_to_sign(desk.shelf, draft), value=b"", certificate=b"")
        try:
            with self.notices.store.atomic():
                answer_offer(self.notices, offer, way=way, by=person.code)
                submit(desk, draft, signature=signature, door=offer.id)
        except OfferAnswered:
            return (Problem("sign", texts.said("problem.offer_answered")),)
        except DraftChangedElsewhere as error:
            return (Problem("sign", texts.said(f"problem.{error.code}")),)
        return ()


def _on_paper(offer: Offer) -> Principal:
    """Who answers on paper: nobody of the portal."""
    code = f"{BY_POST}{offer.id}"
    return Principal(kind="resident", code=code, name="", door=offer.id, agencies=(offer.agency,))
