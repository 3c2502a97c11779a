"""What the queue refuses."""

from __future__ import annotations

from kiban.kernel.errors import Audience, KibanError


class JobError(KibanError):
    """The queue refuses."""

    code = "JOBS-000"
    audience = Audience.OPERATOR


class JournalInUse(JobError):
    """Another process writes the journal of events."""

    code = "JOBS-001"
