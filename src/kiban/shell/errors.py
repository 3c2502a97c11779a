"""What the pages refuse, each with the status of HTTP that its code ends in."""

from __future__ import annotations

from kiban.kernel.errors import Audience, KibanError


class Refused(KibanError):
    """The person is signed in but this page is not for them."""

    code = "SHELL-403"
    audience = Audience.USER


class NotThere(KibanError):
    """There is no such thing for this person; whether another has one is not told."""

    code = "SHELL-404"
    audience = Audience.USER


class TooMany(KibanError):
    """Too many tries in one minute."""

    code = "SHELL-429"
    audience = Audience.USER
