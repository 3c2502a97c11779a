"""What is wrong with a pack, each with file, line and how to mend it."""

from __future__ import annotations

from kiban.kernel.errors import Audience, BadInput


class BadPack(BadInput):
    """A pack that cannot be used as it stands; it is not loaded, the others are."""

    code = "PACK-001"
    audience = Audience.DEVELOPER


class AsksWhatIsKnown(BadPack):
    """A field asks what an office of the legal table can supply (once-only)."""

    code = "PACK-002"


class NoLegalRow(BadPack):
    """A fact is to come by an exchange that no row of the legal table allows."""

    code = "PACK-003"


class MissingText(BadPack):
    """A text is missing in one of the languages, or stands there for nothing."""

    code = "PACK-004"


class BadStep(BadPack):
    """A step without role, deadline or way out, or one that demands presence or paper without a law."""

    code = "PACK-005"


class GoldenCaseFails(BadPack):
    """A golden case of the pack does not come out, or a branch of a rule is reached by none."""

    code = "PACK-006"
