"""Ways in, out and back: the language's links, an officer among public pages, refusals, a session that ended."""

from __future__ import annotations

import re
import time
from dataclasses import asdict, replace

import pytest
from django.test import Client

from journeys.sample import DESIGNER, OFFICER, RESIDENT, Cards, sample
from kiban.shell.platform import install
from kiban.shell.principals import NOBODY, Principal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def platform() -> None:
    install(sample())


def entered(person: Principal, *, language: str = "ja", seen: int | None = None, strict: bool = False) -> Client:
    """A browser in the session of a person, last seen then."""
    client = Client(enforce_csrf_checks=strict)
    session = client.session
    session.update({"language": language, **({} if person == NOBODY else {"principal": asdict(person)})})
    if seen is not None:
        session["seen"] = seen
    session.save()
    return client


def languages(html: str) -> list[str]:
    found = re.search(r'class="languages".*?</nav>', html, re.S)
    assert found
    return [one.replace("&amp;", "&") for one in re.findall(r'href="([^"]+)"', found[0])]


def menu(html: str) -> list[str]:
    found = re.search(r'class="person".*?</nav>', html, re.S)
    return re.findall(r'href="([^"]+)"', found[0]) if found else []


def test_another_language_shows_what_was_asked_for_and_not_an_empty_form() -> None:
    """The link was ``?lang=en`` alone: the question, the page of a list and the chosen record were lost."""
    asked = "/registries/postal?q=640-8157"
    client = entered(NOBODY)
    for link in languages(client.get(asked).content.decode()):
        assert "q=640-8157" in link
        assert "八番丁" in client.get(f"/registries/postal{link}").content.decode()
    listed = entered(OFFICER).get("/console?page=2&state=waiting").content.decode()
    assert all(link.startswith("?page=2&state=waiting&lang=") for link in languages(listed))


def test_what_was_refused_is_not_sent_again_by_the_language_link() -> None:
    page = entered(OFFICER).post("/console/links/search?item=1", {"do": "lookup"})

    assert page.status_code == 422
    assert languages(page.content.decode()) == ["?lang=ja-easy", "?lang=en"]


@pytest.mark.parametrize("path", ["/", "/registries", "/evidence", "/help", "/about", "/nowhere", "/cases"])
def test_an_officer_keeps_the_officers_menu_on_pages_of_all_entrances(path: str) -> None:
    """The menu was the residents': each of its links refused the officer."""
    client = entered(OFFICER)
    shown = menu(client.get(path).content.decode())

    assert "/console" in shown
    assert [link for link in shown if client.get(link).status_code != 200] == []


def test_a_designer_comes_back_to_the_studio_and_a_guest_at_the_counter_stays_a_resident() -> None:
    assert menu(entered(DESIGNER).get("/help").content.decode()) == ["/studio"]
    client = entered(OFFICER)
    session = client.session
    session["at_counter"] = asdict(replace(RESIDENT, counter=OFFICER.code))
    session.save()

    assert "/cases" in menu(client.get("/help").content.decode())


@pytest.mark.parametrize(
    ("who", "path", "back"),
    [
        (NOBODY, "/nowhere", "/"),
        (RESIDENT, "/nowhere", "/"),
        (RESIDENT, "/console", "/"),
        (OFFICER, "/console/cases/other", "/console"),
        (OFFICER, "/studio", "/console"),
        (OFFICER, "/cases", "/console"),
        (DESIGNER, "/nowhere", "/studio"),
        (NOBODY, "/console/nowhere", "/console"),
        (NOBODY, "/studio/nowhere/nowhere", "/studio"),
    ],
)
@pytest.mark.parametrize("language", ["ja", "ja-easy", "en"])
def test_a_refusal_leads_back_to_an_entrance_that_opens(who: Principal, path: str, back: str, language: str) -> None:
    client = entered(who, language=language)
    page = client.get(path)
    html = page.content.decode()

    assert page.status_code in {403, 404}
    assert f'<a class="button" href="{back}">' in html
    assert client.get(back, follow=True).status_code == 200


def test_a_form_of_a_session_that_ended_is_no_matter_of_rights() -> None:
    """It said that the page may not be opened and that the attempt was recorded."""
    page = entered(RESIDENT, strict=True).post("/drafts/d1", {"do": "save"})
    html = page.content.decode()

    assert page.status_code == 403
    assert "時間がたったため、送信できませんでした" in html
    assert "権限" not in html
    assert "記録されました" not in html


@pytest.mark.parametrize(
    ("who", "path", "entrance", "says"),
    [
        (RESIDENT, "/cases/c1", "/sign-in", "もう一度カードで入ると"),
        (OFFICER, "/console/cases/c1", "/console/sign-in", "入力していた内容も、同じ画面に戻ります"),
    ],
)
def test_who_was_away_for_long_is_told_why_and_goes_on_where_they_were(
    who: Principal, path: str, entrance: str, says: str
) -> None:
    """A form that was sent lost its place: after the sign-in the start page came, without a word."""
    for send in ("get", "post"):
        away = getattr(entered(who, seen=int(time.time()) - 100_000), send)(path)
        assert away.status_code == 302
        there = away.headers["Location"]
        assert there.startswith(f"{entrance}?")
        shown = Client().get(there).content.decode()
        assert "しばらく操作がなかったため" in shown
        assert says in shown
        assert f'name="next" value="{path}"' in shown
    first = Client().get(path).headers["Location"]
    assert "ended" not in first


def test_a_card_that_could_not_be_read_keeps_where_the_person_wanted_to_go() -> None:
    class Unread(Cards):
        def begin_sign_in(self, *, session: str, return_to: str, language: str, reader: str = "") -> str:
            return f"{return_to}?answer=bad"

    install(replace(sample(), cards=Unread()))
    client = Client()
    failed = client.get(client.post("/sign-in", {"next": "/cases"}).headers["Location"])

    assert failed.status_code == 404
    assert 'name="next" value="/cases"' in failed.content.decode()


def test_an_officer_who_ends_is_at_the_officers_door() -> None:
    client = entered(OFFICER)
    there = client.post("/console/sign-out").headers["Location"]
    html = client.get(there).content.decode()

    assert there == "/console/signed-out"
    assert 'href="/console/sign-in"' in html
    assert "あなたの情報" not in html


def test_a_refusal_of_an_action_stands_beside_the_buttons() -> None:
    """The summary linked to the buttons, and there it said nothing."""
    page = entered(OFFICER).post("/console/cases/c1", {"do": "confirm"})

    assert page.status_code == 422
    assert 'id="act-button-error"' in page.content.decode()
