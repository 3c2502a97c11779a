"""What the evidence package refuses."""

from __future__ import annotations

from kiban.kernel.errors import Audience, BadInput, KibanError


class BadStudy(KibanError):
    """A study whose data cannot carry the estimate that is asked for."""

    code = "EVID-001"
    audience = Audience.USER


class BadSheet(BadInput):
    """A review sheet, measure or observation file with a wrong column or value."""

    code = "EVID-002"


class NoSuchSheet(KibanError):
    """No review sheet has this number in this year."""

    code = "EVID-003"
    audience = Audience.USER


class BadLogicModel(BadInput):
    """A logic model with a cycle, an unreachable outcome or a node without unit, direction or source."""

    code = "EVID-004"
