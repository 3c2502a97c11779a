"""Sets the offices up for the demo, in a process of its own: officers' accounts and times at the counter.

Prints one JSON object: account → how its officer signs in. The accounts exist on this machine only.
"""

from __future__ import annotations

import json
import secrets
import sys

from kiban.kernel.clock import SystemClock, today

OFFICERS = {
    "a-officer": ("審査担当", "302023"),
    "a-counter": ("窓口担当", "302023"),
    "b-counter": ("窓口担当", "302015"),
    "b-officer": ("審査担当", "302015"),
    "b-approver": ("決裁者", "302015"),
    "b-link": ("紐付け点検担当", "302015"),
    "b-link-second": ("紐付け点検担当（確認）", "302015"),
    "b-school": ("学事担当", "education-302015"),
    "designer": ("制度設計者", "302015"),
}
ROLES = {
    "a-counter": ("counter", "officer"),
    "b-counter": ("counter", "officer"),
    "b-approver": ("approver", "officer", "payments", "auditor"),
    "b-link": ("linkage", "searcher"),
    "b-link-second": ("linkage", "inspector"),
    "designer": ("designer",),
}
CASEWORK = ("officer", "examiner", "payments")


PAYERS = {"302023": ("ｶｲﾅﾝｼ", "0000023"), "302015": ("ﾜｶﾔﾏｼ", "0000015")}
"""From which account each town pays: bank code 9999 is unassigned, no bank takes a file of the demo."""


def main() -> int:
    """Create accounts with their roles, and offer times."""
    from kiban.shell.cli.serve import migrate

    migrate()
    from kiban.identity.staff import Grant
    from kiban.procedures.store.drafts import DatabaseDrafts
    from kiban.shell.cli.slots import half_hours
    from kiban.shell.wiring.staff import staff_desk

    desk, made = staff_desk(), {}
    for account, (name, agency) in OFFICERS.items():
        password = secrets.token_urlsafe(12)
        secret = desk.create(account, name=name, password=password, by="demo")
        for role in ROLES.get(account, CASEWORK):
            desk.grant(account, Grant(agency, role), by="demo")
        made[account] = {"name": name, "agency": agency, "password": password, "totp": secret.hex()}
    store = DatabaseDrafts()
    for slot in half_hours("302015", start=today(SystemClock()), days=14, capacity=3):
        store.offer_slot(slot)
    for agency, payer in PAYERS.items():
        _pays(agency, payer)
    json.dump(made, sys.stdout)
    return 0


def _pays(agency: str, account: tuple[str, str]) -> None:
    from kiban.benefits import BenefitDesk
    from kiban.benefits.payments import Payer
    from kiban.benefits.payments.actions import PaymentDesk, set_payer
    from kiban.benefits.store.repository import DatabaseBenefits
    from kiban.benefits.store.runs import DatabaseRuns
    from kiban.jobs.store.outbox import Outbox
    from kiban.jobs.store.queue import DatabaseQueue

    (name, number), clock = account, SystemClock()
    payer = Payer(code=f"9{agency:0>9}", name=name, bank="9999", bank_name="ﾀﾒｼ", branch="001", branch_name="ﾎﾝﾃﾝ",
                  kind="1", number=number)  # fmt: skip
    benefits = BenefitDesk(DatabaseBenefits(), Outbox(DatabaseQueue(clock)), clock)
    set_payer(PaymentDesk(benefits, DatabaseRuns()), agency, payer=payer)


if __name__ == "__main__":
    sys.exit(main())
