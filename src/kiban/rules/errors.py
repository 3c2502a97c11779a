"""What the rule engine refuses, each with file and line."""

from __future__ import annotations

from kiban.kernel.errors import Audience, BadInput, KibanError


class BadRule(BadInput):
    """A rule file that cannot be used: unknown name, type clash, missing article, overlapping periods, a cycle."""

    code = "RULE-001"
    audience = Audience.DEVELOPER


class BadFact(BadInput):
    """A fact of a type or value that the rule set does not know."""

    code = "RULE-002"


class NotInForce(KibanError):
    """No parameter value or formula was in force (and known) on the day asked for."""

    code = "RULE-003"
    audience = Audience.USER


class NoForm(KibanError):
    """A formula that the compiled pass does not take: the array kernel computes the plan instead."""

    code = "RULE-004"
    audience = Audience.DEVELOPER
