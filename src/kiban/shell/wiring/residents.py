"""The resident's desk on the real rooms: bundles, drafts, receipts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from kiban.notices import NoticeDesk, open_prefilled
from kiban.procedures import (
    Draft,
    DraftState,
    Edit,
    Places,
    ProcedureDesk,
    Recommendation,
    Start,
    attach,
    choose_recommended,
    demanded_attachments,
    discard_draft,
    missing_fields,
    prefill,
    questions,
    recommend,
    save_answers,
    start_draft,
)
from kiban.procedures.errors import BadAnswers, BadAttachment, DraftChangedElsewhere, SlotTaken
from kiban.procedures.plan import office_of
from kiban.procedures.prefill import unfilled
from kiban.shell.errors import NotThere
from kiban.shell.locale import formats, texts
from kiban.shell.ports import Submitted
from kiban.shell.principals import Principal
from kiban.shell.screens import BundleCard, FormField, Included, Option, Plan, Problem, ReceiptView
from kiban.shell.wiring.forms import Forms, slot_option
from kiban.shell.wiring.my_cases import Procedures
from kiban.shell.wiring.words import Words, missing

QUESTION, FILE = "q-", "a-"
SLOT_DAYS = 30


@dataclass(frozen=True, slots=True)
class Drafts:
    """Life events from the first page to the receipt."""

    desk: ProcedureDesk
    notices: NoticeDesk
    forms: Forms
    words: Words
    offered: Callable[[str], tuple[str, ...]]
    """What a resident of a municipality can begin."""
    my_cases: Procedures

    def bundles(self, person: Principal) -> tuple[BundleCard, ...]:
        drafts = self._open_drafts(person)
        said = self.words.of_pack
        return tuple(
            BundleCard(
                b, said(b, "title"), said(b, "summary"), drafts.get(b, ""), bool(self.desk.shelf.plan(b).members)
            )
            for b in self.offered(person.home)
        )

    def _open_drafts(self, person: Principal) -> dict[str, str]:
        if person.kind != "resident":
            return {}
        return {d.bundle: d.id for d in self.desk.store.drafts(person.code) if d.state is DraftState.OPEN}

    def begin(self, bundle: str, *, person: Principal, notice: str = "") -> str:
        known = self._open_drafts(person).get(bundle, "")
        if known and not notice:
            draft = self.desk.store.draft(known, person=person.code)
        elif notice:
            draft = open_prefilled(self.notices, notice, person=person.code, procedures=self.desk, home=person.home)
        elif bundle not in self.offered(person.home):
            raise NotThere(f"{bundle[:60]!r} is nothing that can be begun here", remedy="choose on the first page")
        else:
            count = sum(d.bundle == bundle for d in self.desk.store.drafts(person.code))
            start = Start(
                person=person.code,
                bundle=bundle,
                idempotency_key=f"{bundle}:{count}",
                places=Places(**{self.desk.shelf.plan(bundle).home: person.home}),
                officer=person.counter,
            )
            draft = start_draft(self.desk, start)
        return self.filled(draft, person=person).id

    def filled(self, draft: Draft, *, person: Principal) -> Draft:
        """The draft with what offices know: once for the bundle, once for the procedures that it then recommends.

        An office that was down, or a process that was killed in between, is asked again here.
        """
        for _ in range(2):
            late = unfilled(self.desk.shelf, draft)
            if late:
                draft = prefill(self.desk, draft, door=person.door)
            if late or not draft.procedures:  # what an office tells now can concern the household otherwise
                draft = choose_recommended(self.desk, draft)
        return draft

    def plan(self, draft: str, *, person: Principal) -> Plan:
        found = self.desk.store.draft(draft, person=person.code)
        advice = recommend(self.desk, found)
        late = {v.source.partition("/")[0] for v in found.facts.values() if v.state.value == "pending"}
        return Plan(
            draft=found.id,
            version=found.version,
            bundle=found.bundle,
            title=self.words.of_pack(found.bundle, "title"),
            summary=self.words.of_pack(found.bundle, "summary"),
            sections=self.forms.sections(found),
            movers=self.forms.movers(found) if self._moving(found) else (),
            included=tuple(self._included(found, one) for one in advice),
            slots=self._slots(found),
            slot=found.slot,
            questions=(*self._questions(found, advice), *self._files(found)),
            typed=found.typed,
            saved_at=found.updated_at,
            delayed=tuple(self.words.agency(a) for a in sorted(late) if a),
        )

    def _moving(self, draft: Draft) -> bool:
        """Who moves is a question of a life event that an office of the new home has a part in."""
        members = self.desk.shelf.plan(draft.bundle).members
        return any(self.desk.shelf.plan(one.procedure).office_which == "destination" for one in members)

    def _included(self, draft: Draft, advice: Recommendation) -> Included:
        office = office_of(self.desk.shelf.plan(advice.procedure), draft.places)
        title = self.words.of_pack(advice.procedure, "title")
        reasons = tuple(self.words.reason(r) for r in advice.reasons)
        return Included(advice.procedure, title, self.words.agency(office), advice.verdict.value, reasons)

    def _slots(self, draft: Draft) -> tuple[Option, ...]:
        if not draft.places.destination or not any(self.desk.shelf.plan(p).visit for p in draft.procedures):
            return ()
        now = self.desk.clock.now()
        offered = self.desk.store.slots(draft.places.destination, since=now, until=now + dt.timedelta(days=SLOT_DAYS))
        return tuple(slot_option(s) for s in offered if s.free or s.id == draft.slot)

    def _questions(self, draft: Draft, advice: tuple[Recommendation, ...]) -> tuple[FormField, ...]:
        plan = self.desk.shelf.plan(draft.bundle)
        options = (Option("yes", texts.said("answer.yes")), Option("no", texts.said("answer.no")))
        return tuple(
            FormField(QUESTION + q.id, q.fact, self.words.of_pack(plan.id, f"questions.{q.id}"), "boolean", "ask",
                      required=False, options=options)
            for q in questions(plan, advice)
        )  # fmt: skip

    def _files(self, draft: Draft) -> tuple[FormField, ...]:
        there = {one.key: one.name for one in draft.attachments}
        return tuple(
            FormField(_file(key), key, self.words.of_pack(key.partition(":")[0], f"attachments.{one.id}"), "file",
                      "ask", shown=there.get(key, ""), hint=f"{one.law} {one.article}", required=key not in there)
            for key, one in demanded_attachments(self.desk, draft).items()
        )  # fmt: skip

    def save(self, draft: str, *, person: Principal, sent: Submitted) -> tuple[Problem, ...]:
        found = self.desk.store.draft(draft, person=person.code)
        try:
            saved = save_answers(self.desk, self._edit(found, sent))
        except (BadAnswers, DraftChangedElsewhere, SlotTaken) as error:
            return self._told(found, error)
        return self._attach(saved, sent)

    def _edit(self, draft: Draft, sent: Submitted) -> Edit:
        picks = self.forms.picks(draft, sent)
        codes = [self.forms.book.municipality(tuple(map(str, p))) for p in picks.values() if isinstance(p, list)]
        chosen = next(filter(None, codes), "")
        answers = {
            q.fact: sent.values[QUESTION + q.id] == "yes"
            for q in self.desk.shelf.plan(draft.bundle).questions
            if sent.values.get(QUESTION + q.id) in {"yes", "no"}
        }
        return Edit(
            draft=draft.id,
            person=draft.person,
            version=sent.version,
            changes=self.forms.changes(draft, sent),
            answers={**picks, **answers},
            moving=sent.lists.get("movers", ()) if "movers-shown" in sent.values else None,
            slot=sent.values.get("slot"),
            places=Places(origin=draft.places.origin, destination=chosen) if chosen else None,
        )

    def _attach(self, draft: Draft, sent: Submitted) -> tuple[Problem, ...]:
        wrong = []
        for key, one in demanded_attachments(self.desk, draft).items():
            name, body = sent.files.get(_file(key), ("", b""))
            label = self.words.of_pack(key.partition(":")[0], f"attachments.{one.id}")
            try:
                draft = attach(self.desk, draft, key=key, name=name, body=body) if body else draft
            except BadAttachment:
                wrong.append(Problem(_file(key), texts.said("problem.file", label=label)))
        return tuple(wrong)

    def _told(self, draft: Draft, error: BadAnswers | DraftChangedElsewhere | SlotTaken) -> tuple[Problem, ...]:
        if not isinstance(error, BadAnswers):
            field = "slot" if isinstance(error, SlotTaken) else "sign"
            return (Problem(field, texts.said(f"problem.{error.code}")),)
        named = self.forms.named(draft)
        return tuple(_problem(*named.get(f.field, ("sign", f.field)), code=f.code) for f in error.faults)

    def problems(self, draft: str, *, person: Principal) -> tuple[Problem, ...]:
        found = self.desk.store.draft(draft, person=person.code)
        named = {**self.forms.named(found), "slot": ("slot", texts.said("plan.slot"))}
        kinds = {**self.forms.kinds(found), "slot": "choice"}
        empty = [(*named.get(key, ("sign", key)), kinds.get(key, "text")) for key in missing_fields(self.desk, found)]
        if not found.procedures:
            return (Problem("sign", texts.plain("problem.nothing")),)
        if found.members and not any(member.moves for member in found.members):
            return (Problem("movers", texts.said("problem.movers")),)
        if any(name == "slot" for name, _, _ in empty) and not self._slots(found):
            empty = [one for one in empty if one[0] != "slot"]
            if not empty:
                return (
                    Problem("sign", texts.said("problem.no_slot", office=self.words.agency(found.places.destination))),
                )
        return tuple(missing(name, label, kind=kind) for name, label, kind in empty)

    def discard(self, draft: str, *, person: Principal) -> None:
        discard_draft(self.desk, self.desk.store.draft(draft, person=person.code))

    def receipt(self, receipt: str, *, person: Principal) -> ReceiptView:
        kept = self.desk.store.receipt(receipt, person=person.code)
        draft = self.desk.store.draft(kept.draft, person=person.code)
        return ReceiptView(
            id=kept.id,
            title=self.words.of_pack(draft.bundle, "title"),
            received_at=kept.received_at,
            content=kept.signature.content.decode(),
            certificate_serial=kept.signer.certificate_serial,
            parts=tuple(self.my_cases.of_application(one) for one in kept.applications),
            slot=self._visit(draft),
        )

    def _visit(self, draft: Draft) -> str:
        held = self.desk.store.reserved(draft.id)  # moved or left since the draft was submitted
        slot = self.desk.store.slot(held) if held else None
        return f"{formats.as_appointment(slot.starts_at)} {self.words.agency(slot.agency)}" if slot else ""

    def receipt_file(self, receipt: str, *, person: Principal) -> bytes:
        return msgspec.json.encode(self.desk.store.receipt(receipt, person=person.code))


def _file(key: str) -> str:
    return FILE + key.replace(":", "-")


def _problem(name: str, label: str, *, code: str) -> Problem:
    if code == "PROCEDURES-005":
        return Problem(f"{name}-reason", texts.said("problem.reason", label=label))
    if code == "PROCEDURES-007":
        return Problem(name, texts.said("problem.value", label=label))
    return Problem("sign", texts.said("problem.other", code=code))
