"""One question after the decision: asked once, never needed, and nobody who handles the case learns the answer."""

from __future__ import annotations

import pytest

from kiban.cases import (
    Case,
    Confirmation,
    Hand,
    Happening,
    Officer,
    Satisfaction,
    close_survey,
    confirm_decision,
    may_be_asked,
    public_timeline,
    timeline,
)
from kiban.cases.desk import New, grow
from kiban.cases.errors import NotInThisState
from kiban.evidence.from_events import TAKE_UP
from kiban.evidence.refresh import refresh
from kiban.evidence.store import Warehouse
from kiban.evidence.store.observations import ObservationStore
from kiban.jobs.store.models import EventRow
from kiban.kernel.clock import today
from kiban.notices.actions import Message, NoticeDesk, send
from kiban.notices.model import NoticeKind, Prefilled, Text
from kiban.notices.store.repository import DatabaseNotices
from kiban.notices.texts import LANGUAGES
from kiban.procedures.model import OF_NOTICE
from kiban.shell.evidence.events import told
from services.sample import PERSON, B, Town, town

pytestmark = pytest.mark.django_db
ROLES = frozenset({"counter", "register", "benefit", "nhi"})


@pytest.fixture
def here() -> Town:
    return town()


def decided(here: Town, key: str = "k1") -> Case:
    here.submit(here.ready_draft(key))
    here.worker.run_until_idle()
    (case,) = (one for one in here.cases.store.cases_of(PERSON) if one.procedure == "allowance")
    with pytest.raises(NotInThisState):  # not before the decision
        close_survey(here.cases, case, answer=Satisfaction.SATISFIED)
    for name in ("o1", "o2"):
        case = confirm_decision(
            here.cases, case, hand=Hand(Officer(id=name, agency=B, roles=ROLES), case.version), word=Confirmation()
        )
    here.worker.run_until_idle()
    return here.cases.store.case(case.id, agency=B)


def test_the_answer_is_counted_once_and_not_kept_with_the_case(here: Town) -> None:
    case = decided(here)
    assert may_be_asked(case)

    after = close_survey(here.cases, case, answer=Satisfaction.RATHER_DISSATISFIED)

    assert after.surveyed
    assert not may_be_asked(after)
    with pytest.raises(NotInThisState):
        close_survey(here.cases, after, answer=Satisfaction.SATISFIED)
    (answered,) = EventRow.objects.filter(kind="survey_answered")
    assert answered.data == {"procedure": "allowance", "answer": "rather_dissatisfied", "satisfied": False}
    assert answered.agency == B
    assert answered.subject != case.id
    assert answered.occurred_at.astimezone(here.clock.now().tzinfo).strftime("%H:%M:%S.%f") == "00:00:00.000000"
    kept = [event for event in timeline(here.cases, after) if event.kind is Happening.SURVEY_CLOSED]
    assert [event.data for event in kept] == [{}]
    assert "dissatisfied" not in str(here.cases.store.case(case.id, agency=B))
    assert Happening.SURVEY_CLOSED not in {event.kind for event in public_timeline(here.cases, after)}


def test_an_answer_counts_while_the_office_goes_on_with_the_case(here: Town) -> None:
    """A step of the office between page and answer gave the person an error page."""
    case = decided(here)
    told_of = New(Happening.NOTIFIED, data={"notice": "n1"})
    grow(here.cases, case, case_id=case.id, news=(told_of,))

    after = close_survey(here.cases, case, answer=Satisfaction.SATISFIED)

    assert (after.surveyed, after.version) == (True, case.version + 2)
    assert EventRow.objects.filter(kind="survey_answered").count() == 1
    with pytest.raises(NotInThisState):
        close_survey(here.cases, case, answer=Satisfaction.SATISFIED)


def test_passing_the_question_over_counts_nothing_and_ends_it(here: Town) -> None:
    after = close_survey(here.cases, decided(here), answer=None)

    assert not may_be_asked(after)
    assert not EventRow.objects.filter(kind="survey_answered").exists()


def test_every_indicator_of_the_platform_fills_by_itself_from_what_the_rooms_tell(here: Town) -> None:
    texts = {language: Text(title="あなたは対象です", body="確かめて出すだけです") for language in LANGUAGES}
    desk = NoticeDesk(DatabaseNotices(), NoContacts(), here.cases.queue, here.cases.events, here.clock)
    inside = Prefilled(bundle="move", procedures=("move-in", "allowance"), facts={})
    for number in range(2):
        notice = send(desk, Message(f"k{number}", PERSON, B, NoticeKind.PUSH, texts, prefilled=inside))
    # the draft that opening the notice begins (tests/unit/notices): its key names the notice
    close_survey(here.cases, decided(here, f"{OF_NOTICE}{notice.id}"), answer=Satisfaction.SATISFIED)

    warehouse = Warehouse()
    assert refresh(warehouse, told(), as_of=today(here.clock)) > 0
    store = ObservationStore(warehouse)
    figures = {it.id: store.nation(it, today(here.clock))[0] for it in store.indicators()
               if it.id in WANTED and store.nation(it, today(here.clock))}  # fmt: skip
    assert {name: (one.numerator, one.denominator) for name, one in figures.items()} == {
        "applications": (2, None), "days_to_decision": (0, 1), "take_up": (1, 2), "satisfaction": (1, 1),
        "documents_omitted": (figures["documents_omitted"].numerator, 2),
    }  # fmt: skip
    assert figures["documents_omitted"].numerator >= 2
    assert refresh(warehouse, told(), as_of=today(here.clock)) == 0


WANTED = {"applications", "days_to_decision", "documents_omitted", TAKE_UP.id, "satisfaction"}


class NoContacts:
    def channels(self, person: str) -> tuple[str, ...]:
        return ()

    def language(self, person: str) -> str:
        return "ja"
