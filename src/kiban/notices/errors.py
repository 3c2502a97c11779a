"""What notices refuse."""

from __future__ import annotations

from kiban.kernel.errors import Audience, KibanError


class NoticeError(KibanError):
    """Notices refuse."""

    code = "NOTICES-000"
    audience = Audience.USER


class UnknownNotice(NoticeError):
    """The notice does not exist, or it is another person's: the answer is the same."""

    code = "NOTICES-001"


class MissingText(NoticeError):
    """A template lacks a language or names a value that was not given."""

    code = "NOTICES-002"
    audience = Audience.DEVELOPER


class UnknownOffer(NoticeError):
    """No letter with this number was sent by this agency."""

    code = "NOTICES-004"


class OfferAnswered(NoticeError):
    """The letter was answered already: nothing is entered twice."""

    code = "NOTICES-005"


class NothingInside(NoticeError):
    """The notice has no prefilled application inside."""

    code = "NOTICES-003"
