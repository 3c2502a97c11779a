"""The family's way through the pages, on the real rooms, without a browser: each step by its HTTP interface."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import asdict, replace

import pytest
from django.test import Client

from journeys.rooms import FAMILY, OFFICER_B, SECOND_B, Made, made
from kiban.benefits import PaymentState, mark_payment
from kiban.exchange.errors import DoorShut
from kiban.procedures import Slot
from kiban.procedures.model import Value
from kiban.procedures.plan import Judgment
from kiban.shell.locale import formats
from kiban.shell.platform import install
from kiban.shell.principals import Principal
from services.sample import NOON, B, SampleRules

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Made:
    built = made()
    install(built.platform)
    return built


def as_person(person: Principal, *, language: str = "ja") -> Client:
    client = Client()
    session = client.session
    session.update({"principal": asdict(person), "language": language})
    session.save()
    return client


def version(html: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', html)
    assert found
    return found[1]


def fill(html: str) -> dict[str, str]:
    return {
        "version": version(html),
        "f-new_address-1": B,
        "f-new_address-2": "0176000",
        "f-new_address-rest": "23番地",
        "f-moved_on": "2026-11-18",
        "q-q-children": "yes",
    }


def submitted(client: Client) -> str:
    """The address of the receipt after the whole way."""
    there = client.get("/begin/move").headers["Location"]
    page = client.post(there, {**fill(client.get(there).content.decode()), "do": "save"}).content.decode()
    page = client.post(there, {"version": version(page), "slot": f"{B}-1", "do": "sign"})
    assert page.status_code == 302, re.findall(r'error">.*', page.content.decode())
    receipt = client.get(page.headers["Location"])
    assert receipt.status_code == 302
    return receipt.headers["Location"]


def test_sign_in_opens_a_fresh_session_and_goes_on_to_where_the_person_wanted(here: Made) -> None:
    client = Client()
    client.get("/?lang=en")
    before = client.session.session_key

    away = client.post("/sign-in", {"next": "/begin/move"})
    back = client.get(away.headers["Location"])

    assert back.headers["Location"] == "/begin/move"
    assert client.session.session_key != before
    assert client.session["language"] == "en"
    assert client.session["principal"]["code"] == FAMILY.code


def test_sign_out_closes_the_door(here: Made) -> None:
    client = as_person(FAMILY)

    assert client.post("/sign-out").headers["Location"] == "/signed-out"
    assert here.cards.closed == [FAMILY.door]
    assert client.get("/cases").status_code == 302


def test_a_door_that_the_core_has_closed_ends_the_session_and_leads_back(
    here: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shut(drafts: object, bundle: str, *, person: Principal, notice: str) -> str:
        raise DoorShut("the person's door is closed", remedy="sign in again")

    browser = as_person(FAMILY)
    monkeypatch.setattr(type(here.platform.drafts), "begin", shut)
    answer = browser.get("/begin/hikkoshi")

    assert answer.status_code == 302
    assert answer["Location"] == "/sign-in?next=%2Fbegin%2Fhikkoshi&ended=1"
    assert "principal" not in browser.session
    assert "終了しました" in browser.get(answer["Location"]).content.decode()


def test_a_plan_shows_what_is_known_with_its_source_and_asks_only_for_the_rest(here: Made) -> None:
    client = as_person(FAMILY)
    there = client.get("/begin/move").headers["Location"]
    html = client.get(there).content.decode()

    assert "山田 太郎" in html
    assert "海南市「氏名・生年月日・住所」" in html
    assert 'name="f-moved_on"' in html
    assert client.get("/begin/move").headers["Location"] == there  # resumed, not begun again


@pytest.mark.parametrize("bundle", ["hikkosi", "move-in", "MOVE", "0", "a" * 3000])
def test_what_nobody_can_begin_is_no_page_and_begins_nothing(here: Made, bundle: str) -> None:
    client = as_person(FAMILY)

    assert client.get(f"/begin/{bundle}").status_code == 404
    assert here.rooms.procedures.store.drafts(FAMILY.code) == ()


def test_what_is_missing_is_named_and_what_was_typed_is_kept(here: Made) -> None:
    client = as_person(FAMILY)
    there = client.get("/begin/move").headers["Location"]
    page = client.get(there).content.decode()

    answer = client.post(there, {"version": version(page), "f-note": "犬がいます", "do": "sign"})
    html = answer.content.decode()

    assert answer.status_code == 422
    assert 'href="#f-moved_on"' in html
    assert 'id="f-moved_on-error"' in html
    assert "犬がいます" in html


def test_a_wrong_date_is_told_beside_its_field_and_the_rest_of_the_page_is_shown_as_typed(here: Made) -> None:
    client = as_person(FAMILY)
    there = client.get("/begin/move").headers["Location"]
    page = client.get(there).content.decode()

    answer = client.post(there, {"version": version(page), "f-moved_on": "2026-02-31", "f-note": "ねこ", "do": "save"})

    assert answer.status_code == 422
    assert 'id="f-moved_on-error"' in answer.content.decode()
    assert "ねこ" in answer.content.decode()


def test_a_page_from_another_window_is_refused_without_losing_what_was_saved(here: Made) -> None:
    client = as_person(FAMILY)
    there = client.get("/begin/move").headers["Location"]
    old = version(client.get(there).content.decode())
    client.post(there, {"version": old, "f-note": "一", "do": "save"})
    client.post(there, {"version": str(int(old) + 1), "f-note": "二", "do": "save"})

    late = client.post(there, {"version": old, "f-note": "三", "do": "save"})

    assert late.status_code == 422
    assert "別の画面で内容が変わりました" in late.content.decode()


def test_the_whole_way_to_the_decision_and_the_payments(here: Made) -> None:
    family, officer, second = as_person(FAMILY), as_person(OFFICER_B), as_person(SECOND_B)
    receipt = submitted(family)
    assert "受け付けました" in family.get(receipt).content.decode()
    here.worker.run_until_idle()

    inbox = officer.get("/console").content.decode()
    cases = sorted(set(re.findall(r"/console/cases/([\w-]+)", inbox)))
    assert len(cases) == 2
    allowance = next(c for c in cases if "allowance.title" in officer.get(f"/console/cases/{c}").content.decode())
    move = next(c for c in cases if c != allowance)

    page = officer.get(f"/console/cases/{allowance}").content.decode()
    assert "3,000,000円" in page
    decided = officer.post(
        f"/console/cases/{allowance}", {"do": "decide", "outcome": "granted", "version": version(page)}
    )
    assert decided.status_code == 302
    page = second.get(f"/console/cases/{allowance}").content.decode()
    assert "別の職員の確認が必要です" in page
    assert second.post(f"/console/cases/{allowance}", {"do": "confirm", "version": version(page)}).status_code == 302
    here.worker.run_until_idle()

    page = officer.get(f"/console/cases/{move}").content.decode()
    assert officer.post(f"/console/cases/{move}", {"do": "visited", "version": version(page)}).status_code == 302
    here.worker.run_until_idle()

    mine = family.get(f"/cases/{allowance}").content.decode()
    assert "認めました" in mine
    assert "円" in mine
    letter = re.search(r"/cases/[\w-]+/letters/[\w-]+", mine)
    assert letter
    assert family.get(letter[0]).content.startswith(b"%PDF")
    assert "未読" in family.get("/notices").content.decode()
    assert "和歌山市" in family.get("/who-looked").content.decode()
    benefits = here.rooms.benefits
    (entitlement,) = benefits.store.of_case(allowance, agency=B)
    first, *later = benefits.store.payments(entitlement.id, agency=B)
    for state in (PaymentState.ORDERED, PaymentState.FAILED):
        mark_payment(benefits, first, state=state)
    mine = family.get(f"/cases/{allowance}").content.decode()
    assert formats.as_date(first.due_on) not in mine  # it came back: its money is in the next one
    assert formats.as_date(later[-1].due_on) in mine
    assert officer.get("/console/statistics").status_code == 200
    assert family.get(f"{receipt}/file").headers["Content-Disposition"].startswith("attachment")


def test_the_signature_page_loaded_again_gives_the_same_receipt(here: Made) -> None:
    client = as_person(FAMILY)
    first = submitted(client)
    draft = here.rooms.procedures.store.drafts(FAMILY.code)[0]

    again = client.get(f"/drafts/{draft.id}/signed?answer=yes")

    assert again.headers["Location"] == first
    assert len(here.rooms.procedures.store.receipts(FAMILY.code)) == 1


def test_what_was_just_received_is_listed_before_the_office_has_opened_it(here: Made) -> None:
    client = as_person(FAMILY)
    submitted(client)

    before = client.get("/cases").content.decode()
    here.worker.run_until_idle()
    after = client.get("/cases").content.decode()

    assert "move-in.title" in before
    assert "受付済み" in before
    assert before.count("move-in.title") == after.count("move-in.title") == 1


def test_an_office_that_was_down_is_asked_again_when_the_person_goes_on(here: Made) -> None:
    client, offices = as_person(FAMILY), here.rooms.procedures.own_data.offices  # type: ignore[attr-defined]  # known at run time only
    offices.down.add("302023")
    there = client.get("/begin/move").headers["Location"]
    assert "山田 太郎" not in client.get(there).content.decode()
    offices.down.clear()

    assert client.get("/begin/move").headers["Location"] == there
    assert "山田 太郎" in client.get(there).content.decode()


def test_what_concerns_the_household_is_judged_again_when_the_office_answers(here: Made) -> None:
    client, offices = as_person(FAMILY), here.offices
    offices.down.add("302023")
    client.get("/begin/move")
    (before,) = here.rooms.procedures.store.drafts(FAMILY.code)
    offices.down.clear()
    client.get("/begin/move")
    (after,) = here.rooms.procedures.store.drafts(FAMILY.code)

    assert before.procedures == ("move-in", "allowance", "nhi")  # unknown closes no door
    assert after.procedures == ("move-in", "allowance")  # 302023 says: not insured


def test_a_signature_while_the_core_is_down_submits_nothing_and_the_next_one_everything_once(here: Made) -> None:
    client, offices = as_person(FAMILY), here.offices
    there = client.get("/begin/move").headers["Location"]
    page = client.post(there, {**fill(client.get(there).content.decode()), "do": "save"}).content.decode()
    sign = {"version": version(page), "slot": f"{B}-1", "do": "sign"}
    offices.down.add("core")
    failed = client.get(client.post(there, sign).headers["Location"])
    told = failed.content.decode()

    assert failed.status_code == 422
    assert "まだ何も提出していません" in told
    assert "move-in.title" in told  # the page lists what would be submitted: no sign that it was
    assert "move-in.title" not in client.get("/cases").content.decode()
    offices.down.clear()
    done = client.get(client.post(there, {**sign, "version": version(told)}).headers["Location"])

    assert done.headers["Location"].startswith("/receipts/")
    assert client.get("/cases").content.decode().count("move-in.title") == 1


def test_a_returned_case_is_mended_at_the_fields_that_the_officer_named(here: Made) -> None:
    family, officer = as_person(FAMILY), as_person(OFFICER_B)
    submitted(family)
    here.worker.run_until_idle()
    cases = [c for c in here.rooms.cases.store.cases_of(FAMILY.code) if c.procedure == "move-in"]
    there = f"/console/cases/{cases[0].id}"
    page = officer.get(there).content.decode()
    nothing = officer.post(there, {"do": "send_back", "version": version(page)})
    assert 'href="#fields"' in nothing.content.decode()

    asked = {
        "do": "send_back",
        "version": version(page),
        "fields": "birth_date",
        "message": "生年月日を確かめてください",
    }
    assert officer.post(there, asked).status_code == 302
    mine = f"/cases/{cases[0].id}"
    page = family.get(mine).content.decode()
    assert "生年月日を確かめてください" in page
    names = re.findall(r'name="(f-birth_date[\w-]*)"', page)
    empty = family.post(mine, {"version": version(page)})
    assert (empty.status_code, f'href="#{names[0]}"' in empty.content.decode()) == (422, True)
    answer = family.post(mine, {"version": version(page), **dict.fromkeys(names, "1988-04-02")})

    assert answer.status_code == 302
    after = here.rooms.cases.store.case_of(cases[0].id, subject=FAMILY.code)
    assert after.returned is None or after.state.value != "returned"


def test_a_returned_question_of_yes_or_no_can_be_answered_and_says_whose_it_is(here: Made) -> None:
    """It had no answers to choose from, and two members of a household could not be told apart."""
    family = as_person(FAMILY)
    submitted(family)
    here.worker.run_until_idle()
    case = next(c for c in here.rooms.cases.store.cases_of(FAMILY.code) if c.procedure == "move-in")
    facts = here.rooms.cases.shelf.plan("move-in").facts
    facts_before = dict(facts)
    facts["birth_date"] = replace(facts["birth_date"], type="boolean")
    try:
        there = f"/console/cases/{case.id}"
        asked = {"do": "send_back", "fields": "birth_date", "message": "確かめてください"}
        page = as_person(OFFICER_B).get(there).content.decode()
        as_person(OFFICER_B).post(there, {**asked, "version": version(page)})
        page = family.get(f"/cases/{case.id}").content.decode()
        names = sorted(set(re.findall(r'name="(f-birth_date[\w-]*)"', page)))
        assert [page.count(f'name="{name}" value="{one}"') for name in names for one in ("yes", "no")] == [1, 1] * 2
        assert "（山田 太郎）" in page
        assert "（山田 花子）" in page
        empty = family.post(f"/cases/{case.id}", {"version": version(page)}).content.decode()
        assert empty.count("を選んでください") >= 2
        answered = family.post(f"/cases/{case.id}", {"version": version(page), **dict.fromkeys(names, "no")})
        assert answered.status_code == 302
    finally:
        facts.clear()
        facts.update(facts_before)


def test_a_correction_that_cannot_be_read_is_told_at_its_own_field(here: Made) -> None:
    family, officer = as_person(FAMILY), as_person(OFFICER_B)
    submitted(family)
    here.worker.run_until_idle()
    case = next(c for c in here.rooms.cases.store.cases_of(FAMILY.code) if c.procedure == "move-in")
    there, mine = f"/console/cases/{case.id}", f"/cases/{case.id}"
    asked = {"do": "send_back", "fields": "birth_date", "message": "確かめてください"}
    officer.post(there, {**asked, "version": version(officer.get(there).content.decode())})
    page = family.get(mine).content.decode()
    first, second = sorted(set(re.findall(r'name="(f-birth_date[\w-]*)"', page)))
    wrong = family.post(mine, {"version": version(page), first: "1988-04-02", second: "2021-02-30"}).content.decode()

    assert re.findall(r'<li><a href="#(f-[^"]+)"', wrong) == [second]
    assert 'value="1988-04-02"' in wrong  # what was right stays


def test_a_step_that_was_refused_for_good_is_finished_by_an_officer(here: Made) -> None:
    """There was no button for it: the case could only be sent back."""
    here.offices.refused.add("nenkin")
    submitted(as_person(FAMILY))
    here.worker.run_until_idle()
    cases = here.rooms.cases.store.cases_of(FAMILY.code)
    left = [one for one in cases if one.state.value == "with_officer" and one.draft is None]
    assert left, [(one.procedure, one.state, one.step) for one in cases]
    there, officer = f"/console/cases/{left[0].id}", as_person(OFFICER_B)
    page = officer.get(there).content.decode()
    nothing = officer.post(there, {"do": "complete", "version": version(page)})
    assert 'href="#outcome"' in nothing.content.decode()

    outcome = re.findall(r'name="outcome"[^>]*value="(\w+)"', page)
    assert outcome == ["answered"]
    chosen = {"do": "complete", "version": version(page), "outcome": outcome[0]}
    assert officer.post(there, chosen).status_code == 302
    after = here.rooms.cases.store.case_of(left[0].id, subject=FAMILY.code)
    assert after.step != left[0].step


def test_counter_mode_runs_the_same_pages_on_the_officers_screen(here: Made) -> None:
    client = as_person(OFFICER_B)
    away = client.post("/console/counter/begin", {"next": "/begin/move"})
    back = client.get(away.headers["Location"])
    there = client.get(back.headers["Location"]).headers["Location"]
    html = client.get(there).content.decode()

    assert "入力した文字数" in html
    assert here.rooms.procedures.store.drafts(FAMILY.code)[0].officer == "o1"
    client.post("/console/counter/end")
    assert here.cards.closed == [FAMILY.door]
    assert client.get(there).status_code == 403
    assert client.get("/console").status_code == 200


def test_pages_of_the_studio_show_the_packs(here: Made) -> None:
    designer = as_person(Principal(kind="staff", code="d1", name="設計", agency="core", roles=("designer",)))

    listed = re.sub(r"<[^>]+>", "", designer.get("/studio").content.decode())
    assert "allowance · 手続" in listed
    assert "move · ライフイベント" in listed
    assert designer.get("/studio/packs/allowance").status_code == 200
    assert designer.get("/studio/packs/allowance/letters/decision").content.startswith(b"%PDF")
    assert designer.get("/studio/packs/none").status_code == 404


def test_the_inbox_offers_the_next_case_that_no_other_officer_has(here: Made) -> None:
    submitted(as_person(FAMILY))
    here.worker.run_until_idle()
    officer, second = as_person(OFFICER_B), as_person(SECOND_B)

    page = officer.get("/console").content.decode()
    found = re.search(r'id="next-case" href="(/console/cases/[\w-]+)"', page)
    assert found
    assert "次の事案" in page
    case = officer.get(found[1]).content.decode()
    assert officer.post(found[1], {"do": "claim", "version": version(case)}).status_code == 302

    assert f'id="next-case" href="{found[1]}"' in officer.get("/console").content.decode()
    assert f'id="next-case" href="{found[1]}"' not in second.get("/console").content.decode()


def test_a_withdrawn_case_leaves_its_visit_and_both_sides_see_it(here: Made) -> None:
    family, officer = as_person(FAMILY), as_person(OFFICER_B)
    receipt = submitted(family)
    here.worker.run_until_idle()
    move = next(c for c in here.rooms.cases.store.cases_of(FAMILY.code) if c.procedure == "move-in")
    mine, day = f"/cases/{move.id}", "/console/visits?day=2026-11-23"
    assert "2026年11月23日(月) 12:00" in family.get(mine).content.decode()
    assert "山田 太郎" in officer.get(day).content.decode()

    page = family.get(mine).content.decode()
    assert family.post(f"{mine}/withdraw", {"version": version(page)}).status_code == 302

    assert "来庁の予約はなくなりました" in family.get(mine).content.decode()
    assert "2026年11月23日" not in family.get(receipt).content.decode()
    listed = officer.get(day).content.decode()
    assert "山田 太郎" not in listed
    assert "5枠中5枠" in listed


def test_a_visit_is_moved_by_the_person_and_the_counter_sees_it_on_the_new_day(here: Made) -> None:
    family, officer = as_person(FAMILY), as_person(OFFICER_B)
    submitted(family)
    here.worker.run_until_idle()
    later = Slot(id=f"{B}-2", agency=B, starts_at=NOON.replace(day=24), minutes=30, capacity=1, free=1)
    here.rooms.procedures.store.offer_slot(later)
    move = next(c for c in here.rooms.cases.store.cases_of(FAMILY.code) if c.procedure == "move-in")
    mine = f"/cases/{move.id}"
    page = family.get(mine).content.decode()

    nothing = family.post(mine, {"do": "move_visit", "version": version(page)})
    assert (nothing.status_code, 'href="#slot"' in nothing.content.decode()) == (422, True)
    chosen = {"do": "move_visit", "version": version(page), "slot": later.id}
    assert family.post(mine, chosen).status_code == 302

    assert "2026年11月24日(火) 12:00" in family.get(mine).content.decode()
    assert "山田 太郎" in officer.get("/console/visits?day=2026-11-24").content.decode()
    assert "山田 太郎" not in officer.get("/console/visits?day=2026-11-23").content.decode()


def test_a_decision_by_rule_is_reviewed_by_an_officer_who_had_no_part_in_it(here: Made) -> None:
    family, officer, second = as_person(FAMILY), as_person(OFFICER_B), as_person(SECOND_B)
    submitted(family)
    here.worker.run_until_idle()
    move = next(c for c in here.rooms.cases.store.cases_of(FAMILY.code) if c.procedure == "move-in")
    there = f"/console/cases/{move.id}"
    officer.post(there, {"do": "visited", "version": version(officer.get(there).content.decode())})
    here.worker.run_until_idle()

    own = officer.get(there).content.decode()
    now = here.rooms.cases.store.case(move.id, agency=B).version
    assert "別の職員が見直します" in own
    assert "review-form" not in own
    refused = officer.post(there, {"do": "review", "agrees": "no", "note": "x", "version": str(now)})
    assert (refused.status_code, 'href="#review-button"' in refused.content.decode()) == (422, True)

    nothing = second.post(there, {"do": "review", "version": str(now)})
    assert 'href="#agrees"' in nothing.content.decode()
    silent = second.post(there, {"do": "review", "agrees": "no", "version": str(now)})
    assert 'href="#note"' in silent.content.decode()
    again = {"do": "review", "agrees": "no", "note": "住所がちがう", "version": str(now)}
    assert second.post(there, again).status_code == 302
    assert here.rooms.cases.store.case(move.id, agency=B).state.value == "with_officer"


def test_the_number_of_a_case_stands_on_every_page_and_finds_it(here: Made) -> None:
    family, officer = as_person(FAMILY), as_person(OFFICER_B)
    receipt = submitted(family)
    here.worker.run_until_idle()
    case = next(c for c in here.rooms.cases.store.cases_of(FAMILY.code) if c.procedure == "allowance")
    assert re.fullmatch(r"2026-\d{6}", case.number)

    for page in (f"/cases/{case.id}", "/cases", receipt):
        assert case.number in family.get(page).content.decode(), page
    for page in (f"/console/cases/{case.id}", "/console"):
        shown = officer.get(page).content.decode()
        assert case.number in shown, page
        assert "山田 太郎" in shown, page
        assert case.id not in re.sub(r"<[^>]+>", "", shown), page
    found = officer.get("/console", {"number": case.number.replace("2026-0", "２０２６－")}).content.decode()
    assert set(re.findall(r"/console/cases/([\w-]+)", found)) == {case.id}
    assert "事案はありません" in officer.get("/console", {"number": "2026-999999"}).content.decode()


def test_an_officer_without_a_role_in_the_procedure_sees_no_name_and_opens_no_case(here: Made) -> None:
    submitted(as_person(FAMILY))
    here.worker.run_until_idle()
    case = here.rooms.cases.store.cases_of(FAMILY.code)[0]
    other = as_person(Principal(kind="staff", code="o9", name="監査", agency=B, roles=("auditor",)))

    listed = other.get("/console").content.decode()

    assert case.number in listed
    assert "山田" not in listed
    assert other.get(f"/console/cases/{case.id}").status_code == 403


def test_an_agency_that_is_down_is_named_on_the_page_of_who_looked_with_when_it_was_last_heard(here: Made) -> None:
    family = as_person(FAMILY)
    here.offices.down.add("nenkin")
    never = family.get("/who-looked").content.decode()
    assert "日本年金機構（このサイトにはまだ一度も答えていません）" in never
    assert "海南市（" not in never

    here.offices.down.clear()
    assert "いま聞けない機関があります" not in family.get("/who-looked").content.decode()
    here.clock.advance(dt.timedelta(hours=2))
    here.offices.down |= {"nenkin", "302023"}
    since = family.get("/who-looked").content.decode()

    assert "日本年金機構（最後に答えたのは2026年11月20日 12:00）" in since
    assert "海南市（最後に答えたのは2026年11月20日 12:00）" in since
    assert "まだありません" not in since  # who cannot be asked may have looked
    assert re.search(r'<a class="button second" href="/who-looked">もう一度聞く</a>', since)
    assert (
        "last answered 20 November 2026 12:00" in as_person(FAMILY, language="en").get("/who-looked").content.decode()
    )
    assert "さいごに こたえたのは" in as_person(FAMILY, language="ja-easy").get("/who-looked").content.decode()
    assert family.get("/who-looked/0000/file").status_code == 503


def test_what_is_missing_for_the_amount_is_asked_on_the_case_and_the_grant_follows(
    here: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    def by_income(_self: SampleRules, pack: str, rule: str, *, facts: Mapping[str, Value], on: dt.date) -> Judgment:
        unknown = rule == "monthly" and facts.get("income") is None
        return Judgment(None, (), ("income",)) if unknown else Judgment(20_000 if rule == "monthly" else True)

    monkeypatch.setattr(SampleRules, "judge", by_income)
    del here.offices.records["302023", "tax.income"]
    submitted(as_person(FAMILY))
    here.worker.run_until_idle()
    case = next(c for c in here.rooms.cases.store.cases_of(FAMILY.code) if c.procedure == "allowance")
    there, officer = f"/console/cases/{case.id}", as_person(OFFICER_B)
    page = officer.get(there).content.decode()

    assert "支給額を計算できません" in page
    assert "海南市（" in page
    grant = {"do": "decide", "outcome": "granted", "reason": "要件を満たす", "version": version(page)}
    assert "まだ認められません" in officer.post(there, grant).content.decode()
    nothing = officer.post(there, {"do": "supply", "f-income": "たくさん", "version": version(page)})
    assert nothing.status_code == 422
    assert all(f'href="#{name}"' in nothing.content.decode() for name in ("f-income", "known_by"))
    given = {"do": "supply", "f-income": "3,000,000", "known_by": "課税証明書", "version": version(page)}
    assert officer.post(there, given).status_code == 302
    here.worker.run_until_idle()

    page = officer.get(there).content.decode()
    assert "支給額を計算できません" not in page
    assert "3,000,000円" in page
    assert "職員の確認" in page
    assert officer.post(there, {**grant, "version": version(page)}).status_code == 302
