"""Configuration files of node and core: strict, with file, line and field of what is wrong."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TypeVar

import msgspec

from kiban.exchange.errors import BadConfiguration
from kiban.exchange.mapping import line_of, located
from kiban.exchange.model import AgencyKind
from kiban.kernel.errors import Where
from kiban.kernel.located import Located

C = TypeVar("C", bound="Common")


class Common(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What both have; paths are relative to the configuration file.

    Attributes:
        listen: host:port; loopback or an intranet address, TLS ends in front of it.
        directory: the directory file that the core signed.
        confine: ``yes`` = do not start where the kernel cannot (Landlock); ``if-possible``; ``no``.
    """

    listen: str
    directory: str = "directory.jws"
    keys: str = "keys"
    ledger: str = "ledger"
    legal_table: str = ""
    confine: str = "if-possible"

    @property
    def host(self) -> str:
        return self.listen.rpartition(":")[0]

    @property
    def port(self) -> int:
        return int(self.listen.rpartition(":")[2])


class NodeConfig(Common, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``kiban node``: one agency's node.

    ``timeout`` are the seconds that a holder and the core are waited for; ``rounds`` the seconds between two tries to
    deliver what is waiting.
    """

    agency: str
    kind: AgencyKind
    core_key: str
    mapping: str = ""
    timeout: float = 4.0
    rounds: float = 2.0


class CoreConfig(Common, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``kiban core``.

    Attributes:
        trust: folder with the card authorities and their revocation lists; without it no door opens.
        profile: which cards: ``jpki``, or ``test-cards`` of the simulated issuer.
        portal_origin: the origin that a card's sign-in must name.
    """

    trust: str = ""
    profile: str = "jpki"
    portal_origin: str = ""
    door_idle_seconds: int = 900
    door_longest_seconds: int = 14400


def load_config(path: Path, kind: type[C]) -> C:
    """A configuration file.

    Raises:
        BadConfiguration: file, line, field and what is wrong; the process must not start.
    """
    try:
        tree = located(path.read_text(encoding="utf-8"), file=str(path))
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", "it is not UTF-8")
        raise BadConfiguration(
            f"the configuration cannot be read: {why}", where=Where(str(path)), remedy="check --config"
        ) from None
    try:
        config = msgspec.convert(tree.value, kind)
    except msgspec.ValidationError as error:
        raise _bad(str(error), tree, path=path) from None
    _check(config, tree, path=path)
    return config


def _bad(what: str, tree: Located, *, path: Path) -> BadConfiguration:
    told, _, place = what.partition(" - at `$.")
    keys = re.findall(r"\w+", place) or re.findall(r"field `(\w+)`", told)
    where = Where(str(path), line_of(tree, keys), field=".".join(keys) or None)
    return BadConfiguration(told, where=where, remedy="docs/exchange.md tells all fields")


def is_address(text: str) -> bool:
    """Whether the text is ``host:port``."""
    host, _, port = text.rpartition(":")
    return bool(host) and port.isdecimal() and len(port) < 6 and 0 < int(port) < 65536


def _check(config: Common, tree: Located, *, path: Path) -> None:
    if not is_address(config.listen):
        raise _bad(f"listen is {config.listen!r}, not host:port - at `$.listen`", tree, path=path)
    if config.confine not in {"yes", "no", "if-possible"}:
        raise _bad("confine is yes, no or if-possible - at `$.confine`", tree, path=path)
    if getattr(config, "profile", "jpki") not in {"jpki", "test-cards"}:
        raise _bad("profile is jpki or test-cards - at `$.profile`", tree, path=path)
    for field in ("directory", "keys", "legal_table", "mapping", "trust"):
        name = getattr(config, field, "")
        if name and not (path.parent / name).exists():
            raise _bad(f"{name} does not exist - at `$.{field}`", tree, path=path)
