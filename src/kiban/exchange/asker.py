"""The asker's side of an enquiry, without sockets: what to send to the core and the holder, and what to believe."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

import msgspec
from joserfc.jwk import ECKey

from kiban.exchange.directory import Agency, Directory
from kiban.exchange.errors import BadAnswer, BadMessage, BadToken
from kiban.exchange.messages import HopAnswer, Link, TokenRequest, Told, decode
from kiban.exchange.model import MAX_PERSONS, Answer, Enquiry, PersonAnswer
from kiban.exchange.sealing import unseal
from kiban.exchange.signing import ROOT
from kiban.kernel.clock import moment_of
from kiban.kernel.errors import BadInput
from kiban.ledger import Body, Checkpoint, Draft, milliseconds
from kiban.ledger.errors import BadNote
from kiban.ledger.merkle import Tree, leaf_hash
from kiban.ledger.note import VerifierKey, open_checkpoint

LINK = "link"
_canonical = msgspec.json.Encoder(order="sorted").encode


def enquiry_id(agency: str, key: str) -> str:
    """The enquiry's id: the same for the same asker and idempotency key, and telling nothing of either."""
    digest = sha256(f"kiban enquiry 1\n{agency}\n{key}".encode()).digest()
    return base64.urlsafe_b64encode(digest[:16]).decode("ascii").rstrip("=")


def answer_digest(items: dict[str, dict[str, Any] | None]) -> bytes:
    """SHA-256 of one person's answer without its links (each making of a link gives another text)."""
    return sha256(_canonical(without_links(items))).digest()


def without_links(value: Any) -> Any:
    """The same JSON with every ``link`` left out."""
    if isinstance(value, dict):
        return {key: without_links(inner) for key, inner in value.items() if key != LINK}
    return [without_links(inner) for inner in value] if isinstance(value, list) else value


def items_root(persons: Sequence[dict[str, dict[str, Any] | None]]) -> bytes:
    """Root of the Merkle tree of the persons' answers: one signature over it stands for each of them."""
    return Tree(leaf_hash(answer_digest(items)) for items in persons).root()


def root_header(root: bytes) -> str:
    """The root as its header."""
    return f":{base64.b64encode(root).decode('ascii')}:"


def short(digest: bytes) -> str:
    """A digest as records name it: base64url without padding."""
    return base64.urlsafe_b64encode(digest).decode("ascii").rstrip("=")


def check_enquiry(enquiry: Enquiry) -> None:
    """Raises BadMessage: no person or too many, one twice, no item, or no key."""
    subjects = enquiry.subjects
    if not 1 <= len(subjects) <= MAX_PERSONS or len(set(subjects)) != len(subjects):
        raise BadMessage(f"an enquiry is about 1 to {MAX_PERSONS} persons, each once")
    if not enquiry.items or not enquiry.key or len(enquiry.key) > 200 or len(enquiry.case) > 60:
        raise BadMessage("an enquiry names its items and its key (at most 200 characters; case number at most 60)")


@dataclass(frozen=True, slots=True)
class Asking:
    """One enquiry under way."""

    enquiry: Enquiry
    id: str
    asker: str

    @classmethod
    def begin(cls, enquiry: Enquiry, *, asker: str) -> Asking:
        """Begin; the same enquiry begun again continues the same one."""
        check_enquiry(enquiry)
        return cls(enquiry, enquiry_id(asker, enquiry.key), asker)

    def token_request(self) -> TokenRequest:
        """What to ask the core."""
        e = self.enquiry
        return TokenRequest(
            enquiry=self.id,
            affair=e.affair,
            holder=e.holder,
            items=e.items,
            subjects=e.subjects,
            door=e.door,
            case=e.case,
        )

    def asked(self, now: dt.datetime) -> list[Draft]:
        """The asker's records before the request leaves; a repetition finds them there."""
        e = self.enquiry
        content = {"enquiry": self.id, "holder": e.holder, "affair": e.affair, "items": e.items, "case": e.case}
        return [
            _draft("asked", content, body=(subject, f"{self.id}.{i}.asked"), now=now)
            for i, subject in enumerate(e.subjects)
        ]

    def received(self, told: Believed, *, now: dt.datetime) -> list[Draft]:
        """The asker's records of what came, before it is handed on."""
        e = self.enquiry
        drafts = []
        for i, subject in enumerate(e.subjects):
            digest = short(answer_digest(told.told.persons[i]))
            content = {
                "enquiry": self.id,
                "holder": e.holder,
                "digest": digest,
                "leaf": told.told.leaves[i],
            }
            drafts.append(_draft("received", content, body=(subject, f"{self.id}.{i}.received.{digest[:16]}"), now=now))
        return drafts


