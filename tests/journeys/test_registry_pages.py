"""The look-up pages over filled registers: three languages, both widths, axe and without JavaScript."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from journeys.browser import keep_picture, violations
from journeys.sample import sample
from kiban.registries.opendata.catalogue import write
from kiban.registries.opendata.dcat import Dataset, Distribution
from kiban.registries.store import RecordStore
from kiban.shell.locale.languages import LANGUAGES
from kiban.shell.platform import install
from registry_sample import line, load, number

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]
SIZES = {"phone": (390, 844), "desk": (1280, 800)}
A, B, C = number(50001000001), number(50001000002), number(50001000003)
PAGES = {
    "index": "/registries",
    "mistyped": "/registries/address?q=海南市日形1",
    "unknown": "/registries/address?q=どこでもない町1-2",
    "address": "/registries/address?q=東京都千代田区紀尾井町1-3 紀尾井タワー19階",
    "corporations": "/registries/corporations?q=基盤",
    "second": "/registries/corporations?q=基盤&page=2",
    "corporation": f"/registries/corporations/{A}",
    "closed": f"/registries/corporations/{B}",
    "withdrawn": f"/registries/corporations/{C}",
    "withdrawn-number": f"/registries/corporations?q={C}",
    "postal": "/registries/postal?q=6408157",
    "rest": "/registries/postal?q=642-0000",
    "ambiguous": "/registries/municipalities?q=府中市",
    "former": "/registries/municipalities?q=浦和市",
    "codes": "/registries/codes",
    "code": "/registries/codes?q=国税庁",
    "no-code": "/registries/codes?q=どこにもない",
    "datasets": "/registries/datasets",
    "dataset": "/registries/datasets?q=AED&kind=csv&which=closed",
    "second-datasets": "/registries/datasets?q=統計表&page=2",
    "no-dataset": "/registries/datasets?q=どこにもない",
}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("registries")
    store = RecordStore(folder / "r.sqlite3")
    many = [line(number(60001000000 + i), "01", "2015-10-05", name=f"基盤{i}号株式会社") for i in range(70)]
    load(store, folder / "a.csv", *(line(n, "01", "2015-10-05") for n in (A, B, C)), *many)
    load(store, folder / "b.csv", line(A, "11", "2024-05-01", name="株式会社新基盤"))
    load(store, folder / "w.csv", line(C, "99", "2024-05-02"))
    load(store, folder / "c.csv", line(B, "71", "2024-06-01", closed_on="2024-06-01", closed_reason="11", successor=A))
    store.close()
    forms = (Distribution("https://example.jp/aed.csv", "csv"), Distribution("https://example.jp/aed.jsonld", "jsonld"))
    aed = Dataset("1", "AED設置箇所一覧", "市内のAED", "海南市", "CC-BY-4.0", dt.date(2026, 4, 1), distributions=forms,
                  page="https://example.jp/aed", api="https://example.jp/api")  # fmt: skip
    tables = [Dataset(str(n), f"統計表{n}", "表", "総務省", "PDL1.0", page="https://example.jp/t") for n in range(60)]
    closed = Dataset("2", "AED点検の記録", "記録", "海南市", access="NON_PUBLIC", rights="非公開。 事務・事業")
    write([aed, closed, *tables], folder=folder / "catalogue", name="a")
    return folder / "r.sqlite3"


@pytest.mark.parametrize(
    ("size", "language"),
    [
        pytest.param(size, language, marks=[] if (size, language) == ("phone", "ja") else pytest.mark.long)
        for size in SIZES
        for language in LANGUAGES
    ],
)
def test_every_look_up_page_is_accessible(
    live_server: object, browser: Browser, filled: Path, settings: object, size: str, language: str
) -> None:
    settings.REGISTRIES = filled  # type: ignore[attr-defined]  # known at run time only
    settings.CATALOGUE = filled.parent / "catalogue"  # type: ignore[attr-defined]  # known at run time only
    install(sample())
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height})
    context.add_cookies([])
    page, faults = context.new_page(), []
    for name, path in PAGES.items():
        joined = "&" if "?" in path else "?"
        response = page.goto(f"{live_server}{path}{joined}lang={language}")
        keep_picture(page, f"registry-{name}-{size}-{language}")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        lang = page.evaluate("document.documentElement.lang")
        if not response or response.status != 200 or wide > 0 or lang != ("en" if language == "en" else "ja"):
            faults.append(f"{name}: {response and response.status}, {wide} px too wide, {lang}")
        faults += [f"{name}: {fault}" for fault in violations(page)]
    context.close()

    assert faults == []


def test_looking_up_works_without_javascript(
    live_server: object, browser: Browser, filled: Path, settings: object
) -> None:
    settings.REGISTRIES = filled  # type: ignore[attr-defined]  # known at run time only
    settings.CATALOGUE = filled.parent / "catalogue"  # type: ignore[attr-defined]  # known at run time only
    install(sample())
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server}/registries")
    page.click('a[href="/registries/corporations"]')
    page.fill("#q", "基盤")
    page.click("#lookup button")
    assert page.locator("tbody tr").count() == 50
    page.click("a[rel=next]")
    assert page.locator("tbody tr").count() == 22
    page.fill("#q", B)
    page.click("#lookup button")
    page.click("tbody a")
    assert "株式会社新基盤" in page.locator("main ol").inner_text()
    page.goto(f"{live_server}/registries/municipalities")
    page.fill("#q", "府中市")
    page.click("#lookup button")
    assert page.locator("main p strong").count() == 1
    page.goto(f"{live_server}/registries")
    page.click('a[href="/registries/datasets"]')
    page.fill("#q", "AED")
    page.click("#lookup button")
    assert page.locator("main h3").count() == 1
    page.check('input[value="closed"]')
    page.click("#lookup button")
    assert "事務・事業" in page.locator("main").inner_text()
    page.fill("#q", "統計表")
    page.click("#lookup button")
    page.click("a[rel=next]")
    assert page.locator("main h3").count() == 10
    assert page.input_value("#q") == "統計表"
    context.close()
