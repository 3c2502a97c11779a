"""Test cards: a software card, its issuer with a certificate authority of its own, and the card app.

These are **test cards**. The keys lie in files; whoever has the file has the card. Nothing here can be used with, or
mistaken for, the real 公的個人認証サービス: names and policies are our own.
"""

from __future__ import annotations

from kiban.simulators.card.issuer import Issued, Issuer, Pins
from kiban.simulators.card.softcard import SoftCard

__all__ = ["Issued", "Issuer", "Pins", "SoftCard"]
