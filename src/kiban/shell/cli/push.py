"""`kiban push`: the changes of the registers told to subscribers outside, over HTTP."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from kiban.kernel.clock import SystemClock
from kiban.registries.push import Key, Pusher, Subscriber, replay, send, subscribe, subscribers, unsubscribe
from kiban.registries.store import RecordStore
from kiban.registries.store.trail import Trail
from kiban.registries.tables import REGISTRIES
from kiban.shell.cli._trail import account, hand_on
from kiban.shell.places import kept

if TYPE_CHECKING:
    from kiban.shell.cli import Subparsers


def add(subparsers: Subparsers) -> None:
    """Add the group to the command line."""
    group = subparsers.add_parser("push", help="changes of the registers to subscribers outside, signed, over HTTP")
    commands = group.add_subparsers(dest="command", required=True, metavar="COMMAND")
    made = commands.add_parser("add", help="push the changes of a register to an address")
    made.add_argument("name", help="name of the subscriber")
    made.add_argument("registry", choices=sorted(REGISTRIES), help="the register")
    made.add_argument("url", help="https address")
    made.add_argument("--area", default="", help="only changes within the beginning of a municipality code")
    made.add_argument("--key", action="append", default=[], help="only changes of this record; may stand several times")
    made.add_argument("--from-now", action="store_true", help="not the changes that there have been")
    made.set_defaults(func=run_add)
    ended = commands.add_parser("end", help="tell a subscriber nothing more")
    ended.add_argument("name", help="name of the subscriber")
    ended.set_defaults(func=run_end)
    again = commands.add_parser("replay", help="tell a subscriber all changes again")
    again.add_argument("name", help="name of the subscriber")
    again.add_argument("--since", type=int, default=0, help="seq after which to begin")
    again.set_defaults(func=run_replay)
    shown = commands.add_parser("list", help="who is told, how far they are, and the public key")
    shown.set_defaults(func=run_list)
    run = commands.add_parser("run", help="deliver what is due, until stopped")
    run.add_argument("--every", type=float, default=10.0, help="seconds between two rounds")
    run.add_argument("--once", action="store_true", help="one round")
    run.set_defaults(func=run_push)
    for parser in (made, ended, again, shown, run):
        parser.add_argument(
            "--store", type=Path, default=kept("KIBAN_REGISTRIES", "registries.sqlite3"), help="file of the registers"
        )


def _key(store: Path) -> Key:
    return Key.kept(store.with_name(store.name + ".key"))


def run_add(arguments: argparse.Namespace) -> int:
    """Take up a subscriber and print the public key."""
    store = RecordStore(arguments.store)
    start = store.last_change(arguments.registry) if arguments.from_now else 0
    wanted = frozenset(arguments.key)
    one = Subscriber(arguments.name, arguments.registry, arguments.url, arguments.area, wanted, start)
    subscribe(store, one, clock=SystemClock(), events=Trail(store, account()))
    hand_on(store)
    print(_key(arguments.store).public)
    return 0


def run_end(arguments: argparse.Namespace) -> int:
    """End a subscription."""
    store = RecordStore(arguments.store)
    unsubscribe(store, arguments.name, clock=SystemClock(), events=Trail(store, account()))
    hand_on(store)
    return 0


def run_replay(arguments: argparse.Namespace) -> int:
    """Put a subscriber back."""
    store, clock = RecordStore(arguments.store), SystemClock()
    replay(store, arguments.name, clock=clock, events=Trail(store, account()), since=arguments.since)
    hand_on(store)
    return 0


def run_list(arguments: argparse.Namespace) -> int:
    """One JSON a line."""
    store = RecordStore(arguments.store)
    for one in subscribers(store):
        behind = store.changes_after(one.registry, one.seq)
        shown = {"name": one.name, "registry": one.registry, "url": one.url, "seq": one.seq, "behind": behind}
        told = {"tries": one.tries, "refused": one.refused, "next_try": one.next_try}
        print(json.dumps({**shown, **told}, ensure_ascii=False, default=str))
    print(_key(arguments.store).public, file=sys.stderr)
    return 0


def run_push(arguments: argparse.Namespace) -> int:
    """Deliver round after round until stopped."""
    pusher, stop = Pusher(RecordStore(arguments.store), _key(arguments.store), SystemClock(), send), threading.Event()
    if arguments.once:
        print(f"{pusher.round()} changes taken")
        return 0
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    while not stop.is_set():
        pusher.round()
        stop.wait(arguments.every)
    return 0
