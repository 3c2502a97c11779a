"""Officers' sign-in."""

from __future__ import annotations

from kiban.identity.errors import SignInRefused
from kiban.shell.principals import Principal


def sign_in(*, account: str, password: str, code: str) -> Principal:
    """The officer whose password and one-time code these are.

    Raises:
        SignInRefused: account, password or code is wrong; which of them is not told.
    """
    raise SignInRefused(f"no account matches ({len(account)}, {len(password)}, {len(code)})", remedy="ask the operator")
