"""Staff accounts: password and one-time code together, roles per agency, waiting after wrong tries, four eyes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Protocol

import yaml

from kiban.identity import totp
from kiban.identity.errors import AccountClosed, FourEyes, SignInRefused, SignInThrottled, UnknownRole
from kiban.identity.events import staff_event
from kiban.identity.secrets_at_rest import Sealer, hash_password, password_is
from kiban.kernel.clock import JST, Clock
from kiban.kernel.events import EventSink

FREE_TRIES = 5
FIRST_WAIT, LONGEST_WAIT = dt.timedelta(seconds=30), dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class StaffMember:
    """An officer with their roles: agency → roles there."""

    account: str
    name: str
    roles: Mapping[str, frozenset[str]]

    def may(self, role: str, *, agency: str) -> bool:
        """Whether the officer has this role at this agency."""
        return role in self.roles.get(agency, frozenset())


@dataclass(frozen=True, slots=True)
class StaffRecord:
    """An account as the store keeps it."""

    member: StaffMember
    password_hash: str = field(repr=False)
    totp_sealed: bytes = field(default=b"", repr=False)
    totp_last_step: int = -1
    wrong_tries: int = 0
    waits_until: dt.datetime | None = None
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Grant:
    """One role at one agency."""

    agency: str
    role: str


class StaffStore(Protocol):
    """Keeps staff accounts."""

    def atomic(self) -> AbstractContextManager[object]: ...

    def insert(self, record: StaffRecord, *, at: dt.datetime) -> None:
        """Raises UnknownRole when the account exists."""
        ...

    def get(self, account: str) -> StaffRecord | None: ...

    def count_try(self, account: str, *, before: int, waits_until: dt.datetime | None) -> bool:
        """Count a try if ``wrong_tries`` is still ``before``; whether it was."""
        ...

    def passed(self, account: str, *, after: int, step: int) -> bool:
        """Forget the wrong tries and keep the time step if the last one is still ``after``; whether it was."""
        ...

    def keep(self, account: str, *, password_hash: str | None = None, totp_sealed: bytes | None = None) -> None: ...

    def close(self, account: str, *, at: dt.datetime) -> None: ...

    def grant(self, account: str, grant: Grant, *, by: str, at: dt.datetime) -> None: ...

    def take(self, account: str, grant: Grant) -> None: ...


@cache
def roles() -> Mapping[str, Mapping[str, Any]]:
    """The roles there are, as data: role → names in three languages and what it is for (``roles.yaml``)."""
    text = resources.files("kiban.identity").joinpath("roles.yaml").read_text(encoding="utf-8")
    loaded: Mapping[str, Mapping[str, Any]] = yaml.safe_load(text)
    return loaded


@dataclass(frozen=True, slots=True)
class StaffDesk:
    """What is done with staff accounts."""

    store: StaffStore
    sealer: Sealer
    clock: Clock
    events: EventSink

    def create(self, account: str, *, name: str, password: str, by: str) -> bytes:
        """A new account; the TOTP secret for `totp.enrolment_address`, shown once.

        Raises:
            WeakPassword, UnknownRole (the account exists).
        """
        secret = totp.new_secret()
        record = StaffRecord(
            StaffMember(account, name, {}), hash_password(password), self.sealer.seal(secret, of=account)
        )
        with self.store.atomic():
            self.store.insert(record, at=self.clock.now())
            self._tell("staff_account_created", account, by=by)
        return secret

    def sign_in(self, account: str, *, password: str, code: str) -> StaffMember:
        """The officer, if both factors are right. The try is counted before anything is compared.

        Raises:
            SignInRefused: account, password or code is wrong; which is not told.
            SignInThrottled: too many wrong tries; wait.
            AccountClosed: both are right, but the account has been closed.
        """
        record = self.store.get(account)
        if record is not None:
            self._count(record)
        known = password_is(password, record.password_hash if record else None)
        step = self._step(record, code)
        if record is None or not known or step is None:
            self._tell("staff_sign_in_refused", account if record else "unknown")
            raise SignInRefused("account, password or code is wrong", remedy="try again; the code changes every 30 s")
        if record.closed:
            self._tell("staff_sign_in_refused", account)
            raise AccountClosed("this account has been closed", remedy="ask the agency's administrator")
        if not self.store.passed(account, after=record.totp_last_step, step=step):
            raise SignInRefused("this code has been used", remedy="wait for the next code")
        self._tell("staff_signed_in", account)
        return record.member

    def change_password(self, account: str, *, new: str, by: str) -> None:
        """A new password, set by the officer after signing in or by an administrator."""
        hashed = hash_password(new)
        with self.store.atomic():
            self._known(account)
            self.store.keep(account, password_hash=hashed)
            self._tell("staff_password_changed", account, by=by)

    def new_totp(self, account: str, *, by: str) -> bytes:
        """A new TOTP secret; the old one is void at once."""
        secret = totp.new_secret()
        with self.store.atomic():
            self._known(account)
            self.store.keep(account, totp_sealed=self.sealer.seal(secret, of=account))
            self._tell("staff_totp_renewed", account, by=by)
        return secret

    def grant(self, account: str, grant: Grant, *, by: str) -> None:
        """Give a role at an agency.

        Raises:
            UnknownRole: there is no such role or account.
        """
        if grant.role not in roles():
            raise UnknownRole(f"there is no role {grant.role!r}", remedy=f"one of {', '.join(roles())}")
        with self.store.atomic():
            self._known(account)
            self.store.grant(account, grant, by=by, at=self.clock.now())
            self._tell("staff_role_granted", account, by=by, grant=grant)

    def take(self, account: str, grant: Grant, *, by: str) -> None:
        """Take a role away."""
        with self.store.atomic():
            self._known(account)
            self.store.take(account, grant)
            self._tell("staff_role_taken", account, by=by, grant=grant)

    def close(self, account: str, *, by: str) -> None:
        """Close an account for good."""
        with self.store.atomic():
            self._known(account)
            self.store.close(account, at=self.clock.now())
            self._tell("staff_account_closed", account, by=by)

    def _known(self, account: str) -> StaffRecord:
        record = self.store.get(account)
        if record is None:
            raise UnknownRole("there is no such staff account")
        return record

    def _count(self, record: StaffRecord) -> None:
        now = self.clock.now()
        if record.waits_until is not None and now < record.waits_until:
            self._tell("staff_sign_in_throttled", record.member.account)
            until = record.waits_until.astimezone(JST)
            raise SignInThrottled("too many wrong tries", remedy=f"wait until {until:%H:%M:%S}")
        wait = wait_after(record.wrong_tries + 1)
        waits_until = now + wait if wait else None
        if not self.store.count_try(record.member.account, before=record.wrong_tries, waits_until=waits_until):
            raise SignInThrottled("another sign-in of this account is under way", remedy="try again")

    def _step(self, record: StaffRecord | None, code: str) -> int | None:
        if record is None or not record.totp_sealed:
            return None
        secret = self.sealer.open(record.totp_sealed, of=record.member.account)
        now = int(self.clock.now().timestamp())
        return totp.matching_step(secret, code.strip(), at=now, after=record.totp_last_step)

    def _tell(self, kind: str, account: str, *, by: str = "", grant: Grant | None = None) -> None:
        data = {"by": by or account, **({"role": grant.role} if grant else {})}
        agency = grant.agency if grant else "portal"
        self.events.emit(staff_event(kind, account=account, agency=agency, at=self.clock.now(), data=dict(data)))


def wait_after(tries: int) -> dt.timedelta:
    """How long an account waits after so many wrong tries in a row: nothing up to 5, then 30 s doubling to an hour."""
    if tries < FREE_TRIES:
        return dt.timedelta(0)
    doublings: int = 2 ** min(tries - FREE_TRIES, 10)
    return min(FIRST_WAIT * doublings, LONGEST_WAIT)


def four_eyes(first: StaffMember, second: StaffMember, *, agency: str, role: str) -> None:
    """Nothing, if two different officers of the agency stand behind an act, the second with the role for it.

    Raises:
        FourEyes: it is the same officer, or the second may not.
    """
    if first.account == second.account:
        raise FourEyes("the second pair of eyes is the same officer's", remedy="ask a colleague")
    if not first.roles.get(agency) or not second.may(role, agency=agency):
        raise FourEyes(f"one of the two officers may not do this at {agency}", remedy="ask one with the role")
