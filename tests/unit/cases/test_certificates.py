"""A case's decision as a credential and as a sealed page: from the real case, verified offline."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import msgspec
import pytest

from credential_sample import ASKED, key
from kiban.cases import Case, Hand, Officer, record_visit
from kiban.cases.certificates import decision_values, issue_decision
from kiban.cases.errors import StepFailed
from kiban.credentials import Reader, StatusReader, load_trust, present, prove, verify
from kiban.credentials.certificates import kind
from kiban.credentials.office import Office, StatusFolder, open_office
from kiban.credentials.printing import sealed, verify_printed
from kiban.credentials.trust import load_roots
from services.sample import PERSON, B, Town, town

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Town:
    return town()


def decided(here: Town) -> Case:
    here.submit(here.ready_draft())
    here.worker.run_until_idle()
    move = next(case for case in here.cases.store.cases_of(PERSON) if case.procedure == "move-in")
    officer = Officer(id="o1", agency=B, roles=frozenset({"counter", "register"}))
    record_visit(here.cases, move, hand=Hand(officer, move.version), identified_by="card")
    here.worker.run_until_idle()
    return here.cases.store.case(move.id, agency=B)


def office_of(folder: Path, at: dt.datetime) -> tuple[Office, Reader]:
    office = open_office(folder / "office", uri="https://www.city.example", name="和歌山市長", at=at)
    office.publish(at=at)
    trust = load_trust(folder / "office" / "public")
    return office, Reader(trust, StatusReader(StatusFolder(folder / "office" / "public" / "status"), trust))


def test_a_decided_case_becomes_a_credential_that_is_verified_offline(here: Town, tmp_path: Path) -> None:
    case, holder, now = decided(here), key(), here.clock.now()
    office, reader = office_of(tmp_path, now)
    made = issue_decision(office, case, shelf=here.cases.shelf, at=now, holder=holder.public_key())
    shown = prove(present(made.text, show=[("outcome",), ("decided_on",)]), key=holder, challenge=ASKED, at=now)
    found = verify(shown, reader, at=now, challenge=ASKED, kind=kind("kettei").vct)

    assert case.decision is not None
    assert found.claims["outcome"] == "届出を受理しましたので通知します。"
    assert found.claims["decided_on"] == case.decision.at.date().isoformat() if case.decision.at else False
    assert not {"name", "reasons", "reference"} & found.claims.keys()
    assert [row.number for row in office.register.of(case.number)] == [made.number]


def test_the_same_decision_as_a_sealed_page(here: Town, tmp_path: Path) -> None:
    case, now = decided(here), here.clock.now()
    office, reader = office_of(tmp_path, now)
    made = issue_decision(office, case, shelf=here.cases.shelf, at=now)
    pdf = sealed(office, kind("kettei"), issued=made)
    seal, found = verify_printed(pdf, reader, roots=load_roots(tmp_path / "office" / "public"), at=now)

    assert (seal.by, found.claims) == ("和歌山市長", made.claims)
    assert found.claims["reference"] == case.number


def test_a_case_without_decision_gives_no_certificate(here: Town) -> None:
    case = msgspec.structs.replace(decided(here), decision=None)

    with pytest.raises(StepFailed):
        decision_values(case, here.cases.shelf)
