"""What the domain refuses, told at the control that it is about."""

from __future__ import annotations

from kiban.kernel.errors import KibanError
from kiban.shell.locale import texts
from kiban.shell.screens import Problem


def problem_of(error: KibanError, *, field: str) -> Problem:
    """A refusal as one line of the error summary, in the person's language."""
    key = f"problem.{error.code}"
    return Problem(field, texts.said(key) if texts.has(key) else texts.said("problem.other", code=error.code))
