"""The evidence pages over a loaded store: accessible, light, without script, and open data that can be read again."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import json
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Browser

from evidence_sample import AREAS, load
from journeys.browser import keep_picture, violations
from kiban.evidence.model import Observation
from kiban.evidence.opendata import DATASETS
from kiban.evidence.store.observations import ObservationStore
from kiban.evidence.store.warehouse import replaced
from kiban.shell.cli import main
from kiban.shell.locale.languages import LANGUAGES

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("evidence")]
PAGES = (
    "/evidence", "/evidence/sheets", "/evidence/sheets?name=デジタル&budget_min=100000000", "/evidence/sheets/2024/7",
    "/evidence/payees/4010001129759", "/evidence/quality/2024?doubt=initial_budget_zero", "/evidence/quality/2024",
    "/evidence/sheets/2024/7?known=2026-08-01", "/evidence/indicators/online-share?known=2026-08-01",
    "/evidence/indicators", "/evidence/data",
    "/evidence/indicators/online-share", "/evidence/indicators/online-share/map",
    "/evidence/indicators/online-share/areas/30201", "/evidence/indicators/applications/areas/30201",
    "/evidence/indicators/online-share/ranking", "/evidence/indicators/online-share/ranking?prefecture=30",
    "/evidence/plans/juten-2021", "/evidence/plans/juten-2021/1-1",
)  # fmt: skip
SIZES = {"phone": (320, 700), "desk": (1280, 900)}


@pytest.fixture
def store(tmp_path: Path, settings: object) -> Path:
    folder = load(tmp_path)
    settings.EVIDENCE = folder  # type: ignore[attr-defined]  # known at run time only
    return folder


def test_every_page_of_a_loaded_store_is_accessible(live_server: object, browser: Browser, store: Path) -> None:
    page, faults = browser.new_context().new_page(), []
    for language in LANGUAGES:
        for path in PAGES:
            answer = page.goto(f"{live_server}{path}{'&' if '?' in path else '?'}lang={language}")
            assert answer is not None
            if answer.status != 200:
                faults.append(f"{path} {answer.status}")
            for size, (width, height) in SIZES.items():
                page.set_viewport_size({"width": width, "height": height})
                keep_picture(page, f"loaded{path.replace('/', '-').partition('?')[0]}-{size}-{language}")
                page.locator("details").evaluate_all("all => all.forEach(d => d.open = true)")
                faults += [f"{path} {size} {language} {fault}" for fault in violations(page)]
                wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                faults += [f"{path} {size} {language} scrolls sideways by {wide} px"] if wide > 0 else []
    page.context.close()

    assert faults == []


def test_every_page_is_below_sixty_kilobytes_compressed(store: Path) -> None:
    client = Client()
    sizes = {path: len(gzip.compress(client.get(path).content)) for path in PAGES}

    assert {path: size for path, size in sizes.items() if size > 60_000} == {}


def test_another_indicator_on_the_map_costs_at_most_two_kilobytes(
    live_server: object, browser: Browser, store: Path
) -> None:
    answer = Client().get("/evidence/indicators/applications/classes?month=2026-06")
    title, marks = answer.content.decode().splitlines()

    assert title == "申請の件数 2026-06"
    assert len(marks) == len(AREAS)
    assert len(gzip.compress(b"0123n" * 349)) < 2_000  # all 1,741 municipalities
    page = browser.new_page()
    page.goto(f"{live_server}/evidence/indicators/online-share/map?month=2026-06")
    page.locator("a[data-classes]").click()
    page.locator("h1", has_text="申請の件数").wait_for()
    shown = page.locator(".map path").evaluate_all("all => all.map(p => p.getAttribute('class'))")
    assert shown == [mark if mark == "n" else f"q{mark}" for mark in marks]
    page.close()


def test_similar_municipalities_are_those_of_nearest_size(store: Path) -> None:
    html = Client().get("/evidence/indicators/online-share/areas/30202").content.decode()

    assert "和歌山県海南市" in html
    assert "規模の近い市区町村" in html
    assert "5市区町村のうち" in html


def test_a_sheet_tells_all_its_payees_and_where_its_effect_stops(store: Path) -> None:
    client = Client()
    html = client.get("/evidence/sheets/2024/7").content.decode()
    lines = b"".join(client.get("/evidence/sheets/2024/7/payees.csv").streaming_content)  # type: ignore[attr-defined]  # known at run time only

    assert "見本株式会社" in html
    assert [row["amount"] for row in csv.DictReader(io.StringIO(lines.decode()))] == ["300", "200", "50"]


def test_every_field_of_the_search_narrows_it(store: Path) -> None:
    client = Client()

    def found(query: str) -> bool:
        return "見本のデジタル事業" in client.get(f"/evidence/sheets?{query}").content.decode()

    assert found(
        "budget_min=１，２００，０００，０００&words=電子化&bureau=国民向けサービスグループ&executed_min=900000000"
    )
    assert found("budget_min=何か")  # not an amount: left out, and the form shows it empty
    for query in (
        "budget_min=1200000001",
        "words=ない",
        "bureau=ない",
        "executed_min=900000001",
        "change_min=1",
        "payee=x",
    ):
        assert not found(query), query


def test_the_entrance_names_the_plans_that_are_loaded(store: Path) -> None:
    html = Client().get("/evidence").content.decode()

    assert 'href="/evidence/plans/juten-2021"' in html
    assert html.count("/evidence/plans/") == 1


def test_open_data_is_complete_and_described(store: Path, tmp_path: Path) -> None:
    import duckdb

    client = Client()
    catalogue = json.loads(client.get("/evidence/data/catalogue.jsonld").content)
    assert {entry["dct:identifier"] for entry in catalogue["dcat:dataset"]} == set(DATASETS)
    for name in DATASETS:
        answer = client.get(f"/evidence/data/{name}.csv")
        header, *rows = csv.reader(io.StringIO(b"".join(answer.streaming_content).decode()))  # type: ignore[attr-defined]  # known at run time only
        columns = json.loads(client.get(f"/evidence/data/{name}.csv-metadata.json").content)["tableSchema"]["columns"]
        assert [column["name"] for column in columns] == header, name
        told = json.loads(b"".join(client.get(f"/evidence/data/{name}.json").streaming_content))  # type: ignore[attr-defined]  # known at run time only
        assert [list(row) for row in told] == [header] * len(rows), name
        assert [[_cell(value) for value in row.values()] for row in told] == rows, name
        packed = tmp_path / f"{name}.parquet"
        packed.write_bytes(b"".join(client.get(f"/evidence/data/{name}.parquet").streaming_content))  # type: ignore[attr-defined]  # known at run time only
        counted = duckdb.execute(f"SELECT count(*) FROM '{packed}'").fetchall()
        assert counted == [(len(rows),)], name
        assert {answer["Access-Control-Allow-Origin"], answer["Cross-Origin-Resource-Policy"]} == {"*", "cross-origin"}
    assert client.get("/evidence/data/nothing.csv").status_code == 404
    assert not client.get("/evidence/data").has_header("Access-Control-Allow-Origin")
    for entry in catalogue["dcat:dataset"]:
        assert {one["dcat:mediaType"].rsplit("/", 1)[1] for one in entry["dcat:distribution"]} == {
            "csv", "json", "vnd.apache.parquet"
        }  # fmt: skip
        assert all(one["dcat:accessURL"].startswith("http") for one in entry["dcat:distribution"])


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def test_a_page_of_a_past_day_shows_what_was_known_then(store: Path) -> None:
    client = Client()
    with replaced(store) as warehouse:
        figures = ObservationStore(warehouse)
        share = figures.indicator("online-share")
        figures.append(
            [Observation("online-share", "30201", dt.date(2026, 6, 1), 350_000.0, 350_000.0, dt.date(2026, 9, 1), 1)]
        )
        assert figures.profile(share, dt.date(2026, 9, 1), area="30201")[-1].value == 100
    page = "/evidence/indicators/online-share/areas/30201"

    assert "100%" in client.get(f"{page}?known=2026-09-01").content.decode()
    past = client.get(f"{page}?known=2026-08-31").content.decode()
    assert "100%" not in past
    assert "2026年8月31日に分かっていたこと" in past
    assert "に分かっていたこと" not in client.get(f"{page}?known=2999-01-01").content.decode()
    assert client.get(f"{page}?known=2026-06-30").status_code == 404  # nothing was known yet
    assert "公開しているデータは、まだありません" in client.get("/evidence/sheets?known=2001-01-01").content.decode()
    assert client.get("/evidence/sheets/2024/7?known=2001-01-01").status_code == 404
    assert client.get(f"/evidence/sheets/{'9' * 400}/{'9' * 40}").status_code == 404
    assert "見本のデジタル事業" in client.get("/evidence/sheets/2024/7").content.decode()


def test_the_quality_page_names_the_sheets_and_gives_them_as_a_file(store: Path) -> None:
    with replaced(store) as warehouse:
        warehouse.connection.execute("UPDATE sheets SET executed = total_budget + 1")
    client = Client()

    html = client.get("/evidence/quality/2024?doubt=executed_over_budget").content.decode()
    rows = list(
        csv.DictReader(io.StringIO(b"".join(client.get("/evidence/quality/2024.csv").streaming_content).decode()))
    )  # type: ignore[attr-defined]  # known at run time only

    assert "見本のデジタル事業" in html
    assert 'href="/evidence/sheets/2024/7"' in html
    assert [(row["doubt"], row["project_id"]) for row in rows] == [("executed_over_budget", "7")]
    assert client.get("/evidence/quality/2024?doubt=x' OR 1=1").status_code == 200


def test_a_sheet_tells_its_money_by_budget_year_and_account(store: Path) -> None:
    html = Client().get("/evidence/sheets/2024/7").content.decode()
    table = html.split('id="accounts"')[1].split("</table>")[0]

    assert "2023" in table
    assert "一般会計" in table
    assert "1,200,000,000" in table


def test_each_figure_tells_source_day_and_whether_it_is_stale(store: Path) -> None:
    for tail in ("", "/map", "/ranking", "/areas/30201"):
        html = Client().get(f"/evidence/indicators/online-share{tail}").content.decode()
        assert "見本の業務記録" in html, tail
        assert "2026年7月1日に分かっている値" in html, tail
        assert "更新が遅れています" in html, tail
        fresh = Client().get(f"/evidence/indicators/online-share{tail}?known=2026-07-20").content.decode()
        assert "更新が遅れています" not in fresh, tail


def test_a_municipality_follows_its_own_plan_csv_in_page_out(store: Path, tmp_path: Path) -> None:
    file = tmp_path / "p.csv"
    file.write_bytes(
        """no,title,KPI(進捗),KPI(効果),section,owner,deadline,status
