"""Events become indicators, tables become open data, and the loop from sheet to sheet closes."""

from __future__ import annotations

import csv
import datetime as dt
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiban.evidence import effects
from kiban.evidence.from_events import GAUGES, observe
from kiban.evidence.loop import TRUE_MINUTES, Loop, panel_from_rows, run, trace
from kiban.evidence.model import Observation
from kiban.evidence.opendata import publish
from kiban.evidence.refresh import area_of
from kiban.evidence.store import Warehouse
from kiban.evidence.store.observations import ObservationStore
from kiban.evidence.studies import report, studies_of
from kiban.evidence.tables import SHEETS
from kiban.kernel.clock import JST
from kiban.kernel.events import Event
from shared_data import shared

NOON = dt.datetime(2026, 11, 21, 12)
NIGHT = dt.datetime(2026, 6, 30, 23, 30, tzinfo=JST)


@pytest.fixture(scope="module")
def warehouse() -> Iterator[Warehouse]:
    warehouse = Warehouse()
    warehouse.load_saved_sheets(shared("data/insight-rs"))
    yield warehouse
    warehouse.close()


@pytest.fixture(scope="module")
def loop(warehouse: Warehouse) -> Loop:
    return run(warehouse, [f"{30000 + number}" for number in range(600)], at=NOON)


def test_case_events_become_monthly_figures_of_the_agencys_area() -> None:
    day = dt.datetime(2026, 6, 30, 23, 30, tzinfo=JST)
    one = {"documents_omitted": 3, "typed_characters": 0, "online": True}
    two = {"documents_omitted": 1, "typed_characters": 12, "online": False}
    events = [
        Event("application_submitted", day, "302015", "a1", one),
        Event("application_submitted", day, "302015", "a2", two),
        Event("decision_made", day, "302015", "c1", {"days": 4}),
        Event("case_opened", day, "302015", "c1", {}),
    ]

    found = {
        o.indicator: (o.numerator, o.denominator) for o in observe(events, as_of=NOON.date(), area_of=lambda a: a[:5])
    }

    assert found == {"applications": (2, None), "documents_omitted": (4, 2), "typed_characters": (12, 2),
                     "online_share": (1, 2), "days_to_decision": (4, 1)}  # fmt: skip
    assert len({gauge.indicator.id for gauge in GAUGES}) == len(GAUGES)


def test_an_event_of_a_pack_counts_for_all_and_for_that_pack() -> None:
    events = [
        Event("survey_answered", NIGHT, "302015", "s1", {"procedure": "tennyu", "satisfied": True}),
        Event("survey_answered", NIGHT, "302015", "s2", {"procedure": "tennyu", "satisfied": False}),
        Event("survey_answered", NIGHT, "302015", "s3", {"procedure": "jido-teate", "satisfied": True}),
        Event("survey_answered", NIGHT, "nenkin", "s4", {"procedure": "tennyu", "satisfied": True}),
    ]

    found = {o.indicator: (o.numerator, o.denominator) for o in observe(events, as_of=NOON.date(), area_of=area_of)}

    assert found == {"satisfaction": (2, 3), "satisfaction-tennyu": (1, 2), "satisfaction-jido-teate": (1, 1)}


def test_take_up_is_the_share_of_offers_that_became_an_application_in_the_month_they_were_sent() -> None:
    later = NIGHT + dt.timedelta(days=40)
    events = [
        Event("notice_sent", NIGHT, "302015", "n1", {"offers": True, "procedure": "jido-teate"}),
        Event("notice_sent", NIGHT, "302015", "n2", {"offers": True, "procedure": "jido-teate"}),
        Event("notice_sent", NIGHT, "302015", "n3", {"offers": False}),  # tells of a decision: nothing to take up
        Event("notice_application_opened", NIGHT, "302015", "n1", {"offers": True}),  # opened is not yet taken up
        Event("application_submitted", later, "portal", "a1", {"notice": "n2"}),
        Event("application_submitted", later, "302015", "a1", {"notice": "n2"}),
        Event("application_submitted", later, "302015", "a2", {"notice": "n2"}),  # the second procedure of one offer
        Event("application_submitted", later, "302015", "a3", {"notice": ""}),
    ]

    found = {
        (o.indicator, o.month): (o.numerator, o.denominator)
        for o in observe(events, as_of=NOON.date(), area_of=area_of)
        if o.indicator.startswith("take_up")
    }

    june = dt.date(2026, 6, 1)
    assert found == {("take_up", june): (1, 2), ("take_up-jido-teate", june): (1, 2)}


@pytest.mark.parametrize(
    ("agency", "area"),
    [("302015", "30201"), ("education-302015", "30201"), ("nenkin", ""), ("portal", ""), ("3020155", "")],
)
def test_an_offices_area_follows_from_its_id(agency: str, area: str) -> None:
    assert area_of(agency) == area


