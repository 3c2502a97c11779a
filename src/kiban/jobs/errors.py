"""What the queue refuses."""

from __future__ import annotations

from kiban.kernel.errors import Audience, KibanError


class JobError(KibanError):
    """The queue refuses."""

    code = "JOBS-000"
    audience = Audience.OPERATOR


class NoHandler(JobError):
    """A job of a kind that this worker has no handler for."""

    code = "JOBS-001"
