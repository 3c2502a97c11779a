"""The short number of a case and the applicant's name, as officers find and see them."""

from __future__ import annotations

import datetime as dt
import json
from importlib import import_module

import pytest
from django.apps import apps

from kiban.cases import Case, Officer, WorkQuery, look_at, timeline, work_list
from kiban.cases.applicant import as_number
from kiban.cases.errors import NotYourRole, UnknownCase
from kiban.cases.fold import fold
from kiban.cases.letters import letter_data
from kiban.cases.store.models import CaseCounterRow, CaseEventRow, CaseRow
from kiban.jobs.store.models import EventRow
from kiban.kernel.clock import JST
from services.sample import PERSON, A, B, Town, town

pytestmark = pytest.mark.django_db
BENEFIT = Officer(id="o1", agency=B, roles=frozenset({"benefit"}))
AUDITOR = Officer(id="o9", agency=B, roles=frozenset({"auditor"}))
ELSEWHERE = Officer(id="a1", agency=A, roles=BENEFIT.roles)


@pytest.fixture
def here() -> Town:
    return town()


def opened(here: Town) -> dict[str, Case]:
    here.submit(here.ready_draft())
    here.worker.run_until_idle()
    return {case.procedure: case for case in here.cases.store.cases_of(PERSON)}


def test_each_agency_counts_its_cases_by_the_year_and_no_number_is_given_twice(here: Town) -> None:
    first = opened(here)
    here.clock.advance(dt.datetime(2027, 1, 4, 9, tzinfo=JST) - here.clock.now())
    here.submit(here.ready_draft("k2"))
    here.worker.run_until_idle()

    numbers = sorted(case.number for case in here.cases.store.cases_of(PERSON))
    assert numbers == ["2026-000001", "2026-000002", "2027-000001", "2027-000002"]
    assert here.cases.store.next_number(A, year=2026) == "2026-000001"
    move = here.cases.store.case(first["move-in"].id, agency=B)
    assert fold(timeline(here.cases, move)) == move


def test_the_letter_carries_the_number_that_the_person_sees(here: Town) -> None:
    case = opened(here)["allowance"]

    assert letter_data(case, here.cases.shelf, letter="decision")["number"] == case.number


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("2026-000123", "2026-000123"),
        ("２０２６－１２３", "2026-000123"),
        (" 2026-123 ", "2026-000123"),
        ("2026", ""),
        ("123", ""),
        ("2026-", ""),
        ("2026-1x", ""),
        ("2026-²", "2026-000002"),
        ("٢٠٢٦-1", ""),
        ("2026-1234567890", ""),
        ("", ""),
    ],
)
def test_a_number_is_read_as_people_type_it(typed: str, number: str) -> None:
    assert as_number(typed) == number


def test_a_case_is_found_by_its_number_wherever_it_stands_and_at_its_own_agency_only(here: Town) -> None:
    case = opened(here)["allowance"]

    (found,) = work_list(here.cases, WorkQuery(agency=B, number=case.number, states=("closed",)), officer=BENEFIT).items
    assert (found.case, found.applicant) == (case.id, "山田 太郎")
    assert work_list(here.cases, WorkQuery(agency=A, number=case.number), officer=ELSEWHERE).total == 0


def test_a_list_names_applicants_to_the_procedures_roles_and_tells_the_audit_whom(here: Town) -> None:
    cases = opened(here)

    named = {one.procedure: one.applicant for one in work_list(here.cases, WorkQuery(agency=B), officer=BENEFIT).items}
    assert named == {"allowance": "山田 太郎", "move-in": ""}
    told = EventRow.objects.get(kind="applicants_listed")
    assert (told.data["actor"], told.data["page"], told.data["cases"]) == ("o1", "inbox", cases["allowance"].id)
    assert "山田" not in json.dumps(told.data, ensure_ascii=False)

    for officer in (AUDITOR, ELSEWHERE):
        assert {one.applicant for one in work_list(here.cases, WorkQuery(agency=B), officer=officer).items} == {""}
    assert EventRow.objects.filter(kind="applicants_listed").count() == 1


def test_opening_a_case_is_in_the_audit_and_is_for_the_procedures_roles(here: Town) -> None:
    case = opened(here)["allowance"]

    assert look_at(here.cases, case.id, officer=BENEFIT) == case
    told = EventRow.objects.get(kind="case_viewed")
    assert (told.subject, told.data["actor"]) == (case.id, "o1")
    with pytest.raises(NotYourRole):
        look_at(here.cases, case.id, officer=AUDITOR)
    with pytest.raises(UnknownCase):
        look_at(here.cases, case.id, officer=ELSEWHERE)
    assert EventRow.objects.filter(kind="case_viewed").count() == 1


def test_cases_that_were_opened_before_they_had_numbers_are_numbered_by_the_migration(here: Town) -> None:
    opened(here)
    CaseCounterRow.objects.all().delete()
    for place, row in enumerate(CaseRow.objects.all()):
        row.number, row.body = f"x{place}", {k: v for k, v in row.body.items() if k != "number"}
        row.save()
        first = CaseEventRow.objects.get(case=row, seq=1)
        first.data = {k: v for k, v in first.data.items() if k != "number"}
        first.save()

    import_module("kiban.cases.store.migrations.0004_case_number").number(apps, None)

    after = here.cases.store.cases_of(PERSON)
    assert sorted(case.number for case in after) == ["2026-000001", "2026-000002"]
    assert [fold(timeline(here.cases, case)) for case in after] == list(after)
    assert here.cases.store.next_number(B, year=2026) == "2026-000003"
