"""What the character functions refuse."""

from __future__ import annotations

from kiban.kernel.errors import BadInput


class NotHoldable(BadInput):
    """A text has characters that the target set cannot hold and for which no replacement is known."""

    code = "KIBAN-101"
