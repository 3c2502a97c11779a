"""Version 1 of the machine interface: one endpoint per file."""

from __future__ import annotations

from kiban.shell.api.adapter import routes
from kiban.shell.api.v1 import get_case, get_procedure, list_cases, list_procedures, verify_entry, verify_receipt

ENDPOINTS = (list_procedures, get_procedure, list_cases, get_case, verify_receipt, verify_entry)
ROUTES = routes()

__all__ = ["ENDPOINTS", "ROUTES"]
