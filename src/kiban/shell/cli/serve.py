"""`kiban serve`: the web process (portal, console, studio, machine interface) on granian."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiban.shell.cli import Subparsers


def add(subparsers: Subparsers) -> None:
    """Add ``serve`` and ``migrate``."""
    serve = subparsers.add_parser("serve", help="start the portal, the console, the studio and the machine interface")
    serve.add_argument("--host", default="127.0.0.1", help="address on which to listen")
    serve.add_argument("--port", type=int, default=8000, help="port on which to listen")
    serve.add_argument("--workers", type=int, default=1, help="processes that answer requests")
    serve.add_argument("--threads", type=int, default=8, help="requests that one worker answers at the same time")
    serve.set_defaults(func=run)


def migrate() -> None:
    """Bring the tables of the web process up to date; safe to repeat.

    Raises:
        BadSetting: a setting is wrong, or the database cannot be used.
    """
    import django
    from django.core.management import call_command
    from django.db.utils import OperationalError

    from kiban.kernel.errors import BadSetting

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kiban.shell.settings")
    django.setup()
    try:
        call_command("migrate", verbosity=0, interactive=False)
    except OperationalError as error:
        told = str(error).strip().partition("\n")[0]
        raise BadSetting(f"the database cannot be used: {told}", remedy="check KIBAN_DATABASE") from None


def run(arguments: argparse.Namespace) -> int:
    """Migrate, check, and serve until stopped."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    migrate()
    from kiban.shell.platform import platform

    platform()  # a wrong setting stops the start, not the first visitor
    print(f"kiban: http://{arguments.host}:{arguments.port}/", flush=True)
    server = Granian(
        "kiban.shell.wsgi:application",
        address=arguments.host,
        port=arguments.port,
        interface=Interfaces.WSGI,
        workers=arguments.workers,
        blocking_threads=arguments.threads,
        log_level=LogLevels.warning,
    )
    server.serve()
    return 0
