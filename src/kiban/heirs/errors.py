"""What the finding of heirs refuses."""

from __future__ import annotations

from kiban.kernel.errors import Audience, BadInput, KibanError


class BadFile(BadInput):
    """A file of a family that cannot be read: an unknown field or event, a value of another form."""

    code = "HEIR-001"


class BadFamily(BadInput):
    """Facts that cannot stand beside each other in family registers: a cycle, two mothers, a marriage before birth."""

    code = "HEIR-002"


class OutOfScope(KibanError):
    """A succession under law that is not computed here: before 1 July 1962, or of a foreign national."""

    code = "HEIR-003"
    audience = Audience.USER


class TooOpen(KibanError):
    """So many facts are unknown that the possible answers cannot all be shown; some must be found out first."""

    code = "HEIR-004"
    audience = Audience.USER
