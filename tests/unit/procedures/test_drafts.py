"""Intake end to end on the sample bundle: guidance, prefill, answers, signature, one application per procedure."""

from __future__ import annotations

import pytest
from django.db import transaction

from kiban.procedures.actions import Edit, Start, attach, discard_draft, prefill, recommend, save_answers, start_draft
from kiban.procedures.content import content_to_sign, office_name
from kiban.procedures.errors import (
    BadAnswers,
    BadAttachment,
    DraftChangedElsewhere,
    DraftClosed,
    HolderDown,
    NotComplete,
    SignedSomethingElse,
    SlotTaken,
    UnknownDraft,
    UnknownField,
)
from kiban.procedures.form import sections
from kiban.procedures.guidance import questions
from kiban.procedures.model import Change, FactState, Places, Slot, Verdict
from kiban.procedures.plan import SINGLE
from kiban.procedures.submission import missing_fields, submit
from services.sample import ACCOUNT, DOOR, PERSON, A, B, Town, town

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Town:
    return town()


def begin(here: Town, **about: object):  # type: ignore[no-untyped-def]  # the sample's own types
    start = Start(person=PERSON, bundle="move", idempotency_key="k", places=Places(origin=A, destination=B), **about)  # type: ignore[arg-type]  # a stand-in, or wrong on purpose
    return start_draft(here.procedures, start)


def test_guidance_is_unknown_until_an_office_or_an_answer_tells(here: Town) -> None:
    draft = begin(here)
    plan = here.procedures.shelf.plan("move")

    before = recommend(here.procedures, draft)
    assert [one.verdict for one in before] == [Verdict.YES, Verdict.UNKNOWN, Verdict.UNKNOWN]
    assert [one.id for one in questions(plan, before)] == ["q-insured", "q-children"]

    known = recommend(here.procedures, prefill(here.procedures, draft, door=DOOR))
    assert [one.verdict for one in known] == [Verdict.YES, Verdict.UNKNOWN, Verdict.NO]
    assert [one.id for one in questions(plan, known)] == ["q-children"]


def test_prefill_asks_each_office_once_and_says_from_whom(here: Town) -> None:
    draft = here.ready_draft()

    name = draft.facts["name"]
    assert (name.state, name.source, name.receipt) == (FactState.KNOWN, f"{A}/resident.basic", f"r-{A}-resident.basic")
    assert [member.relation for member in draft.members] == ["世帯主", "子"]
    assert draft.facts["move-in:birth_date@m2"].value == "2021-06-10"
    assert draft.typed == 0


def test_one_prefill_makes_each_enquiry_once(here: Town) -> None:
    prefill(here.procedures, begin(here), door=DOOR)

    assert len(here.offices.asked) == len(set(here.offices.asked)) == 3


def test_a_holder_that_is_down_leaves_pending_facts_and_the_draft_stays_usable(here: Town) -> None:
    here.offices.down.add(A)
    draft = prefill(here.procedures, begin(here), door=DOOR)
    assert draft.facts["name"].state is FactState.PENDING
    here.offices.down.clear()

    again = prefill(here.procedures, draft, door=DOOR)

    assert again.facts["name"].state is FactState.KNOWN


def test_a_correction_needs_a_reason_and_keeps_what_was_known(here: Town) -> None:
    draft = here.ready_draft()
    other = {"family": "山田", "given": "太朗"}

    def edit(change: Change) -> Edit:
        return Edit(draft=draft.id, person=PERSON, version=draft.version, changes={"name": change})

    with pytest.raises(BadAnswers) as refused:
        save_answers(here.procedures, edit(Change(value=other)))
    assert [fault.code for fault in refused.value.faults] == ["PROCEDURES-005"]

    after = save_answers(here.procedures, edit(Change(value=other, reason="字がちがう")))
    corrected = after.facts["name"]
    assert (corrected.state, corrected.reason) == (FactState.CORRECTED, "字がちがう")
    assert corrected.before == {"family": "山田", "given": "太郎"}
    assert after.typed == len("字がちがう") + len("山田 太朗")


def test_all_bad_fields_are_named_at_once_and_nothing_is_changed(here: Town) -> None:
    draft = here.ready_draft()
    changes = {"moved_on": Change(value="yesterday"), "nowhere": Change(value="x"), "note": Change(value="a\x00b")}

    with pytest.raises(BadAnswers) as refused:
        save_answers(here.procedures, Edit(draft=draft.id, person=PERSON, version=draft.version, changes=changes))

    assert {fault.field for fault in refused.value.faults} == set(changes)
    assert here.procedures.store.draft(draft.id, person=PERSON) == draft


def test_the_same_page_sent_twice_is_saved_once_and_an_old_page_is_refused(here: Town) -> None:
    draft = here.ready_draft()
    edit = Edit(draft=draft.id, person=PERSON, version=draft.version, changes={"note": Change(value="よろしく")})
    first = save_answers(here.procedures, edit)

    assert save_answers(here.procedures, edit) == first
    with pytest.raises(DraftChangedElsewhere):
        save_answers(
            here.procedures,
            Edit(draft=draft.id, person=PERSON, version=draft.version, changes={"note": Change(value="別")}),
        )


def test_another_persons_draft_does_not_exist(here: Town) -> None:
    draft = here.ready_draft()

    with pytest.raises(UnknownDraft):
        save_answers(here.procedures, Edit(draft=draft.id, person="somebody", version=draft.version))


