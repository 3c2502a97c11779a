"""Offers by post: a number for each, each in one state, and the letter of one stops no other."""

from __future__ import annotations

from dataclasses import replace as with_

import pytest
from msgspec.structs import replace

from kiban.jobs.store.models import EventRow
from kiban.notices import NoticeDesk, Offer, OfferState, answer_offer, by_post, make_offer, post_offers
from kiban.notices.by_post import fresh_offer, keep_draft
from kiban.notices.confirmation import Addressee, letter_data
from kiban.notices.errors import OfferAnswered
from kiban.notices.store import offers as store
from kiban.notices.store.repository import DatabaseNotices
from kiban.procedures.plan import FactPlan, Origin
from services.sample import B, town
from unit.notices.test_notices import Mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> NoticeDesk:
    here = town()
    return NoticeDesk(DatabaseNotices(), Mail(), here.cases.queue, here.cases.events, here.clock)


def made(desk: NoticeDesk, person: str = "p1") -> Offer:
    return make_offer(desk, fresh_offer(desk, agency=B, pack="move-in", person=person))


def posted(desk: NoticeDesk, *, again: bool = False) -> list[str]:
    return [offer.person for offer, _ in post_offers(desk, B, letter=lambda _: b"%PDF", again=again)]


def test_a_number_that_another_letter_has_is_not_given_twice(desk: NoticeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = iter(("000000000001", "000000000001", "000000000001", "000000000002"))
    monkeypatch.setattr(by_post, "fresh_number", lambda: next(numbers))

    assert [made(desk, person).number for person in ("p1", "p2")] == ["000000000001", "000000000002"]


def test_a_letter_that_cannot_be_written_stops_no_other(desk: NoticeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "STEP", 2)
    people = [f"p{n}" for n in range(7)]
    for person in people:
        made(desk, person)

    wrong = {"p2", "p5"}
    letters = [one.person for one, _ in post_offers(desk, B, letter=lambda o: None if o.person in wrong else b"x")]

    assert sorted(letters) == sorted(set(people) - wrong)
    assert desk.store.count_offers(B) == {OfferState.MADE: 2, OfferState.POSTED: 5, OfferState.ANSWERED: 0}
    assert sorted(posted(desk)) == sorted(wrong)
    assert sorted(posted(desk, again=True)) == people


def test_what_was_answered_while_letters_are_printed_stays_answered(desk: NoticeDesk) -> None:
    offer = made(desk)
    printing = post_offers(desk, B, letter=lambda _: b"x")
    next(printing)
    answer_offer(desk, offer, way="counter", by="o1")
    assert list(printing) == []

    assert desk.store.offer(offer.number, agency=B).state is OfferState.ANSWERED
    assert not EventRow.objects.filter(kind="offer_posted").exists()
    with pytest.raises(OfferAnswered):
        answer_offer(desk, offer, way="post", by="o2")
    assert EventRow.objects.filter(kind="offer_answered").count() == 1


def test_of_two_officers_who_enter_at_once_one_is_told(desk: NoticeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    offer = made(desk)
    read = DatabaseNotices.offer

    def faster(self: DatabaseNotices, number: str, *, agency: str) -> Offer:
        found = read(self, number, agency=agency)
        monkeypatch.setattr(DatabaseNotices, "offer", read)
        answer_offer(desk, offer, way="counter", by="o1")  # between the other's reading and writing
        return found

    monkeypatch.setattr(DatabaseNotices, "offer", faster)
    with pytest.raises(OfferAnswered):
        answer_offer(desk, offer, way="post", by="o2")

    assert desk.store.offer(offer.number, agency=B).way != "post"
    assert not EventRow.objects.filter(kind="offer_answered", data__by="o2").exists()


def test_a_letter_that_is_opened_while_it_is_printed_counts_as_posted(desk: NoticeDesk) -> None:
    offer = made(desk)
    posted(desk)
    keep_draft(desk, offer, draft="d1")  # the officer's page showed it before it was posted

    now = desk.store.offer(offer.number, agency=B)
    assert (now.state, now.draft) == (OfferState.POSTED, "d1")


def test_the_letter_has_boxes_for_yes_and_no_only_where_that_is_the_question(desk: NoticeDesk) -> None:
    shelf = town().procedures.shelf
    plan = shelf.plan("move-in")
    asked = {"yes": FactPlan("yes", "boolean", Origin.ASK), "number": FactPlan("number", "integer", Origin.ASK)}
    plain = with_(plan, facts=asked, benefit=None)

    class Shelf:
        def plan(self, _: str) -> object:
            return plain

        def text(self, _: str, key: str, *, lang: str) -> str:
            return f"{key} {lang}"

    offer = replace(made(desk), yen=1)
    found = letter_data(offer, Shelf(), to=Addressee("名", "住所", "市"))  # type: ignore[arg-type]  # a stand-in

    assert [(one["text"], one["yes_no"]) for one in found["questions"]] == [
        ("facts.yes ja", True), ("facts.number ja", False),
    ]  # fmt: skip
    assert not found["account"]
