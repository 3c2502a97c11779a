"""The holder's side of an enquiry, without sockets: is the token good, what is recorded, what is answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from joserfc.jwk import ECKey

from kiban.exchange.asker import answer_digest, items_root, root_header, short
from kiban.exchange.directory import Agency, Directory
from kiban.exchange.errors import BadToken, NotAllowed, TokenExpired
from kiban.exchange.gate import Admitted, ReplayCache
from kiban.exchange.legal import LegalTable, Question
from kiban.exchange.messages import Claims, HopAnswer, HopRequest, Told, decode, encode
from kiban.exchange.sealing import opened, seal, unseal
from kiban.exchange.signing import ROOT, Message
from kiban.ledger import Body, Draft, milliseconds

TOKEN = "kiban-token"  # noqa: S105  the kind of a token, no secret
Items = dict[str, dict[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Question1N:
    """A lawful question that the holder will answer: the token's claims, and its own codes of the persons."""

    claims: Claims
    codes: tuple[str, ...]
    asker: Agency
    nonce: str


@dataclass(frozen=True, slots=True)
class Holder:
    """Checks questions to one holder: verifies the token offline, and the law again by its own copy of the table."""

    agency: Agency
    directory: Directory
    table: LegalTable
    key: ECKey
    replays: ReplayCache

    def question(self, admitted: Admitted, *, now: dt.datetime) -> Question1N:
        """The question in a request that came through the gate.

        Raises:
            BadToken: forged, for another holder or asker; TokenExpired.
            NotAllowed: the holder's own legal table does not allow it.
            Replayed: the token was used before.
        """
        token = decode(admitted.message.body, HopRequest).token
        claims = opened(token, TOKEN, key=self.directory.core.signing_jwk, content=Claims)
        if claims.holder != self.agency.id or claims.asker != admitted.sender.id:
            raise BadToken("the token is for another holder, or was given to another asker")
        if not claims.iat - 60 <= now.timestamp() < claims.exp:
            raise TokenExpired("the token has expired, or one of the clocks is wrong", remedy="repeat the enquiry")
        question = Question(admitted.sender.kind, claims.affair, self.agency.kind, claims.items)
        if self.table.row(question, day=now.date()).door and not claims.door:
            raise NotAllowed("this row needs the person's open door")
        codes = unseal(claims.subjects, tuple[str, ...], key=self.key)
        if len(codes) != claims.count or not codes:
            raise BadToken("the token's persons are not complete")
        self.replays.take(f"jti/{claims.jti}", claims.exp, now=now)
        return Question1N(claims, codes, admitted.sender, admitted.nonce)

    def records(self, question: Question1N, persons: Sequence[Items], *, now: dt.datetime) -> list[Draft]:
        """One leaf per person; the same answer to the same enquiry is recorded once."""
        claims = question.claims
        return [
            self._record(claims, code, items=items, now=now)
            for code, items in zip(question.codes, persons, strict=True)
        ]

    def _record(self, claims: Claims, code: str, *, items: Items, now: dt.datetime) -> Draft:
        digest = short(answer_digest(items))
        content = {
            "enquiry": claims.enquiry,
            "asker": claims.asker,
            "affair": claims.affair,
            "items": claims.items,
            "case": claims.case,
            "row": claims.row,
            "digest": digest,
        }
        key = f"{claims.enquiry}.{code[:8]}.answered.{digest[:16]}"
        return Draft(kind="answered", at=milliseconds(now), body=Body.of(content, subject=code, key=key))

    def answer(self, question: Question1N, told: Told, *, checkpoint: str) -> Message:
        """The answer, sealed to the asker, under one root; it must not leave before its records are on the disk."""
        sealed = seal(told, reader=question.asker.reading)
        body = encode(HopAnswer(enquiry=question.claims.enquiry, sealed=sealed, checkpoint=checkpoint))
        return Message({ROOT: root_header(items_root(told.persons))}, status=200, body=body)
