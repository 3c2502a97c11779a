"""What a person typed and did not send: kept sealed for a week, shown again on the same page, gone once it is sent.

The script of the pages hands it over while it is typed (`data-keep`); a form that comes after the session ended is kept
too, so that without the script nothing that was sent is lost either. Only the person who typed it gets it back.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, resolve

from kiban.identity.errors import BadTrust
from kiban.identity.secrets_at_rest import Sealer
from kiban.kernel.clock import SystemClock
from kiban.shell.principals import Principal, principal, visitor
from kiban.shell.routes import Access, Route
from kiban.shell.store import unsent as rows

PATH, FORM, NAMES = "unsent-path", "unsent-form", "unsent-names"
NEVER = frozenset({"csrfmiddlewaretoken", "version", "do", "typed_characters", "password", "code", PATH, FORM, NAMES})
"""Controls that are no text of the person's, or that nobody may keep."""
MOST = 100_000
"""Characters of one page that are kept."""
Controls = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Unsent:
    """What was typed on a page: form → control → values; when last."""

    forms: Mapping[str, Controls] = field(default_factory=dict)
    at: dt.datetime | None = None

    @property
    def lists(self) -> dict[str, tuple[str, ...]]:
        """Control → values."""
        return {name: values for one in self.forms.values() for name, values in one.items()}

    @property
    def typed(self) -> dict[str, str]:
        """Control → its last value, as a sent form has it."""
        return {name: values[-1] if values else "" for name, values in self.lists.items()}


def keeping(path: str) -> Route | None:
    """The route of a page whose forms are kept; None of all others."""
    try:
        route: Route | None = getattr(resolve(path).func, "route", None)
    except Resolver404:
        return None
    return route if route and route.keeps else None


def typist(request: HttpRequest, route: Route) -> Principal:
    """Who types on a page: the resident, also at the counter, or the officer."""
    return visitor(request) if route.policy.access is Access.RESIDENT else principal(request)


def keep(person: Principal, path: str, *, form: str, controls: Controls) -> None:
    """Keep what stands in these controls of a form; what is kept of the page's other forms stays."""
    given = {name: values for name, values in controls.items() if name not in NEVER}
    forms = {**_without(found(person, path).forms, given), form: given}
    body = json.dumps(forms, ensure_ascii=False)
    if given and len(body) <= MOST:
        owner = _owner(person)
        rows.put(owner, path, sealed=_sealer().seal(body.encode(), of=owner), at=SystemClock().now())


def keep_sent(person: Principal, path: str, *, sent: QueryDict) -> None:
    """Keep a form that came after the session had ended."""
    keep(person, path, form="sent", controls={name: tuple(map(str, sent.getlist(name))) for name in sent})


def found(person: Principal, path: str) -> Unsent:
    """What is kept of a page; what cannot be opened any more is nothing."""
    owner = _owner(person)
    kept = rows.get(owner, path, at=SystemClock().now())
    if kept is None:
        return Unsent()
    try:
        forms = json.loads(_sealer().open(kept[0], of=owner))
    except BadTrust:  # sealed under an earlier key of this process
        return Unsent()
    return Unsent({key: {name: tuple(v) for name, v in one.items()} for key, one in forms.items()}, kept[1])


def sent(person: Principal, path: str, *, names: Iterable[str]) -> None:
    """The form with these controls has been received: what was kept of it is forgotten."""
    kept = found(person, path)
    if not kept.forms:
        return
    left = _without(kept.forms, names)
    rows.drop(_owner(person), path)
    for form, controls in left.items():
        keep(person, path, form=form, controls=controls)


def drop(person: Principal, path: str) -> None:
    """Forget what is kept of a page."""
    rows.drop(_owner(person), path)


def _without(forms: Mapping[str, Controls], names: Iterable[str]) -> dict[str, Controls]:
    """The forms that have none of these controls."""
    gone = set(names) - NEVER
    return {form: controls for form, controls in forms.items() if not gone & controls.keys()}


def _owner(person: Principal) -> str:
    return f"{person.kind}:{person.agency}:{person.code}"


def _sealer() -> Sealer:
    return Sealer(settings.SECRET_KEY.encode())
