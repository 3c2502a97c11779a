"""The link check's work list through the pages: two officers, four eyes, correction, notice, search, progress."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page

from journeys.browser import enter, keep_picture, violations
from journeys.rooms import FAMILY, OFFICER_A, OFFICER_B, SECOND_B, Made, made
from journeys.test_rooms import as_person
from kiban.jobs.store.models import EventRow
from kiban.linkage.desk import LinkDesk, take_check
from kiban.linkage.store.models import CorrectionRow
from kiban.shell.platform import install
from kiban.shell.principals import Principal
from kiban.shell.wiring.link_desk import link_desk
from linkage_sample import A, B, found, item

ROLES = ("linkage", "searcher")
REGISTER = (
    "宛名番号,個人番号,氏名,カナ氏名,生年月日,性別,住所\n"
    "r-9,992032807634,見夲 花子,ミホン ハナコ,1988-04-02,2,和歌山市七番丁23\n"
)
PERSON = {
    "name": "見夲 花子",
    "kana": "ミホン ハナコ",
    "birth": "1988-04-02",
    "sex": "2",
    "address": "和歌山市七番丁23番地",
}


@pytest.fixture
def here(tmp_path: Path) -> Made:
    built = made(tmp_path)
    install(built.platform)
    (tmp_path / B).mkdir()
    (tmp_path / B / "register.csv").write_text(REGISTER, encoding="utf-8")
    return built


@pytest.fixture
def desk(here: Made, tmp_path: Path) -> LinkDesk:
    taken = link_desk(here.rooms.notices, tmp_path)
    taken.store.set_inboxes(B, [("r-1", FAMILY.code)])
    take_check(taken, found(item(1), item(2, probability=0.3)))
    take_check(taken, found(item(7, agency=A), agency=A))
    return taken


def staff(person: Principal, *roles: str) -> Client:
    return as_person(replace(person, roles=roles or ROLES))


def version(html: str) -> str:
    hit = re.search(r'name="version" value="(\d+)"', html)
    assert hit
    return hit[1]


def first(client: Client) -> str:
    return re.findall(r"/console/links/\d+", client.get("/console/links").content.decode())[0]


def press(client: Client, path: str, do: str, **sent: str) -> int:
    return client.post(path, {"do": do, "version": version(client.get(path).content.decode()), **sent}).status_code


WRONG = {"verdict": "wrong", "reason": "attributes", "right": "r-1"}


@pytest.mark.django_db
def test_two_officers_settle_a_finding_and_the_person_reads_of_it(desk: LinkDesk) -> None:
    maker, checker, family = staff(OFFICER_B), staff(SECOND_B), as_person(FAMILY)
    path = first(maker)
    html = maker.get(path).content.decode()
    assert all(
        word in html for word in ("見夲 花子", "別人 一郎", "見本 花子", "字体だけ違う", "別の人のおそれがあります")
    )
    assert press(maker, path, "propose") == 422
    assert press(maker, path, "propose", **{**WRONG, "reason": "moved"}) == 422
    assert press(maker, path, "propose", **WRONG) == 302
    assert "別の職員の確認を待っています" in maker.get(path).content.decode()
    assert press(maker, path, "confirm") == 422  # never the same officer
    assert press(checker, path, "send_back") == 422
    assert press(checker, path, "confirm") == 302
    assert press(checker, path, "correct") == 302
    letters = f"{path}/letters"
    assert checker.get(f"{letters}/right").content.startswith(b"%PDF")
    assert checker.get(f"{letters}/linked").content.startswith(b"%PDF")
    assert checker.get(f"{letters}/nobody").status_code == 404
    body = checker.post("/console/links/corrections").content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(body))
    assert (row["record"], row["before"], row["after"]) == ("n-1", "l-1", "r-1")
    assert press(maker, path, "tell") == 302

    html = maker.get(path).content.decode()
    assert "ポータルのお知らせ" in html
    assert "郵送" in html
    assert "マイナンバーの紐付けを訂正しました" in family.get("/notices").content.decode()
    assert CorrectionRow.objects.count() == 1


@pytest.mark.django_db
def test_the_office_sees_its_own_rows_only_and_each_look_is_recorded(desk: LinkDesk) -> None:
    mine, theirs = staff(OFFICER_B), staff(OFFICER_A)
    path = first(mine)

    assert theirs.get(path).status_code == 404
    assert theirs.post(path, {"do": "confirm", "version": "1"}).status_code == 404
    assert first(theirs) != path
    before = EventRow.objects.filter(kind="link_finding_looked").count()
    mine.get(path)
    looks = EventRow.objects.filter(kind="link_finding_looked")
    assert looks.count() == before + 1
    assert looks.last().data["by"] == "o1"  # type: ignore[union-attr]  # there is one


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("roles", "open_to"),
    [
        (("officer",), set()),
        (("linkage",), {"links", "link", "search", "progress"}),
        (("searcher",), {"search"}),
        (("inspector",), {"progress"}),
        (("auditor",), {"progress"}),
    ],
)
def test_each_page_has_its_roles(desk: LinkDesk, roles: tuple[str, ...], open_to: set[str]) -> None:
    path = first(staff(OFFICER_B))
    pages = {"links": "/console/links", "link": path, "search": "/console/links/search",
             "progress": "/console/links/progress"}  # fmt: skip
    client = staff(OFFICER_B, *roles)

    assert {name for name, page in pages.items() if client.get(page).status_code == 200} == open_to
    assert {client.get(page).status_code for name, page in pages.items() if name not in open_to} <= {403}
    assert as_person(FAMILY).get(path).status_code == 403


@pytest.mark.django_db
def test_an_old_page_and_a_made_up_step_are_refused(desk: LinkDesk) -> None:
    maker = staff(OFFICER_B)
    path = first(maker)
    assert press(maker, path, "propose", **WRONG) == 302

    late = staff(SECOND_B).post(path, {"do": "confirm", "version": "1"})
    assert late.status_code == 422
    assert "読み直して" in late.content.decode()
    assert press(maker, path, "correct") == 422
    assert press(maker, path, "burn") == 422


@pytest.mark.django_db
def test_filters_narrow_the_list_and_counts_stand_beside_them(desk: LinkDesk) -> None:
    client = staff(OFFICER_B)
    html = client.get("/console/links").content.decode()
    assert "これからするもの (2)" in html

    def shown(query: str) -> int:
        return len(set(re.findall(r"/console/links/\d+", client.get(f"/console/links?{query}").content.decode())))

    assert [shown(q) for q in ("judgement=wrong", "judgement=suspicious", "cause=unknown", "state=right")] == [
        1,
        1,
        0,
        0,
    ]
    assert [shown(q) for q in ("state=all", "affair=health_insurance", "judgement=nonsense", "page=99")] == [2, 2, 2, 2]


@pytest.mark.django_db
def test_the_register_answers_a_lookup_or_a_search_each_logged_as_itself(desk: LinkDesk) -> None:
    client, path = staff(OFFICER_B), "/console/links/search"
    number = first(client).rpartition("/")[2]
    asked = {"purpose": "finding", "item": number, **PERSON}
    one = client.post(path, {**asked, "do": "lookup"}).content.decode()
    assert "4情報照会の答え：1人" in one
    assert "992032807634" not in one
    short = client.post(path, {**asked, "address": "", "do": "lookup"})
    assert short.status_code == 422
    assert 'href="#address"' in short.content.decode()
    assert client.post(path, {**asked, "purpose": "", "do": "search"}).status_code == 422
    near = client.post(path, {**asked, "address": "", "sex": "", "do": "search"}).content.decode()
    assert "補助検索の答え：1人" in near
    assert client.post(path, {**asked, "choose": "r-77"}).status_code == 422
    chosen = client.post(path, {**asked, "choose": "r-9"})
    assert chosen.headers["Location"] == f"/console/links/{number}"
    assert "職員が探した人" in client.get(chosen.headers["Location"]).content.decode()
    assert staff(OFFICER_B, "linkage").post(path, {**asked, "do": "search"}).status_code == 422
    assert staff(OFFICER_A).post(path, {"purpose": "application", **PERSON, "do": "lookup"}).status_code == 422

    kinds = list(EventRow.objects.order_by("id").values_list("kind", flat=True))
    assert kinds.count("link_register_looked_up") == 1
    assert kinds.count("link_register_searched") == 3
    logged = str(list(EventRow.objects.values_list("data", "subject")))
    assert not any(word in logged for word in ("花子", "1988", "七番丁"))


@pytest.mark.django_db
def test_a_search_with_one_item_or_no_day_says_what_lacks_instead_of_nobody(desk: LinkDesk) -> None:
    client, path = staff(OFFICER_B), "/console/links/search"
    one = client.post(path, {"purpose": "application", "name": PERSON["name"], "do": "search"})
    assert one.status_code == 422
    assert "二つ以上を入力してください" in one.content.decode()
    assert "答え：0人" not in one.content.decode()
    other = client.post(path, {"purpose": "application", **PERSON, "birth": "昭和65年2月30日", "do": "search"})
    assert 'href="#birth"' in other.content.decode()
    assert EventRow.objects.filter(kind="link_register_searched").count() == 0


@pytest.mark.django_db
def test_a_number_written_into_the_note_is_refused_at_the_note(desk: LinkDesk) -> None:
    maker = staff(OFFICER_B)
    path = first(maker)
    sent = {**WRONG, "note": "９９２０-３２８０-７６３４", "do": "propose"}
    answer = maker.post(path, {**sent, "version": version(maker.get(path).content.decode())})
    assert answer.status_code == 422
    assert 'href="#note"' in answer.content.decode()
    assert "未判断" in maker.get(path).content.decode()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
def test_all_persons_stand_on_a_phones_screen_and_side_by_side_on_a_desk(
    live_server: object, browser: Browser, desk: LinkDesk
) -> None:
    page = _officer(browser, str(live_server), OFFICER_B, script=True)
    page.goto(f"{live_server}/console/links")
    page.locator("tbody a").first.click()
    seen = {}
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        seen[width] = page.locator(".beside td").evaluate_all(
            "all => all.map(one => one.getBoundingClientRect().right)"
        )
        assert page.locator(".beside .whose").first.is_visible() == (width == 390)
        assert violations(page) == []
        keep_picture(page, f"link-beside-{width}")
    page.context.close()

    assert max(seen[390]) <= 390
    assert len(set(seen[390])) == 1
    assert len({round(one) for one in seen[1280]}) == 3


@pytest.mark.django_db
def test_the_progress_of_all_agencies_has_a_table_and_the_same_as_a_file(desk: LinkDesk) -> None:
    client = staff(OFFICER_B, "inspector")
    html = client.get("/console/links/progress").content.decode()
    assert all(word in html for word in ("海南市", "和歌山市（自機関）", "2,000", "健康保険証情報", "8,395", "<svg"))
    assert "花子" not in html
    none = client.get("/console/links/progress?affair=account&page=7").content.decode()
    assert "和歌山市（自機関）" in none  # an unknown work narrows nothing
    file = client.get("/console/links/progress/file")
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert {(row["agency"], row["findings"]) for row in rows} == {(A, "1"), (B, "2")}


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_two_officers_in_browsers(live_server: object, browser: Browser, desk: LinkDesk, script: bool) -> None:
    base = str(live_server)
    maker, checker = (_officer(browser, base, person, script=script) for person in (OFFICER_B, SECOND_B))
    maker.goto(f"{base}/console")
    maker.get_by_role("link", name="紐付けの点検").click()
    maker.locator("tbody a").first.click()
    keep_picture(maker, f"link-journey-{script}")
    assert "992032807634" not in maker.content()
    maker.get_by_label("紐付けは誤り", exact=True).check()
    maker.get_by_label("見本 花子").check()
    maker.locator("#reason").select_option("attributes")
    with maker.expect_navigation():
        maker.get_by_role("button", name="この内容で判断する").click()
    assert maker.get_by_role("button", name="判断を確認する").count() == 0
    checker.goto(maker.url)
    for name in ("判断を確認する", "紐付けを訂正する", "本人に通知する"):
        with checker.expect_navigation():
            checker.get_by_role("button", name=name).click()
    assert "本人に通知済み" in checker.content()
    assert not re.search(r"\d{12}", checker.url + maker.url)
    assert violations(checker) == [] if script else True
    for page in (maker, checker):
        page.context.close()


def _officer(browser: Browser, base: str, person: Principal, *, script: bool) -> Page:
    context = browser.new_context(java_script_enabled=script, viewport={"width": 390, "height": 800})
    enter(context, base, person=replace(person, roles=ROLES), language="ja")
    return context.new_page()
