"""`kiban card`: test cards and their issuer."""

from __future__ import annotations

import argparse
import datetime as dt
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING

from kiban.kernel.clock import JST
from kiban.kernel.errors import BadInput, Where
from kiban.shell.cli._given import as_day

if TYPE_CHECKING:
    from kiban.identity.model import Kind
    from kiban.shell.cli import Subparsers
    from kiban.simulators.card import Issuer

KEYS = ("auth", "sign")


def add(subparsers: Subparsers) -> None:
    """Add ``card`` with issue, list, lock, unlock, suspend, resume, revoke, change-pin, reader, lists."""
    group = subparsers.add_parser("card", help="test cards (never real ones): issue, list, lock, suspend, revoke")
    verbs = group.add_subparsers(dest="verb", required=True, metavar="VERB")
    _add_issue(verbs)
    _add(verbs, "list", func=listed, text="the cards of the folder, with their state")
    for name, func, text in (
        ("suspend", suspend, "suspend the certificates (一時保留), as after a loss"),
        ("resume", resume, "lift a suspension"),
        ("revoke", revoke, "revoke the certificates (失効) for good"),
    ):
        _add(verbs, name, func=func, text=text).add_argument("--key", choices=KEYS, help="only this certificate")
    for name, func, text in (
        ("lock", lock, "lock a key, as after too many wrong tries"),
        ("unlock", unlock, "a new PIN and full tries, as a counter gives (初期化)"),
        ("change-pin", change_pin, "replace a PIN, knowing the old one"),
    ):
        _add(verbs, name, func=func, text=text).add_argument(
            "--key", choices=KEYS, required=True, help="the key of the auth or of the sign certificate"
        )
    reader = _add(verbs, "reader", func=on_reader, text="lay a card on a counter's reader, or with --take take it away")
    reader.add_argument("--reader", required=True, help="the reader's name")
    reader.add_argument("--take", action="store_true", help="take the card away")
    _add(verbs, "lists", func=publish, text="issue the revocation lists anew")


def _add(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser], name: str, *, func: object, text: str
) -> argparse.ArgumentParser:
    made = verbs.add_parser(name, help=text)
    made.add_argument("--folder", type=Path, default=Path("var/cards"), help="folder of cards and issuer")
    if name not in {"list", "lists", "issue"}:
        made.add_argument("card", help="the card's name")
    made.set_defaults(func=func)
    return made


def _add_issue(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    made = _add(verbs, "issue", func=issue, text="a new test card; PINs not given are asked for")
    made.add_argument("--name", required=True, help="氏名, as it stands on the card")
    made.add_argument("--sex", choices=("1", "2", "3"), required=True, help="1 male, 2 female, 3 unknown")
    made.add_argument("--birth-date", type=as_day, required=True, help="YYYY-MM-DD")
    made.add_argument("--address", required=True, help="住所, as it stands on the card")
    made.add_argument(
        "--form",
        choices=("plastic", "phone"),
        default="plastic",
        help="a plastic card with PINs, or a phone that asks for a gesture",
    )
    made.add_argument("--card", default="", help="name of the card in the folder; without it a random one")
    made.add_argument("--pin", help="4 digits; a phone needs none")
    made.add_argument("--password", help="6 to 16 letters and digits")


def _issuer(arguments: argparse.Namespace) -> Issuer:
    from kiban.simulators.card import Issuer

    return Issuer(with_cards(arguments.folder))


def with_cards(folder: Path) -> Path:
    """The folder in which cards were issued, so that a mistyped one makes no new issuer. Raises: BadInput."""
    if not (folder / "ca").is_dir():
        told = "no card was ever issued in this folder"
        raise BadInput(told, where=Where(str(folder)), remedy="check --folder; `kiban card issue` makes the first card")
    return folder


def issue(arguments: argparse.Namespace) -> int:
    """Issue a card and print what the core's register needs to know."""
    from kiban.identity.model import Attributes, Form, Sex
    from kiban.simulators.card import Issuer, Pins

    form = Form(arguments.form)
    pin = arguments.pin or (getpass("PIN of the sign-in key (4 digits): ") if form is Form.PLASTIC else "")
    password = arguments.password or getpass("password of the signing key (6 to 16 letters and digits): ")
    person = Attributes(
        name=arguments.name, sex=Sex(arguments.sex), birth_date=arguments.birth_date, address=arguments.address
    )
    made = Issuer(arguments.folder).issue(person, pins=Pins(pin, password), form=form, name=arguments.card)
    print(f"card {made.card}: test card, not a real one")
    print(f"  auth {made.auth}")
    print(f"  sign {made.sign}")
    return 0


def listed(arguments: argparse.Namespace) -> int:
    """Print each card, its form, tries left and the state of its certificates."""
    from kiban.identity.model import Kind

    issuer = _issuer(arguments)
    for card in issuer.cards():
        print(f"{card.id}  {card.label}  {card.form.value}")
        for one in issuer.certificates(card.id):
            state = "expired" if one.until < dt.datetime.now(JST) else one.status
            left = "gesture" if card.by_gesture(one.kind) else f"{card.tries_left(Kind(one.kind))} tries left"
            print(f"  {one.kind.value}  {one.serial}  {state}  until {one.until:%Y-%m-%d}  {left}")
    return 0


def _kinds(arguments: argparse.Namespace) -> tuple[Kind, ...]:
    from kiban.identity.model import Kind

    return (Kind(arguments.key),) if arguments.key else tuple(Kind)


def suspend(arguments: argparse.Namespace) -> int:
    """Suspend and publish the lists at once."""
    _issuer(arguments).suspend(arguments.card, kinds=_kinds(arguments))
    return 0


def resume(arguments: argparse.Namespace) -> int:
    """Lift a suspension."""
    _issuer(arguments).resume(arguments.card, kinds=_kinds(arguments))
    return 0


def revoke(arguments: argparse.Namespace) -> int:
    """Revoke and publish the lists at once."""
    _issuer(arguments).revoke(arguments.card, kinds=_kinds(arguments))
    return 0


def lock(arguments: argparse.Namespace) -> int:
    """Lock one key."""
    from kiban.identity.model import Kind

    _issuer(arguments).card(arguments.card).lock(Kind(arguments.key))
    return 0


def unlock(arguments: argparse.Namespace) -> int:
    """Give one key a new PIN and full tries."""
    from kiban.identity.model import Kind

    _issuer(arguments).card(arguments.card).reset(Kind(arguments.key), new=getpass("new PIN: "))
    return 0


def change_pin(arguments: argparse.Namespace) -> int:
    """Replace a PIN."""
    from kiban.identity.model import Kind

    card = _issuer(arguments).card(arguments.card)
    card.change_pin(Kind(arguments.key), old=getpass("present PIN: "), new=getpass("new PIN: "))
    return 0


def on_reader(arguments: argparse.Namespace) -> int:
    """Lay a card on a reader."""
    _issuer(arguments).put_on_reader(arguments.reader, None if arguments.take else arguments.card)
    return 0


def publish(arguments: argparse.Namespace) -> int:
    """Issue the lists anew."""
    _issuer(arguments).refresh(older_than=dt.timedelta(0))
    return 0
