"""Who is at the other end: nobody known, a resident behind an open door, an officer, a designer."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from django.http import HttpRequest

Kind = Literal["nobody", "resident", "staff"]


@dataclass(frozen=True, slots=True)
class Principal:
    """The person of a session.

    Attributes:
        kind: resident (behind a door at the core), staff, or nobody.
        code: the portal's own opaque code of the resident; the account of the officer. Never a number of a person.
        name: what the page shows beside the sign-out button.
        agency: the officer's agency.
        roles: the officer's roles there.
        door: the door at the core that every enquiry of the resident passes.
        agencies: the agencies that hold data on the resident, as the core told when the door opened.
        counter: the officer on whose screen the resident acts (書かない窓口), if so.
    """

    kind: Kind = "nobody"
    code: str = ""
    name: str = ""
    agency: str = ""
    roles: tuple[str, ...] = ()
    door: str = field(default="", repr=False)
    agencies: tuple[str, ...] = ()
    counter: str = ""

    @property
    def home(self) -> str:
        """The municipality among the agencies that hold data on the resident: 6 digits; empty when there is none."""
        return next((a for a in self.agencies if len(a) == 6 and a.isdigit()), "")


NOBODY = Principal()


def principal(request: HttpRequest) -> Principal:
    """The person of this request's session."""
    kept = request.session.get("principal") if hasattr(request, "session") else None
    return read(kept) if kept else NOBODY


def read(kept: dict[str, Any]) -> Principal:
    """A principal as a session keeps it."""
    return Principal(**{**kept, "roles": tuple(kept["roles"]), "agencies": tuple(kept["agencies"])})


def remember(request: HttpRequest, person: Principal) -> None:
    """Begin the person's session under a fresh key, so that no earlier key opens it."""
    language = request.session.get("language")
    request.session.flush()
    if language:
        request.session["language"] = language
    request.session["principal"] = asdict(person)


def forget(request: HttpRequest) -> None:
    """End the session; the language stays."""
    language = request.session.get("language")
    request.session.flush()
    if language:
        request.session["language"] = language


def visitor(request: HttpRequest) -> Principal:
    """The resident who acts: the session's own, or the one at the counter of this officer's session."""
    kept = request.session.get("at_counter")
    if kept and principal(request).kind == "staff":
        return read(kept)
    return principal(request)


def receive_at_counter(request: HttpRequest, person: Principal) -> None:
    """Let a resident act on this officer's screen until the counter session ends."""
    request.session["at_counter"] = asdict(replace(person, counter=principal(request).code))


def leave_counter(request: HttpRequest) -> None:
    """End the counter session; the officer's own goes on."""
    request.session.pop("at_counter", None)
