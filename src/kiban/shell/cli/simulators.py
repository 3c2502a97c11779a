"""`kiban simulators`: the outside world for trying: the card app."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiban.shell.cli import Subparsers


def add(subparsers: Subparsers) -> None:
    """Add ``simulators card-app``."""
    group = subparsers.add_parser("simulators", help="simulators of the outside world, for trying and testing")
    kinds = group.add_subparsers(dest="simulator", required=True, metavar="SIMULATOR")
    app = kinds.add_parser("card-app", help="the card app (デジタル認証アプリ) with test cards from a folder")
    app.add_argument("--folder", type=Path, required=True, help="the folder of `kiban card issue`")
    app.add_argument("--port", type=int, default=8019, help="port on which to listen")
    app.add_argument("--host", default="127.0.0.1", help="address on which to listen")
    portal = os.environ.get("KIBAN_PORTAL_URL", "http://127.0.0.1:8000")
    app.add_argument("--portal", default=portal, help="address of the one portal that it serves")
    app.set_defaults(func=card_app)


def card_app(arguments: argparse.Namespace) -> int:
    """Serve the card app until stopped."""
    from kiban.shell.cli.card import with_cards
    from kiban.simulators.card.app.server import serve

    folder = with_cards(arguments.folder)
    print(f"kiban: card app with test cards at http://{arguments.host}:{arguments.port}/", flush=True)
    serve(folder, arguments.portal, host=arguments.host, port=arguments.port)
    return 0
