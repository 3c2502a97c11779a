"""Every address of the application with a foreign session: refused with a clear page, logged, nothing done (IDOR)."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from journeys import rooms
from journeys.rooms import FAMILY, SECOND_B, STRANGER, Made, made
from kiban.benefits.payments.actions import PaymentDesk, freeze, set_payer
from kiban.benefits.store.runs import DatabaseRuns
from kiban.cases import Confirmation, Hand, Officer, confirm_decision
from kiban.jobs.store.models import EventRow
from kiban.linkage.desk import Query, confirm, correct, propose, take_check
from kiban.notices import Message, NoticeKind, Text, answer_offer, make_offer, send
from kiban.notices.by_post import fresh_offer
from kiban.shell.platform import install
from kiban.shell.principals import NOBODY, Principal
from kiban.shell.routes import Access, Route
from kiban.shell.urls import ROUTES
from kiban.shell.wiring.link_desk import link_desk
from linkage_sample import FIRST, SECOND, WRONG, found, item
from services.sample import NOON, B, town
from unit.payments.test_codec import PAYER

pytestmark = pytest.mark.django_db
PRIVATE = [r for r in ROUTES if r.policy.access in {Access.RESIDENT, Access.STAFF, Access.DESIGNER}]
OWNED = [r for r in PRIVATE if "<" in r.path and r.name != "begin" and r.policy.access is not Access.DESIGNER]
OPEN_TO_ALL_OF_A_KIND = {"begin", "sign_out", "cases", "notices", "looked", "my_data", "my_token", "staff_sign_out",
                         "console", "statistics", "payments", "counter", "counter_begin", "counter_end", "offers",
                         "links", "link_corrections", "link_search", "link_progress", "link_progress_file",
                         "visits"}  # fmt: skip


PAYING, LINKING = ("payments", "approver"), ("linkage", "searcher", "inspector")
OFFICER_A, OFFICER_B = (
    replace(one, roles=(*one.roles, *PAYING, *LINKING)) for one in (rooms.OFFICER_A, rooms.OFFICER_B)
)


def frozen_run(here: Made) -> int:
    """A payment run of the office, made by its officer."""
    desk = PaymentDesk(here.rooms.benefits, DatabaseRuns())
    set_payer(desk, B, payer=PAYER)
    day = here.rooms.benefits.store.due_days(B)[0]
    return freeze(desk, Officer(id=OFFICER_B.code, agency=B, roles=frozenset(PAYING)), on=day)[0].number


def corrected_link(here: Made) -> int:
    """A finding of the office that two of its officers found wrong and corrected."""
    desk = link_desk(here.rooms.notices, Path("link-registers"))
    take_check(desk, found(item(1)))
    waiting = propose(desk, FIRST, item=desk.store.page(Query(agency=B)).items[0], decision=WRONG)
    return correct(desk, FIRST, item=confirm(desk, SECOND, item=waiting)).id


def answered_offer(here: Made) -> str:
    """The number of a letter of the office that came back."""
    desk = here.rooms.notices
    offer = make_offer(desk, fresh_offer(desk, agency=B, pack="allowance", person="code-1"))
    return answer_offer(desk, offer, way="post", by=OFFICER_B.code).number


@dataclass
class Things:
    """Something of the family's under every address."""

    here: Made
    parts: dict[str, str]
    office_case: str