施策１,書かない窓口,導入した窓口の数,待ち時間（分）,一,市民課,2026年3月31日,running
施策２,公園の整備,未設定,未設定,二,都市整備課,,planned
""".encode("cp932")
    )
    assert main(["evidence", "load", "--plan", f"海南市 総合計画={file}", "--store", str(store)]) == 0
    client = Client()

    entrance = client.get("/evidence").content.decode()
    link = next(part for part in entrance.split('"') if part.startswith("/evidence/plans/%E6"))
    plan = client.get(link).content.decode()
    links = [part for part in plan.split('"') if part.startswith(link + "/")]
    measure = client.get(links[0]).content.decode()

    assert "市民課" in plan
    assert "遅れ" in plan  # its deadline has passed
    assert plan.count("未設定") == 2
    assert len(links) == 2
    assert "待ち時間（分）" in measure
    assert client.get(f"{link}/none").status_code == 404


@pytest.mark.parametrize(
    ("language", "said"),
    [("ja", "出典、目標がありません"), ("en", "an indicator lacks its"), ("ja-easy", "もくひょうが ありません")],
)
def test_what_a_logic_model_lacks_is_said_in_the_readers_language(store: Path, language: str, said: str) -> None:
    client = Client()
    client.get(f"/evidence?lang={language}")

    assert said in client.get("/evidence/plans/juten-2021/1-1").content.decode()
