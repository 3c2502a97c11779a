"""Officers' sign-in."""

from __future__ import annotations

from django.conf import settings

from kiban.identity.errors import SignInRefused
from kiban.identity.secrets_at_rest import Sealer
from kiban.identity.staff import StaffDesk
from kiban.identity.store.staff import DjangoStaff
from kiban.jobs.store.outbox import Outbox
from kiban.jobs.store.queue import DatabaseQueue
from kiban.kernel.clock import SystemClock
from kiban.shell.principals import Principal


def staff_desk() -> StaffDesk:
    """The staff accounts of this process; what happens to them goes to the outbox."""
    clock = SystemClock()
    return StaffDesk(DjangoStaff(), Sealer(settings.SECRET_KEY.encode()), clock, Outbox(DatabaseQueue(clock)))


def sign_in(*, account: str, password: str, code: str) -> Principal:
    """The officer whose password and one-time code these are.

    Raises:
        SignInRefused: account, password or code is wrong; which of them is not told. Or no role at any agency.
        SignInThrottled: too many wrong tries.
    """
    member = staff_desk().sign_in(account, password=password, code=code)
    if not member.roles:
        raise SignInRefused("the account has no role at any agency", remedy="ask the administrator for one")
    agency = min(member.roles)
    roles = tuple(sorted(member.roles[agency]))
    return Principal(kind="staff", code=member.account, name=member.name, agency=agency, roles=roles)