def test_a_public_table_comes_with_dictionary_and_catalogue_entry(warehouse: Warehouse, tmp_path: Path) -> None:
    paths = publish(warehouse, SHEETS, folder=tmp_path, at=NOON.date())

    with paths["csv"].open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    dictionary = json.loads(paths["csv-metadata.json"].read_text(encoding="utf-8"))
    entry = json.loads(paths["dcat.jsonld"].read_text(encoding="utf-8"))
    assert len(rows) == 1 + 5664 + 5794
    assert [column["name"] for column in dictionary["tableSchema"]["columns"]] == rows[0]
    assert entry["@type"] == "dcat:Dataset"
    assert {d["dcat:byteSize"] for d in entry["dcat:distribution"]} == {
        paths[kind].stat().st_size for kind in ("csv", "json", "parquet")
    }  # fmt: skip
    assert Warehouse().rows("SELECT count(*) FROM read_parquet(?)", [str(paths["parquet"])])[0][0] == 11_458
    assert len(json.loads(paths["json"].read_text(encoding="utf-8"))) == 11_458


def test_the_loop_finds_the_effect_it_should_and_writes_it_to_the_sheet(loop: Loop, warehouse: Warehouse) -> None:
    low, high = loop.study.interval

    assert TRUE_MINUTES < loop.study.effect < TRUE_MINUTES / 2
    assert low < loop.study.effect < high
    assert loop.study.yen.low <= loop.study.yen.yen <= loop.study.yen.high
    assert loop.beside.effect > loop.study.effect + 0.3  # the quick regression understates it
    assert studies_of(warehouse, loop.study.sheet_year, project_id=loop.study.project_id) == [loop.study]
    assert loop.findings == 0


def test_every_number_of_the_study_rests_on_stored_rows(loop: Loop, warehouse: Warehouse) -> None:
    rows = warehouse.rows("SELECT count(*), count(DISTINCT area) FROM observations WHERE indicator = 'counter_wait'")[0]

    assert rows == (loop.study.observations, loop.study.units)
    for what, query in trace(loop):
        assert warehouse.rows(query), what


def test_every_number_of_the_study_can_be_made_again_from_the_rows_alone(loop: Loop, warehouse: Warehouse) -> None:
    known, study = NOON.date(), loop.study
    panel = panel_from_rows(warehouse, known=known)
    group = effects.aggregate(effects.group_time_effects(panel), "group")
    exposed = warehouse.rows("""SELECT sum(denominator) FROM observations WHERE indicator = 'counter_wait'
        AND month >= DATE '2023-01-01' AND area IN
        (SELECT area FROM observations WHERE indicator = 'counter_adopted')""")
    yen = warehouse.rows("SELECT numerator FROM observations WHERE indicator = 'minute_value'")

    assert (group.overall, group.interval()) == (study.effect, study.interval)
    assert study.yen.population == exposed[0][0]
    assert study.yen.unit_yen == -yen[0][0]
    assert study.yen.yen == round(study.effect * exposed[0][0] * -yen[0][0])
    later = dt.date(2026, 11, 22)
    ObservationStore(warehouse).append(
        [Observation("counter_wait", panel.units[0], dt.date(2023, 12, 1), 9e6, 900.0, later, 1)]
    )
    assert panel_from_rows(warehouse, known=later).outcome[0, -1] == 10_000  # another row, another number
    assert panel_from_rows(warehouse, known=known).outcome[0, -1] == panel.outcome[0, -1]


def test_parallel_trends_are_accepted_and_diverging_ones_seen(loop: Loop) -> None:
    assert effects.pre_trend(loop.dynamic).parallel
    panel = loop.panel
    drift = panel.outcome + 0.5 * panel.times * (panel.cohort != 0)[:, None]
    diverging = effects.Panel(panel.units, panel.times, drift, panel.cohort)

    assert not effects.pre_trend(effects.aggregate(effects.group_time_effects(diverging), "dynamic")).parallel
    apart = effects.Panel(panel.units, panel.times, panel.outcome + 9.0 * (panel.cohort != 0)[:, None], panel.cohort)
    assert (effects.unbalanced(panel), effects.unbalanced(apart)) == ([], ["outcome"])


def test_the_report_tells_method_interval_yen_and_cautions(loop: Loop) -> None:
    text = report(loop.study, loop.dynamic, beside=loop.beside)

    assert f"{loop.study.yen.yen:,}円" in text
    assert "95%区間" in text
    assert "注意: 試験用に作った値" in text


def test_the_effect_command_prints_the_published_number() -> None:
    words = ["--unit", "countyreal", "--time", "year", "--outcome", "lemp", "--first-treated", "first.treat"]
    file = str(shared("data/insight-causal/mpdta.csv.gz"))

    done = subprocess.run([sys.executable, "-m", "kiban", "evidence", "effect", file, *words, "--kind", "simple"],
                          check=True, capture_output=True, text=True)  # fmt: skip

    assert "simple: -0.039951" in done.stdout
    assert "two-way fixed effects: -0.036549" in done.stdout
