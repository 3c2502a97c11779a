"""A payment run through the pages: one officer freezes, another approves, the file, the results, the work list."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from journeys.rooms import OFFICER_A, OFFICER_B, SECOND_B, Made, made
from journeys.test_rooms import as_person
from kiban.benefits import Account, Order, Rate, entitle
from kiban.benefits.payments import TransferKind, check, read
from kiban.benefits.payments.actions import PaymentDesk, due, set_payer
from kiban.benefits.payments.pain001 import faults
from kiban.benefits.payments.results import Entry
from kiban.benefits.store.runs import DatabaseRuns
from kiban.shell.platform import install
from kiban.shell.principals import Principal
from services.sample import B
from unit.payments.sample import statement
from unit.payments.test_codec import PAYER

pytestmark = pytest.mark.django_db
ROLES = ("payments", "approver")


@pytest.fixture
def here() -> Made:
    built = made()
    install(built.platform)
    set_payer(PaymentDesk(built.rooms.benefits, DatabaseRuns()), B, payer=PAYER)
    account = Account(
        bank="0001", bank_name="", branch="001", branch_name="", kind="1", number="7654321", holder_kana="カイナン"
    )
    rates = (Rate(month="2026-12", yen=10_000),)
    order = Order(agency=B, person="p", benefit="b", case="c", first_month="2026-12", rates=rates, account=account)
    entitle(built.rooms.benefits, order)
    return built


def client(person: Principal) -> Client:
    from dataclasses import replace

    return as_person(replace(person, roles=ROLES))


def test_a_run_goes_its_way_by_two_officers(here: Made) -> None:
    maker, checker, other = client(OFFICER_B), client(SECOND_B), client(OFFICER_A)
    day = here.rooms.benefits.store.due_days(B)[0]
    assert maker.post("/console/payments", {"do": "freeze"}).status_code == 422
    assert maker.post("/console/payments", {"do": "freeze", "day": day.isoformat()}).status_code == 302
    (run,) = DatabaseRuns().runs(B)
    path = f"/console/payments/runs/{run.number}"
    assert maker.post(path, {"do": "approve"}).status_code == 422
    assert other.get(path).status_code == 404
    assert checker.post(path, {"do": "reject"}).status_code == 422
    assert checker.post(path, {"do": "approve"}).status_code == 302
    (batch,) = read(maker.post(path + "/file").content)
    assert (batch.yen, run.pay_on) == (run.yen, day)
    iso, again = (maker.post(path + "/file", {"format": "pain001"}).content for _ in range(2))
    assert (list(faults(iso)), batch.transfers[0].key.encode() in iso, iso) == ([], True, again)
    back = statement((Entry(key=batch.transfers[0].key, yen=run.yen, incoming=True),))
    for status in (302, 422):
        sent = {"do": "results", "results": SimpleUploadedFile("r.txt", back)}
        assert maker.post("/console/payments", sent).status_code == status
    assert batch.transfers[0].key in maker.get("/console/payments").content.decode()
    (work,) = DatabaseRuns().work(B)
    assert maker.post("/console/payments", {"do": "work", "work": work.id}).status_code == 302
    assert DatabaseRuns().work(B) == ()
    assert maker.get(path).status_code == 200
    assert maker.post(path, {"do": "settle"}).status_code == 422


def test_a_run_is_made_as_salary_where_wanted_and_the_page_says_who_pays(here: Made) -> None:
    maker = client(OFFICER_B)
    page = maker.get("/console/payments").content.decode()
    assert "ﾜｶﾔﾏｼ 9999" in page
    assert PAYER.number not in page, "the account's number is not on the page"
    day = here.rooms.benefits.store.due_days(B)[0]
    assert maker.post("/console/payments", {"do": "freeze", "day": day.isoformat(), "kind": "11"}).status_code == 302
    (run,) = DatabaseRuns().runs(B)
    assert run.kind is TransferKind.SALARY
    path = f"/console/payments/runs/{run.number}"
    assert "給与振込（11）" in maker.get(path).content.decode()
    assert client(SECOND_B).post(path, {"do": "approve"}).status_code == 302
    data = maker.post(path + "/file").content
    assert (list(check(data)), data[1:3], read(data)[0].kind) == ([], b"11", TransferKind.SALARY)


def test_a_corporations_name_is_shortened_and_held_back_from_a_salary_file(here: Made) -> None:
    account = Account(bank="0001", bank_name="", branch="001", branch_name="", kind="1", number="0000001",
                      holder_kana="カブシキガイシャ　カイナン")  # fmt: skip
    rates = (Rate(month="2026-12", yen=7_000),)
    entitle(here.rooms.benefits, Order(agency=B, person="q", benefit="b", case="d", first_month="2026-12", rates=rates,
                                       account=account))  # fmt: skip
    desk, day = PaymentDesk(here.rooms.benefits, DatabaseRuns()), here.rooms.benefits.store.due_days(B)[0]

    general, salary = (due(desk, B, on=day, kind=kind) for kind in (TransferKind.GENERAL, TransferKind.SALARY))

    assert {one.holder for _, one in general.ready} == {"ｶｲﾅﾝ", "ｶ)ｶｲﾅﾝ"}
    assert {one.holder for _, one in salary.ready} == {"ｶｲﾅﾝ"}
    assert [(one.yen, one.reason) for one in salary.held] == [(14_000, "kana")], "two months of 7,000"


def test_officers_without_the_roles_do_not_come_in(here: Made) -> None:
    assert as_person(OFFICER_B).get("/console/payments").status_code == 403
