"""The reference results of the literature, to the digits that are published or were measured by two peers."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest

from kiban.evidence.effects import (
    Options,
    Panel,
    aggregate,
    difference_in_differences,
    discontinuity,
    group_time_effects,
    mean_difference,
    placebo_effects,
    placebo_rank,
    pre_post,
    read_panel,
    synthetic_control,
    synthetic_did,
    two_way_fixed_effects,
)
from kiban.evidence.effects.panel import Columns
from kiban.evidence.errors import BadStudy
from shared_data import shared


def table(path: Path, delimiter: str = ",") -> dict[str, list[str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter=delimiter))
    return {name: [row[name] for row in rows] for name in rows[0]}


def mpdta(covariates: tuple[str, ...] = ()) -> Panel:
    return read_panel(
        table(shared("data/insight-causal/mpdta.csv.gz")),
        Columns("countyreal", "year", "lemp", "first.treat", covariates),
    )


def prop99() -> Panel:
    rows = table(shared("data/insight-causal/california_prop99.csv.gz"), ";")
    first = [1989 if state == "California" else 0 for state in rows["State"]]
    return read_panel({**rows, "first": first}, Columns("State", "Year", "PacksPerCapita", "first"))


PUBLISHED_CELLS = {
    (2004, 2004): -0.0105, (2004, 2005): -0.0704, (2004, 2006): -0.1373, (2004, 2007): -0.1008,
    (2006, 2004): 0.0065, (2006, 2005): -0.0028, (2006, 2006): -0.0046, (2006, 2007): -0.0412,
    (2007, 2004): 0.0305, (2007, 2005): -0.0027, (2007, 2006): -0.0311, (2007, 2007): -0.0261,
}  # fmt: skip


def test_every_cell_of_mpdta_is_as_published() -> None:
    cells = group_time_effects(mpdta())

    found = {
        (int(g), int(t)): round(float(e), 4) for g, t, e in zip(cells.group, cells.time, cells.effect, strict=True)
    }

    assert found == PUBLISHED_CELLS


@pytest.mark.parametrize(
    ("kind", "value"),
    [("simple", -0.0399512752), ("group", -0.0310182822), ("dynamic", -0.0772398215), ("calendar", -0.0417004321)],
)
def test_the_aggregates_of_mpdta_are_as_two_peers_give_them(kind: str, value: float) -> None:
    assert aggregate(group_time_effects(mpdta()), kind).overall == pytest.approx(value, abs=1e-8)  # type: ignore[arg-type]  # a stand-in, or wrong on purpose


@pytest.mark.parametrize(
    ("kind", "value"), [("simple", -0.0417517721), ("group", -0.0328195972), ("dynamic", -0.0803539497)]
)
def test_the_doubly_robust_aggregates_of_mpdta_are_as_two_peers_give_them(kind: str, value: float) -> None:
    cells = group_time_effects(mpdta(("lpop",)), Options(covariates=("lpop",)))

    assert aggregate(cells, kind).overall == pytest.approx(value, abs=1e-8)  # type: ignore[arg-type]  # a stand-in, or wrong on purpose


def test_the_standard_error_of_the_simple_aggregate_is_as_two_peers_give_it() -> None:
    assert aggregate(group_time_effects(mpdta()), "simple").overall_error == pytest.approx(0.0120340128, abs=1e-8)


def test_the_two_way_regression_gives_the_known_biased_number() -> None:
    found = two_way_fixed_effects(mpdta())

    assert (round(found.effect, 5), round(found.error, 5)) == (-0.03655, 0.01327)
    assert "biased" in found.note


def test_proposition_99_as_published() -> None:
    panel = prop99()
    before, treated = panel.times < 1989, panel.cohort != 0
    change = panel.outcome[:, ~before].mean(axis=1) - panel.outcome[:, before].mean(axis=1)

    assert change[treated].mean() - change[~treated].mean() == pytest.approx(-27.349, abs=5e-4)
    assert synthetic_control(panel).effect == pytest.approx(-19.514, abs=5e-4)
    assert synthetic_did(panel).effect == pytest.approx(-15.605, abs=5e-4)
    assert placebo_rank(panel) == (3, 39)


def test_placebos_of_proposition_99_give_the_published_standard_errors() -> None:
    panel = prop99()
    did, control = (placebo_effects(panel, method=method) for method in (synthetic_did, synthetic_control))

    assert len(did) == 38
    assert did.std() == pytest.approx(8.4, abs=1.5)  # Arkhangelsky et al. (2021), table 1: 8.4 and 9.9
    assert control.std() == pytest.approx(9.9, abs=1.5)


def test_before_and_after_with_controls_is_right_and_more_precise_than_the_means() -> None:
    rng = np.random.default_rng(11)
    treated = rng.random(4000) < 0.5
    before = rng.normal(20, 5, 4000)
    after = 3 + 0.9 * before - 2.0 * treated + rng.normal(0, 1, 4000)

    found = pre_post(np.append(before, np.nan), np.append(after, 1.0), treated=np.append(treated, True))

    assert abs(found.effect + 2.0) < 3 * found.error
    assert found.error < 0.5 * mean_difference(after[treated], after[~treated]).error
    assert found.observations == 4000
    with pytest.raises(BadStudy, match="fewer than 10"):
        pre_post(before[:12], after[:12], treated=np.arange(12) < 3)
    with pytest.raises(BadStudy, match="same value"):
        pre_post(np.ones(40), after[:40], treated=np.arange(40) < 20)


def test_lalonde_experiment_as_published() -> None:
    pandas = pytest.importorskip("pandas", reason="Stata files are read with pandas")
    data = pandas.read_stata(shared("data/insight-causal/nsw_mixtape.dta.gz"), compression="gzip")
    treated = data["treat"].to_numpy() == 1
    earnings = data["re78"].to_numpy().astype(float)

    assert mean_difference(earnings[treated], earnings[~treated]).effect == pytest.approx(1794.34, abs=0.005)


def test_card_and_krueger_as_published() -> None:
    lines = shared("data/insight-causal/ck_public.dat").read_text().splitlines()

    def number(line: str, start: int, end: int) -> float:
        text = line[start - 1 : end].strip()
        return float(text) if text not in {"", "."} else float("nan")

    jersey = np.array([number(line, 9, 9) == 1 for line in lines])
    first = np.array([number(x, 26, 30) + number(x, 38, 42) + 0.5 * number(x, 32, 36) for x in lines])
    second = np.array([number(x, 122, 126) + number(x, 134, 138) + 0.5 * number(x, 128, 132) for x in lines])
    found = difference_in_differences((first[jersey], first[~jersey]), (second[jersey], second[~jersey]))
    both = np.isfinite(first) & np.isfinite(second)
    change = second - first

    assert {name: round(mean, 2) for name, mean in found.means.items()} == {
        "treated_before": 20.44, "treated_after": 21.03, "controls_before": 23.33, "controls_after": 21.17,
    }  # fmt: skip
    assert round(found.effect, 2) in {2.75, 2.76}
    balanced = mean_difference(change[both & jersey], change[both & ~jersey])
    assert (round(balanced.effect, 2), round(balanced.error, 2)) == (2.75, 1.34)


def test_a_jump_at_a_threshold_is_found_with_its_sensitivity() -> None:
    rng = np.random.default_rng(7)
    x = rng.uniform(-1, 1, 20_000)
    y = 0.8 * x + 0.5 * x**2 + 0.4 * (x >= 0) + rng.normal(0, 0.3, x.size)

    found = discontinuity(x, y, threshold=0.0)

    assert abs(found.effect - 0.4) < 4 * found.error
    assert found.error < 0.03
    assert set(found.sensitivity) == {"0.5x", "2.0x"}
    assert found.density_ratio == pytest.approx(1, abs=0.1)


def test_government_transfers_raise_support_of_the_government() -> None:
    rows = table(shared("data/insight-causal/Government_Transfers_RDD_Data.csv.gz"))
    income, support = np.array(rows["Income_Centered"], float), np.array(rows["Support"], float)

    found = discontinuity(-income, support, threshold=0.0, bandwidth=0.02)

    assert found.effect > 0.05
    assert found.effect > found.error


def staggered(seed: int, *, units: int = 120, effect: float = 0.5) -> Panel:
    rng = np.random.default_rng(seed)
    cohort = rng.choice([0, 4, 6], units)
    times = np.arange(1, 9)
    treated = (cohort[:, None] != 0) & (times >= cohort[:, None])
    outcome = rng.normal(0, 1, (units, 1)) + 0.2 * times + effect * treated + rng.normal(0, 0.6, (units, 8))
    return Panel(tuple(map(str, range(units))), times, outcome, cohort)


@pytest.mark.long
def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    hits = 0
    for seed in range(1000):
        low, high = aggregate(group_time_effects(staggered(seed, units=300)), "group", draws=0).interval()
        hits += low <= 0.5 <= high

    assert 930 <= hits <= 970


@pytest.mark.long
def test_the_uniform_band_covers_all_points_at_once() -> None:
    hits = 0
    for seed in range(1000):
        found = aggregate(group_time_effects(staggered(seed, units=300)), "dynamic", draws=499, seed=seed)
        low, high = found.intervals()
        truth = np.where(found.label >= 0, 0.5, 0.0)
        hits += bool(((low <= truth) & (truth <= high)).all())

    assert 930 <= hits <= 970


def test_the_band_is_wider_than_a_pointwise_interval_and_the_same_for_the_same_seed() -> None:
    cells = group_time_effects(staggered(3))

    one, two = aggregate(cells, "dynamic"), aggregate(cells, "dynamic")

    assert one.band.critical > 2.0
    assert one.band == two.band


def test_the_order_of_rows_changes_nothing() -> None:
    rows = table(shared("data/insight-causal/mpdta.csv.gz"))
    order = np.random.default_rng(1).permutation(len(rows["year"]))
    mixed = {name: [values[i] for i in order] for name, values in rows.items()}
    columns = Columns("countyreal", "year", "lemp", "first.treat")

    one = group_time_effects(read_panel(rows, columns)).effect
    two = group_time_effects(read_panel(mixed, columns)).effect

    np.testing.assert_array_equal(one, two)


LONG = Columns("unit", "time", "y", "first")


def long_table(panel: Panel) -> dict[str, list[object]]:
    n, t = panel.outcome.shape
    return {
        "unit": [unit for unit in panel.units for _ in range(t)],
        "time": [int(time) for _ in range(n) for time in panel.times],
        "y": [float(y) for row in panel.outcome for y in row],
        "first": [int(g) for g in panel.cohort for _ in range(t)],
    }


def test_missing_cells_set_their_unit_aside_and_say_so() -> None:
    rows = long_table(staggered(1))
    rows["y"][5] = None

    found = read_panel(rows, LONG)

    assert len(found.units) == 119
    assert any("missing cells" in warning for warning in found.warnings)


def test_few_clusters_and_tiny_cohorts_are_warned_of() -> None:
    warnings = " ".join(read_panel(long_table(staggered(1, units=12)), LONG).warnings)

    assert "12 clusters" in warnings
    assert "has only" in warnings


def test_without_a_never_treated_unit_the_study_refuses_and_tells_the_way_out() -> None:
    panel = staggered(2)
    everyone = Panel(panel.units, panel.times, panel.outcome, np.where(panel.cohort == 0, 8, panel.cohort))

    with pytest.raises(BadStudy, match=r"never treated.*not_yet"):
        group_time_effects(everyone)
    assert aggregate(group_time_effects(everyone, Options(controls="not_yet")), "group").overall == pytest.approx(
        0.5, abs=0.3
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda rows: rows.pop("first"), "no column 'first'"),
        (
            lambda rows: rows["unit"].__setitem__(1, rows["unit"][0]) or rows["time"].__setitem__(1, 1),
            "2 rows for time 1",
        ),
        (lambda rows: rows["first"].__setitem__(0, 3), "changes over time"),
        (lambda rows: rows["y"].__setitem__(0, "十"), "not numeric"),
    ],
)
def test_known_bad_inputs_are_refused_with_a_reason(change: object, message: str) -> None:
    rows = long_table(staggered(4))
    change(rows)  # type: ignore[operator]  # one of several callables

    with pytest.raises(BadStudy, match=message):
        read_panel(rows, LONG)
