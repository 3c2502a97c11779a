"""The register of issued credentials, beside the ledger that tells of them."""

from kiban.credentials.store.register import Register, Row

__all__ = ["Register", "Row"]
