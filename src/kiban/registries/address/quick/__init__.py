"""The plain line, compiled: most addresses are a municipality, a town and numbers, with nothing odd about them.

The modules here answer such a line just as the engine does, and answer None for any other, which then goes the engine's
way. So nothing depends on them: where no compiler was at hand, Python alone gives the same answers in more time.
``tests/unit/registries/test_address_quick.py`` holds the two equal.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiban.registries.address.model import Address

if TYPE_CHECKING:
    from kiban.registries.address.parse import Engine

try:
    from kiban.registries.address.quick.read import QuickRead
except ImportError:
    COMPILED = False
else:
    COMPILED = True


def reader(engine: Engine) -> Callable[[str], Address | None] | None:
    """Reads plain lines with an engine's index; None where the modules were not compiled."""
    return QuickRead(engine) if COMPILED else None