@pytest.fixture(scope="module")
def things(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Things]:
    """Made once: each test's own changes are undone, and all of it at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield family_and_office()
        transaction.set_rollback(True)


def family_and_office() -> Things:
    here = made()
    install(here.platform)
    sample = town(here.clock)
    receipt = sample.submit(sample.ready_draft())
    sample.worker.run_until_idle()
    cases = {c.procedure: c for c in here.rooms.cases.store.cases_of(FAMILY.code)}
    case = cases["allowance"]
    for officer in (OFFICER_B, SECOND_B):
        hand = Hand(Officer(id=officer.code, agency=B, roles=frozenset(officer.roles)), case.version)
        case = confirm_decision(here.rooms.cases, case, hand=hand, word=Confirmation())
    sample.worker.run_until_idle()
    case = here.rooms.cases.store.case(case.id, agency=B)
    words = {language: Text(title="題", body="文") for language in ("ja", "ja-easy", "en")}
    message = Message(key="k", person=FAMILY.code, agency=B, kind=NoticeKind.INFORMATION, texts=words)
    notice = send(here.rooms.notices, message)
    look = here.platform.records.looks(FAMILY).looks[0]
    parts = {"draft": receipt.draft, "receipt": receipt.id, "case": case.id, "letter": case.letters[0].id,
             "notice": notice.id, "look": look.id, "bundle": "move", "pack": "allowance",
             "run": str(frozen_run(here)), "item": str(corrected_link(here)), "who": "linked",
             "number": answered_offer(here)}  # fmt: skip
    return Things(here, parts, cases["move-in"].id)


def as_person(person: Principal) -> Client:
    client = Client()
    if person.kind != "nobody":
        session = client.session
        session["principal"] = asdict(person)
        session.save()
    return client


def address(route: Route, things: Things) -> str:
    return reverse(route.name, kwargs={n: things.parts[n] for n in re.findall(r"<\w+:(\w+)>", route.path)})


def knock(client: Client, route: Route, things: Things) -> list[int]:
    sent = {"version": "1", "do": "claim"}
    url = address(route, things)
    return [(client.get(url) if m == "GET" else client.post(url, sent)).status_code for m in route.methods]


def test_each_address_is_covered() -> None:
    assert {r.name for r in PRIVATE} - {r.name for r in OWNED} - OPEN_TO_ALL_OF_A_KIND == {
        "studio",
        "pack",
        "pack_letter",
    }


@pytest.mark.parametrize("route", OWNED, ids=lambda r: r.name)
def test_another_persons_thing_is_refused_and_logged(
    route: Route, things: Things, caplog: pytest.LogCaptureFixture
) -> None:
    stranger = STRANGER if route.policy.access is Access.RESIDENT else OFFICER_A
    before = EventRow.objects.count()
    with caplog.at_level(logging.WARNING, logger="kiban.access"):
        client = as_person(stranger)
        answers = knock(client, route, things)

    refused = 422 if route.name == "signed" else 404
    assert set(answers) <= {403, 404, refused}, answers
    assert len([r for r in caplog.records if r.name == "kiban.access"]) >= len(answers)
    assert EventRow.objects.count() == before
    page = client.get(address(route, things)).content.decode()
    assert "見つかりません" in page or "この操作はできません" in page or route.methods == ("POST",)


@pytest.mark.parametrize("route", OWNED, ids=lambda r: r.name)
def test_the_owner_gets_it(route: Route, things: Things) -> None:
    if "GET" not in route.methods or route.name == "signed":
        pytest.skip("reached by a form or by the card app only: covered by tests/journeys/test_rooms.py")
    owner = FAMILY if route.policy.access is Access.RESIDENT else OFFICER_B

    assert as_person(owner).get(address(route, things)).status_code == 200


@pytest.mark.parametrize("route", PRIVATE, ids=lambda r: r.name)
def test_a_session_of_the_wrong_kind_is_refused_and_logged(
    route: Route, things: Things, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = OFFICER_B if route.policy.access is Access.RESIDENT else FAMILY
    with caplog.at_level(logging.WARNING, logger="kiban.access"):
        answers = knock(as_person(wrong), route, things)

    assert set(answers) == {403}
    assert any("SHELL-403" in r.getMessage() for r in caplog.records)


@pytest.mark.parametrize("route", PRIVATE, ids=lambda r: r.name)
def test_without_a_session_every_address_leads_to_the_sign_in(route: Route, things: Things) -> None:
    assert set(knock(as_person(NOBODY), route, things)) == {302}


@pytest.mark.parametrize("role", ["studio", "counter"])
def test_an_officer_without_the_role_is_refused(role: str, things: Things) -> None:
    plain = Principal(kind="staff", code="x", agency=B, roles=("auditor",))

    assert as_person(plain).get(reverse(role)).status_code == 403


def test_an_idle_session_ends_and_its_door_closes(things: Things) -> None:
    client = as_person(FAMILY)
    things.here.cards.closed.clear()
    client.get("/cases")
    session = client.session
    session["seen"] = int(NOON.timestamp()) - 10**6
    session.save()

    assert client.get("/cases").status_code == 302
    assert things.here.cards.closed == [FAMILY.door]
    assert client.get("/cases").status_code == 302


def test_a_form_without_our_token_is_refused_and_logged(things: Things, caplog: pytest.LogCaptureFixture) -> None:
    client = Client(enforce_csrf_checks=True)
    with caplog.at_level(logging.WARNING, logger="kiban.access"):
        answer = client.post("/sign-in", {"next": "/"})

    assert answer.status_code == 403
    assert "時間がたったため、送信できませんでした" in answer.content.decode()
    assert any("form refused" in r.getMessage() for r in caplog.records)


def test_sign_in_is_limited_per_minute(things: Things) -> None:
    client = Client()
    answers = [client.post("/sign-in", {"next": "/"}).status_code for _ in range(22)]

    assert (answers[0], answers[-1]) == (302, 429)


def test_a_way_back_leads_only_to_our_own_pages(things: Things) -> None:
    for elsewhere in ("https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"):
        client = Client()
        away = client.post("/sign-in", {"next": elsewhere}).headers["Location"]
        assert client.get(away).headers["Location"] == "/"
