"""Cards on the real rooms: requests to the card app, the core's door, and submission under the signature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from kiban.exchange.errors import ExchangeError
from kiban.exchange.model import CardProof, Door
from kiban.identity.cardapp import CardAnswer, decode, encode, entry_url
from kiban.identity.errors import UnknownRequest
from kiban.identity.model import Ask, Outcome, RequestKind
from kiban.identity.requests import CardDesk
from kiban.procedures import DraftState, ProcedureDesk, Signature, content_to_sign, submit
from kiban.shell.locale import texts
from kiban.shell.ports import CardBack
from kiban.shell.principals import Principal
from kiban.shell.wiring.words import Words


class Doors(Protocol):
    """The portal's own node, through which the core opens and closes doors."""

    def open_door(self, proof: CardProof) -> Door: ...

    def close_door(self, door: str) -> None: ...


@dataclass(frozen=True, slots=True)
class CardWork:
    """See `kiban.shell.ports.Cards`."""

    desk: CardDesk
    doors: Doors
    procedures: ProcedureDesk
    words: Words
    card_app: str

    def begin_sign_in(self, *, session: str, return_to: str, language: str, reader: str = "") -> str:
        purpose = texts.plain("card.sign_in")
        ask = Ask(RequestKind.SIGN_IN, texts.plain("app.name"), purpose, return_to, language, reader=reader)
        return entry_url(self.card_app, ask.kind, handle=self.desk.open(ask, session=session))

    def finish_sign_in(self, back: CardBack) -> Principal:
        outcome = self._finish(back, RequestKind.SIGN_IN)
        door = self.doors.open_door(_proof(outcome))
        return Principal(
            kind="resident",
            code=door.person,
            name="",  # the sign-in certificate carries none
            door=door.id,
            agencies=tuple(door.agencies),
        )

    def _finish(self, back: CardBack, kind: RequestKind) -> Outcome:
        outcome = self.desk.finish(back.answer, session=back.session)
        if outcome.kind is not kind:
            raise UnknownRequest("this answer is to another kind of request", remedy="begin again at the portal")
        return outcome

    def begin_signature(self, draft: str, *, person: Principal, session: str, return_to: str, language: str) -> str:
        found = self.procedures.store.draft(draft, person=person.code)
        content = content_to_sign(self.procedures.shelf, found).decode()
        purpose = self.words.of_pack(found.bundle, "title")
        ask = Ask(RequestKind.SIGN, texts.plain("app.name"), purpose, return_to, language, content, person.counter)
        return entry_url(self.card_app, ask.kind, handle=self.desk.open(ask, session=session))

    def finish_signature(self, draft: str, *, person: Principal, back: CardBack) -> str:
        found = self.procedures.store.draft(draft, person=person.code)
        if found.state is DraftState.SUBMITTED:  # the page was loaded again
            return found.receipt
        outcome = self._finish(back, RequestKind.SIGN)
        signature = Signature(content=outcome.content, value=outcome.signature, certificate=outcome.certificate)
        return submit(self.procedures, found, signature=signature, door=person.door).id

    def asked(self, handle: str) -> bytes:
        return encode(self.desk.view(handle))

    def answered(self, handle: str, body: bytes) -> bytes:
        return encode(self.desk.answer(handle, decode(body, CardAnswer)))

    def close(self, person: Principal) -> None:
        if person.door:
            try:
                self.doors.close_door(person.door)
            except ExchangeError:  # the core closes an idle door by itself
                return


def _proof(outcome: Outcome) -> CardProof:
    return CardProof(message=outcome.content, signature=outcome.signature, certificate=outcome.certificate)
