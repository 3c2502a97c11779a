"""Mobile documents (mdoc, ISO/IEC 18013-5): issue, present, verify; and the My Number Card on a phone."""

from kiban.credentials.mdoc.issuing import MdocTerms, Signer, issue_mdoc, present_mdoc
from kiban.credentials.mdoc.reading import MdocReader, VerifiedMdoc, verify_response
from kiban.credentials.mdoc.transcript import openid4vp_transcript, session_transcript

__all__ = [
    "MdocReader", "MdocTerms", "Signer", "VerifiedMdoc", "issue_mdoc", "openid4vp_transcript", "present_mdoc",
    "session_transcript", "verify_response",
]  # fmt: skip
