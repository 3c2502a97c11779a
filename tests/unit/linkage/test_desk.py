"""The office's desk over the database: four eyes, own rows only, one correction, one notice, every step an event."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace

import pytest

from kiban.jobs.store.models import EventRow
from kiban.kernel.events import Event
from kiban.linkage.desk import (
    Decision,
    Item,
    LinkDesk,
    Query,
    Question,
    State,
    Verdict,
    choose_found,
    confirm,
    correct,
    look,
    look_up,
    progress,
    propose,
    search,
    send_back,
    take_check,
    take_corrections,
    tell,
)
from kiban.linkage.desk.actions import in_effect
from kiban.linkage.desk.progress import affairs, as_csv, grouped
from kiban.linkage.errors import BadDecision, NoFinding, NoLinkRole, NotAllowedNow, SameOfficer
from kiban.linkage.model import Person
from kiban.linkage.store.models import CorrectionRow, FindingRow
from kiban.notices.store.models import NoticeRow
from kiban.shell.wiring.link_progress import Asked, progress_page
from linkage_sample import CLERK, FIRST, OTHER, RIGHT, SECOND, WRONG, A, B, found, item
from linkage_sample import desk as made

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> LinkDesk:
    here = made()
    assert take_check(here, found(item(1), item(2, probability=0.3))) == (2, 0)
    return here


def first(desk: LinkDesk) -> Item:
    return desk.store.page(Query(agency=B)).items[0]


def kinds() -> list[str]:
    return list(EventRow.objects.order_by("id").values_list("kind", flat=True))


def wrong(desk: LinkDesk) -> Item:
    return confirm(desk, SECOND, item=propose(desk, FIRST, item=first(desk), decision=WRONG))


def test_a_check_is_taken_once_and_stands_worst_first(desk: LinkDesk) -> None:
    assert take_check(desk, found(item(1), item(2, probability=0.3))) is None
    page = desk.store.page(Query(agency=B))

    assert [one.record.record for one in page.items] == ["n-1", "n-2"]
    assert (page.total, page.pages, desk.store.counts(B)) == (2, 1, {"open": 2})
    assert desk.store.page(Query(agency=B, judgement="suspicious")).total == 1
    assert desk.store.page(Query(agency=B, states=("wrong",))).total == 0
    assert kinds() == ["link_check_taken"]


def test_two_officers_decide_one_corrects_and_both_persons_are_told(desk: LinkDesk) -> None:
    desk.store.set_inboxes(B, [("r-1", "portal-1"), ("l-1", "portal-2")])
    done = tell(desk, FIRST, item=correct(desk, FIRST, item=wrong(desk)))

    assert (done.state, done.proposed_by, done.confirmed_by, done.right) == (State.INFORMED, "o1", "o2", "r-1")
    assert [(told.who, told.channel) for told in done.told] == [("right", "inbox"), ("linked", "inbox")]
    assert [(step.by, step.what) for step in done.history] == [
        ("o1", "proposed_wrong"), ("o2", "confirmed"), ("o1", "corrected"), ("o1", "told"),
    ]  # fmt: skip
    (row,) = CorrectionRow.objects.all()
    assert (row.record, row.before, row.after) == ("n-1", "l-1", "r-1")
    notices = NoticeRow.objects.all()
    assert sorted(notice.person for notice in notices) == ["portal-1", "portal-2"]
    assert not any(name in str(notice.body) for notice in notices for name in ("見本", "別人", "n-1"))
    told = EventRow.objects.filter(kind__startswith="link_")
    assert [event.kind for event in told.order_by("id")][1:] == [
        "link_proposed_wrong", "link_confirmed", "link_corrected", "link_told",
    ]  # fmt: skip
    assert not any(word in str(event.data) for event in told for word in ("花子", "n-1", "r-1"))


def test_the_proposer_never_confirms(desk: LinkDesk) -> None:
    waiting = propose(desk, FIRST, item=first(desk), decision=WRONG)

    with pytest.raises(SameOfficer):
        confirm(desk, FIRST, item=waiting)
    with pytest.raises(NotAllowedNow):
        correct(desk, FIRST, item=waiting)
    assert first(desk).state is State.PROPOSED_WRONG


def test_a_decision_goes_back_and_another_is_made(desk: LinkDesk) -> None:
    waiting = propose(desk, FIRST, item=first(desk), decision=WRONG)
    with pytest.raises(BadDecision):
        send_back(desk, SECOND, item=waiting, note="")
    open_again = send_back(desk, SECOND, item=waiting, note="申請書を見てください")
    asked = propose(desk, SECOND, item=open_again, decision=Decision(Verdict.ENQUIRE, "ask_form"))
    kept = propose(desk, SECOND, item=asked, decision=RIGHT)
    settled = confirm(desk, FIRST, item=kept)

    assert (open_again.state, asked.state, settled.state) == (State.OPEN, State.ENQUIRING, State.RIGHT)
    assert settled.history[1].note == "申請書を見てください"
    with pytest.raises(NotAllowedNow):
        correct(desk, FIRST, item=settled)


def test_a_decision_has_a_reason_and_a_person_that_fit(desk: LinkDesk) -> None:
    for bad in (replace(WRONG, reason="moved"), replace(WRONG, right="r-2"), replace(RIGHT, reason="")):
        with pytest.raises(BadDecision):
            propose(desk, FIRST, item=first(desk), decision=bad)


def test_without_a_known_person_the_link_is_taken_away_and_one_person_told(desk: LinkDesk) -> None:
    waiting = propose(desk, FIRST, item=first(desk), decision=replace(WRONG, right=""))
    done = tell(desk, SECOND, item=correct(desk, FIRST, item=confirm(desk, SECOND, item=waiting)))

    assert CorrectionRow.objects.get().after == ""
    assert [(told.who, told.channel) for told in done.told] == [("linked", "letter")]
    assert "link_removed" in kinds()
    assert NoticeRow.objects.count() == 0


def test_only_the_offices_own_rows_and_only_with_the_role(desk: LinkDesk) -> None:
    number = first(desk).id
    with pytest.raises(NoFinding):
        look(desk, OTHER, item=number)
    with pytest.raises(NoLinkRole):
        look(desk, CLERK, item=number)
    for verb in (confirm, correct, tell):
        with pytest.raises(NoLinkRole):
            verb(desk, CLERK, item=first(desk))
    with pytest.raises(NoLinkRole):
        propose(desk, CLERK, item=first(desk), decision=WRONG)
    assert desk.store.page(Query(agency=A)).total == 0
    assert look(desk, FIRST, item=number).id == number
    assert kinds()[-1] == "link_finding_looked"
    assert EventRow.objects.last().data["by"] == "o1"  # type: ignore[union-attr]  # there is one


def test_an_old_page_changes_nothing(desk: LinkDesk) -> None:
    old = first(desk)
    propose(desk, FIRST, item=old, decision=WRONG)

    with pytest.raises(NotAllowedNow):
        propose(desk, SECOND, item=old, decision=RIGHT)
    assert first(desk).state is State.PROPOSED_WRONG


def test_repeated_steps_leave_one_correction_one_event_and_one_notice_each(desk: LinkDesk) -> None:
    desk.store.set_inboxes(B, [("r-1", "portal-1"), ("l-1", "portal-2")])
    before = wrong(desk)
    after = correct(desk, FIRST, item=before)
    with pytest.raises(NotAllowedNow):
        correct(desk, FIRST, item=before)  # the same step from a page that was open twice
    tell(desk, FIRST, item=after)
    with pytest.raises(NotAllowedNow):
        tell(desk, FIRST, item=after)

    assert CorrectionRow.objects.count() == 1
    assert NoticeRow.objects.count() == 2
    assert [kinds().count(kind) for kind in ("link_corrected", "link_told", "notice_sent")] == [1, 1, 2]


class Broken:
    """An event sink that is full."""

    def emit(self, event: Event) -> None:
        raise OSError("no room")


def test_a_step_whose_event_cannot_be_kept_is_not_done(desk: LinkDesk) -> None:
    desk.store.set_inboxes(B, [("r-1", "portal-1"), ("l-1", "portal-2")])
    broken = replace(desk, events=Broken())
    at = wrong(desk)

    with pytest.raises(OSError, match="no room"):
        correct(broken, FIRST, item=at)
    assert (first(desk).state, CorrectionRow.objects.count()) == (State.WRONG, 0)
    corrected = correct(desk, FIRST, item=at)
    with pytest.raises(OSError, match="no room"):
        tell(broken, FIRST, item=corrected)
    assert (first(desk).state, NoticeRow.objects.count()) == (State.CORRECTED, 0)
    with pytest.raises(OSError, match="no room"):
        take_check(broken, found(item(3), digest="d2"))
    assert FindingRow.objects.count() == 2


def test_a_file_that_has_a_record_twice_is_one_finding(desk: LinkDesk) -> None:
    assert take_check(desk, found(item(3), item(3, probability=0.4), digest="d2")) == (1, 1)

    assert [one.record.record for one in desk.store.page(Query(agency=B)).items].count("n-3") == 1


def test_the_next_check_shows_whether_a_correction_is_in_effect(desk: LinkDesk) -> None:
    done = correct(desk, FIRST, item=wrong(desk))
    assert in_effect(done, desk.store.newest(B, affair=done.affair)) is None
    assert [one.after for one in take_corrections(desk, FIRST)] == ["r-1"]

    assert take_check(desk, found(item(1), item(2), digest="d2")) == (0, 2)
    again = first(desk)
    assert in_effect(again, desk.store.newest(B, affair=again.affair)) is False
    assert len(take_corrections(desk, FIRST)) == 1

    assert take_check(desk, found(item(2), item(3), digest="d3")) == (1, 1)
    gone = first(desk)
    assert gone.state is State.CORRECTED
    assert in_effect(gone, desk.store.newest(B, affair=gone.affair)) is True
    assert take_corrections(desk, FIRST) == ()
    assert [one.in_effect for one in desk.store.progress()] == [1]


def test_the_table_counts_what_the_store_has(desk: LinkDesk) -> None:
    take_check(desk, found(item(1, agency=A, affair="account"), agency=A, links=50))
    tell(desk, FIRST, item=correct(desk, FIRST, item=wrong(desk)))
    rows, whole = progress(desk.store.progress())

    assert [(row.agency, row.affair) for row in rows] == [(B, "health_insurance"), (A, "account")]
    town = rows[0]
    assert (town.links, town.judged, town.findings, town.open, town.wrong) == (1000, 997, 2, 1, 1)
    assert (town.corrected, town.informed, town.in_effect, round(town.share, 6)) == (1, 1, 0, 0.001)
    assert (whole.links, whole.findings, whole.wrong) == (1050, 3, 1)
    lines = as_csv(rows).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("agency,affair,links,")
    assert lines[1].startswith(f"{B},health_insurance,1000,997,2,1,0,1,1,1,0,0.001000,")


def test_the_table_of_many_agencies_takes_few_questions_to_the_database(
    desk: LinkDesk, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    for number in range(60):
        agency = f"9{number:05}"
        take_check(desk, found(item(number, agency=agency, affair="account"), agency=agency, links=10))
    with django_assert_max_num_queries(4):
        rows, whole = progress(desk.store.progress())
    by_work, by_agency = grouped(rows, "affair"), grouped(rows, "agency")

    assert [(row.affair, row.links) for row in by_work] == [("health_insurance", 1000), ("account", 600)]
    assert len(by_agency) == 61
    assert sum(row.findings for row in by_agency) == whole.findings == 62
    page = progress_page(rows, {}, asked=Asked(B, "account", 2))
    assert (page.pages, page.number, len(page.agencies), len(page.works)) == (2, 2, 10, 2)


def test_the_published_result_of_2023_adds_up() -> None:
    assert sum(one.wrong for one in affairs().values()) == 8_395
    assert round(sum(one.links for one in affairs().values()), -4) == 82_080_000


QUESTION = Question(Person(name="探した 花子", birth_date="1988-04-02"), "finding")


def test_lookup_and_search_are_two_logged_actions_with_a_purpose(desk: LinkDesk) -> None:
    linker = replace(FIRST, roles=frozenset({"linkage"}))
    assert look_up(desk, linker, question=QUESTION)
    with pytest.raises(NoLinkRole):
        search(desk, linker, question=QUESTION)
    with pytest.raises(NoLinkRole):
        look_up(desk, CLERK, question=QUESTION)
    assert len(search(desk, FIRST, question=QUESTION)) == 2
    with pytest.raises(BadDecision):
        search(desk, FIRST, question=replace(QUESTION, purpose="curiosity"))
    with pytest.raises(NoFinding):
        search(desk, OTHER, question=replace(QUESTION, item=first(desk).id))

    assert kinds()[1:] == ["link_register_looked_up", "link_register_searched"]
    last = EventRow.objects.last()
    assert last is not None
    assert last.data == {"by": "o1", "purpose": "finding", "outcome": "several", "shown": 2}


def test_a_person_found_by_search_is_put_beside_the_record_and_can_be_the_right_one(desk: LinkDesk) -> None:
    number = first(desk).id
    question = replace(QUESTION, item=number)
    with pytest.raises(BadDecision):
        choose_found(desk, FIRST, question=question, record="r-77")
    beside = choose_found(desk, FIRST, question=question, record="r-9")
    assert choose_found(desk, FIRST, question=question, record="r-9") == first(desk) == beside
    decided = propose(desk, FIRST, item=first(desk), decision=replace(WRONG, right="r-9"))

    assert [choice.person.record for choice in decided.choices] == ["r-1", "r-9"]
    assert decided.choices[1].share is None
    assert {line.item: line.how.value for line in decided.choices[1].lines}["birth"] == "same"
