"""Version 1 of the machine interface: one endpoint per file."""

from __future__ import annotations

from kiban.shell.api.adapter import routes
from kiban.shell.api.v1 import (
    export_registry,
    find_address,
    find_dataset,
    find_place,
    find_successors,
    get_case,
    get_dataset,
    get_procedure,
    get_record,
    list_cases,
    list_changes,
    list_municipalities,
    list_procedures,
    list_registries,
    search_registry,
    verify_entry,
    verify_receipt,
)

ENDPOINTS = (
    list_procedures,
    get_procedure,
    list_cases,
    get_case,
    verify_receipt,
    verify_entry,
    list_registries,
    find_dataset,
    get_dataset,
    find_address,
    find_place,
    list_municipalities,
    find_successors,
    search_registry,
    export_registry,
    get_record,
    list_changes,
)
ROUTES = routes()

__all__ = ["ENDPOINTS", "ROUTES"]
