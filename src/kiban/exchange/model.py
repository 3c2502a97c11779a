"""Values of the exchange: agencies, enquiries, answers, changes, usages. All frozen; no I/O.

What a system of an agency says to its own node (`kiban.exchange.client`) is made of these. A *subject* is always the
agency's own code of a person (機関別符号); what comes back speaks in that agency's own codes too.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

import msgspec

MAX_PERSONS = 1000
"""Most persons in one hop message."""

USAGE_LOG = "usage.log"
"""The item under which a holder answers who looked at a person's data (だれが見たか); only behind the person's door."""

SELF = "self"
"""The affair of a person who asks for their own data; needs an open door."""


class AgencyKind(StrEnum):
    """What an agency is in the legal table."""

    MUNICIPALITY = "municipality"
    PENSION = "pension"
    TAX_OFFICE = "tax_office"
    HEALTH_INSURER = "health_insurer"
    ELDERLY_UNION = "elderly_union"
    EDUCATION_BOARD = "education_board"
    DIGITAL_AGENCY = "digital_agency"
    PORTAL = "portal"
    CORE = "core"


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """Where a system reaches its own agency's node: loopback or intranet address, and the file with the local key."""

    agency: str
    url: str
    key_file: str


class Enquiry(msgspec.Struct, frozen=True, kw_only=True):
    """One lawful question (情報照会) about 1..N persons.

    Attributes:
        affair: the 事務 for which the law lets the asker ask, e.g. ``child_allowance``.
        holder: agency id of who holds the data.
        items: what is asked, e.g. ``tax.income``.
        subjects: the asker's own codes of the persons.
        key: idempotency key: the same enquiry repeated under the same key is recorded once.
        door: the person's open door, for the affair ``self``.
        case: the asker's case number, shown to the person as the reason; no personal data.
    """

    affair: str
    holder: str
    items: tuple[str, ...]
    subjects: tuple[str, ...]
    key: str
    door: str = ""
    case: str = ""


class PersonAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What the holder answered on one person.

    Attributes:
        subject: the asker's own code.
        items: item → record (GIF-shaped JSON); ``None`` where the holder holds nothing. In it ``link`` is the asker's
            own code of another person (a household member, a child).
        receipt: id of the holder's ledger receipt (see `NodeClient.receipt`).
        own_receipt: id of the asker's own.
    """

    subject: str
    items: dict[str, dict[str, Any] | None]
    receipt: str = ""
    own_receipt: str = ""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The holder's answer to an enquiry; ``persons`` stand in the order of the enquiry's subjects."""

    enquiry: str
    holder: str
    as_of: dt.datetime
    persons: tuple[PersonAnswer, ...]

    @property
    def one(self) -> PersonAnswer:
        """The answer on the only person."""
        (person,) = self.persons
        return person


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A change that an agency's decision makes in its own register, by the node's mapping.

    Attributes:
        kind: as the mapping names it, e.g. ``moved_in``.
        person: the agency's own code.
        data: what the mapping puts into columns.
        key: idempotency key: applied once, however often it is sent.
        case: the case in which it was decided.
    """

    kind: str
    person: str
    data: dict[str, Any]
    key: str
    case: str = ""


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """A change is in the register and in the ledger."""

    receipt: str
    rows: int


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """One look at, or change of, a person's data, as the person reads it (やりとり履歴).

    Attributes:
        at: when.
        kind: ``answered`` (the holder gave data), ``asked``/``received`` (this agency asked another), ``changed``.
        agency: whose ledger this is.
        asker: who looked.
        holder: who gave.
        affair: for which 事務; ``self`` = the person.
        items: what.
        case: the asker's case number.
        basis: law and row of the legal table.
        receipt: the receipt itself (JSON text of `kiban.ledger`): proof that stands without this agency.
    """

    at: dt.datetime
    kind: str
    agency: str
    asker: str = ""
    holder: str = ""
    affair: str = ""
    items: tuple[str, ...] = ()
    case: str = ""
    basis: str = ""
    enquiry: str = ""
    receipt_id: str = ""
    receipt: str = ""


class CardProof(msgspec.Struct, frozen=True, kw_only=True):
    """A challenge signed by the 利用者証明用 key: the exact message, the signature (PKCS1-v1_5), the certificate."""

    message: bytes
    signature: bytes
    certificate: bytes


class Door(msgspec.Struct, frozen=True, kw_only=True):
    """A person's open door: while it is open, the portal may ask for their own data.

    Attributes:
        id: the door's secret handle; goes into `Enquiry.door`.
        person: the portal's own code of the person; the same at every sign-in.
        agencies: ids of the agencies that hold data on them.
        expires_at: closed then at the latest; each use postpones the idle end, not this one.
    """

    id: str
    person: str
    agencies: tuple[str, ...]
    expires_at: dt.datetime
    idle_seconds: int


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """How a node is: what it is, whether its source and ledger can be used, the newest checkpoint."""

    agency: str
    kind: str
    ok: bool
    entries: int
    checkpoint: str
    confined: bool
    table: str = ""
    source: str = ""
