"""Staff accounts in the database."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager

from django.db import transaction
from django.db.models import F

from kiban.identity.errors import UnknownRole
from kiban.identity.staff import Grant, StaffMember, StaffRecord
from kiban.identity.store.models import StaffAccount, StaffRole


class DjangoStaff:
    """`kiban.identity.staff.StaffStore` on Django's database."""

    def atomic(self) -> AbstractContextManager[object]:
        return transaction.atomic()

    def insert(self, record: StaffRecord, *, at: dt.datetime) -> None:
        if StaffAccount.objects.filter(account=record.member.account).exists():
            raise UnknownRole("there is an account of this name already", remedy="choose another")
        StaffAccount.objects.create(
            account=record.member.account,
            name=record.member.name,
            password_hash=record.password_hash,
            totp_sealed=record.totp_sealed,
            created_at=at,
        )

    def get(self, account: str) -> StaffRecord | None:
        row = StaffAccount.objects.filter(account=account).first()
        if row is None:
            return None
        return StaffRecord(
            member=self.members((account,))[account],
            password_hash=row.password_hash,
            totp_sealed=bytes(row.totp_sealed),
            totp_last_step=row.totp_last_step,
            wrong_tries=row.wrong_tries,
            waits_until=row.waits_until,
            closed=row.closed_at is not None,
        )

    def members(self, accounts: Iterable[str]) -> Mapping[str, StaffMember]:
        """The officers of these accounts with their roles, the closed among them; an unknown account is left out."""
        rows = StaffAccount.objects.filter(account__in=set(accounts)).prefetch_related("roles")
        return {row.account: _member(row) for row in rows}

    def count_try(self, account: str, *, before: int, waits_until: dt.datetime | None) -> bool:
        rows = StaffAccount.objects.filter(account=account, wrong_tries=before)
        return rows.update(wrong_tries=F("wrong_tries") + 1, waits_until=waits_until) == 1

    def passed(self, account: str, *, after: int, step: int) -> bool:
        rows = StaffAccount.objects.filter(account=account, totp_last_step=after)
        return rows.update(totp_last_step=step, wrong_tries=0, waits_until=None) == 1

    def keep(self, account: str, *, password_hash: str | None = None, totp_sealed: bytes | None = None) -> None:
        rows = StaffAccount.objects.filter(account=account)
        if password_hash is not None:
            rows.update(password_hash=password_hash)
        if totp_sealed is not None:
            rows.update(totp_sealed=totp_sealed, totp_last_step=-1)

    def close(self, account: str, *, at: dt.datetime) -> None:
        StaffAccount.objects.filter(account=account).update(closed_at=at)

    def grant(self, account: str, grant: Grant, *, by: str, at: dt.datetime) -> None:
        StaffRole.objects.get_or_create(
            account_id=account,
            agency=grant.agency,
            role=grant.role,
            defaults={"granted_by": by, "granted_at": at},
        )

    def take(self, account: str, grant: Grant) -> None:
        StaffRole.objects.filter(account_id=account, agency=grant.agency, role=grant.role).delete()


def _member(row: StaffAccount) -> StaffMember:
    roles = defaultdict(set)
    for one in row.roles.all():
        roles[one.agency].add(one.role)
    return StaffMember(row.account, row.name, {agency: frozenset(named) for agency, named in roles.items()})
