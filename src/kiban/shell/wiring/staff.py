"""Officers' sign-in on identity's staff accounts."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from kiban.identity.errors import SignInRefused
from kiban.identity.secrets_at_rest import Sealer
from kiban.identity.staff import StaffDesk, StaffMember
from kiban.identity.store.staff import DjangoStaff
from kiban.jobs.store.outbox import Outbox
from kiban.jobs.store.queue import DatabaseQueue
from kiban.kernel.clock import SystemClock
from kiban.shell.principals import Principal
from kiban.shell.wiring.words import Words


def staff_desk() -> StaffDesk:
    """The staff accounts of this process; what happens to them goes to the outbox."""
    clock = SystemClock()
    return StaffDesk(DjangoStaff(), Sealer(settings.SECRET_KEY.encode()), clock, Outbox(DatabaseQueue(clock)))


@dataclass(frozen=True, slots=True)
class StaffDoor:
    """Opens an officer's session at one agency: ``ACCOUNT``, or ``ACCOUNT@AGENCY`` for who works at several."""

    desk: StaffDesk
    words: Words

    def __call__(self, *, account: str, password: str, code: str) -> Principal:
        """The officer whose password and one-time code these are.

        Raises:
            SignInRefused: account, password or code is wrong; which of them is not told. Or no role at the agency.
            SignInThrottled: too many wrong tries.
        """
        name, _, wanted = account.partition("@")
        member = self.desk.sign_in(name, password=password, code=code)
        return self._principal(member, wanted or min(member.roles, default=""))

    def _principal(self, member: StaffMember, agency: str) -> Principal:
        roles = member.roles.get(agency)
        if not roles:
            raise SignInRefused("the account has no role at this agency", remedy="ask the agency's administrator")
        shown = f"{self.words.agency(agency)} {member.name}"
        return Principal(kind="staff", code=member.account, name=shown, agency=agency, roles=tuple(sorted(roles)))
