"""Every kind of evidence page over the real review sheets, the plan of 149 measures and the map of all areas."""

from __future__ import annotations

import datetime as dt
import gzip
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Browser

from journeys.browser import keep_picture, violations
from kiban.evidence.charts import read_shapes
from kiban.evidence.measures import read_plan
from kiban.evidence.model import Direction, Indicator, Observation
from kiban.evidence.store import SheetStore, Warehouse
from kiban.evidence.store.observations import ObservationStore
from kiban.evidence.store.plans import PlanStore
from kiban.evidence.store.quality import DOUBTS
from kiban.shell.locale.languages import LANGUAGES
from shared_data import shared

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("evidence")]
SIZES = {"phone": (390, 844), "desk": (1280, 900)}
MONTHS = [dt.date(2025 + month // 12, month % 12 + 1, 1) for month in range(24)]
KNOWN = dt.date(2026, 11, 1)
HEAVIEST = """SELECT sheet_year, project_id FROM payees GROUP BY ALL ORDER BY count(*) DESC, 1, 2 LIMIT 40"""
WORDIEST = """SELECT sheet_year, project_id FROM sheets
  ORDER BY length(concat(purpose, issues, overview)) DESC, 1, 2 LIMIT 40"""
RICHEST = """SELECT corporate_number FROM payees WHERE corporate_number NOT IN ('', '9999999999999')
  GROUP BY 1 ORDER BY count(*) DESC LIMIT 20"""


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    sheets, measures = shared("data/insight-rs"), shared("research/measures.csv")
    topology = shared("data/insight-muni/ja_municipality_area.json.gz")
    folder = tmp_path_factory.mktemp("real")
    warehouse = Warehouse(folder)
    warehouse.load_saved_sheets(sheets)
    plan, report = read_plan(measures, plan="juten-2021")
    assert report.kept == 149
    PlanStore(warehouse).save(plan, dt.datetime(2026, 7, 1))
    store = ObservationStore(warehouse)
    for number, name in enumerate(("share", "wait")):
        store.define(Indicator(name, f"見本の指標{number}", "%", Direction.UP, "合成", 100))
        store.append_many([
            Observation(name, area, month, float((int(area) * 7 + at) % 97), 100.0 + int(area) % 900, KNOWN)
            for area in read_shapes(topology).paths for at, month in enumerate(MONTHS)
        ])  # fmt: skip
    warehouse.close()
    shutil.copy(topology, folder / "municipalities.topojson.gz")
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def store(real: Path, settings: object) -> Path:
    settings.EVIDENCE = real  # type: ignore[attr-defined]  # known at run time only
    return real


def kinds(folder: Path) -> dict[str, list[str]]:
    """The pages by kind; of kinds with thousands of pages those with the most on them, heaviest first."""
    warehouse = Warehouse(folder, read_only=True)
    measures = sorted(PlanStore(warehouse).plan("juten-2021"), key=lambda one: -len(str(one)))
    sheets = [*warehouse.rows(HEAVIEST), *warehouse.rows(WORDIEST)]
    payees = [str(row[0]) for row in warehouse.rows(RICHEST)]
    warehouse.close()
    one = "/evidence/indicators/share"
    return {
        "entrance": ["/evidence"],
        "search": [
            f"/evidence/sheets{asked}"
            for asked in ("", "?name=デジタル&budget_min=100000000", "?words=の", "?payee=株式会社", "?sheet_year=2025")
        ],
        "sheet": [f"/evidence/sheets/{year}/{number}" for year, number in sheets],
        "payee": [f"/evidence/payees/{number}" for number in payees],
        "quality": [f"/evidence/quality/{year}?doubt={doubt}" for year in (2024, 2025) for doubt in DOUBTS],
        "indicators": ["/evidence/indicators"],
        "indicator": [one, f"{one}?month=2025-06"],
        "map": [f"{one}/map"],
        "ranking": [f"{one}/ranking", f"{one}/ranking?prefecture=01"],
        "area": [f"{one}/areas/30201", f"{one}/areas/13101"],
        "data": ["/evidence/data"],
        "plan": ["/evidence/plans/juten-2021"],
        "measure": [f"/evidence/plans/{it.policy.id}" for it in measures],
    }


def test_every_page_of_the_real_store_is_below_sixty_kilobytes(store: Path) -> None:
    client, sizes = Client(), {}
    for path in (path for paths in kinds(store).values() for path in paths):
        answer = client.get(path)
        assert answer.status_code == 200, path
        sizes[path] = len(gzip.compress(answer.content))
    print(sorted(((size, path) for path, size in sizes.items()), reverse=True)[:5])

    assert len(sizes) > 260
    assert {path: size for path, size in sizes.items() if size > 60_000} == {}
    other = client.get("/evidence/indicators/wait/classes").content
    assert len(gzip.compress(other)) < 2_000


def test_a_payee_of_many_sheets_is_shown_whole_over_several_pages(store: Path) -> None:
    warehouse = Warehouse(store, read_only=True)
    number = str(warehouse.rows(RICHEST)[0][0])
    count = len(SheetStore(warehouse).received_by(number))
    warehouse.close()
    pages = range(1, -(-count // 200) + 1)
    shown = [Client().get(f"/evidence/payees/{number}?page={at}").content.decode() for at in pages]

    assert len(pages) > 1
    assert "?page=2" in shown[0]
    assert sum(html.count('<tr><th scope="row">') for html in shown) == count


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", list(SIZES))
def test_every_kind_of_page_of_the_real_store_is_accessible(
    live_server: object, browser: Browser, store: Path, size: str, language: str
) -> None:
    faults, (width, height) = [], SIZES[size]
    page = browser.new_context(viewport={"width": width, "height": height}).new_page()
    for path in (paths[0] for paths in kinds(store).values()):
        answer = page.goto(f"{live_server}{path}{'&' if '?' in path else '?'}lang={language}")
        assert answer is not None
        assert answer.status == 200, path
        page.locator("details").evaluate_all("all => all.forEach(d => d.open = true)")
        keep_picture(page, f"real{path.replace('/', '-').partition('?')[0]}-{size}-{language}")
        faults += [f"{path} {fault}" for fault in violations(page)]
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        faults += [f"{path} scrolls sideways by {wide} px"] if wide > 0 else []
    page.context.close()

    assert faults == []