def _draft(kind: str, content: dict[str, Any], *, body: tuple[str, str], now: dt.datetime) -> Draft:
    return Draft(kind=kind, at=milliseconds(now), body=Body.of(content, subject=body[0], key=body[1]))


@dataclass(frozen=True, slots=True)
class Believed:
    """An answer whose signature, sealing, root and order were checked."""

    told: Told
    checkpoint: Checkpoint


def believe(asking: Asking, answer: HopAnswer, *, root: str, holder: Agency, key: ECKey) -> Believed:
    """Open and check a holder's answer (its signature was checked before).

    Raises:
        BadAnswer: of another enquiry, for other persons or items, not under its root, or with a foreign checkpoint.
    """
    if answer.enquiry != asking.id:
        raise BadAnswer("the answer belongs to another enquiry", remedy="repeat the enquiry; tell the holder")
    try:
        told = unseal(answer.sealed, Told, key=key)
        checkpoint = known_checkpoint(answer.checkpoint, holder.log)
    except (BadToken, BadNote) as error:
        raise BadAnswer(f"the answer cannot be used: {error.what}") from None
    count = len(asking.enquiry.subjects)
    if len(told.persons) != count or len(told.leaves) != count:
        raise BadAnswer("the answer is not for the persons that were asked about")
    if any(set(items) != set(asking.enquiry.items) for items in told.persons):
        raise BadAnswer("the answer has other items than were asked")
    try:
        whole = root_header(items_root(told.persons))
        moment_of(told.as_of)
    except (RecursionError, BadInput):
        raise BadAnswer("the answer is nested too deeply, or of no moment", remedy="tell the holder") from None
    if whole != root:
        raise BadAnswer("the answers are not those that the holder signed")
    if any(not 0 <= leaf < checkpoint.size for leaf in told.leaves):
        raise BadAnswer("the holder has not recorded what it answered")
    return Believed(told, checkpoint)


@lru_cache(256)
def known_checkpoint(note: str, key: VerifierKey) -> Checkpoint:
    """`open_checkpoint`, remembered: all answers of one commit group of a holder carry the same note."""
    return open_checkpoint(note, key)


def opened_links(value: Any, *, reader: str, key: ECKey) -> Any:
    """The same JSON with every link turned into the reader's own code of the person.

    Raises:
        BadAnswer: a link is for another reader.
    """
    if isinstance(value, dict):
        return {
            name: open_link(inner, reader=reader, key=key)
            if name == LINK and isinstance(inner, str)
            else opened_links(inner, reader=reader, key=key)
            for name, inner in value.items()
        }
    return [opened_links(inner, reader=reader, key=key) for inner in value] if isinstance(value, list) else value


def open_link(link: str, *, reader: str, key: ECKey) -> str:
    """The reader's own code of the person that a link stands for.

    Raises:
        BadAnswer: the link is for another reader, or was changed.
    """
    try:
        found = unseal(link, Link, key=key)
    except BadToken as error:
        raise BadAnswer(f"a link cannot be read: {error.what}") from None
    if found.reader != reader:
        raise BadAnswer("a link is for another reader")
    return found.code


def answer_of(asking: Asking, believed: Believed, *, own: Sequence[str], key: ECKey) -> Answer:
    """What the agency's own system gets: links opened, receipts named; ``own`` are the asker's receipt ids."""
    e, told = asking.enquiry, believed.told
    persons = tuple(
        PersonAnswer(
            subject=subject,
            items=opened_links(told.persons[i], reader=asking.asker, key=key),
            receipt=f"{e.holder}:{told.leaves[i]}",
            own_receipt=own[i],
        )
        for i, subject in enumerate(e.subjects)
    )
    as_of = moment_of(told.as_of)
    return Answer(enquiry=asking.id, holder=e.holder, as_of=as_of, persons=persons)


def parse_answer(body: bytes, headers: dict[str, str]) -> tuple[HopAnswer, str]:
    """A holder's answer and its root header."""
    return decode(body, HopAnswer), headers.get(ROOT, "")


def holder_of(directory: Directory, enquiry: Enquiry) -> Agency:
    """The holder of an enquiry; raises UnknownAgency."""
    return directory.get(enquiry.holder)
