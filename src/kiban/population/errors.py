"""What the making of a synthetic population refuses."""

from __future__ import annotations

from kiban.kernel.errors import Audience, BadInput, KibanError


class BadPlan(BadInput):
    """A number of persons, a municipality, an agency or a rate that cannot be generated."""

    code = "POP-001"


class OtherRun(KibanError):
    """The folder holds a run with other parameters; resuming would mix two nations."""

    code = "POP-002"
    audience = Audience.USER


class BrokenPart(KibanError):
    """A finished part is not what its manifest says; the run must not be used."""

    code = "POP-003"
    audience = Audience.OPERATOR
