"""What the values refuse. A personal value is never repeated in the message; its field is named."""

from __future__ import annotations

from kiban.kernel.errors import BadInput


class BadValue(BadInput):
    """A text that cannot be read as the value it should be."""

    code = "KIBAN-110"


class BadCheckDigit(BadValue):
    """A number whose check digit does not fit: a digit is wrong or two are exchanged."""

    code = "KIBAN-111"


class BadDate(BadValue):
    """A date that no calendar has, or that an era does not reach."""

    code = "KIBAN-112"
