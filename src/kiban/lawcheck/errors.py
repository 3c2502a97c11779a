"""What the law check refuses."""

from __future__ import annotations

from kiban.kernel.errors import BadInput


class BadLaw(BadInput):
    """A file that holds no law or ordinance that can be read."""

    code = "LAW-001"


class BadKinds(BadInput):
    """A table of kinds of analog clauses that cannot be used: a field is missing or an expression is wrong."""

    code = "LAW-002"
