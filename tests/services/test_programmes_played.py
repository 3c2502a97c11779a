"""Each programme's pack by itself, filed, decided and paid on synthetic applicants: granted to the yen, and refused."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

import law_tables as law
from kiban.benefits.store.models import EntitlementRow
from kiban.cases.store.models import CaseRow
from kiban.evidence.from_events import INDICATORS, observe
from kiban.kernel.clock import SystemClock, today
from kiban.packs import load_packs
from kiban.population import residents
from kiban.shell.cli import main
from kiban.shell.evidence.events import told
from kiban.shell.trial import HOME, A, Trying, try_pack
from kiban.shell.wiring.library import Library, pack_library
from kiban.simulators.agencies.people import agency_rows, joined, story_family, story_rows
from shared_data import ROOT

pytestmark = pytest.mark.django_db(transaction=True)
NONE = {"elderly": 0, "specified": 0, "support_money": 0, "deductions": 0, "pension_monthly": 0, "disabled": False,
        "institution": False, "hospital": False, "disability_pension": False}  # fmt: skip


@pytest.fixture(scope="module")
def library() -> Library:
    return pack_library(load_packs(ROOT / "packs"))


def month() -> str:
    return f"{today(SystemClock()):%Y-%m}"


def head_income() -> int:
    """Of the family of the story, as its municipality holds it."""
    family = story_family(A, address=HOME)
    rows = story_rows(family, on=today(SystemClock()))[A]["tax"]
    return next(int(row["total_income"]) for row in rows if row["person"] == "story-1")


def in_force(table: dict[str, Any]) -> Any:
    return table[law.period(table, month())]


def lone_parents() -> int:
    income = max(0, head_income() - 80_000)
    return law.fuyo(month(), income=income, dependants=0, children=2)


GRANTED = {
    "jido-fuyo-teate": (NONE | {"lone": True}, "月額", lone_parents),
    "tokubetsu-jido-fuyo-teate": (NONE | {"grade": 2}, "月額", lambda: 2 * in_force(law.TOKUJI)[1]),
    "tokubetsu-shogaisha-teate": (NONE | {"severe": True}, "月額", lambda: in_force(law.TOKUSHO)),
    "hisaisha-seikatsu-saiken": (
        {"applies": True, "damage": "大規模半壊", "rebuild": "補修"}, "支援金",
        lambda: sum(law.disaster("大規模半壊", "補修", members=4)),
    ),
    "shugaku-enjo": ({"welfare": True}, "年額", lambda: 0),
    "tokutei-kyufu": ({"not_received": True, "not_supported": True}, "給付額", lambda: 30_000 + 2 * 20_000),
}  # fmt: skip
"""Answers, the amount that is decided, and what the law gives the family of the story."""


@pytest.mark.parametrize("pack", GRANTED)
def test_a_programme_is_filed_decided_and_paid_by_itself(library: Library, pack: str) -> None:
    answers, rule, wanted = GRANTED[pack]

    (tried,) = try_pack(library, Trying(pack, applicants=1, answers=answers))

    assert tried.done, tried
    yen = wanted()
    (case,) = CaseRow.objects.filter(procedure=pack)
    assert case.body["decision"]["results"].get(rule) == yen
    assert case.body["decision"]["reasons"], "a decision says why, with its article"
    assert dict(tried.ended) == {"granted" if yen else "refused": 1}
    paid = [row.body["rates"][0]["yen"] for row in EntitlementRow.objects.all()]
    assert paid == ([yen] if yen else [])
    assert bool(tried.payments) == bool(yen)
    assert (tried.letters, tried.notices) == (1, 1)


def test_a_child_of_a_household_on_assistance_gets_school_support(library: Library) -> None:
    day = today(SystemClock())
    ended = [t for t in try_pack(library, Trying("shugaku-enjo", applicants=12, answers={"welfare": True})) if t.done]

    assert len(ended) == 12
    first_years = {row.body["rates"][0]["yen"] for row in EntitlementRow.objects.all()}
    assert first_years <= {57_060, 63_000, 57_060 + 63_000, 2 * 57_060}
    assert day >= dt.date(2025, 4, 1)


REFUSED = {
    "jido-fuyo-teate": NONE | {"lone": False},
    "tokubetsu-jido-fuyo-teate": NONE | {"grade": 0},
    "shogaiji-fukushi-teate": NONE | {"severe": True},  # the head of the family is over 20
    "tokubetsu-shogaisha-teate": NONE | {"severe": True, "hospital": True},
    "hisaisha-seikatsu-saiken": {"applies": False, "damage": "全壊", "rebuild": "補修"},
    "shugaku-enjo": {"welfare": False},
    "tokutei-kyufu": {"not_received": False, "not_supported": True},
    "koko-shugaku-shien": {"course": "高校生でない", "months": 0, "fee": 0, "tax_base": 0, "adjustment": 0},
}


@pytest.mark.parametrize("pack", REFUSED)
def test_what_the_law_does_not_give_is_refused_with_its_reason_and_nothing_is_paid(library: Library, pack: str) -> None:
    (tried,) = try_pack(library, Trying(pack, applicants=1, answers=REFUSED[pack]))

    assert tried.done
    assert dict(tried.ended) == {"refused": 1}
    assert EntitlementRow.objects.count() == 0
    (case,) = CaseRow.objects.filter(procedure=pack)
    assert all(reason["law"] and reason["article"] for reason in case.body["decision"]["reasons"])
    assert "審査請求" in case.body["decision"]["appeal"]


def test_the_kind_of_pension_exemption_is_what_the_law_gives(library: Library) -> None:
    answers = {"student": False, "unemployed": False}
    assert all(one.done for one in try_pack(library, Trying("kokumin-nenkin-menjo", applicants=4, answers=answers)))

    day = today(SystemClock())
    town = agency_rows(residents(A, persons=160, on=day), on=day)
    rows = joined(town, story_rows(story_family(A, address=HOME), on=day))
    incomes = {row["person"]: int(row["total_income"]) for row in rows[A]["tax"]}
    categories = {row["person"]: row["category"] for row in rows["nenkin"]["pension"]}
    for case in CaseRow.objects.filter(procedure="kokumin-nenkin-menjo"):
        results = case.body["decision"]["results"]
        person = case.subject
        if categories.get(person) != "1":
            assert results["免除区分"] == "対象外"
        elif incomes.get(person, 0) <= law.exemption_limit("全額", dependants=0) and len(case.body["members"]) == 1:
            assert results["免除区分"] == "全額免除"


def test_postnatal_care_costs_less_after_a_birth_within_a_year(library: Library) -> None:
    answers = {"uses": 0, "use_fee": 8_000}
    assert all(one.done for one in try_pack(library, Trying("sango-care", applicants=8, answers=answers)))

    for case in CaseRow.objects.filter(procedure="sango-care"):
        results = case.body["decision"]["results"]
        assert results.get("減免", 0) in {0, 2_500, 5_000}
        assert results.get("自己負担", 8_000) == 8_000 - results.get("減免", 0)


def test_a_benefit_that_is_paid_once_is_not_paid_twice(library: Library) -> None:
    answers = {"not_received": True, "not_supported": True}
    for _ in range(2):
        (tried,) = try_pack(library, Trying("tokutei-kyufu", applicants=1, answers=answers))
        assert tried.done

    assert EntitlementRow.objects.count() == 1
    (kept,) = EntitlementRow.objects.all()
    assert (kept.state, kept.body["first_month"], kept.payments.count()) == ("ended", kept.body["ends"], 1)


def test_the_indicators_that_a_pack_names_fill_by_its_own_cases(library: Library) -> None:
    answers = NONE | {"lone": True}
    (tried,) = try_pack(library, Trying("jido-fuyo-teate", applicants=1, answers=answers))
    assert tried.done

    day = today(SystemClock())
    observed = observe(told(), as_of=day, area_of=lambda agency: agency[:5])
    found = {one.indicator: one for one in observed}

    named = load_packs(ROOT / "packs").loaded["jido-fuyo-teate"].pack.indicators
    assert set(named) <= set(found)
    for name in named:
        assert found[name].month == day.replace(day=1)
    assert found["applications-jido-fuyo-teate"].numerator >= 1
    assert found["documents_omitted-jido-fuyo-teate"].numerator >= 3


def test_every_indicator_that_a_pack_names_is_one_that_is_observed() -> None:
    known = {one.id for one in INDICATORS}
    for pack in load_packs(ROOT / "packs").loaded.values():
        named = {name.removesuffix(f"-{pack.pack.id}") for name in pack.pack.indicators if not pack.pack.extends}
        assert named <= known, pack.name


@pytest.mark.parametrize("pack", [*GRANTED, "kokumin-nenkin-menjo", "sango-care", "koko-shugaku-shien", "jido-teate"])
def test_documents_fall_away_by_a_legal_row_each(pack: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pack", "documents", pack]) == 0

    lines = capsys.readouterr().out.splitlines()
    given = [line for line in lines if line.startswith("supplied ")]
    assert given
    assert all(re.search(r" ← [a-z.]+ \S+ \d+条", line) for line in given), given
    one = load_packs(ROOT / "packs").loaded[pack].pack
    items = {fact.source.item for fact in one.facts.values() if fact.source.item}
    assert {line.split()[1] for line in given} == items, "each item that is read has its row"
    asked = [fact.source.ask for fact in one.facts.values() if fact.source.ask]
    assert len([line for line in lines if line.startswith("asked ")]) == len(asked)


def test_a_town_offers_its_own_packs_and_others_do_not(library: Library) -> None:
    here, there = library.begun_in("rei-shi"), library.begun_in(A)

    assert "rei-shi-hitorioya-uwanose" in here
    assert "jido-fuyo-teate" in here, "an own programme stands beside the national one"
    assert "rei-shi-hitorioya-uwanose" not in there
    assert {"tokutei-kyufu", "rei-shi-tokutei-kyufu"}.isdisjoint({*here, *there}), "only through a notice"
    assert "jido-teate" not in there, "a procedure of a bundle is begun with it"
