"""`kiban identity verify`: whether a signature receipt holds, offline."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kiban.kernel.errors import BadInput, Where

if TYPE_CHECKING:
    from kiban.shell.cli import Subparsers


def add(subparsers: Subparsers) -> None:
    """Add ``identity verify``."""
    group = subparsers.add_parser("identity", help="signatures of cards")
    verbs = group.add_subparsers(dest="verb", required=True, metavar="VERB")
    made = verbs.add_parser("verify", help="verify a signature receipt, without any network")
    made.add_argument("file", type=Path, help="a receipt of a signature")
    made.add_argument("--trust", type=Path, help="folder of trusted authorities; without it only the file's own chain")
    made.add_argument(
        "--profile",
        choices=("test-cards", "jpki"),
        default="test-cards",
        help="whose cards count: those of JPKI, or of the simulated issuer",
    )
    made.add_argument("--content", type=Path, help="write the signed content to this file (- for standard output)")
    made.set_defaults(func=verify)


def verify(arguments: argparse.Namespace) -> int:
    """Verify, and say by whom and when; an error says what does not hold."""
    from kiban.identity.profile import JPKI, TEST_CARDS
    from kiban.identity.receipts import verify_receipt, verify_received
    from kiban.identity.trust import load_trust

    try:
        data = arguments.file.read_bytes()
    except OSError as error:
        raise BadInput(f"the file cannot be read: {error.strerror}", where=Where(file=str(arguments.file))) from None
    profile = JPKI if arguments.profile == "jpki" else TEST_CARDS
    trust = load_trust(arguments.trust) if arguments.trust else None
    if trust is not None and b'"kiban-signature-' not in data[:200]:
        found = verify_received(data, profile, trust=trust)
    else:
        found = verify_receipt(data, profile, trust=trust)
    print(f"valid: signed with certificate {found.holder.serial}, valid at {found.holder.verified_at.isoformat()}")
    print(f"authority {found.holder.issuer}: " + ("trusted" if found.trusted else "NOT compared with a trust folder"))
    if not found.revocation:
        print("revocation: not in this file; the portal checked it when the application was received")
    if arguments.content and str(arguments.content) == "-":
        sys.stdout.write(found.content.decode(errors="replace"))
    elif arguments.content:
        arguments.content.write_bytes(found.content)
    return 0
