"""What intake needs from others, as Protocols; thin adapters over exchange, identity and the store satisfy them."""

from __future__ import annotations

import datetime as dt
from contextlib import AbstractContextManager
from typing import Protocol

from kiban.procedures.model import Answer, Application, Draft, Receipt, Signature, Signer, Slot


class OwnData(Protocol):
    """The person's own data behind the door that the card opened (affair ``self``)."""

    def ask(self, *, door: str, subject: str, holder: str, item: str) -> Answer:
        """One item from one holder about the person, or about a household member, by the portal's code.

        Raises: HolderDown (repeat later), NotHeld, EnquiryRefused.
        """
        ...


class Signatures(Protocol):
    """Verifies a card's signature: path, profile, validity, revocation, and that it is this person's card."""

    def verify(self, signature: Signature, *, draft: Draft) -> Signer:
        """Who signed: a member of the draft's household, or the person it names.

        Raises an identity error with its reason, or SignedByAnother.
        """
        ...


class Codes(Protocol):
    """Introduces a person to an agency while their door is open, without learning the agency's code of them."""

    def introduce(self, *, person: str, agency: str, door: str) -> str:
        """A link that only the agency's node can open. Raises: EnquiryRefused, HolderDown."""
        ...


class DraftStore(Protocol):
    """Drafts, receipts, applications and slots; the only part that knows the database."""

    def atomic(self) -> AbstractContextManager[object]: ...

    def insert_draft(self, draft: Draft) -> Draft:
        """Keep a new draft; the one already kept under the same person and idempotency key wins."""
        ...

    def draft(self, draft_id: str, *, person: str) -> Draft: ...

    def drafts(self, person: str) -> tuple[Draft, ...]: ...

    def update_draft(self, draft: Draft) -> Draft:
        """Write the next version; raises DraftChangedElsewhere when ``draft.version`` is no longer the stored one."""
        ...

    def keep_receipt(self, receipt: Receipt, *, applications: tuple[Application, ...]) -> None: ...

    def receipt(self, receipt_id: str, *, person: str) -> Receipt: ...

    def receipts(self, person: str) -> tuple[Receipt, ...]: ...

    def application(self, application_id: str, *, agency: str) -> Application: ...

    def keep_file(self, *, draft: str, key: str, body: bytes) -> None: ...

    def file(self, *, draft: str, key: str) -> bytes: ...

    def offer_slot(self, slot: Slot) -> None: ...

    def slot(self, slot_id: str) -> Slot | None: ...

    def slots(self, agency: str, *, since: dt.datetime, until: dt.datetime) -> tuple[Slot, ...]: ...

    def take_slot(self, slot_id: str, *, draft: str) -> None:
        """Reserve one place for a draft, once; raises SlotTaken."""
        ...

    def leave_slot(self, *, draft: str) -> None: ...

    def reserved(self, draft: str) -> str:
        """The slot in which a draft has its place now; empty for none."""
        ...


class Intake(Protocol):
    """Hands an application to the office's case work, inside the submitting transaction, at least once."""

    def hand_over(self, application: Application) -> None: ...
