"""Each programme's pack by itself, filed, decided and paid on synthetic applicants: granted to the yen, and refused."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
from typing import Any

import pytest

import law_tables as law
from kiban.benefits.payments import read
from kiban.benefits.store.models import EntitlementRow, PaymentRow
from kiban.cases.store.models import CaseRow
from kiban.evidence.from_events import INDICATORS, observe
from kiban.kernel.clock import JST, FixedClock, today
from kiban.packs import Packs, load_packs
from kiban.population import Resident, residents
from kiban.shell.cli import main
from kiban.shell.evidence.events import told
from kiban.shell.payout import PAYER, pay_out
from kiban.shell.trial import HOME, A, Trying, try_pack
from kiban.shell.wiring.library import Library, pack_library
from kiban.simulators.agencies.people import agency_rows, joined, school_grade, story_family, story_rows
from shared_data import ROOT

pytestmark = pytest.mark.django_db(transaction=True)
CLOCK = FixedClock(dt.datetime(2026, 11, 21, 10, tzinfo=JST))
"""The family's children grow and amounts change: what is granted is of this day."""
NONE = {"elderly": 0, "specified": 0, "support_money": 0, "deductions": 0, "pension_monthly": 0, "disabled": False,
        "institution": False, "hospital": False, "disability_pension": False}  # fmt: skip


@pytest.fixture(scope="module")
def packs() -> Packs:
    return load_packs(ROOT / "packs")


