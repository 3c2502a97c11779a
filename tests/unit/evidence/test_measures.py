"""Every measure of a plan is followed: what it counts, what it leaves unset, where it stands."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from kiban.evidence.errors import NoSuchSheet
from kiban.evidence.logic import check
from kiban.evidence.measures import Status, is_late, read_plan
from kiban.evidence.store import Warehouse
from kiban.evidence.store.plans import Change, PlanStore
from shared_data import shared

NOON = dt.datetime(2024, 6, 21, 12)


def test_the_149_measures_are_read_and_unset_ones_stay_visible() -> None:
    measures, report = read_plan(shared("research/measures.csv"), plan="juten-2021")

    assert (len(measures), report.kept, report.faults) == (149, 149, [])
    unset = [m for m in measures if not m.effect]
    portal = next(m for m in measures if m.policy.id == "juten-2021/2-1")
    assert len(unset) == 14
    assert not portal.is_measured
    assert any("未設定" in finding.what for finding in check(portal.logic_model()))


def test_each_measure_is_a_logic_model_without_circles() -> None:
    measures, _ = read_plan(shared("research/measures.csv"), plan="juten-2021")

    for measure in measures:
        whats = {finding.what for finding in check(measure.logic_model())}
        assert not any("circle" in what or "no activity" in what for what in whats)


PLAN = """no,title,KPI(進捗),KPI(効果),section,owner,deadline,status
1,窓口を一つに,開設数；研修数,待ち時間,I,市民課,2024-03-31,running
1,二重,a,b,I,,,
2,日付,a,b,I,,三月末,
3,状態,a,b,I,,,half
4,未定の施策,未設定（検討中）,未設定,II,,,
"""


def test_a_municipality_follows_its_own_plan_and_bad_rows_are_told(tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    path.write_text(PLAN, encoding="cp932")

    measures, report = read_plan(path, plan="kainan")

    assert [m.policy.id for m in measures] == ["kainan/1", "kainan/4"]
    assert [(f.where.line, f.where.field) for f in report.faults] == [(3, "no"), (4, "deadline"), (5, "status")]
    assert measures[0].progress == ("開設数", "研修数")
    assert is_late(measures[0], dt.date(2024, 6, 21))
    assert measures[1].remark == "検討中"


def test_history_is_kept_and_the_newest_status_shown(tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    path.write_text(PLAN, encoding="utf-8")
    store = PlanStore(Warehouse())
    store.save(read_plan(path, plan="kainan")[0], NOON)

    store.note("kainan/1", Change(Status.DONE, "開設した", "officer-1", NOON + dt.timedelta(days=30)))

    assert [change.status for change in store.history("kainan/1")] == [Status.RUNNING, Status.DONE]
    assert store.plan("kainan")[0].policy.status == Status.DONE
    assert store.plan("kainan")[1].effect == ()
    with pytest.raises(NoSuchSheet, match="kainan/99"):
        store.note("kainan/99", Change(Status.DONE, "", "", NOON))
