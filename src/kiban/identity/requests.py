"""Requests to a card: opened by a browser's session, answered by the card app, finished by the same browser, each once.

The portal calls `CardDesk.open` and redirects; serves `CardDesk.view` and `CardDesk.answer` on the back channel
(`kiban.identity.cardapp`); and calls `CardDesk.finish` when the browser comes back.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from kiban.identity.cardapp import (
    AnswerTaken,
    CardAnswer,
    CardRequestView,
    hashed,
    new_handle,
    showable,
    sign_in_message,
)
from kiban.identity.certificates import Verifier
from kiban.identity.errors import BadAnswer, Declined, IdentityError, RequestUsed, UnknownRequest
from kiban.identity.events import card_request_answered, card_request_opened, card_request_refused
from kiban.identity.model import Ask, CardRequest, Holder, Kind, Outcome, RequestKind, RequestState
from kiban.identity.ports import CardRequestStore
from kiban.kernel.clock import Clock
from kiban.kernel.events import EventSink

LIFETIME = {RequestKind.SIGN_IN: dt.timedelta(minutes=5), RequestKind.SIGN: dt.timedelta(minutes=15)}
KINDS = {RequestKind.SIGN_IN: Kind.AUTH, RequestKind.SIGN: Kind.SIGN}


@dataclass(frozen=True, slots=True)
class CardDesk:
    """Where a portal asks cards.

    Attributes:
        origin: scheme, host and port of the portal, as the browser and the card app know it.
        store, verifier, clock, events: what it works with.
    """

    origin: str
    store: CardRequestStore
    verifier: Verifier
    clock: Clock
    events: EventSink

    def open(self, ask: Ask, *, session: str) -> str:
        """Keep a request bound to this browser's session; the handle for `cardapp.entry_url`.

        Raises:
            NotShowable: a page would not show the content to sign as it is.
        """
        content = showable(ask.content) if ask.kind is RequestKind.SIGN else ""
        handle, now = new_handle(), self.clock.now()
        request = CardRequest(
            handle_hash=hashed(handle),
            session_hash=hashed(session),
            ask=replace(ask, content=content),
            nonce=secrets.token_urlsafe(32),
            created_at=now,
            expires_at=now + LIFETIME[ask.kind],
        )
        with self.store.atomic():
            self.store.forget_older(now - dt.timedelta(hours=1))
            self.store.insert(request)
            self.events.emit(card_request_opened(request, at=now))
        return handle

    def view(self, handle: str) -> CardRequestView:
        """What the card app may know of an open request.

        Raises:
            UnknownRequest: there is none, or it is too old.
            RequestUsed: it was answered.
        """
        request = self._open(handle)
        content = request.ask.content
        return CardRequestView(
            kind=request.ask.kind,
            asker=request.ask.asker,
            purpose=request.ask.purpose,
            language=request.ask.language,
            origin=self.origin,
            nonce=request.nonce,
            expires_at=request.expires_at,
            content=content,
            content_sha256=hashlib.sha256(content.encode()).hexdigest() if content else "",
            reader=request.ask.reader,
            holder=request.ask.holder,
        )

    def answer(self, handle: str, answer: CardAnswer) -> AnswerTaken:
        """Take the card's answer. The request is used up before anything is verified, so a replay finds nothing.

        Raises:
            UnknownRequest, RequestUsed: see `view`.
            BadCertificate and its kin, BadSignature: the answer is refused; the holder begins again.
        """
        request = self._open(handle)
        after = RequestState.ANSWERED if answer.outcome == "signed" else RequestState.DECLINED
        if not self.store.move(request.handle_hash, before=RequestState.OPEN, after=after):
            raise RequestUsed("this request has been answered", remedy="begin again at the portal")
        try:
            if after is RequestState.ANSWERED:
                self._verify(request, answer)
        except IdentityError as error:
            with self.store.atomic():
                self.store.move(request.handle_hash, before=after, after=RequestState.FAILED)
                self.events.emit(card_request_refused(request, at=self.clock.now(), code=error.code))
            raise
        back = new_handle()
        with self.store.atomic():
            self.store.keep_answer(
                request.handle_hash,
                return_hash=hashed(back),
                certificate=answer.certificate,
                signature=answer.signature,
            )
            self.events.emit(card_request_answered(request, at=self.clock.now(), outcome=answer.outcome))
        return AnswerTaken(return_url=f"{self.origin}{request.ask.return_to}?{urlencode({'answer': back})}")

    def finish(self, back: str, *, session: str) -> Outcome:
        """What came of the request, for the browser that began it and that the card app sent back; once.

        ``back`` is the value of ``answer`` in the address; ``session`` the same as at `open`.

        Raises:
            UnknownRequest: no such answer, another browser's, or finished before.
            Declined: the holder said no.
            BadCertificate and its kin: the certificate is not valid any more.
        """
        request = self.store.by_return(hashed(back))
        if request is None or not secrets.compare_digest(request.session_hash, hashed(session)):
            raise UnknownRequest("this answer belongs to no request of this browser", remedy="begin again")
        if self.clock.now() > request.expires_at + dt.timedelta(minutes=1):
            raise UnknownRequest("the answer came back too late", remedy="begin again")
        if not self.store.move(request.handle_hash, before=request.state, after=RequestState.FINISHED):
            raise UnknownRequest("this answer has been used", remedy="begin again")
        if request.state is RequestState.DECLINED:
            raise Declined("the holder of the card said no", remedy="begin again if that was a slip")
        if request.state is not RequestState.ANSWERED:
            raise UnknownRequest("this answer has been used", remedy="begin again")
        answer = CardAnswer(outcome="signed", certificate=request.certificate, signature=request.signature)
        holder = self._verify(request, answer)
        return Outcome(
            request.ask.kind, holder, signed_bytes(request, self.origin), request.signature, request.certificate
        )

    def _open(self, handle: str) -> CardRequest:
        request = self.store.get(hashed(handle))
        if request is None or self.clock.now() > request.expires_at:
            raise UnknownRequest("there is no such request, or it is too old", remedy="begin again at the portal")
        if request.state is not RequestState.OPEN:
            raise RequestUsed("this request has been answered", remedy="begin again at the portal")
        return request

    def _verify(self, request: CardRequest, answer: CardAnswer) -> Holder:
        if not answer.certificate or not answer.signature:
            raise BadAnswer("the answer has no certificate or no signature")
        return self.verifier.signature(
            answer.certificate,
            signed_bytes(request, self.origin),
            value=answer.signature,
            kind=KINDS[request.ask.kind],
            at=self.clock.now(),
        )


def signed_bytes(request: CardRequest, origin: str) -> bytes:
    """The exact bytes that the card had to sign."""
    if request.ask.kind is RequestKind.SIGN_IN:
        return sign_in_message(origin, request.nonce)
    return request.ask.content.encode()
