"""What was typed and never sent is not lost with the session: it stands on the page again, for who typed it alone."""

from __future__ import annotations

import datetime as dt
import re
import time
from dataclasses import replace

import pytest
from django.contrib.sessions.models import Session
from django.test import Client, override_settings
from playwright.sync_api import Browser, BrowserContext, Page, expect

from journeys.browser import enter, violations
from journeys.rooms import FAMILY, OFFICER_B, STRANGER, Made, made
from journeys.sample import OFFICER, sample
from journeys.test_rooms import as_person, submitted, version
from kiban.kernel.clock import SystemClock
from kiban.shell import unsent
from kiban.shell.platform import install
from kiban.shell.principals import NOBODY, Principal
from kiban.shell.store import unsent as rows
from kiban.shell.store.models import UnsentRow


@pytest.fixture
def here() -> Made:
    built = made()
    install(built.platform)
    return built


def let_the_session_end(context: BrowserContext) -> None:
    """As if nobody had touched the page for a long time."""
    (cookie,) = [one for one in context.cookies() if one["name"] == "session"]
    row = Session.objects.get(pk=cookie["value"])
    kept = row.get_decoded() | {"seen": int(time.time()) - 100_000}
    row.session_data = Session.objects.encode(kept)
    row.save()


def opened(browser: Browser, base: str, person: Principal, *, script: bool = True) -> Page:
    context = browser.new_context(java_script_enabled=script, viewport={"width": 390, "height": 844})
    enter(context, base, person=person, language="ja")
    return context.new_page()


def sign_in_again(page: Page) -> None:
    expect(page.locator("#ended")).to_contain_text("入力していた内容も、同じ画面に戻ります")
    page.locator("main form button").click()


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
@pytest.mark.django_db(transaction=True)
def test_what_was_typed_and_never_sent_is_there_after_signing_in_again(
    here: Made, live_server: object, browser: Browser
) -> None:
    """It was lost: a person who looked for a paper for a quarter of an hour typed everything anew."""
    page = opened(browser, str(live_server), FAMILY)
    page.goto(f"{live_server}/begin/move")
    there = page.url
    page.locator("#f-moved_on").fill("2026-11-18")
    page.get_by_label("はい").first.check()
    with page.expect_response("**/typed") as told:
        page.locator("#f-moved_on").press("Tab")
    assert told.value.status == 204
    assert page.locator("#unsent").count() == 0

    let_the_session_end(page.context)
    page.goto(there)
    sign_in_again(page)

    expect(page).to_have_url(there)
    expect(page.locator("#unsent")).to_contain_text("まだ送信も保存もされていません")
    assert page.locator("#f-moved_on").input_value() == "2026-11-18"
    assert page.get_by_label("はい").first.is_checked()
    assert violations(page) == []
    page.locator("button[value=save]").click()
    expect(page.locator("#saved")).to_be_visible()
    page.goto(there)
    assert page.locator("#unsent").count() == 0, "what was saved is offered no more"
    assert page.locator("#f-moved_on").input_value() == "2026-11-18"
    assert UnsentRow.objects.count() == 0
    page.context.close()


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
@pytest.mark.django_db(transaction=True)
def test_without_the_script_a_form_that_came_too_late_is_not_lost(
    here: Made, live_server: object, browser: Browser
) -> None:
    page = opened(browser, str(live_server), FAMILY, script=False)
    page.goto(f"{live_server}/begin/move")
    there = page.url
    page.locator("#f-moved_on").fill("2026-11-18")
    let_the_session_end(page.context)
    page.locator("button[value=save]").click()
    sign_in_again(page)

    expect(page).to_have_url(there)
    assert page.locator("#f-moved_on").input_value() == "2026-11-18"
    page.locator("#unsent-drop button").click()
    expect(page).to_have_url(there)
    assert page.locator("#unsent").count() == 0
    assert page.locator("#f-moved_on").input_value() == ""
    page.context.close()


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
@pytest.mark.django_db(transaction=True)
def test_an_officers_explanation_is_there_again_and_opens_its_form(live_server: object, browser: Browser) -> None:
    install(sample())
    page = opened(browser, str(live_server), OFFICER)
    page.goto(f"{live_server}/console/cases/c1")
    page.locator("#send-back").evaluate("form => form.closest('details').open = true")
    with page.expect_response("**/typed"):
        page.locator("#message").fill("口座の名義が違います。")
        page.locator("#send-back input[type=checkbox]").nth(1).check()
    with page.expect_response("**/typed"):
        page.locator("#reason").fill("所得の資料による。")
    page.goto(f"{live_server}/console/cases/c1")

    assert page.locator("#message").input_value() == "口座の名義が違います。"
    assert page.locator("#message").is_visible()
    assert page.locator("#send-back input[type=checkbox]").nth(1).is_checked()
    assert page.locator("#reason").input_value() == "所得の資料による。"
    page.context.close()


