"""Certificates that anybody can verify offline: as verifiable credentials (SD-JWT VC), with revocation.

Names: `issue`, `present`, `prove`, `verify`; a `Reader` says whom it trusts, a `StatusReader` what was revoked.
"""

from kiban.credentials.model import Challenge, Status, StatusEntry, Verified
from kiban.credentials.sdjwt import Issuer, Terms, issue, present, prove
from kiban.credentials.statuslist import StatusList, StatusReader, read_statuses, sign_statuses
from kiban.credentials.trust import Trust, load_trust, metadata
from kiban.credentials.verifying import Reader, verify

__all__ = [
    "Challenge", "Issuer", "Reader", "Status", "StatusEntry", "StatusList", "StatusReader", "Terms", "Trust",
    "Verified", "issue", "load_trust", "metadata", "present", "prove", "read_statuses", "sign_statuses", "verify",
]  # fmt: skip
