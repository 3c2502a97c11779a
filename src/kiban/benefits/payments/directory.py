"""Names of banks and branches by code (`zengin-code`, from the extra ``payments``)."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

from kiban.benefits.payments import kana
from kiban.benefits.payments.errors import UnknownBank
from kiban.kernel.errors import Where


@cache
def _banks() -> Any:
    return import_module("zengin_code").Bank.all


def known(bank: str, branch: str = "") -> bool:
    """Whether a bank, or a branch of it, is in the directory."""
    found = _banks().get(bank)
    return found is not None and (not branch or branch in found.branches)


@cache
def names(bank: str, branch: str) -> tuple[str, str]:
    """Half-width names of a bank and its branch, at most 15 bytes each. Raises: UnknownBank."""
    if not known(bank, branch):
        raise UnknownBank(
            f"bank {bank} has no branch {branch}",
            where=Where(field="branch" if known(bank) else "bank"),
            remedy="ask the person for the account; branches close and merge",
        )
    found = _banks()[bank]
    return _short(found.kana), _short(found.branches[branch].kana)


def _short(name: str) -> str:
    # bank and branch names take no sign but the hyphen
    return kana.clip(kana.narrow(name).replace(".", "-"), 15)