def keep(client: Client, path: str, **controls: str) -> int:
    sent = {unsent.PATH: path, unsent.FORM: "plan", unsent.NAMES: [*controls], **controls}
    return client.post("/typed", sent).status_code


@pytest.mark.django_db
def test_only_who_typed_it_gets_it_back_and_only_pages_that_keep_take_it(here: Made) -> None:
    family = as_person(FAMILY)
    there = family.get("/begin/move").headers["Location"]
    assert keep(family, there, **{"f-moved_on": "2026-11-18", "version": "9", "password": "geheim"}) == 204
    assert keep(family, "/console/payments", x="y") == 404
    assert keep(family, "https://elsewhere.example/", x="y") == 404
    assert keep(as_person(NOBODY), there, x="y") == 403

    again = as_person(FAMILY).get(there).content.decode()
    assert 'value="2026-11-18"' in again
    assert version(again) != "9"
    assert unsent.found(FAMILY, there).typed == {"f-moved_on": "2026-11-18"}
    for other in (STRANGER, replace(OFFICER_B, code=FAMILY.code)):
        assert unsent.found(other, there) == unsent.Unsent()
    (row,) = UnsentRow.objects.all()
    assert b"2026" not in bytes(row.sealed)
    assert FAMILY.code not in f"{row.key}{row.owner}"


@pytest.mark.django_db
def test_a_form_that_was_received_forgets_itself_and_leaves_the_others(here: Made) -> None:
    submitted(as_person(FAMILY))
    here.worker.run_until_idle()
    case = next(c.id for c in here.rooms.cases.store.cases_of(FAMILY.code) if c.procedure == "move-in")
    there, officer = f"/console/cases/{case}", as_person(OFFICER_B)
    unsent.keep(OFFICER_B, there, form="act", controls={"reason": ("a",)})
    unsent.keep(OFFICER_B, there, form="send-back", controls={"message": ("b",), "fields": ()})
    page = officer.get(there).content.decode()
    assert officer.post(there, {"do": "send_back", "version": version(page), "message": "b"}).status_code == 422
    assert set(unsent.found(OFFICER_B, there).forms) == {"act", "send-back"}, "what was refused is not received"

    named = re.search(r'name="fields" value="([^"]+)"', page)
    assert named
    sent = {"do": "send_back", "version": version(page), "message": "b", "fields": named[1]}
    assert officer.post(there, sent).status_code == 302
    assert set(unsent.found(OFFICER_B, there).forms) == {"act"}


@pytest.mark.django_db
def test_it_is_kept_for_a_week_and_of_twenty_pages() -> None:
    now = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
    rows.put("a", "/x", sealed=b"1", at=now)
    assert rows.get("a", "/x", at=now + dt.timedelta(days=6)) == (b"1", now)
    assert rows.get("a", "/x", at=now + dt.timedelta(days=7)) is None
    rows.put("b", "/x", sealed=b"2", at=now + dt.timedelta(days=7))
    assert UnsentRow.objects.count() == 1, "another's typing forgets what is a week old"
    for n in range(30):
        rows.put("b", f"/{n}", sealed=b"3", at=now + dt.timedelta(days=7, seconds=n))
    assert UnsentRow.objects.count() == rows.PAGES


@pytest.mark.django_db
def test_what_an_earlier_key_sealed_is_nothing() -> None:
    unsent.keep(FAMILY, "/drafts/d", form="plan", controls={"x": ("y",)})
    with override_settings(SECRET_KEY="another"):
        assert unsent.found(FAMILY, "/drafts/d") == unsent.Unsent()
    assert rows.get("resident::" + FAMILY.code, "/drafts/d", at=SystemClock().now()) is not None


@pytest.mark.django_db
def test_typing_is_use_of_the_session_and_a_draft_that_is_thrown_away_takes_it_along(here: Made) -> None:
    family = as_person(FAMILY)
    there = family.get("/begin/move").headers["Location"]
    session = family.session
    session["seen"] = int(time.time()) - 600
    session.save()
    assert keep(family, there, **{"f-moved_on": "2026-11-18"}) == 204
    assert family.session["seen"] > int(time.time()) - 60
    assert family.post(f"{there}/discard").status_code == 302
    assert UnsentRow.objects.count() == 0
