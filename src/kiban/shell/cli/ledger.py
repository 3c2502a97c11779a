"""`kiban ledger`: verify a whole ledger (a folder or a node's address), check a receipt offline."""

from __future__ import annotations

import argparse
import sqlite3
import sys
import urllib.request
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING

from kiban.kernel.errors import BadInput, Where
from kiban.ledger import Verification, VerifierKey, check_receipt, origin_of, verify
from kiban.ledger.errors import BadNote, BadReceipt
from kiban.ledger.merkle import Tree, leaf_hash
from kiban.ledger.note import open_checkpoint
from kiban.ledger.store.sqlite import FILE, SqliteStore

if TYPE_CHECKING:
    from kiban.shell.cli import Subparsers

VKEY = "ledger.vkey"


def add(subparsers: Subparsers) -> None:
    """Add ``ledger verify`` and ``ledger check``."""
    group = subparsers.add_parser("ledger", help="verify a ledger, check a receipt")
    verbs = group.add_subparsers(dest="verb", required=True, metavar="VERB")
    whole = verbs.add_parser("verify", help="prove a whole ledger; says where it does not hold")
    whole.add_argument("place", help="the ledger's folder, an agency's folder, or a node's address")
    whole.add_argument("--key", help="the log's verifier key (name+hash+base64); else ledger.vkey beside it")
    whole.set_defaults(func=run_verify)
    receipt = verbs.add_parser("check", help="check a receipt offline")
    receipt.add_argument("file", type=Path, help="a receipt (tlog-proof)")
    receipt.add_argument("--key", help="the log's verifier key, or a file of such keys, one a line")
    receipt.set_defaults(func=run_check)


def run_verify(arguments: argparse.Namespace) -> int:
    """Verify a whole ledger; 0 = it holds."""
    key = _key(arguments.key) if arguments.key else None
    if arguments.place.startswith(("http://", "https://")):
        result = verify_address(arguments.place.rstrip("/"), key)
    else:
        result = verify_folder(_ledger_folder(Path(arguments.place)), key)
    print(result)
    return 0 if result.holds else 1


def _ledger_folder(place: Path) -> Path:
    for folder in (place, place / "ledger"):
        if (folder / FILE).exists():
            return folder
    raise BadInput("there is no ledger", where=Where(str(place)), remedy="name the folder that has ledger.sqlite")


def _key(text: str) -> VerifierKey:
    return VerifierKey.parse(text)


def _key_beside(folder: Path) -> VerifierKey:
    try:
        return VerifierKey.parse((folder / VKEY).read_text(encoding="utf-8"))
    except OSError:
        raise BadInput("the log's verifier key is missing", where=Where(str(folder / VKEY)), remedy="--key") from None


def verify_folder(folder: Path, key: VerifierKey | None = None) -> Verification:
    """Verify the ledger in a folder: first the file as a database, then every entry and checkpoint."""
    trusted = key or _key_beside(folder)
    result = Verification()
    try:
        store = SqliteStore(folder, read_only=True)
        try:
            for (told,) in store.rows("PRAGMA integrity_check(20)"):
                if told != "ok":
                    result.found("database", str(told))
            entries = verify(store, trusted)
        finally:
            store.close()
    except (sqlite3.Error, OSError, ValueError, TypeError) as error:
        result.found("database", f"the file is damaged: {error}")
        return result
    entries.findings = [*result.findings, *entries.findings]
    return entries


def verify_address(address: str, key: VerifierKey | None) -> Verification:
    """Verify a node's public ledger: its leaves lead to the checkpoint that it signs."""
    trusted = key or VerifierKey.parse(_get(f"{address}/ledger/vkey"))
    checkpoint = open_checkpoint(_get(f"{address}/ledger/checkpoint"), trusted)
    result, tree = Verification(checkpoints=1), Tree()
    while tree.size < checkpoint.size:
        lines = _get(f"{address}/ledger/leaves?start={tree.size}").splitlines()
        if not lines:
            break
        for line in lines[: checkpoint.size - tree.size]:
            tree.append(leaf_hash(line.encode()))
    result.entries = tree.size
    if tree.size != checkpoint.size:
        result.found(f"entry {tree.size}", f"the node has signed {checkpoint.size} entries and shows fewer")
    elif tree.root() != checkpoint.root:
        result.found("checkpoint", "the leaves do not lead to the root that the node signed")
    return result


def _get(address: str) -> str:
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310  http(s) was asked for by the user
            return str(answer.read().decode("utf-8"))
    except (OSError, HTTPException) as error:
        raise BadInput(f"{address} does not answer: {error}", remedy="check the address") from None
    except ValueError as error:  # no address at all, or an answer that is no text
        raise BadInput(f"{address} is no ledger: {error}", remedy="check the address") from None


def run_check(arguments: argparse.Namespace) -> int:
    """Check a receipt; 0 = it holds."""
    try:
        text = arguments.file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        told = getattr(error, "strerror", None) or "it is no text"
        raise BadInput(f"the file cannot be read: {told}", where=Where(str(arguments.file))) from None
    key = _trusted(arguments, origin_of(text))
    try:
        checked = check_receipt(text, key)
    except BadReceipt as error:
        print(f"{arguments.file}: {error}", file=sys.stderr)
        return 1
    print(f"{arguments.file}: the receipt holds")
    print(f"  log         {checked.checkpoint.origin}, entry {checked.index} of {checked.checkpoint.size}")
    print(f"  when        {checked.at:%Y-%m-%d %H:%M:%S %Z}")
    print(f"  what        {checked.kind}")
    for name, value in sorted(checked.content.items()):
        print(f"  {name:11} {', '.join(value) if isinstance(value, list) else value}")
    return 0


def _trusted(arguments: argparse.Namespace, origin: str) -> VerifierKey:
    named = Path(arguments.key) if arguments.key else arguments.file.with_name(VKEY)
    if arguments.key and not named.exists():
        return _key(arguments.key)
    if not named.exists():
        raise BadInput("whose log is this to be?", remedy="give its verifier key with --key, or ledger.vkey beside it")
    for line in named.read_text(encoding="utf-8").splitlines():
        try:
            key = VerifierKey.parse(line)
        except BadNote:
            continue
        if key.name == origin:
            return key
    raise BadInput(f"there is no key of {origin!r}", where=Where(str(named)), remedy="fetch it from the agency")
