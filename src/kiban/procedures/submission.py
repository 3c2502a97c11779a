"""Submission: one signature over the exact content makes one application per procedure at its competent agency."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from msgspec.structs import replace

from kiban.exchange.errors import DoorShut
from kiban.kernel.clock import today
from kiban.kernel.events import Event, Scalar
from kiban.procedures.actions import PORTAL, ProcedureDesk
from kiban.procedures.content import content_to_sign
from kiban.procedures.errors import DraftChangedElsewhere, DraftClosed, NotComplete, SignedSomethingElse
from kiban.procedures.form import fields, resolved
from kiban.procedures.model import (
    OF_NOTICE,
    Application,
    ApplicationRef,
    Draft,
    DraftState,
    FactState,
    FactValue,
    Member,
    Receipt,
    Signature,
)
from kiban.procedures.plan import Plan, office_of
from kiban.procedures.prefill import ask_household


@dataclass(frozen=True, slots=True)
class Addressed:
    """A procedure's plan with its competent agency and the introductions of the household there."""

    plan: Plan
    agency: str
    person: str
    members: tuple[Member, ...]


def missing_fields(desk: ProcedureDesk, draft: Draft) -> tuple[str, ...]:
    """Keys of required facts that nobody has given yet, in the order of the form; ``slot`` for an unreserved visit."""
    missing = [field.key for field in fields(desk.shelf, draft) if field.missing]
    visits = any(desk.shelf.plan(name).visit for name in draft.procedures)
    if not draft.procedures:
        missing.append("procedures")
    return (*missing, *(["slot"] if visits and not draft.slot else []))


def submit(desk: ProcedureDesk, draft: Draft, *, signature: Signature, door: str) -> Receipt:
    """Receive a signed draft; a second submit of the same draft gives the same receipt.

    ``door`` is the applicant's open door: behind it the household is introduced to the competent agencies.

    Raises: NotComplete, SignedSomethingElse, DraftClosed, and what identity says of a bad signature.
    """
    if draft.state is DraftState.SUBMITTED:
        return desk.store.receipt(draft.receipt, person=draft.person)
    if draft.state is not DraftState.OPEN:
        raise DraftClosed("this application was discarded", remedy="start a new one")
    missing = missing_fields(desk, draft)
    if missing:
        raise NotComplete(missing)
    if signature.content != content_to_sign(desk.shelf, draft):
        raise SignedSomethingElse(
            "the signature is over another text than this application", remedy="read the content again and sign it"
        )
    signer = desk.signatures.verify(signature, draft=draft)
    receipt = Receipt(
        id=str(uuid.uuid4()),
        draft=draft.id,
        person=draft.person,
        received_at=desk.clock.now(),
        signature=signature,
        signer=signer,
        applications=(),
    )
    guide = Guide(desk, draft, door)
    addressed = [_addressed(desk, draft, procedure=name, guide=guide) for name in draft.procedures]
    applications = tuple(_application(desk, draft, to=one, receipt=receipt) for one in addressed)
    try:
        return _receive(desk, draft, receipt=receipt, applications=applications)
    except DraftChangedElsewhere:
        return _received_meanwhile(desk, draft)


@dataclass(slots=True)
class Guide:
    """Introduces each person to each agency once, behind the applicant's door."""

    desk: ProcedureDesk
    draft: Draft
    door: str
    made: dict[tuple[str, str], str] = field(default_factory=dict)
    household_told: bool = False

    def link(self, person: str, *, agency: str) -> str:
        if (person, agency) not in self.made:
            self.made[person, agency] = self._introduced(person, agency=agency)
        return self.made[person, agency]

    def _introduced(self, person: str, *, agency: str) -> str:
        try:
            return self.desk.codes.introduce(person=person, agency=agency, door=self.door)
        except DoorShut:
            if self.household_told or person == self.draft.person:
                raise
        # filled in behind an earlier door: this one was not told yet who belongs to the household
        ask_household(self.desk.shelf, self.draft, own_data=self.desk.own_data, door=self.door)
        self.household_told = True
        return self.desk.codes.introduce(person=person, agency=agency, door=self.door)


