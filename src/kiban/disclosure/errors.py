"""What the anonymiser refuses."""

from __future__ import annotations

from kiban.kernel.errors import Audience, BadInput, KibanError


class BadHierarchy(BadInput):
    """Steps of a column that do not lead from each value to ever coarser ones."""

    code = "DISC-001"


class BadPlan(BadInput):
    """A plan that does not say of every column what becomes of it, or asks for what cannot be."""

    code = "DISC-002"


class NotAnonymous(KibanError):
    """No way of making the columns coarser fulfils what is asked, not even the coarsest."""

    code = "DISC-003"
    audience = Audience.USER


class NotProtected(KibanError):
    """No choice of withheld cells keeps those that are too small from being worked out."""

    code = "DISC-004"
    audience = Audience.USER
