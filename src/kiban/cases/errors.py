"""What case work refuses, each with what to do."""

from __future__ import annotations

from kiban.kernel.errors import Audience, KibanError


class CaseError(KibanError):
    """Case work refuses."""

    code = "CASES-000"
    audience = Audience.USER


class UnknownCase(CaseError):
    """The case does not exist, or it is another agency's: the answer is the same."""

    code = "CASES-001"


class CaseChangedElsewhere(CaseError):
    """Somebody else acted on the case since this page was shown."""

    code = "CASES-002"


class NotInThisState(CaseError):
    """The action does not fit where the case stands."""

    code = "CASES-003"


class NotYourRole(CaseError):
    """The officer's roles do not allow this step."""

    code = "CASES-004"


class SamePersonTwice(CaseError):
    """Four eyes: the second officer must be another than the first."""

    code = "CASES-005"


class CaseTaken(CaseError):
    """Another officer has claimed the case."""

    code = "CASES-006"


class BadSendBack(CaseError):
    """A return for correction names no field, or one that the application does not have."""

    code = "CASES-007"


class BrokenPack(CaseError):
    """A pack's steps cannot be run: a step or outcome is named that does not exist."""

    code = "CASES-008"
    audience = Audience.DEVELOPER


class StepFailed(CaseError):
    """A step's effect at another system was refused for good; an officer must look."""

    code = "CASES-009"
    audience = Audience.OPERATOR


class UndecidableCase(CaseError):
    """A decision was asked for while facts that the law needs are unknown."""

    code = "CASES-010"


class OwnWork(CaseError):
    """Four eyes: who led a case to its decision does not review that decision."""

    code = "CASES-011"


class AmountUnknown(CaseError):
    """A benefit cannot be granted or entered while its amount is unknown; ``unknown`` names the facts that it lacks."""

    code = "CASES-012"

    def __init__(self, what: str, *, unknown: tuple[str, ...] = ()) -> None:
        super().__init__(what, remedy="supply the facts that are missing")
        self.unknown = unknown
