"""Intake's ports joined to the exchange and to identity: thin, no rule of its own."""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from kiban.exchange.client import NodeClient
from kiban.exchange.errors import DoorShut, ExchangeError, HolderUnavailable, UnknownPerson
from kiban.exchange.model import SELF, Enquiry
from kiban.identity.certificates import Verifier
from kiban.identity.model import Attributes, Kind
from kiban.kernel.clock import Clock
from kiban.procedures.errors import EnquiryRefused, HolderDown, NotHeld, SignedByAnother
from kiban.procedures.model import Answer, Draft, Signature, Signer


@contextmanager
def exchange_errors() -> Iterator[None]:
    """The exchange's refusals in the words of the services; a shut door stays itself: the person signs in again."""
    try:
        yield
    except DoorShut:
        raise
    except UnknownPerson as error:
        raise NotHeld(error.what, remedy=error.remedy) from error
    except HolderUnavailable as error:
        raise HolderDown(error.what, remedy=error.remedy) from error
    except ExchangeError as error:
        kind = HolderDown if error.retry else EnquiryRefused
        raise kind(f"{error.code}: {error.what}", remedy=error.remedy) from error


def ask_node(node: NodeClient, enquiry: Enquiry) -> Answer:
    """One item on one person through one's own node. Raises: HolderDown, NotHeld, EnquiryRefused, DoorShut."""
    with exchange_errors():
        answered = node.enquire(enquiry)
    person, (item,) = answered.one, enquiry.items
    record = person.items.get(item)
    if record is None:
        raise NotHeld(f"{enquiry.holder} holds no {item} on this person", remedy="ask the person")
    return Answer(data=record, as_of=answered.as_of, receipt=person.receipt)


@dataclass(frozen=True, slots=True)
class NodeOwnData:
    """See :class:`kiban.procedures.ports.OwnData`: the portal's node, affair ``self``, behind the door."""

    node: NodeClient

    def ask(self, *, door: str, subject: str, holder: str, item: str) -> Answer:
        key = uuid.uuid4().hex
        enquiry = Enquiry(affair=SELF, holder=holder, items=(item,), subjects=(subject,), key=key, door=door)
        return ask_node(self.node, enquiry)


@dataclass(frozen=True, slots=True)
class NodeCodes:
    """See :class:`kiban.procedures.ports.Codes`: the core makes links that only the agency's node can open."""

    node: NodeClient

    def introduce(self, *, person: str, agency: str, door: str) -> str:
        with exchange_errors():
            return self.node.introduce(person, agency=agency, door=door)


@dataclass(frozen=True, slots=True)
class CardSignatures:
    """See :class:`kiban.procedures.ports.Signatures`: a 署名用電子証明書 of somebody whom the draft names."""

    verifier: Verifier
    clock: Clock

    def verify(self, signature: Signature, *, draft: Draft) -> Signer:
        holder = self.verifier.signature(
            signature.certificate, signature.content, value=signature.value, kind=Kind.SIGN, at=self.clock.now()
        )
        if holder.attributes is not None and not _named(holder.attributes, draft):
            raise SignedByAnother(
                "the card that signed is of nobody whom this application names",
                remedy="sign with the card of a member of the household",
            )
        return Signer(certificate_serial=holder.serial, verified_at=holder.verified_at)


def _named(attributes: Attributes, draft: Draft) -> bool:
    """Whether the certificate's name (and birth date) are a living member's; true where the draft names nobody."""
    known = [member for member in draft.members if member.name and member.died_on is None]
    return not known or any(
        same_name(attributes, f"{member.name.get('family', '')}{member.name.get('given', '')}")
        and (member.birth_date is None or attributes.birth_date in (None, member.birth_date))
        for member in known
    )


def same_name(attributes: Attributes, name: str) -> bool:
    """Equal but for spaces, width, and the characters that the certificate had to substitute (代替文字)."""
    marks = attributes.name_substitutes.ljust(len(attributes.name), "0")
    written = [
        "" if mark == "1" else unicodedata.normalize("NFKC", character)
        for character, mark in zip(attributes.name, marks, strict=False)
    ]
    letters = [one for one in written if one != " "]
    other = [one for one in unicodedata.normalize("NFKC", name) if one != " "]
    return len(letters) == len(other) and all(a in ("", b) for a, b in zip(letters, other, strict=True))
