"""What reading another's JSON can end in, so that every reader refuses the same."""

from __future__ import annotations

from typing import Final

import msgspec

UNREADABLE: Final = (msgspec.DecodeError, ValueError, RecursionError)
"""Not JSON or of another form; a key that is not UTF-8 or a number beyond all limits; nested too deeply."""
