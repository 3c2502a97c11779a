"""The core, without sockets: it turns codes, applies the legal table and signs tokens; it never sees an answer.

Each verb returns what to record (drafts and table writes) and what to answer then: the answer must not leave before the
record is on the disk.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from joserfc.jwk import ECKey

from kiban.exchange.asker import enquiry_id
from kiban.exchange.cards import card_hash, check_message
from kiban.exchange.codes import Codes
from kiban.exchange.directory import Agency, Directory
from kiban.exchange.doors import Doors
from kiban.exchange.errors import BadMessage, BadToken, CardRefused, NoInbox, NotAllowed, Replayed, UnknownPerson
from kiban.exchange.holder import TOKEN
from kiban.exchange.legal import LegalTable, Question, Row
from kiban.exchange.messages import (
    AddressRequest,
    Claims,
    Done,
    DoorClosing,
    DoorOpened,
    DoorOpening,
    Holdings,
    Introduction,
    IntroductionRequest,
    Link,
    LinkRequest,
    Links,
    Registered,
    Registration,
    TokenGrant,
    TokenRequest,
    Wire,
    grant_key,
)
from kiban.exchange.model import MAX_PERSONS, AgencyKind, CardProof
from kiban.exchange.ports import CardVerifier
from kiban.exchange.sealing import seal, sign
from kiban.exchange.store import CoreTables, DoorRow
from kiban.exchange.store.core import add_member, holding, open_door, register
from kiban.ledger import Body, Draft, milliseconds
from kiban.ledger.ports import Write

TOKEN_LIFE = 60
CHALLENGE_KEPT = 366 * 86400


@dataclass(frozen=True, slots=True)
class Outcome:
    """What to record, and what to answer once it is on the disk."""

    answer: Wire
    drafts: Sequence[Draft] = ()
    writes: Sequence[Write] = ()


@dataclass(frozen=True, slots=True)
class Core:
    """The core of one country."""

    directory: Directory
    table: LegalTable
    codes: Codes
    tables: CoreTables
    key: ECKey = field(repr=False)
    cards: CardVerifier
    doors: Doors

    def token(self, asker: Agency, request: TokenRequest, *, now: dt.datetime) -> Outcome:
        """A token for one enquiry of 1..N persons.

        Raises:
            NotAllowed: no row of the legal table; or DoorShut.
            UnknownPerson: a subject is nobody's code at this asker.
        """
        holder = self.directory.get(request.holder)
        question = Question(asker.kind, request.affair, holder.kind, request.items)
        row = self.table.row(question, day=now.date())
        found = self._persons(asker.id, request.subjects)
        door = self._door(request, row, found=found, now=now)
        stamp = int(now.timestamp())
        claims = Claims(
            jti=secrets.token_urlsafe(16),
            iat=stamp,
            exp=stamp + TOKEN_LIFE,
            asker=asker.id,
            holder=holder.id,
            enquiry=request.enquiry,
            affair=request.affair,
            items=request.items,
            count=len(found),
            row=row.id,
            table=self.table.version,
            subjects=seal([self.codes.code(s, agency=holder.id) for s in found], reader=holder.reading),
            door=door,
            case=request.case,
        )
        drafts = [self._granted(claims, secret, number=i, now=now) for i, secret in enumerate(found)]
        touched = self.doors.touch(door, now=now) if door else []
        return Outcome(TokenGrant(token=sign(claims, key=self.key, kind=TOKEN)), drafts, touched)

    def _persons(self, agency: str, codes: Sequence[str]) -> list[bytes]:
        if not 1 <= len(codes) <= MAX_PERSONS:
            raise BadMessage(f"a message is about 1 to {MAX_PERSONS} persons")
        found = [self.codes.secret(code, agency=agency) for code in codes]
        if not self.tables.known(found):
            raise UnknownPerson(f"a code is nobody's at {agency}", remedy="ask with the agency's own codes only")
        return found

    def _door(self, request: TokenRequest, row: Row, *, found: Sequence[bytes], now: dt.datetime) -> str:
        if not row.door:
            return ""
        door = self.doors.hashed(request.door)
        self.doors.check(door, found, members=row.members, now=now)
        return door

    def _granted(self, claims: Claims, secret: bytes, *, number: int, now: dt.datetime) -> Draft:
        content = {
            "enquiry": claims.enquiry,
            "asker": claims.asker,
            "holder": claims.holder,
            "affair": claims.affair,
            "items": claims.items,
            "row": claims.row,
            "table": claims.table,
            "door": claims.door,
        }
        subject = self.codes.code(secret, agency=AgencyKind.CORE)
        return _draft("granted", content, found=(subject, grant_key(claims, number)), now=now)

    def links(self, holder: Agency, request: LinkRequest, *, granted: dict[str, Any] | None) -> Outcome:
        """Links that only the asker of a granted enquiry can read.

        ``granted`` is the core's own record of the enquiry's first person.

        Raises:
            BadToken: no such enquiry was granted to this asker at this holder.
        """
        if granted is None or (granted["asker"], granted["holder"]) != (request.asker, holder.id):
            raise BadToken("no such enquiry was granted", remedy="links are made for a granted enquiry only")
        asker = self.directory.get(request.asker)
        found = self._persons(holder.id, request.codes)
        links = [self._link(secret, asker) for secret in found]
        door = granted["door"]
        writes = [add_member(door, secret) for secret in found] if door else []
        return Outcome(Links(links=tuple(links)), writes=writes)

    def _link(self, secret: bytes, reader: Agency) -> str:
        link = Link(code=self.codes.code(secret, agency=reader.id), reader=reader.id)
        return seal(link, reader=reader.reading)

    def introduce(self, portal: Agency, request: IntroductionRequest, *, now: dt.datetime) -> Outcome:
        """A link by which the portal introduces the person behind an open door to an agency."""
        if portal.kind is not AgencyKind.PORTAL:
            raise NotAllowed("only a portal introduces persons")
        found = self._persons(portal.id, (request.person,))
        door = self.doors.hashed(request.door)
        self.doors.check(door, found, members=True, now=now)
        reader = self.directory.get(request.agency)
        content = {"agency": reader.id, "door": door}
        subject = self.codes.code(found[0], agency=AgencyKind.CORE)
        draft = _draft("introduced", content, found=(subject, ""), now=now)
        return Outcome(Introduction(link=self._link(found[0], reader)), [draft], self.doors.touch(door, now=now))

    def address(self, agency: Agency, request: AddressRequest, *, now: dt.datetime) -> Outcome:
        """A link by which an agency addresses a notice (お知らせ) to a person it knows; only the portal reads it.

        Law: 番号法 附則6条3項, 4項 (``verified: false``: the order about notices was not at hand).

        Raises:
            UnknownPerson: the code is nobody's; NoInbox: a notice would never be read.
        """
        if agency.kind is AgencyKind.PORTAL:
            raise NotAllowed("a portal addresses nobody to itself")
        portal = next((one for one in self.directory.agencies.values() if one.kind is AgencyKind.PORTAL), None)
        if portal is None:
            raise NotAllowed("the directory has no portal", remedy="send a letter")
        found = self._persons(agency.id, (request.person,))
        if not self.tables.has_card(found[0]):
            raise NoInbox("this person has no card", remedy="send a letter")
        subject = self.codes.code(found[0], agency=AgencyKind.CORE)
        draft = _draft("addressed", {"agency": agency.id}, found=(subject, ""), now=now)
        return Outcome(Introduction(link=self._link(found[0], portal)), [draft])

    def open_door(self, portal: Agency, request: DoorOpening, *, now: dt.datetime) -> Outcome:
        """Open the door of the person whose card signed a sign-in; each signed challenge opens one door only.

        Raises:
            CardRefused: the card does not hold, or is nobody's.
            Replayed: this challenge opened a door before.
        """
        if portal.kind is not AgencyKind.PORTAL:
            raise NotAllowed("only a portal opens doors")
        proof = CardProof(message=request.message, signature=request.signature, certificate=request.certificate)
        card = self.cards.authenticator(proof, at=now)
        secret = self.tables.card(card_hash(card))
        if secret is None:
            raise CardRefused("this card is not entered for any person", remedy="enter it at the municipality")
        writes = [self._challenge(request.message, now=now)]
        handle, row, opened = self.doors.fresh(secret, portal=portal.id, now=now)
        writes.append(open_door(self.doors.hashed(handle), row))
        answer = DoorOpened(
            id=handle,
            person=self.codes.code(secret, agency=portal.id),
            agencies=tuple(a for a in self.tables.holders(secret) if a in self.directory.agencies),
            expires=row.expires * 1000,
            idle_seconds=self.doors.idle,
        )
        return Outcome(answer, [self._door_draft("door_opened", row, now=now)], [*writes, *opened])

    def _challenge(self, message: bytes, *, now: dt.datetime) -> Write:
        nonce = "challenge/" + card_hash(check_message(message, origin=_origin(message)))
        self.doors.replays.take(nonce, int(now.timestamp()) + CHALLENGE_KEPT, now=now)
        return self.doors.replays.write(nonce)

    def _door_draft(self, kind: str, row: DoorRow, *, now: dt.datetime) -> Draft:
        subject = self.codes.code(row.secret, agency=AgencyKind.CORE)
        return _draft(kind, {"portal": row.portal}, found=(subject, ""), now=now)

    def close_door(self, portal: Agency, request: DoorClosing, *, now: dt.datetime) -> Outcome:
        """Close a door; one that is closed already stays so."""
        door = self.doors.hashed(request.door)
        row = self.tables.door(door)
        if row is None or row.portal != portal.id:
            return Outcome(Done())
        return Outcome(Done(), [self._door_draft("door_closed", row, now=now)], self.doors.close(door, now=now))

    def register(self, agency: Agency, request: Registration, *, now: dt.datetime) -> Outcome:
        """Codes for persons who are new to all registers (birth, first entry); once per key."""
        if agency.kind is not AgencyKind.MUNICIPALITY:
            raise NotAllowed("only a municipality enters new persons", remedy="住民基本台帳法 5条")
        if not 1 <= request.count <= MAX_PERSONS:
            raise BadMessage(f"a message is about 1 to {MAX_PERSONS} persons")
        key = enquiry_id(agency.id, request.key)
        found = self.tables.registered(key)
        if found is not None and len(found) != request.count:
            raise Replayed("this key was used for another number of persons")
        drafts, writes = [], []
        if found is None:
            found = [secrets.token_bytes(16) for _ in range(request.count)]
            writes = [*register(key, found), *(holding(s, agency.id, held=True) for s in found)]
            drafts = [_draft("registered", {"agency": agency.id, "count": request.count}, found=("", ""), now=now)]
        codes = tuple(self.codes.code(secret, agency=agency.id) for secret in found)
        return Outcome(Registered(codes=codes), drafts, writes)

    def hold(self, agency: Agency, request: Holdings, *, now: dt.datetime) -> Outcome:
        """Note that an agency holds data on persons, or no longer."""
        writes = []
        for codes, held in ((request.held, True), (request.gone, False)):
            if codes:
                writes += [holding(secret, agency.id, held=held) for secret in self._persons(agency.id, codes)]
        content = {"agency": agency.id, "held": len(request.held), "gone": len(request.gone)}
        return Outcome(Done(), [_draft("holdings", content, found=("", ""), now=now)], writes)


def _origin(message: bytes) -> str:
    return message.split(b"\n")[1].decode("ascii").removeprefix("origin: ")


def _draft(kind: str, content: dict[str, Any], *, found: tuple[str, str], now: dt.datetime) -> Draft:
    subject, key = found
    return Draft(kind=kind, at=milliseconds(now), body=Body.of(content, subject=subject, key=key))
