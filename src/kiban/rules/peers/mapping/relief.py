"""In need: 生活福祉資金, help after a disaster, loans and training of lone parents, job training, rent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kiban.rules.peers.files import Mapped, RuleFiles
from kiban.rules.peers.mapping.common import Case, Household
from kiban.rules.peers.mapping.household import (
    Person,
    at,
    birth,
    children,
    disabled,
    exempt,
    fact,
    grade,
    income,
    members,
    of_ends,
    of_value,
    parents,
)

ENTERING, IN_SCHOOL, PAST_SCHOOL = 9, 10, 13


def pupil(child: Person, day: str) -> dict[str, Any]:
    """A child as one who takes the loan: the school of its age; the most is asked, so with need judged special."""
    found = grade(child, day)
    school = "なし" if found < IN_SCHOOL else "高校" if found < PAST_SCHOOL else "大学"
    return {"学校": school, "入学": found >= ENTERING, "特に必要": True}


def welfare_loan(output: str, *, use: str = "", named: str = "") -> dict[str, Mapped]:
    """生活福祉資金: low income is exemption from resident tax; need, care and a home are taken as there (the most)."""

    def compute(rules: RuleFiles, case: Case, *, household: Household, day: str) -> Any:
        facts = {
            "低所得": exempt(rules, case, household=household, day=day), "生活再建": True, "緊急": True,
            "用途": use or ("災害" if fact(household, "被災している", day=day) else "指定なし"), "居住用不動産": True,
            "世帯員": [
                {"生年月日": birth(one, day), "障害": disabled(one, day), "療養介護": True}
                for one in members(case, household)
            ],
            "就学者": [pupil(one, day) for one in children(case, household)],
        }  # fmt: skip
        return rules.answer("seikatsu-fukushi-shikin", facts, on=day, output=output)

    return of_value(named or output, compute)


DAMAGE = {
    "全壊": "全壊",
    "滅失または流失": "滅失",
    "大規模半壊": "半壊",
    "中規模半壊": "半壊",
    "半壊": "半壊",
    "解体": "半壊",
}
"""The peer's words for damage; a house pulled down after that is 半壊 with 特別の事情. 長期避難 is no damage."""


def earners(rules: RuleFiles, case: Case, *, household: Household, day: str) -> tuple[list[Person], list[int], int]:
    """The members, their incomes, and who earns most (the first of several): the head, as the case names none."""
    people = members(case, household)
    incomes = [income(rules, one, day=day) for one in people]
    return people, incomes, incomes.index(max(incomes)) if incomes else -1


def disaster_facts(household: Household, *, day: str) -> dict[str, Any]:
    """What stands in a case for the household; the disaster is of the law where 災害救助法 was applied."""
    applied = bool(fact(household, "災害救助法の適用地域である", day=day, usual=False))
    return {"対象災害": applied, "救助災害": applied, "死亡者": [], "障害者": [], "世帯員": []}


def disaster_loan(rules: RuleFiles, case: Case, *, household: Household, day: str, output: str = "援護資金") -> Any:
    """災害援護資金: the most that is lent."""
    people, incomes, head = earners(rules, case, household=household, day=day)
    damage = fact(household, "住宅被害", day=day, usual="無")
    hurt = head >= 0 and fact(people[head], "災害による負傷の療養期間", day=day) == "一か月以上"
    facts = disaster_facts(household, day=day) | {
        "世帯主負傷": hurt, "家財損害": fact(household, "家財の損害", day=day) == "三分の一以上",
        "住居被害": DAMAGE.get(damage, "なし"), "特別の事情": damage == "解体",
        "世帯員": [{"所得": one} for one in incomes],
    }  # fmt: skip
    return rules.answer("saigai-choui", facts, on=day, output=output)


def loan_limit(rules: RuleFiles, case: Case, *, household: Household, day: str) -> Any:
    """The income that the household's must stay below."""
    return disaster_loan(rules, case, household=household, day=day, output="所得限度")


def condolence(rules: RuleFiles, _case: Case, *, household: Household, day: str) -> Any:
    """災害弔慰金: one of the dead kept the household where the case says so."""
    keeper = bool(fact(household, "災害で生計維持者が死亡した", day=day, usual=False))
    dead = max(int(fact(household, "災害で死亡した世帯員の人数", day=day, usual=0)), int(keeper))
    facts = disaster_facts(household, day=day) | {
        "死亡者": [{"生計維持": keeper and place == 0, "受けた見舞金": 0} for place in range(dead)]
    }
    return rules.answer("saigai-choui", facts, on=day, output="弔慰金")


