"""Counting tries, shared by all web processes."""

from __future__ import annotations

import hashlib

from django.db import transaction
from django.db.models import F

from kiban.shell.store.models import RateWindow


def count(action: str, source: str, *, minute: int) -> int:
    """Count one more try and return how many there were in this minute; older windows are forgotten.

    The source (an address, an account) is kept as a hash only.
    """
    hashed = hashlib.sha256(source.encode()).hexdigest()[:24]
    key = f"{action}:{minute}:{hashed}"
    with transaction.atomic():
        row, made = RateWindow.objects.get_or_create(key=key, defaults={"minute": minute, "tries": 1})
        if made:
            RateWindow.objects.filter(minute__lt=minute - 10).delete()
        else:
            RateWindow.objects.filter(key=key).update(tries=F("tries") + 1)
            row.refresh_from_db()
    return row.tries