def test_the_content_to_sign_is_readable_exact_and_bound_to_the_draft(here: Town) -> None:
    draft = here.ready_draft()
    text = content_to_sign(here.procedures.shelf, draft).decode("utf-8")

    assert "和歌山県和歌山市七番丁23" in text
    assert "山田 花子" in text
    assert draft.id in text
    assert "\r" not in text
    assert content_to_sign(here.procedures.shelf, here.procedures.store.draft(draft.id, person=PERSON)) == text.encode()


def test_every_office_that_a_procedure_can_go_to_has_a_name_where_it_is_signed() -> None:
    """A bereaved person signed 年金受給権者の死亡届（提出先 nenkin）."""
    names = [office_name(one) for one in (*SINGLE.values(), A, f"education-{A}")]

    assert not any(name.isascii() for name in names), names
    assert office_name("nenkin") == "日本年金機構"


def test_submitting_makes_one_application_per_procedure_and_twice_is_once(here: Town) -> None:
    draft = here.ready_draft()
    receipt = here.submit(draft)

    assert [(one.procedure, one.agency) for one in receipt.applications] == [("move-in", B), ("allowance", B)]
    assert here.submit(draft) == receipt
    assert (
        submit(
            here.procedures,
            here.procedures.store.draft(draft.id, person=PERSON),
            signature=here.signed(draft),
            door=DOOR,
        )
        == receipt
    )
    application = here.procedures.store.application(receipt.applications[1].id, agency=B)
    assert set(application.facts) == {"moved_on", "income", "category", "account"}  # no more than its pack names
    assert application.person == f"{PERSON}->{B}"


def test_what_was_filled_in_yesterday_is_submitted_behind_todays_door(here: Town) -> None:
    draft = here.ready_draft()
    receipt = here.submit(draft, door="door-2")

    assert [one.procedure for one in receipt.applications] == ["move-in", "allowance"]
    told = here.procedures.store.application(receipt.applications[0].id, agency=B).members
    assert told
    assert [one.link for one in told if one.link] == [f"{one.link}->{B}" for one in draft.members if one.link]


def test_a_household_that_cannot_be_asked_behind_todays_door_leaves_the_draft_as_it_was(here: Town) -> None:
    draft = here.ready_draft()
    here.offices.down.add(A)
    with pytest.raises(HolderDown):
        here.submit(draft, door="door-2")
    here.offices.down.clear()

    assert here.submit(draft, door="door-2").applications


def test_what_is_missing_is_named_and_another_text_is_not_taken(here: Town) -> None:
    draft = begin(here, procedures=("move-in",))
    assert missing_fields(here.procedures, draft) == ("name", "new_address", "moved_on", "slot")
    with pytest.raises(NotComplete):
        here.submit(draft)

    ready = here.ready_draft("k2")
    signature = here.signed(ready)
    later = save_answers(
        here.procedures,
        Edit(draft=ready.id, person=PERSON, version=ready.version, changes={"note": Change(value="あとで")}),
    )
    with pytest.raises(SignedSomethingElse):
        submit(here.procedures, later, signature=signature, door=DOOR)


def test_a_draft_changed_while_it_is_signed_is_not_submitted(here: Town) -> None:
    ready = here.ready_draft()
    signature = here.signed(ready)
    save_answers(
        here.procedures,
        Edit(draft=ready.id, person=PERSON, version=ready.version, changes={"note": Change(value="別の窓")}),
    )

    with pytest.raises(DraftChangedElsewhere):
        submit(here.procedures, ready, signature=signature, door=DOOR)


def test_the_last_place_of_a_slot_is_given_once_and_comes_back_with_a_discarded_draft(here: Town) -> None:
    first, second = here.ready_draft("a"), here.ready_draft("b")
    narrow = Slot(id="narrow", agency=B, starts_at=here.clock.now(), minutes=30, capacity=1, free=1)
    here.procedures.store.offer_slot(narrow)

    def take(draft) -> None:  # type: ignore[no-untyped-def]  # the sample's own types
        save_answers(here.procedures, Edit(draft=draft.id, person=PERSON, version=draft.version, slot="narrow"))

    take(first)
    with pytest.raises(SlotTaken), transaction.atomic():
        take(second)
    discard_draft(here.procedures, here.procedures.store.draft(first.id, person=PERSON))
    take(here.procedures.store.draft(second.id, person=PERSON))

    assert here.procedures.store.slot("narrow").free == 0


def test_a_closed_draft_stays_closed(here: Town) -> None:
    draft = here.ready_draft()
    here.submit(draft)
    done = here.procedures.store.draft(draft.id, person=PERSON)

    with pytest.raises(DraftClosed):
        prefill(here.procedures, done, door=DOOR)


def test_an_attachment_is_taken_only_where_a_law_asks(here: Town) -> None:
    draft = here.ready_draft()

    with pytest.raises(BadAttachment):
        attach(here.procedures, draft, key="allowance:proof", name="a.png", body=b"")


def test_a_procedure_that_the_bundle_lacks_is_refused(here: Town) -> None:
    with pytest.raises(UnknownField):
        begin(here, procedures=("passport",))


def test_the_form_shows_each_shared_fact_once(here: Town) -> None:
    keys = [field.key for section in sections(here.procedures.shelf, here.ready_draft()) for field in section.fields]

    assert len(keys) == len(set(keys))
    assert "new_address" in keys
    assert ACCOUNT["number"] not in "".join(keys)
