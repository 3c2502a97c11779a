"""Setting up a core and nodes: fresh keys, a configuration to fill in, the public entry, the signed directory."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import yaml

from kiban.exchange.directory import Agency, entry_of, signed_directory
from kiban.exchange.errors import BadConfiguration
from kiban.exchange.keys import LOCAL, MASTER, load_keys, make_keys, public_key, public_text, write_secret
from kiban.exchange.model import AgencyKind, Endpoint
from kiban.kernel.errors import Where
from kiban.kernel.wire import UNREADABLE
from kiban.shell.node.config import is_address

ENTRY, DIRECTORY = "entry.json", "directory.jws"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who is set up and where it listens; ``url`` is how the others reach it."""

    agency: str
    kind: AgencyKind
    name: str
    listen: str
    url: str


def set_up(folder: Path, wanted: Wanted, *, settings: dict[str, str]) -> Agency:
    """Make keys and configuration of a core or node in a fresh folder; its public entry (also in ``entry.json``).

    Raises:
        BadConfiguration: the folder has keys already, or the address is none.
    """
    is_core = wanted.kind is AgencyKind.CORE
    if (folder / "keys").exists():
        raise BadConfiguration(
            "there are keys already", where=Where(str(folder / "keys")), remedy="name another folder"
        )
    if not is_address(wanted.listen):
        raise BadConfiguration(f"listen is {wanted.listen!r}, not host:port", remedy="--listen 127.0.0.1:8100")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    keys = make_keys(folder / "keys", wanted.agency)
    if is_core:
        write_secret(folder / "keys" / MASTER, secrets.token_bytes(32))
    named = {} if is_core else {"agency": wanted.agency, "kind": str(wanted.kind)}
    text = yaml.safe_dump({**named, "listen": wanted.listen, **settings}, allow_unicode=True, sort_keys=False)
    (folder / ("core.yaml" if is_core else "node.yaml")).write_text(text, encoding="utf-8")
    entry = entry_of(keys, kind=wanted.kind, name=wanted.name, url=wanted.url)
    told = json.dumps(msgspec.to_builtins(entry), ensure_ascii=False, indent=1)
    (folder / ENTRY).write_text(told + "\n", encoding="utf-8")
    return entry


def checked_core_key(text: str) -> str:
    """The core's public key as given. Raises: BadConfiguration."""
    try:
        public_key(text)
    except ValueError:
        raise BadConfiguration("this is no public key of a core", remedy="`kiban exchange core` printed it") from None
    return text


def core_key(folder: Path) -> str:
    """The public key by which everybody verifies the directory of the core in the folder."""
    return public_text(load_keys(folder / "keys", AgencyKind.CORE).signing)


def endpoint(folder: Path, entry: Agency) -> Endpoint:
    """How the agency's own systems reach the node: one element of the list in ``endpoints.json``."""
    return Endpoint(agency=entry.id, url=entry.url, key_file=str((folder / "keys" / LOCAL).resolve()))


def write_directory(core: Path, entries: Sequence[Path]) -> int:
    """Sign the directory of the core and these agencies, in the core's folder; how many it names.

    Raises:
        BadConfiguration: an entry cannot be read, has a bad key, or an agency is named twice.
    """
    named = [_entry(path) for path in [core / ENTRY, *entries]]
    for number, agency in enumerate(named):
        if agency.id in {one.id for one in named[:number]}:
            raise BadConfiguration(f"{agency.id} is named twice", where=Where(str(entries[number - 1])))
        if (agency.kind is AgencyKind.CORE) is not (number == 0):
            raise BadConfiguration("there is one core", where=Where(str([core / ENTRY, *entries][number])))
    fresh = core / f"{DIRECTORY}.new"
    fresh.write_text(signed_directory(tuple(named), core=load_keys(core / "keys", AgencyKind.CORE)), encoding="ascii")
    fresh.replace(core / DIRECTORY)
    return len(named)


def _entry(path: Path) -> Agency:
    try:
        entry = msgspec.json.decode(path.read_bytes(), type=Agency)
        _ = entry.signing, entry.reading, entry.log
    except (OSError, *UNREADABLE) as error:
        remedy = "`kiban exchange core` and `kiban exchange agency` write it"
        raise BadConfiguration(f"this is no agency's entry: {error}", where=Where(str(path)), remedy=remedy) from None
    return entry