@pytest.fixture(scope="module")
def library(packs: Packs) -> Library:
    return pack_library(packs)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where a command finds the rule files that the one before it parsed."""
    return str(tmp_path_factory.mktemp("rules"))


def month() -> str:
    return f"{today(CLOCK):%Y-%m}"


def head_income() -> int:
    """Of the family of the story, as its municipality holds it."""
    family = story_family(A, address=HOME)
    rows = story_rows(family, on=today(CLOCK))[A]["tax"]
    return next(int(row["total_income"]) for row in rows if row["person"] == "story-1")


def in_force(table: dict[str, Any]) -> Any:
    return table[law.period(table, month())]


def lone_parents() -> int:
    income = max(0, head_income() - 80_000)
    return law.fuyo(month(), income=income, dependants=0, children=2)


def nothing() -> int:
    """No child of the family is in a first year of school."""
    return 0


GRANTED = {
    "jido-fuyo-teate": (NONE | {"lone": True}, "月額", lone_parents),
    "tokubetsu-jido-fuyo-teate": (NONE | {"grade": 2}, "月額", lambda: 2 * in_force(law.TOKUJI)[1]),
    "tokubetsu-shogaisha-teate": (NONE | {"severe": True}, "月額", lambda: in_force(law.TOKUSHO)),
    "hisaisha-seikatsu-saiken": (
        {"applies": True, "damage": "大規模半壊", "rebuild": "補修"}, "支援金",
        lambda: sum(law.disaster("大規模半壊", "補修", members=4)),
    ),
    "shugaku-enjo": ({"welfare": True}, "年額", nothing),
    "koko-shogaku-kyufu": (
        {"livelihood": True, "course": "全日制", "private": True}, "年額", lambda: 2 * 52_600,
    ),
    "tokutei-kyufu": ({"not_received": True, "not_supported": True}, "給付額", lambda: 30_000 + 2 * 20_000),
    "rei-shi-shugaku-enjo": ({"welfare": False}, "年額", lambda: 11_630),
    "rei-shi-hitorioya-uwanose": (NONE | {"lone": True}, "上乗せ月額", lambda: 2 * 5_000),
    "rei-shi-tokutei-kyufu": ({"not_received": True, "not_supported": True}, "給付額", lambda: 10_000 + 2 * 15_000),
}  # fmt: skip
"""Answers, the amount that is decided, and what the law gives the family of the story."""


@pytest.mark.parametrize("pack", GRANTED)
def test_a_programme_is_filed_decided_and_paid_by_itself(library: Library, pack: str) -> None:
    answers, rule, wanted = GRANTED[pack]

    (tried,) = try_pack(library, Trying(pack, applicants=1, answers=answers, clock=CLOCK))

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


def paid_to_the_end(library: Library, *, returned: tuple[int, ...] = ()) -> dict[str, int]:
    """What each holder got on the next two paydays; the first file is checked, some of it came back."""
    (agency,) = set(PaymentRow.objects.values_list("agency", flat=True))
    got: dict[str, int] = {}
    back = 0
    for number, paid in enumerate(pay_out(library, agency, paydays=2, returned=returned)):
        assert paid.findings == 0, "the bank takes the file"
        assert paid.paid + paid.returned == paid.yen, "every yen is accounted for"
        assert bool(paid.returned) == bool(returned and not number)
        (batch,) = read(paid.body)
        assert (batch.payer, batch.yen, batch.day) == (PAYER, paid.yen, f"{paid.day:%m%d}")
        back += paid.returned
        for line, one in enumerate(batch.transfers, 1):
            came_back = not number and line in returned
            got[one.holder] = got.get(one.holder, 0) + (0 if came_back else one.yen)
    booked = PaymentRow.objects.filter(state="paid")
    assert sum(got.values()) == sum(row.yen for row in booked)
    assert back == sum(row.yen for row in PaymentRow.objects.filter(state="failed"))
    return got


@pytest.mark.parametrize("pack", [pack for pack, (_, _, yen) in GRANTED.items() if yen is not nothing])
def test_what_was_decided_is_in_a_bank_file_and_reconciled(library: Library, pack: str) -> None:
    answers, _, wanted = GRANTED[pack]
    (tried,) = try_pack(library, Trying(pack, applicants=1, answers=answers, clock=CLOCK))
    assert tried.done

    got = paid_to_the_end(library, returned=(1,))

    (row,) = EntitlementRow.objects.all()
    months = {month for payment in PaymentRow.objects.filter(state="paid") for month in payment.months}
    rate = wanted()
    assert got == {"ﾊﾏﾅｶ ｹﾝｲﾁ": rate * max(1, len(months))}, "what came back was paid with the next"
    assert row.body["account"]["bank"] == "9998"


def test_the_command_plays_to_the_settled_run() -> None:
    answers = [word for one in ("not_received=yes", "not_supported=yes") for word in ("--answer", one)]
    command = [sys.executable, "-m", "kiban", "pack", "try", "tokutei-kyufu", "--applicants", "1", *answers, "--pay"]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    said = r"302023 pays on \d{4}-\d\d-\d\d: 1 payments, 70,000 yen; .*, 0 faults; settled: 70,000 paid, 0 returned"
    assert re.search(said, done.stdout), done.stdout


def test_child_allowance_is_paid_by_the_new_town(library: Library) -> None:
    (tried,) = try_pack(library, Trying("hikkoshi", only="jido-teate", applicants=1, clock=CLOCK))
    assert tried.done, tried

    got = paid_to_the_end(library)

    months = {month for payment in PaymentRow.objects.filter(state="paid") for month in payment.months}
    assert got == {"ﾊﾏﾅｶ ｹﾝｲﾁ": 25_000 * len(months)}, "15,000 under three years and 10,000"


def town_of(applicants: int) -> list[Resident]:
    """The residents among whom a trial of so many applicants chooses."""
    return list(residents(A, persons=40 * applicants, on=today(CLOCK)))


def test_an_allowance_of_a_severely_disabled_young_person_is_decided_by_the_familys_income(library: Library) -> None:
    day, answers = today(CLOCK), NONE | {"severe": True}
    rows = agency_rows(town_of(12), on=day)[A]["tax"]
    taxed = {row["person"]: row for row in rows}
    homes = {one.id: [other for other in town_of(12) if other.household == one.household] for one in town_of(12)}

    tried = list(try_pack(library, Trying(
        "shogaiji-fukushi-teate", applicants=12, answers=answers,
        who=lambda one: one.relation == "子" and 15 <= one.age(day) < 20, clock=CLOCK,
    )))  # fmt: skip

    assert len(tried) >= 5
    assert all(one.done for one in tried)
    stopped = {
        one.person: any(
            law.supporter_stops_disability(int(row["total_income"]), dependants=int(row["dependents"]), elderly=0)
            for other in homes[one.person]
            if other.relation not in {"子", "孫"} and (row := taxed.get(other.id)) is not None
        )
        for one in tried
    }
    assert {one.person: dict(one.ended) for one in tried} == {
        person: {"refused" if stops else "granted": 1} for person, stops in stopped.items()
    }
    assert not all(stopped.values())
    rates = [row.body["rates"][0]["yen"] for row in EntitlementRow.objects.all()]
    assert rates == [in_force(law.SHOGAIJI)] * list(stopped.values()).count(False)
    got = paid_to_the_end(library, returned=(1,))
    months = {tuple(p.months) for p in PaymentRow.objects.filter(state="paid")}
    assert sum(got.values()) % in_force(law.SHOGAIJI) == 0
    assert months


def test_first_years_of_households_on_assistance_get_school_support(library: Library) -> None:
    day, town = today(CLOCK), town_of(30)
    fiscal_end = dt.date(day.year + (day.month >= 4), 3, 31)
    grades: dict[str, list[int]] = {}
    for one in town:
        if one.relation == "子":
            grades.setdefault(one.household, []).append(school_grade(one.birth_date, on=fiscal_end))
    wanted = {home: 57_060 * found.count(1) + 63_000 * found.count(7) for home, found in grades.items()}
    who = {one.id: wanted[one.household] for one in town if one.position == 1 and wanted.get(one.household)}

    tried = list(try_pack(library, Trying("shugaku-enjo", applicants=30, answers={"welfare": True},
                                          who=lambda one: one.id in who, clock=CLOCK)))  # fmt: skip

    assert len(tried) >= 3
    assert all(one.done and dict(one.ended) == {"granted": 1} for one in tried)
    rates = sorted(row.body["rates"][0]["yen"] for row in EntitlementRow.objects.all())
    assert rates == sorted(who[one.person] for one in tried)
    got = paid_to_the_end(library, returned=(1,))
    assert sum(got.values()) == sum(rates), "what came back was paid on the next payday"


REFUSED = {
    "jido-fuyo-teate": NONE | {"lone": False},
    "tokubetsu-jido-fuyo-teate": NONE | {"grade": 0},
    "shogaiji-fukushi-teate": NONE | {"severe": True},  # the head of the family is over 20
    "tokubetsu-shogaisha-teate": NONE | {"severe": True, "hospital": True},
    "hisaisha-seikatsu-saiken": {"applies": False, "damage": "全壊", "rebuild": "補修"},
    "shugaku-enjo": {"welfare": False},
    "koko-shogaku-kyufu": {"livelihood": True, "course": "なし", "private": False},
    "tokutei-kyufu": {"not_received": False, "not_supported": True},
    "koko-shugaku-shien": {
        "course": "高校生でない",
        "standing": True,
        "months": 0,
        "fee": 0,
        "tax_base": 0,
        "adjustment": 0,
    },
}


@pytest.mark.parametrize("pack", REFUSED)
def test_what_the_law_does_not_give_is_refused_with_its_reason_and_nothing_is_paid(library: Library, pack: str) -> None:
    (tried,) = try_pack(library, Trying(pack, applicants=1, answers=REFUSED[pack], clock=CLOCK))

    assert tried.done
    assert dict(tried.ended) == {"refused": 1}
    assert EntitlementRow.objects.count() == 0
    (case,) = CaseRow.objects.filter(procedure=pack)
    assert all(reason["law"] and reason["article"] for reason in case.body["decision"]["reasons"])
    assert "審査請求" in case.body["decision"]["appeal"]


def test_the_kind_of_pension_exemption_is_what_the_law_gives(library: Library) -> None:
    answers = {"student": False, "unemployed": False}
    assert all(
        one.done
        for one in try_pack(library, Trying("kokumin-nenkin-menjo", applicants=4, answers=answers, clock=CLOCK))
    )

    day = today(CLOCK)
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
    assert all(one.done for one in try_pack(library, Trying("sango-care", applicants=8, answers=answers, clock=CLOCK)))

    for case in CaseRow.objects.filter(procedure="sango-care"):
        results = case.body["decision"]["results"]
        assert results.get("減免", 0) in {0, 2_500, 5_000}
        assert results.get("自己負担", 8_000) == 8_000 - results.get("減免", 0)


def test_a_benefit_that_is_paid_once_is_not_paid_twice(library: Library) -> None:
    answers = {"not_received": True, "not_supported": True}
    for _ in range(2):
        (tried,) = try_pack(library, Trying("tokutei-kyufu", applicants=1, answers=answers, clock=CLOCK))
        assert tried.done

    assert EntitlementRow.objects.count() == 1
    (kept,) = EntitlementRow.objects.all()
    assert (kept.state, kept.body["first_month"], kept.payments.count()) == ("ended", kept.body["ends"], 1)


def test_the_indicators_that_a_pack_names_fill_by_its_own_cases(packs: Packs, library: Library) -> None:
    answers = NONE | {"lone": True}
    (tried,) = try_pack(library, Trying("jido-fuyo-teate", applicants=1, answers=answers, clock=CLOCK))
    assert tried.done

    day = today(CLOCK)
    observed = observe(told(), as_of=day, area_of=lambda agency: agency[:5])
    found = {one.indicator: one for one in observed}

    named = packs.loaded["jido-fuyo-teate"].pack.indicators
    assert set(named) <= set(found)
    for name in named:
        assert found[name].month == day.replace(day=1)
    assert found["applications-jido-fuyo-teate"].numerator >= 1
    assert found["documents_omitted-jido-fuyo-teate"].numerator >= 3


def test_every_indicator_that_a_pack_names_is_one_that_is_observed(packs: Packs) -> None:
    known = {one.id for one in INDICATORS}
    for pack in packs.loaded.values():
        named = {name.removesuffix(f"-{pack.pack.id}") for name in pack.pack.indicators if not pack.pack.extends}
        assert named <= known, pack.name


@pytest.mark.parametrize("pack", [*GRANTED, "kokumin-nenkin-menjo", "sango-care", "koko-shugaku-shien", "jido-teate"])
def test_documents_fall_away_by_a_legal_row_each(
    packs: Packs, cache: str, pack: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIBAN_RULES_CACHE", cache)
    assert main(["pack", "documents", pack]) == 0

    lines = capsys.readouterr().out.splitlines()
    given = [line for line in lines if line.startswith("supplied ")]
    assert given
    assert all(re.search(r" ← [a-z.]+ \S+ \d+条", line) for line in given), given
    one = packs.loaded[pack].pack
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
