"""What the exchange refuses, and what keeps an enquiry waiting; each has the HTTP status with which a node tells it."""

from __future__ import annotations

from typing import ClassVar

from kiban.kernel.errors import Audience, BadSetting, KibanError


class ExchangeError(KibanError):
    """The exchange refuses. ``status`` is the HTTP status; ``retry`` whether repeating the same call can help."""

    code = "EXCHANGE-000"
    audience = Audience.OPERATOR
    status: ClassVar[int] = 400
    retry: ClassVar[bool] = False


class NotAllowed(ExchangeError):
    """The legal table has no row for this asker, affair, holder and items; repeating does not help."""

    code = "EXCHANGE-001"
    status = 403


class HolderUnavailable(ExchangeError):
    """The holder's node, its data source or the core does not answer now; the same call can be repeated."""

    code = "EXCHANGE-002"
    status = 503
    retry = True


class UnknownPerson(ExchangeError):
    """No person has this code at this agency."""

    code = "EXCHANGE-003"
    status = 404


class UnknownAgency(ExchangeError):
    """The directory has no such agency."""

    code = "EXCHANGE-004"
    status = 404


class DoorShut(ExchangeError):
    """The person's door is closed, was never opened, or is another person's; they must sign in again."""

    code = "EXCHANGE-005"
    audience = Audience.USER
    status = 401


class KeyReused(ExchangeError):
    """The idempotency key was used before for something else."""

    code = "EXCHANGE-006"
    audience = Audience.DEVELOPER
    status = 409


class BadSignature(ExchangeError):
    """The message's signature is missing, incomplete or does not fit its sender, its content or its request."""

    code = "EXCHANGE-007"
    status = 401


class ClockApart(ExchangeError):
    """The message's time is outside the window: the message is old, or one of the clocks is wrong until it is set."""

    code = "EXCHANGE-008"
    status = 401
    retry = True


class Replayed(ExchangeError):
    """This very message or token was already received; the call repeated has a new one."""

    code = "EXCHANGE-009"
    status = 409
    retry = True


class BadToken(ExchangeError):
    """The token is forged, for another holder, another asker, or another enquiry."""

    code = "EXCHANGE-010"
    status = 401


class TokenExpired(BadToken):
    """The token reached the holder too late; the call repeated has a new one."""

    code = "EXCHANGE-017"
    retry = True


class BadMessage(ExchangeError):
    """The message cannot be read as what it claims to be."""

    code = "EXCHANGE-011"


class BadAnswer(ExchangeError):
    """The holder's answer is not for this enquiry, not for these persons, or was changed on its way."""

    code = "EXCHANGE-012"
    status = 502


class UnknownItem(ExchangeError):
    """The holder has no such item or no such kind of change in its mapping."""

    code = "EXCHANGE-013"
    status = 404


class WrongKey(ExchangeError):
    """The local key of this node is missing or wrong."""

    code = "EXCHANGE-014"
    status = 401


class CardRefused(ExchangeError):
    """The card's certificate or signature does not hold, or the card belongs to no known person."""

    code = "EXCHANGE-015"
    audience = Audience.USER
    status = 401


class NoInbox(ExchangeError):
    """The person has no card, and so no inbox in the portal that could be opened: a letter reaches."""

    code = "EXCHANGE-016"
    status = 404


class BadConfiguration(BadSetting):
    """A node, core or mapping file with which a process must not start."""

    code = "EXCHANGE-020"


class BadLegalTable(BadSetting):
    """A legal table that cannot be used."""

    code = "EXCHANGE-021"


class NotConfined(BadSetting):
    """The process was told to confine itself to its folder and the kernel cannot do it."""

    code = "EXCHANGE-022"
