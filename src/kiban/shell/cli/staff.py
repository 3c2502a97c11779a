"""`kiban staff`: officers' accounts and roles."""

from __future__ import annotations

import argparse
from getpass import getpass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiban.identity.staff import StaffDesk
    from kiban.shell.cli import Subparsers


def add(subparsers: Subparsers) -> None:
    """Add ``staff`` with create, grant, take, close, new-totp."""
    group = subparsers.add_parser("staff", help="officers' accounts and their roles per agency")
    verbs = group.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name, func, text in (
        ("create", create, "a new account; prints the address for the authenticator app once"),
        ("grant", grant, "give a role at an agency"),
        ("take", take, "take a role away"),
        ("close", close, "close an account for good"),
        ("new-totp", new_totp, "a new authenticator secret, after a loss"),
    ):
        made = verbs.add_parser(name, help=text)
        made.add_argument("account", help="the account's name")
        made.add_argument("--by", required=True, help="the administrator who does it, for the log")
        if name == "create":
            made.add_argument("--name", required=True, help="the officer's name")
        if name in {"grant", "take"}:
            made.add_argument("--agency", required=True, help="id of the agency, as 302015")
            made.add_argument(
                "--role", required=True, help="role, as officer or approver; a wrong one is answered with all there are"
            )
        made.set_defaults(func=func)


def _desk() -> StaffDesk:
    from kiban.shell.cli.serve import migrate

    migrate()
    from kiban.shell.wiring.staff import staff_desk

    return staff_desk()


def create(arguments: argparse.Namespace) -> int:
    """Create an account; the password is asked for, or read from a pipe."""
    from kiban.identity.totp import enrolment_address

    desk = _desk()
    password = getpass("password (12 characters or more): ")
    secret = desk.create(arguments.account, name=arguments.name, password=password, by=arguments.by)
    print(enrolment_address(secret, account=arguments.account, issuer="Kiban"))
    return 0


def grant(arguments: argparse.Namespace) -> int:
    """Give a role."""
    from kiban.identity.staff import Grant

    _desk().grant(arguments.account, Grant(arguments.agency, arguments.role), by=arguments.by)
    return 0


def take(arguments: argparse.Namespace) -> int:
    """Take a role away."""
    from kiban.identity.staff import Grant

    _desk().take(arguments.account, Grant(arguments.agency, arguments.role), by=arguments.by)
    return 0


def close(arguments: argparse.Namespace) -> int:
    """Close an account."""
    _desk().close(arguments.account, by=arguments.by)
    return 0


def new_totp(arguments: argparse.Namespace) -> int:
    """Print a new address for the authenticator app."""
    from kiban.identity.totp import enrolment_address

    secret = _desk().new_totp(arguments.account, by=arguments.by)
    print(enrolment_address(secret, account=arguments.account, issuer="Kiban"))
    return 0
