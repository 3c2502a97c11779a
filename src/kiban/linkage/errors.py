"""What the link check refuses."""

from __future__ import annotations

from kiban.kernel.errors import Audience, BadInput, KibanError


class BadFile(BadInput):
    """A register or agency file without a column that is needed, or in no known form."""

    code = "LINK-001"


class OtherCheck(KibanError):
    """The output folder holds a check of other files or settings; resuming would mix the two."""

    code = "LINK-002"
    audience = Audience.USER


class NotFourAttributes(BadInput):
    """A lookup that does not state all four attributes in full; since December 2023 it is not answered."""

    code = "LINK-003"


class NoFinding(KibanError):
    """The work list has no finding of this number."""

    code = "LINK-004"
    audience = Audience.USER


class NotAllowedNow(KibanError):
    """A step on a finding that its state, or the rule of four eyes, does not allow."""

    code = "LINK-005"
    audience = Audience.USER


class NotBalanced(KibanError):
    """A merged register does not hold what went in; it is not to be used."""

    code = "LINK-020"
    audience = Audience.OPERATOR
