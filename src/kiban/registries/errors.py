"""What the registries refuse."""

from __future__ import annotations

from kiban.kernel.errors import Audience, KibanError


class UnknownMunicipality(KibanError):
    """No municipality has this code."""

    code = "REGISTRY-001"
    audience = Audience.USER


class UnknownTown(KibanError):
    """The municipality has no town with this id."""

    code = "REGISTRY-002"
    audience = Audience.USER
