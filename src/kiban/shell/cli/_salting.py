"""The verbs of `kiban linkage` for a check without giving files away: salt, reveal."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiban.shell.cli import Subparsers


def add(verbs: Subparsers) -> None:
    """Add ``salt`` and ``reveal``."""
    one = verbs.add_parser("salt", help="keyed tokens instead of items, for a check by somebody who must not read them")
    one.add_argument("--new-key", type=Path, metavar="FILE", help="make a random key there, and nothing else")
    one.add_argument("--source", type=Path, help="folder of the register or of the agency's files")
    one.add_argument("--out", type=Path, help="folder of the salted file, to be handed over")
    one.add_argument("--key-file", type=Path, help="the key that both sides have and the comparing party has not")
    one.add_argument("--form", choices=("hmac", "bloom"), default="hmac", help="how much is kept (docs/linkage.md)")
    one.set_defaults(func=run_salt)
    back = verbs.add_parser("reveal", help="own record numbers for the tokens of a salted work list")
    back.add_argument(
        "--source", type=Path, required=True, help="folder of the own files, from which the salted ones were made"
    )
    back.add_argument("--key-file", type=Path, required=True, help="the key with which they were salted")
    back.add_argument("--results", type=Path, required=True, help="folder of the salted check's results")
    back.set_defaults(func=run_reveal)


def run_salt(arguments: argparse.Namespace) -> int:
    """Make a key, or salt a folder."""
    from kiban.linkage.salting import Form, Salt, new_key, read_key, salt

    if arguments.new_key:
        new_key(arguments.new_key)
        print(f"a key is in {arguments.new_key}; give it to the other side over a safe way, to nobody else")
        return 0
    if not (arguments.source and arguments.out and arguments.key_file):
        print("give --source, --out and --key-file, or --new-key")
        return 2
    done = salt(Salt(arguments.source, arguments.out, Form(arguments.form)), read_key(arguments.key_file))
    print(f"{done.rows:,} rows salted ({done.form}), {len(done.set_aside):,} set aside")
    for one in done.set_aside[:20]:
        print(f"  {one.file} row {one.row} {one.column}: {one.reason}")
    return 0


def run_reveal(arguments: argparse.Namespace) -> int:
    """Print number, judgement and own record of each entry of a salted work list."""
    from kiban.linkage import findings
    from kiban.linkage.salting import read_key, reveal

    listed = findings(arguments.results)
    own = reveal(arguments.source, read_key(arguments.key_file), findings=listed)
    for one in listed:
        best = one.candidates[0].person.record if one.candidates else ""
        ours = [own[token] for token in (one.record.record, one.linked.record, best) if token in own]
        print(f"{one.number} {one.judgement} {' '.join(ours)}")
    return 0
