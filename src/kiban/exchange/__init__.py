"""Lawful information exchange between agencies (情報連携) without a central pool."""

from __future__ import annotations

from kiban.exchange.client import Ask, NodeClient, load_endpoints
from kiban.exchange.errors import (
    CardRefused,
    DoorShut,
    ExchangeError,
    HolderUnavailable,
    KeyReused,
    NotAllowed,
    UnknownItem,
    UnknownPerson,
)
from kiban.exchange.model import (
    SELF,
    USAGE_LOG,
    AgencyKind,
    Answer,
    CardProof,
    Change,
    Changed,
    Door,
    Endpoint,
    Enquiry,
    Health,
    PersonAnswer,
    Usage,
)

__all__ = [
    "SELF",
    "USAGE_LOG",
    "AgencyKind",
    "Answer",
    "Ask",
    "CardProof",
    "CardRefused",
    "Change",
    "Changed",
    "Door",
    "DoorShut",
    "Endpoint",
    "Enquiry",
    "ExchangeError",
    "Health",
    "HolderUnavailable",
    "KeyReused",
    "NodeClient",
    "NotAllowed",
    "PersonAnswer",
    "UnknownItem",
    "UnknownPerson",
    "Usage",
    "load_endpoints",
]