def _addressed(desk: ProcedureDesk, draft: Draft, *, procedure: str, guide: Guide) -> Addressed:
    plan = desk.shelf.plan(procedure)
    agency = office_of(plan, draft.places)
    members = tuple(
        replace(member, link=guide.link(member.link, agency=agency) if member.link else "")
        for member in draft.members
        if member.moves
    )
    return Addressed(plan, agency, guide.link(draft.person, agency=agency), members)


def _application(desk: ProcedureDesk, draft: Draft, *, to: Addressed, receipt: Receipt) -> Application:
    """One procedure's application: only the facts its pack names, each with its source."""
    facts: dict[str, FactValue] = {}
    for fact in to.plan.facts.values():
        facts.update(resolved(draft, to.plan, fact=fact))
    attachments = tuple(one for one in draft.attachments if one.key.startswith((f"{to.plan.id}:", f"{draft.bundle}:")))
    return Application(
        id=str(uuid.uuid4()),
        draft=draft.id,
        bundle=draft.bundle,
        procedure=to.plan.id,
        pack_version=to.plan.version,
        agency=to.agency,
        person=to.person,
        subject=draft.person,
        places=draft.places,
        members=to.members,
        facts=facts,
        attachments=attachments,
        slot=draft.slot if to.plan.visit else "",
        receipt=receipt.id,
        received_at=receipt.received_at,
        basis_date=today(desk.clock),
        typed=draft.typed,
    )


def _receive(desk: ProcedureDesk, draft: Draft, *, receipt: Receipt, applications: tuple[Application, ...]) -> Receipt:
    refs = tuple(ApplicationRef(id=one.id, procedure=one.procedure, agency=one.agency) for one in applications)
    full = replace(receipt, applications=refs)
    with desk.store.atomic():
        desk.store.update_draft(replace(draft, state=DraftState.SUBMITTED, receipt=full.id))
        if draft.slot:
            desk.store.take_slot(draft.slot, draft=draft.id)
        desk.store.keep_receipt(full, applications=applications)
        for application in applications:
            desk.intake.hand_over(application)
            _tell(desk, draft, application=application)
    return full


def _received_meanwhile(desk: ProcedureDesk, draft: Draft) -> Receipt:
    """The draft moved on while this submit was under way: by another submit, or by a change in another window."""
    now = desk.store.draft(draft.id, person=draft.person)
    if now.state is DraftState.SUBMITTED:
        return desk.store.receipt(now.receipt, person=draft.person)
    raise DraftChangedElsewhere(
        "this application was changed while it was being signed", remedy="read the content again and sign it"
    )


def omitted_documents(facts: dict[str, FactValue]) -> int:
    """Documents the applicant did not have to bring: distinct records that offices supplied."""
    supplied = {FactState.KNOWN, FactState.CORRECTED}
    return len({fact.source for fact in facts.values() if fact.state in supplied and "/" in fact.source})


def _tell(desk: ProcedureDesk, draft: Draft, *, application: Application) -> None:
    data: dict[str, Scalar] = {
        "procedure": application.procedure,
        "bundle": draft.bundle,
        "documents_omitted": omitted_documents(application.facts),
        "typed_characters": draft.typed,
        "counter": bool(draft.officer),
        "online": not draft.officer,
        "notice": draft.idempotency_key.removeprefix(OF_NOTICE) if draft.idempotency_key.startswith(OF_NOTICE) else "",
    }
    moment = application.received_at
    for agency in dict.fromkeys((PORTAL, application.agency)):
        event = Event(
            kind="application_submitted", occurred_at=moment, agency=agency, subject=application.id, data=data
        )
        desk.events.emit(event)
