"""A pack as it was read, with everything beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kiban.kernel.located import Located
from kiban.packs.model import Pack
from kiban.packs.texts import Texts
from kiban.rules import RuleSet


@dataclass(frozen=True, slots=True)
class Loaded:
    """A pack with everything beside it.

    ``name`` is how errors call its folder (relative to the packs' root); ``rules`` its rule set, if it has one;
    ``letters`` the typst source of each letter that it brings.
    """

    pack: Pack
    name: str
    folder: Path
    source: Located
    texts: Texts
    rules: RuleSet | None = None
    letters: Mapping[str, str] = field(default_factory=dict)
