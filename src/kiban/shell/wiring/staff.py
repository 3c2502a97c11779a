"""Officers' sign-in."""

from __future__ import annotations

from django.conf import settings

from kiban.identity.errors import SignInRefused
from kiban.identity.secrets_at_rest import Sealer
from kiban.identity.staff import StaffDesk
from kiban.identity.store.staff import DjangoStaff
from kiban.kernel.clock import SystemClock
from kiban.kernel.events import EventSink
from kiban.shell.principals import Principal


def staff_desk(events: EventSink) -> StaffDesk:
    """The staff accounts of this process."""
    return StaffDesk(DjangoStaff(), Sealer(settings.SECRET_KEY.encode()), SystemClock(), events)


def sign_in(*, account: str, password: str, code: str) -> Principal:
    """The officer whose password and one-time code these are.

    Raises:
        SignInRefused: account, password or code is wrong; which of them is not told. Or no role at any agency.
        SignInThrottled: too many wrong tries.
    """
    from kiban.shell.wiring.process import made  # the process joins this function in turn

    member = staff_desk(made().outbox).sign_in(account, password=password, code=code)
    if not member.roles:
        raise SignInRefused("the account has no role at any agency", remedy="ask the administrator for one")
    agency = min(member.roles)
    roles = tuple(sorted(member.roles[agency]))
    return Principal(kind="staff", code=member.account, name=member.name, agency=agency, roles=roles)
