"""A resident's token for the machine interface: bound to the session, it dies with it."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings
from django.core import signing
from django.http import HttpRequest

from kiban.shell.principals import Principal, read

SALT = "kiban-api-1"
LIFETIME = 15 * 60


def token_for(request: HttpRequest) -> str:
    """A token for the signed-in resident; good for 15 minutes at most."""
    return signing.dumps(request.session.session_key, salt=SALT)


def person_of(token: str) -> Principal | None:
    """The resident of a token whose session is still there."""
    try:
        key = signing.loads(token, salt=SALT, max_age=LIFETIME)
    except signing.BadSignature:
        return None
    store = import_module(settings.SESSION_ENGINE).SessionStore(session_key=str(key))
    kept = store.get("principal")
    person = read(kept) if kept else None
    return person if person and person.kind == "resident" else None
