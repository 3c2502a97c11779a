"""Notices: once per key, read once, nothing personal outside, a prefilled application inside."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiban.jobs import Worker
from kiban.notices import Delivery, Message, NoticeDesk, NoticeKind, Outward, Prefilled, Text, inbox, mark_read
from kiban.notices.actions import open_prefilled, send
from kiban.notices.errors import MissingText, NothingInside, UnknownNotice
from kiban.notices.of_cases import CaseMessages
from kiban.notices.store.repository import DatabaseNotices
from kiban.notices.texts import LANGUAGES, fill
from kiban.procedures.model import OF_NOTICE, FactState
from services.sample import PERSON, B, Town, town

TEXTS = {language: Text(title="{child}さんの手当", body="{yen}円") for language in LANGUAGES}


class Mail:
    """Everybody has mail and reads Japanese."""

    def channels(self, person: str) -> tuple[str, ...]:
        return ("mail",)

    def language(self, person: str) -> str:
        return "ja"


@dataclass
class Post:
    """A carrier that fails the first time."""

    carried: list[Outward] = field(default_factory=list)
    failures: int = 1

    def carry(self, outward: Outward) -> None:
        if self.failures:
            self.failures -= 1
            raise OSError("no line")
        self.carried.append(outward)


@pytest.fixture
def here() -> Town:
    return town()


@pytest.fixture
def desk(here: Town) -> NoticeDesk:
    return NoticeDesk(DatabaseNotices(), Mail(), here.cases.queue, here.cases.events, here.clock)


def message(**about: object) -> Message:
    values = {"child": "山田花子", "yen": 40_000}
    return Message(key="k", person=PERSON, agency=B, kind=NoticeKind.PUSH, texts=TEXTS, values=values, **about)  # type: ignore[arg-type]  # a stand-in, or wrong on purpose


@pytest.mark.django_db
def test_sent_once_read_once(desk: NoticeDesk) -> None:
    first, again = send(desk, message()), send(desk, message())
    assert first == again
    assert (inbox(desk, PERSON).total, inbox(desk, PERSON).unread) == (1, 1)

    read = mark_read(desk, first.id, person=PERSON)

    assert read.read_at == mark_read(desk, first.id, person=PERSON).read_at
    assert inbox(desk, PERSON).unread == 0
    with pytest.raises(UnknownNotice):
        mark_read(desk, first.id, person="somebody")


@pytest.mark.django_db
def test_an_outward_message_says_nothing_personal_and_arrives_after_a_failure(desk: NoticeDesk, here: Town) -> None:
    post = Post()
    send(desk, message())
    worker = Worker(
        desk.queue, {"deliver_outward": Delivery(desk.store, post), "forward_events": lambda j: None}, here.clock
    )
    worker.run_until_idle()
    here.clock.advance(here.worker.retry.after(2))
    worker.run_until_idle()

    (outward,) = post.carried
    assert "山田" not in outward.subject + outward.body
    assert "40000" not in outward.subject + outward.body
    assert PERSON not in outward.subject + outward.body


@pytest.mark.django_db
def test_the_application_inside_is_one_draft_with_what_the_office_knows(desk: NoticeDesk, here: Town) -> None:
    inside = Prefilled(bundle="move", procedures=("move-in",), facts={"moved_on": "2026-11-18"})
    notice = send(desk, message(prefilled=inside))

    draft = open_prefilled(desk, notice.id, person=PERSON, procedures=here.procedures)

    assert open_prefilled(desk, notice.id, person=PERSON, procedures=here.procedures) == draft
    assert draft.idempotency_key == f"{OF_NOTICE}{notice.id}"  # by which its application is counted as taken up
    assert (draft.facts["moved_on"].state, draft.facts["moved_on"].source) == (FactState.KNOWN, B)


@pytest.mark.django_db
def test_a_notice_without_an_application_says_so(desk: NoticeDesk, here: Town) -> None:
    with pytest.raises(NothingInside):
        open_prefilled(desk, send(desk, message()).id, person=PERSON, procedures=here.procedures)


@pytest.mark.django_db
def test_case_work_tells_in_three_languages(desk: NoticeDesk, here: Town) -> None:
    here.submit(here.ready_draft())
    here.worker.run_until_idle()
    case = here.cases.store.cases_of(PERSON)[0]
    CaseMessages(desk, here.cases.shelf).tell(case, notice="decided", key="x")

    (notice,) = inbox(desk, PERSON).notices
    assert set(notice.texts) == set(LANGUAGES)
    assert notice.case == case.id


def test_a_template_without_a_language_or_value_is_refused() -> None:
    with pytest.raises(MissingText):
        fill({"ja": Text(title="a", body="b")}, {})
    with pytest.raises(MissingText):
        fill(TEXTS, {"child": "x"})
    with pytest.raises(MissingText):
        fill(dict.fromkeys(LANGUAGES, Text(title="{child.__class__}", body="")), {"child": "x"})


@given(st.text())
def test_a_value_is_never_read_as_a_template(value: str) -> None:
    assert fill(TEXTS, {"child": value, "yen": 1})["ja"].title == f"{value}さんの手当"
