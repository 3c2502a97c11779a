"""What intake refuses, each with what to do."""

from __future__ import annotations

from dataclasses import dataclass

from kiban.kernel.errors import Audience, KibanError


class ProcedureError(KibanError):
    """Intake refuses."""

    code = "PROCEDURES-000"
    audience = Audience.USER


class UnknownDraft(ProcedureError):
    """The draft does not exist, or it is another person's: the answer is the same."""

    code = "PROCEDURES-001"


class DraftChangedElsewhere(ProcedureError):
    """The draft was changed in another window since this page was shown."""

    code = "PROCEDURES-002"


class DraftClosed(ProcedureError):
    """The draft is already submitted or discarded."""

    code = "PROCEDURES-003"


class UnknownField(ProcedureError):
    """The draft's form has no such field, or it cannot be changed by the applicant."""

    code = "PROCEDURES-004"


class CorrectionNeedsReason(ProcedureError):
    """A value that an office holds is corrected without saying why."""

    code = "PROCEDURES-005"


class NotComplete(ProcedureError):
    """A required fact is still missing; ``fields`` names them all."""

    code = "PROCEDURES-006"

    def __init__(self, fields: tuple[str, ...]) -> None:
        super().__init__(
            f"required facts are missing: {', '.join(fields)}", remedy="fill in the fields that are named and try again"
        )
        self.fields = fields


class BadValue(ProcedureError):
    """A value does not have its fact's type."""

    code = "PROCEDURES-007"


class SignedSomethingElse(ProcedureError):
    """The signature is not over the exact content of this draft."""

    code = "PROCEDURES-008"


class SignedByAnother(ProcedureError):
    """The signature is good, but the card is of somebody whom the application does not name."""

    code = "PROCEDURES-016"


class BadAttachment(ProcedureError):
    """A file of a type or size that is not taken, or where the law asks for none."""

    code = "PROCEDURES-009"


class SlotTaken(ProcedureError):
    """The chosen time has no free place any more."""

    code = "PROCEDURES-010"


class HolderDown(ProcedureError):
    """The office that holds the data does not answer now; the enquiry can be repeated."""

    code = "PROCEDURES-011"
    audience = Audience.OPERATOR


class NotHeld(ProcedureError):
    """The office answered that it holds nothing on this person under this item."""

    code = "PROCEDURES-012"


class EnquiryRefused(ProcedureError):
    """The legal table has no row for this enquiry, or the door is closed; repeating does not help."""

    code = "PROCEDURES-013"


class UnknownPack(ProcedureError):
    """No pack of this id is loaded."""

    code = "PROCEDURES-014"
    audience = Audience.OPERATOR


@dataclass(frozen=True, slots=True)
class FieldFault:
    """One field that was refused: its key, the error's code, and what to do."""

    field: str
    code: str
    remedy: str


class BadAnswers(ProcedureError):
    """Some answers were refused; ``faults`` names each field, so that a page can show all of them at once."""

    code = "PROCEDURES-015"

    def __init__(self, faults: tuple[FieldFault, ...]) -> None:
        names = ", ".join(fault.field for fault in faults)
        super().__init__(f"some answers were not taken: {names}", remedy="mend the fields that are named")
        self.faults = faults
