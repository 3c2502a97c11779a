"""What people typed and did not send, sealed; who and where are kept as hashes only."""

from __future__ import annotations

import datetime as dt
import hashlib

from django.db import transaction

from kiban.shell.store.models import UnsentRow

KEPT = dt.timedelta(days=7)
PAGES = 20
"""So many pages of one person are kept; of more, the oldest falls away."""


def put(owner: str, path: str, *, sealed: bytes, at: dt.datetime) -> None:
    """Keep what was typed on a page in place of what was kept of it; what is older than a week is forgotten."""
    with transaction.atomic():
        forget_older(at)
        fields = {"owner": _hashed(owner), "at": at, "sealed": sealed}
        UnsentRow.objects.update_or_create(key=_hashed(f"{owner} {path}"), defaults=fields)
        kept = UnsentRow.objects.filter(owner=_hashed(owner)).order_by("-at").values_list("key", flat=True)
        UnsentRow.objects.filter(key__in=list(kept[PAGES:])).delete()


def get(owner: str, path: str, *, at: dt.datetime) -> tuple[bytes, dt.datetime] | None:
    """What is kept of a page, and since when."""
    row = UnsentRow.objects.filter(key=_hashed(f"{owner} {path}"), at__gt=at - KEPT).first()
    return (bytes(row.sealed), row.at) if row else None


def drop(owner: str, path: str) -> None:
    """Forget what is kept of a page."""
    UnsentRow.objects.filter(key=_hashed(f"{owner} {path}")).delete()


def forget_older(at: dt.datetime) -> None:
    """Forget what is older than a week."""
    UnsentRow.objects.filter(at__lte=at - KEPT).delete()


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
