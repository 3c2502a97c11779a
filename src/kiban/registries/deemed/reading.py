"""The provision of the package, and a file of subscriptions."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from kiban.kernel.errors import Where
from kiban.kernel.located import Located, parse_located, read_located
from kiban.registries.deemed.model import Provision, Subscription
from kiban.registries.errors import BadSubscription


@cache
def provision() -> Provision:
    """The special provision, with whether its text in force was verified."""
    text = (files("kiban.registries") / "data" / "deemed.yaml").read_text(encoding="utf-8")
    fields = parse_located(text, file="deemed.yaml").value["provision"]
    return Provision(**{**fields, "since": dt.date.fromisoformat(str(fields["since"]))})


def read_subscriptions(path: Path) -> tuple[Subscription, ...]:
    """Subscriptions of a YAML file: ``subscriptions: [{programme, law, agency, items?, corporations?}]``.

    Raises:
        BadInput, BadSubscription: with the line.
    """
    read = read_located(path)
    entries = read.value.get("subscriptions") if isinstance(read.value, dict) else None
    if not isinstance(entries, list):
        raise BadSubscription("there are no subscriptions", where=Where(path.name), remedy="subscriptions: [...]")
    return tuple(_subscription(read, entry, at=at) for at, entry in enumerate(entries))


NEEDED, MORE = ("programme", "law", "agency"), ("items", "corporations")


def _subscription(read: Located, entry: Any, *, at: int) -> Subscription:
    place = ("subscriptions", at)
    remedy = f"a subscription has {', '.join(NEEDED)}; {' and '.join(MORE)} if needed"
    if not isinstance(entry, dict):
        raise BadSubscription("this is no subscription", where=read.where(place), remedy=remedy)
    if wrong := [name for name in entry if name not in NEEDED + MORE]:
        raise BadSubscription(f"there is no {wrong[0]!r}", where=read.where((*place, wrong[0])), remedy=remedy)
    if missing := [name for name in NEEDED if name not in entry]:
        raise BadSubscription(f"{', '.join(missing)} is missing", where=read.where(place), remedy=remedy)
    if single := [name for name in MORE if not isinstance(entry.get(name, []), list)]:
        raise BadSubscription(f"{single[0]} is no list", where=read.where((*place, single[0])), remedy="write [a, b]")
    sets: dict[str, Any] = {name: frozenset(map(str, entry[name])) for name in MORE if name in entry}
    try:
        programme, law, agency = (str(entry[name] or "") for name in NEEDED)
        return replace(Subscription(programme, law, agency), **sets)
    except BadSubscription as error:
        raise BadSubscription(
            error.what, where=read.where((*place, error.where.field or "")), remedy=error.remedy
        ) from None
