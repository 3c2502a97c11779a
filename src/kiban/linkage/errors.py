"""What the link check refuses."""

from __future__ import annotations

from typing import ClassVar

from kiban.kernel.errors import Audience, BadInput, KibanError


class BadFile(BadInput):
    """A register or agency file without a column that is needed, or in no known form."""

    code = "LINK-001"


class OtherCheck(KibanError):
    """The output folder holds a check of other files or settings; resuming would mix the two."""

    code = "LINK-002"
    audience = Audience.USER


class NotFourAttributes(BadInput):
    """A lookup that does not state all four attributes in full; since December 2023 it is not answered."""

    code = "LINK-003"


class LinkRefused(KibanError):
    """The office's desk refuses; ``reason`` tells which of these it is."""

    code = "LINK-000"
    audience = Audience.USER
    reason: ClassVar[str] = "other"


class NoFinding(LinkRefused):
    """The work list has no finding of this number, or it is another office's: the answer is the same."""

    code = "LINK-004"
    reason = "unknown"


class NotAllowedNow(LinkRefused):
    """A step on a finding that its state does not allow, or somebody else was faster."""

    code = "LINK-005"
    reason = "state"


class SameOfficer(LinkRefused):
    """Who proposed a decision on a link cannot confirm it: four eyes."""

    code = "LINK-006"
    reason = "same_officer"


class NoLinkRole(LinkRefused):
    """The officer has not the role that this step needs."""

    code = "LINK-007"
    reason = "role"


class BadDecision(LinkRefused):
    """A decision without a verdict, reason or person that fits it; the field is named."""

    code = "LINK-008"
    reason = "decision"


class NoRegister(LinkRefused):
    """The office's register is not here to be searched."""

    code = "LINK-009"
    reason = "register"


class NumberShown(BadInput):
    """Record numbers of a work list that are individual numbers (個人番号); they may not be shown or kept."""

    code = "LINK-010"


class NodeSilent(KibanError):
    """The office's exchange node, or the core behind it, does not answer; a correction waits and is tried again."""

    code = "LINK-011"
    audience = Audience.OPERATOR


class BadRules(BadInput):
    """Probabilities of a check or search that are none, or in the wrong order."""

    code = "LINK-012"


class NumberInNote(LinkRefused):
    """A note with an individual number (個人番号) in it; it would stay in the finding's history."""

    code = "LINK-013"
    reason = "number"


class NotTwoItems(BadInput):
    """An assisted search with fewer than two items that can be read; it would find nobody, whoever is there."""

    code = "LINK-014"


class NoPurpose(BadInput):
    """A question to the register without who asks or what for; the log would say nothing."""

    code = "LINK-015"


class NotBalanced(KibanError):
    """A merged register does not hold what went in; it is not to be used."""

    code = "LINK-020"
    audience = Audience.OPERATOR


class BadKey(BadInput):
    """A file that holds no key for a salted comparison, or that others than its owner may read."""

    code = "LINK-021"


class OtherKey(BadInput):
    """Two salted files that were not made with the same key and in the same form; nothing in them can be compared."""

    code = "LINK-022"