def disability_grant(rules: RuleFiles, case: Case, *, household: Household, day: str) -> tuple[Any, Any]:
    """災害障害見舞金: whether who earns most keeps the household is open, so without and with it."""
    people, _, head = earners(rules, case, household=household, day=day)
    hurt = [
        place for place, one in enumerate(people) if fact(one, "災害による重い後遺障害がある", day=day, usual=False)
    ]

    def amount(kept: bool) -> Any:
        found = [{"重い障害": True, "障害者が生計維持": kept and place == head} for place in hurt]
        facts = disaster_facts(household, day=day) | {"障害者": found}
        return rules.answer("saigai-choui", facts, on=day, output="見舞金")

    return amount(False), amount(True)


LONE = "母子父子寡婦福祉資金貸付金_"
GRADES = {1: "小学校", 7: "中学校"}
FIRST_GRADES, LAST_SENIOR = {1, 7, 10, 13}, 12
UNIVERSITY = {"大学": "大学", "短期大学": "短大", "高等専門学校": "高専", "専修学校専門課程": "専修専門"}


def schools(child: Person, day: str, *, far: bool, private: bool) -> dict[str, Any]:
    """A child as a pupil: away from home or not; private or not where the case does not say."""
    found = grade(child, day)
    senior, higher = (fact(child, name, day=day, usual="無") for name in ("高校履修種別", "大学等履修種別"))
    owner = fact(child, "大学等運営種別" if higher != "無" else "高校運営種別", day=day, usual="無")
    school = GRADES.get(found, "なし")
    if higher != "無":
        school = UNIVERSITY.get(higher, "なし")
    elif senior != "無" and IN_SCHOOL <= found <= LAST_SENIOR:
        school = "高校"
    return {
        "生年月日": birth(child, day), "学校": school, "私立": owner == "私立" or (owner == "無" and private),
        "自宅外": far, "入学": found in FIRST_GRADES,
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class LoneFamily:
    """母子父子寡婦福祉資金: one result, with the cheap or the dear of what a case leaves open."""

    output: str
    dear: bool = False

    def __call__(self, rules: RuleFiles, case: Case, *, household: Household, day: str) -> Any:
        facts = {
            "配偶者なし": len(parents(case, household)) == 1,
            "寡婦": bool(fact(household, "夫と離別死別", day=day, usual=False)),
            "所得税非課税": self.dear,
            "子": [schools(one, day, far=self.dear, private=self.dear) for one in children(case, household)],
        }
        return rules.answer("boshi-fushi-kafu-shikin", facts, on=max(day, "2015-04-01"), output=self.output)


def lone_loan(output: str) -> dict[str, Mapped]:
    """At home and public to away and private, where the case does not say."""

    def compute(rules: RuleFiles, case: Case, *, household: Household, day: str) -> tuple[Any, Any]:
        cheap, dear = (LoneFamily(output, dear=end)(rules, case, household=household, day=day) for end in (False, True))
        return cheap, dear

    return of_ends(LONE + output, compute)


TRAINING = "高等職業訓練促進給付金"
CONDITIONS = ("児童扶養手当の全部支給所得条件", "児童扶養手当の一部支給所得条件")


@dataclass(frozen=True, slots=True)
class Training:
    """高等職業訓練: one result, in an earlier year or in the last twelve months.

    The level of income is what the case says of 児童扶養手当; where it says nothing, it is met.
    """

    output: str
    last: bool = False

    def __call__(self, rules: RuleFiles, case: Case, *, household: Household, day: str) -> Any:
        said = [bool(at(household[name], day)) for name in CONDITIONS if name in household]
        facts = {
            "ひとり親": len(parents(case, household)) == 1, "所得水準": any(said) or not said,
            "修業中": bool(fact(household, TRAINING + "の対象訓練を受けている", day=day, usual=False)),
            "最終年": self.last,
            "修了": bool(fact(household, TRAINING + "の対象訓練を修了した", day=day, usual=False)),
            "非課税": exempt(rules, case, household=household, day=day),
            "子": [{"生年月日": birth(one, day, usual=10)} for one in children(case, household)],
        }  # fmt: skip
        return rules.answer("koto-shokugyo-kunren", facts, on=max(day, "2014-10-01"), output=self.output)


def qualification_ends(rules: RuleFiles, case: Case, *, household: Household, day: str) -> tuple[Any, Any]:
    """高等職業訓練促進給付金: the earlier years and the last twelve months."""
    first, last = (Training("月額", last=end)(rules, case, household=household, day=day) for end in (False, True))
    return first, last


ANY_FARE = 99_999
JOB_FROM, RENT_FROM = "2011-10-01", "2015-04-01"


def savings(case: Case, household: Household, *, day: str) -> int:
    """The savings of all members."""
    return sum(int(fact(one, "預貯金", day=day, usual=0)) for one in members(case, household))


def monthly(case: Case, household: Household, *, day: str) -> list[int]:
    """A twelfth of each member's yearly pay."""
    return [int(fact(one, "収入", day=day, usual=0)) // 12 for one in members(case, household)]


def training(rules: RuleFiles, case: Case, *, household: Household, day: str, output: str = "月額") -> Any:
    """職業訓練受講給付金 at its most: the parent who earns least trains, away from spouse, child or parent."""
    own = [int(fact(one, "収入", day=day, usual=0)) // 12 for one in parents(case, household)]
    facts = {
        "訓練受講": True, "本人収入": min(own, default=0), "世帯収入": sum(monthly(case, household, day=day)),
        "金融資産": savings(case, household, day=day), "通所費用": ANY_FARE,
        "寄宿": len(members(case, household)) > 1,
    }  # fmt: skip
    if day < JOB_FROM:
        return 0 if output == "月額" else False
    return rules.answer("shokugyo-kunren-jukyu", facts, on=day, output=output)


def training_ends(rules: RuleFiles, case: Case, *, household: Household, day: str) -> tuple[Any, Any]:
    """Nothing for who does not train, and the most."""
    return 0, training(rules, case, household=household, day=day)


def training_assets(rules: RuleFiles, case: Case, *, household: Household, day: str) -> Any:
    """職業訓練受講給付金の資産要件."""
    return training(rules, case, household=household, day=day, output="資産要件")


STANDARDS = (84_000, 130_000, 172_000, 214_000, 255_000, 297_000)
"""基準額 of 1級地 by the number of members (施行規則10条3号: a month of the pay up to which 均等割 is not charged)."""


def rent(rules: RuleFiles, case: Case, *, household: Household, day: str, output: str = "月額") -> Any:
    """住居確保給付金 at its most: work was lost; the standard is that of 1級地, as the case gives none."""
    size = len(members(case, household))
    paid = int(fact(household, "家賃", day=day, usual=0))
    facts = {
        "離職等": True, "世帯収入": sum(monthly(case, household, day=day)),
        "金融資産": savings(case, household, day=day), "基準額": STANDARDS[min(max(size, 1), len(STANDARDS)) - 1],
        "家賃": paid, "住宅扶助上限": int(fact(household, "住宅扶助基準", day=day, usual=paid)),
    }  # fmt: skip
    return rules.answer("jukyo-kakuho", facts, on=max(day, RENT_FROM), output=output)


def rent_ends(rules: RuleFiles, case: Case, *, household: Household, day: str) -> tuple[Any, Any]:
    """Nothing for who did not lose work, and the most."""
    return 0, rent(rules, case, household=household, day=day)


def rent_assets(rules: RuleFiles, case: Case, *, household: Household, day: str) -> Any:
    """住居確保給付金の資産要件."""
    return rent(rules, case, household=household, day=day, output="資産要件")


LOANS = (
    "生活支援費", "住宅入居費", "一時生活再建費", "福祉費", "緊急小口資金", "教育支援費", "就学支度費",
    "不動産担保型生活資金",
)  # fmt: skip

ASKED: dict[str, Mapped] = {
    **{name: mapped for loan in LOANS for name, mapped in welfare_loan(loan).items()},
    **welfare_loan("福祉費", use="災害", named="福祉費_災害"),
    **welfare_loan("福祉費", use="指定なし", named="福祉費_災害以外"),
    **of_value("災害援護資金", disaster_loan),
    **of_value("災害援護資金_所得制限額", loan_limit),
    **of_value("災害弔慰金", condolence),
    **of_ends("災害障害見舞金", disability_grant),
    **lone_loan("修学資金"),
    **lone_loan("就学支度資金"),
    **of_value("母子父子寡婦福祉資金貸付金の対象者がいる", LoneFamily("対象者")),
    **of_ends(TRAINING, qualification_ends),
    **of_value("高等職業訓練修了支援給付金", Training("修了支援額")),
    **of_ends("職業訓練受講給付金", training_ends),
    **of_value("職業訓練受講給付金の資産要件を満たす", training_assets),
    **of_ends("住居確保給付金", rent_ends),
    **of_value("住居確保給付金の資産要件を満たす", rent_assets),
}
