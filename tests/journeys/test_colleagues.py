"""Officers and cases on officers' pages as people call them: names with roles, numbers; the records keep the ids."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest
from django.test import Client

from journeys.rooms import FAMILY, OFFICER_B, ROLES, SECOND_B, Made, made
from journeys.test_rooms import as_person, submitted, version
from kiban.benefits import Account, Order, Rate, entitle
from kiban.benefits.payments.actions import PaymentDesk, set_payer
from kiban.benefits.store.runs import DatabaseRuns
from kiban.identity.staff import Grant, StaffMember, StaffRecord
from kiban.identity.store.staff import DjangoStaff
from kiban.jobs.store.models import EventRow
from kiban.shell.locale import texts
from kiban.shell.platform import install
from kiban.shell.wiring.colleagues import CASES, Colleagues
from services.sample import B
from unit.payments.test_codec import PAYER

pytestmark = pytest.mark.django_db
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
FIRST = replace(OFFICER_B, code="5b0a4a52-92c5-4b02-9d6a-2c1ad6cf0001", roles=(*ROLES, "payments"))
OTHER = replace(SECOND_B, code="5b0a4a52-92c5-4b02-9d6a-2c1ad6cf0002", roles=(*ROLES, "payments", "approver"))


def visible(html: str) -> str:
    """What a person reads: no markup, no addresses."""
    return re.sub(r"<[^>]+>", "", html.partition("<main")[2])


@pytest.fixture
def here() -> Made:
    staff, at = DjangoStaff(), dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    for one, name, held in ((FIRST, "海南 一", ("officer", "payments")), (OTHER, "見本 二", ("examiner", "approver"))):
        staff.insert(StaffRecord(StaffMember(one.code, name, {}), "x"), at=at)
        for role in held:
            staff.grant(one.code, Grant(B, role), by="a", at=at)
    built = made()
    install(built.platform)
    return built


def the_case(here: Made, procedure: str) -> str:
    submitted(as_person(FAMILY))
    here.worker.run_until_idle()
    return next(c.id for c in here.rooms.cases.store.cases_of(FAMILY.code) if c.procedure == procedure)


def press(client: Client, there: str, **sent: str) -> None:
    page = client.get(there).content.decode()
    answer = client.post(there, {"version": version(page), **sent})
    assert answer.status_code == 302, re.findall(r'error">[^<]*', answer.content.decode())


def test_a_case_and_the_inbox_name_officers_with_their_role(here: Made) -> None:
    """They showed the accounts."""
    case = the_case(here, "move-in")
    there, officer, second = f"/console/cases/{case}", as_person(FIRST), as_person(OTHER)
    press(officer, there, do="claim")

    for page in (officer.get(there), second.get(there), second.get("/console"), officer.get("/console")):
        shown = visible(page.content.decode())
        assert "海南 一（審査担当）" in shown
        assert UUID.findall(shown) == []
    assert "この件は、担当の職員が進めます" in visible(second.get(there).content.decode())
    assert any(FIRST.code in str(row.data) for row in EventRow.objects.all()), "the audit keeps the account"


def test_a_payment_run_names_who_made_and_who_approved_it_and_the_case_of_each_payment(here: Made) -> None:
    """It showed accounts and keys; nobody could say on the telephone which case a payment was of."""
    case = the_case(here, "allowance")
    number = here.rooms.cases.store.case(case, agency=B).number
    set_payer(PaymentDesk(here.rooms.benefits, DatabaseRuns()), B, payer=PAYER)
    account = Account(
        bank="0001", bank_name="", branch="001", branch_name="", kind="1", number="7654321", holder_kana="カイナン"
    )
    rates = (Rate(month="2026-12", yen=10_000),)
    order = Order(agency=B, person="p", benefit="b", case=case, first_month="2026-12", rates=rates, account=account)
    entitle(here.rooms.benefits, order)
    entitle(
        here.rooms.benefits, Order(agency=B, person="q", benefit="c", case=case, first_month="2026-12", rates=rates)
    )
    maker, checker = as_person(FIRST), as_person(OTHER)
    day = here.rooms.benefits.store.due_days(B)[0]

    held = maker.get("/console/payments").content.decode()
    assert f'href="/console/cases/{case}">{number}</a>' in held, "the payment without an account"
    assert maker.post("/console/payments", {"do": "freeze", "day": day.isoformat()}).status_code == 302
    (run,) = DatabaseRuns().runs(B)
    there = f"/console/payments/runs/{run.number}"
    assert checker.post(there, {"do": "approve"}).status_code == 302

    html = checker.get(there).content.decode()
    shown = visible(html)
    assert "海南 一（支払担当）" in shown
    assert "見本 二（決裁者）" in shown
    assert f'href="/console/cases/{case}">{number}</a>' in html
    assert UUID.findall(shown) == []
    assert (run.made_by, DatabaseRuns().run(run.number, agency=B).approved_by) == (FIRST.code, OTHER.code)


def test_an_officer_is_named_in_each_language_and_an_unknown_account_shows_no_id() -> None:
    member = StaffMember("a", "海南 一", {B: frozenset({"approver", "counter", "auditor"}), "302023": frozenset()})
    named = Colleagues(lambda _: {"a": member}).named

    def said(agency: str = B) -> str:
        return named(("a", ""), agency=agency, duties=CASES)["a"]

    for language, words in (("ja", "海南 一（窓口担当・決裁者）"), ("en", "海南 一 (counter officer, approver)")):
        with texts.translation.override(language):
            assert said() == words
    with texts.translation.override("ja"):
        assert said("302023") == "海南 一"
        assert named((FIRST.code, "paper"), agency=B, duties=CASES) == {
            FIRST.code: "登録のない職員",
            "paper": "paper",
        }


def test_what_two_buttons_beside_each_other_do_is_said(here: Made) -> None:
    """「担当する」 stood beside 「この内容で決定する」 as if one were the other's second choice."""
    case = the_case(here, "allowance")
    html = as_person(FIRST).get(f"/console/cases/{case}").content.decode()
    hand, _, act = html.partition('id="act"')

    assert 'value="claim"' in hand
    assert "ほかの職員はこの件を進められません" in hand
    assert 'value="claim"' not in act
    assert 'value="decide"' in act
    assert ("この内容で提案する" in act) == here.rooms.cases.step(here.rooms.cases.store.case(case, agency=B)).four_eyes
