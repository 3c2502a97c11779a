"""One household through all programmes, the people who are eligible among many, and the page that describes them."""

from __future__ import annotations

import datetime as dt
import json
import random
from typing import Any

import law_tables as law
from kiban.rules import evaluate, explain, load_rules, next_question
from packs_rules_files import FILES, PACKS, answer, lone_parent, pension, pension_person, rules_of, taxpayer
from shared_data import ROOT

MOVE = {"tenko", "jido-teate-shometsu", "kokuho-soshitsu", "kokuho-shutoku", "tennyu", "tenshutsu"}
DEATH = {"setainushi-henko", "kokuho-shibo", "kokuho-sosaihi", "koki-sosaihi", "kaigo-soshitsu", "nenkin-shibo",
         "mishikyu-nenkin", "jido-teate-shibo", "jido-teate-mishiharai", "sozokunin-daihyo"}  # fmt: skip
BUNDLED = {"bundles", *MOVE, *DEATH}
PROGRAMMES = [path for path in FILES if not BUNDLED & set(path.parts)]
# asked on a day on which it is in force
DAYS = {"jido-teate-2024-09": dt.date(2024, 9, 1)}


def example() -> dict[str, Any]:
    facts: dict[str, Any] = json.loads((ROOT / "docs/examples/setai.json").read_text(encoding="utf-8"))
    return facts


def test_one_household_file_answers_every_programme() -> None:
    for path in PROGRAMMES:
        rules = load_rules(path)
        found = evaluate(rules, example(), on=DAYS.get(path.parent.name, dt.date(2026, 11, 1)))
        assert None not in found.outputs.values(), (path, found.unknown)
        assert found.unknown == ()
        assert list(explain(rules, found)), path


def test_the_example_is_what_the_law_gives() -> None:
    facts = example()
    on = "2026-11-01"
    # 1,580,000 + 240,000 (four fifths of 300,000) - 80,000
    assert answer("jido-fuyo-teate", facts, on, "判定所得") == 1_740_000
    assert answer("jido-fuyo-teate", facts, on, "月額") == law.fuyo(
        "2026-11", income=1_740_000, dependants=2, children=2
    )
    assert answer("jido-teate", facts, on, "月額") == 25_000
    assert answer("tokubetsu-jido-fuyo-teate", facts, on, "月額") == law.TOKUJI["2026-04"][1]
    assert answer("hisaisha-seikatsu-saiken", facts, on, "支援金") == sum(law.disaster("大規模半壊", "補修", members=2))
    assert answer("kyuyo-shotoku", facts, on, "給与所得控除額") == law.salary_deduction(2026, 2_400_000)


def test_only_questions_that_can_change_the_answer_are_asked() -> None:
    rules, day = rules_of("jido-fuyo-teate"), dt.date(2025, 4, 1)
    married = {"受給者国内居住": True, "支給要件": False}
    assert next_question(rules, married, on=day) is None
    unknown = {key: value for key, value in lone_parent(0).items() if key != "養育費"}
    asked = next_question(rules, unknown, on=day)
    assert asked is not None
    assert asked.name == "養育費"
    assert next_question(rules, lone_parent(0), on=day) is None


def test_the_eligible_are_found_from_held_data() -> None:
    """From income and household data alone: who is exempt, gets the flat benefit, and is qualified for exemption."""
    chance = random.Random(20261121)
    paid, exempted, total = 0, 0, 0
    for _ in range(400):
        income, dependants = chance.randrange(0, 3_000_000, 1_000), chance.randrange(0, 4)
        grade = chance.choice([1, 2, 3])
        exempt = answer(
            "juminzei-hikazei",
            {"級地区分": grade, "世帯員": [taxpayer(income, dependants=dependants)]},
            "2026-01-01",
            "非課税世帯",
        )
        assert exempt is (income <= law.flat_tax_limit(grade, dependants=dependants))
        household = {
            "住民登録": True, "非課税世帯": exempt, "課税者の扶養のみ": False, "受給済み": False,
            "子": [{"生年月日": "2015-05-05", "同居": True}] * dependants,
        }  # fmt: skip
        amount = answer("national/cao/tokutei-kyufu", household, "2026-01-01", "給付額")
        assert amount == (30_000 + 20_000 * dependants if exempt else 0)
        kind = answer(
            "kokumin-nenkin-menjo", pension(pension_person(income, dependants=dependants)), "2026-04-01", "免除区分"
        )
        assert (kind == "全額免除") is (income <= law.exemption_limit("全額", dependants=dependants))
        paid, exempted, total = paid + bool(amount), exempted + (kind == "全額免除"), total + 1
    assert 0 < paid < total
    assert 0 < exempted < total


def test_the_page_names_every_programme() -> None:
    page = (ROOT / "docs/programmes.md").read_text(encoding="utf-8")
    missing = [
        name for path in PROGRAMMES if (name := str(path.parent.relative_to(PACKS))) and path.parent.name not in page
    ]
    assert missing == []


def test_every_unverified_number_says_why() -> None:
    unverified = [
        (path.parent.name, name, value.why)
        for path in PROGRAMMES
        for name, parameter in load_rules(path).parameters.items()
        for value in parameter.values
        if not value.verified
    ]
    assert len(unverified) > 50
    assert all(why for _, _, why in unverified)
