"""In need: 生活福祉資金, help after a disaster, loans and training of lone parents, job training, rent."""

from __future__ import annotations

from typing import Any

from kiban.rules.peers.files import Mapped, RuleFiles
from kiban.rules.peers.mapping.common import OfHome, of_ends, of_homes
from kiban.rules.peers.mapping.homes import PERSONS, Home, Person
from kiban.rules.peers.mapping.household import exempt, last_income

SCHOOL_LOANS = ("教育支援費", "就学支度費")
ENTERING, IN_SCHOOL, PAST_SCHOOL = 9, 10, 13


def pupil(child: Person) -> dict[str, Any]:
    """A child as one who takes the loan: the school of its age; the most is asked, so with need judged special."""
    found = child.grade
    school = "なし" if found < IN_SCHOOL else "高校" if found < PAST_SCHOOL else "大学"
    return {"学校": school, "入学": found >= ENTERING, "特に必要": True}


def welfare_loan(output: str, *, use: str = "") -> OfHome:
    """生活福祉資金: low income is exemption from resident tax; need, care and a home are taken as there (the most)."""

    def compute(rules: RuleFiles, home: Home) -> Any:
        facts = {
            "低所得": exempt(rules, home), "生活再建": True, "緊急": True, "居住用不動産": True,
            "用途": use or ("災害" if home.says("被災している") else "指定なし"),
            "世帯員": [
                {"生年月日": one.birth, "障害": one.disabled, "療養介護": True} for one in home.persons
            ],
            "就学者": [pupil(one) for one in home.children] if output in SCHOOL_LOANS else [],
        }  # fmt: skip
        return rules.answer("seikatsu-fukushi-shikin", facts, on=home.day, output=output)

    return compute


REBUILT = {"滅失または流失": "全壊", "建設または購入": "建設購入"}


def rebuilding(rules: RuleFiles, home: Home) -> Any:
    """被災者生活再建支援金: each parent is a member who lived in the house."""
    damage, building = home.word("住宅被害") or "なし", home.word("住宅再建方法") or "なし"
    facts = {
        "法適用": home.says("被災者生活再建支援法の適用地域である"),
        "被害": REBUILT.get(damage, damage), "再建": REBUILT.get(building, building),
        "世帯員": [{"在住": True}] * len(home.parents),
    }  # fmt: skip
    return rules.answer("hisaisha-seikatsu-saiken", facts, on=home.day, output="支援金")


DAMAGE = {
    "全壊": "全壊",
    "滅失または流失": "滅失",
    "大規模半壊": "半壊",
    "中規模半壊": "半壊",
    "半壊": "半壊",
    "解体": "半壊",
}
"""The peer's words for damage; a house pulled down after that is 半壊 with 特別の事情. 長期避難 is no damage."""


def disaster_facts(home: Home) -> dict[str, Any]:
    """What stands in a case for the household; the disaster is of the law where 災害救助法 was applied."""
    applied = home.says("災害救助法の適用地域である")
    return {"対象災害": applied, "救助災害": applied, "死亡者": [], "障害者": [], "世帯員": []}


def keeper(rules: RuleFiles, home: Home) -> Person | None:
    """Who earns most (the first of several): the head, as the case names none."""
    return max(home.persons, key=lambda one: last_income(rules, one), default=None)


def disaster_loan(output: str) -> OfHome:
    """災害援護資金: the most that is lent, or the income that the household's must stay below."""

    def compute(rules: RuleFiles, home: Home) -> Any:
        head, damage = keeper(rules, home), home.word("住宅被害")
        facts = disaster_facts(home) | {
            "世帯主負傷": head is not None and head.word("災害による負傷の療養期間") == "一か月以上",
            "家財損害": home.word("家財の損害") == "三分の一以上",
            "住居被害": DAMAGE.get(damage, "なし"), "特別の事情": damage == "解体",
            "世帯員": [{"所得": last_income(rules, one)} for one in home.persons],
        }  # fmt: skip
        return rules.answer("saigai-choui", facts, on=home.day, output=output)

    return compute


def condolence(rules: RuleFiles, home: Home) -> Any:
    """災害弔慰金: one of the dead kept the household where the case says so."""
    kept = home.says("災害で生計維持者が死亡した")
    count = max(home.amount("災害で死亡した世帯員の人数", within=PERSONS), int(kept))
    dead = [{"生計維持": kept and place == 0, "受けた見舞金": 0} for place in range(count)]
    return rules.answer("saigai-choui", disaster_facts(home) | {"死亡者": dead}, on=home.day, output="弔慰金")


def disability_grant(rules: RuleFiles, home: Home) -> tuple[Any, Any]:
    """災害障害見舞金: whether who earns most keeps the household is open, so without and with it."""
    head = keeper(rules, home)
    hurt = [one for one in home.persons if one.says("災害による重い後遺障害がある")]

    def amount(kept: bool) -> Any:
        found = [{"重い障害": True, "障害者が生計維持": kept and one == head} for one in hurt]
        return rules.answer("saigai-choui", disaster_facts(home) | {"障害者": found}, on=home.day, output="見舞金")

    return amount(False), amount(True)


LONE = "母子父子寡婦福祉資金貸付金_"
GRADES = {1: "小学校", 7: "中学校"}
FIRST_GRADES, LAST_SENIOR = {1, 7, 10, 13}, 12
UNIVERSITY = {"大学": "大学", "短期大学": "短大", "高等専門学校": "高専", "専修学校専門課程": "専修専門"}


def schools(child: Person, *, far: bool, private: bool) -> dict[str, Any]:
    """A child as a pupil: away from home or not; private or not where the case does not say."""
    senior, higher = child.word("高校履修種別"), child.word("大学等履修種別")
    owner = child.word("大学等運営種別" if higher else "高校運営種別")
    school = GRADES.get(child.grade, "なし")
    if higher:
        school = UNIVERSITY.get(higher, "なし")
    elif senior and IN_SCHOOL <= child.grade <= LAST_SENIOR:
        school = "高校"
    return {
        "生年月日": child.born, "学校": school, "私立": owner == "私立" or (not owner and private),
        "自宅外": far, "入学": child.grade in FIRST_GRADES,
    }  # fmt: skip


def lone_family(rules: RuleFiles, home: Home, *, output: str, dear: bool = False) -> Any:
    """母子父子寡婦福祉資金: one result, with the cheap or the dear of what a case leaves open."""
    facts = {
        "配偶者なし": len(home.parents) == 1, "寡婦": home.says("夫と離別死別"), "所得税非課税": dear,
        "子": [schools(one, far=dear, private=dear) for one in home.children],
    }  # fmt: skip
    return rules.answer("boshi-fushi-kafu-shikin", facts, on=home.day, output=output)


def lone_loan(output: str) -> OfHome:
    """At home and public to away and private, where the case does not say."""
    return lambda rules, home: [lone_family(rules, home, output=output, dear=end) for end in (False, True)]


TRAINING = "高等職業訓練促進給付金"
CONDITIONS = ("児童扶養手当の全部支給所得条件", "児童扶養手当の一部支給所得条件")


def qualification(rules: RuleFiles, home: Home, *, output: str, last: bool = False) -> Any:
    """高等職業訓練: one result, in an earlier year or in the last twelve months.

    The level of income is what the case says of 児童扶養手当; where it says nothing, it is met.
    """
    said = [home.says(name) for name in CONDITIONS if home.has(name)]
    facts = {
        "ひとり親": len(home.parents) == 1, "所得水準": any(said) or not said, "最終年": last,
        "修業中": home.says(TRAINING + "の対象訓練を受けている"), "修了": home.says(TRAINING + "の対象訓練を修了した"),
        "非課税": exempt(rules, home), "子": [{"生年月日": one.born} for one in home.children],
    }  # fmt: skip
    return rules.answer("koto-shokugyo-kunren", facts, on=home.day, output=output)


def qualification_ends(rules: RuleFiles, home: Home) -> list[Any]:
    """高等職業訓練促進給付金: the earlier years and the last twelve months."""
    return [qualification(rules, home, output="月額", last=end) for end in (False, True)]


ANY_FARE = 99_999
JOB_FROM = "2011-10-01"
"""求職者支援法: nothing before it."""


def savings(home: Home) -> int:
    """The savings of all members."""
    return sum(one.amount("預貯金") for one in home.persons)


def monthly(people: tuple[Person, ...]) -> list[int]:
    """A twelfth of each one's yearly pay."""
    return [one.amount("収入") // 12 for one in people]


def training(output: str) -> OfHome:
    """職業訓練受講給付金 at its most: the parent who earns least trains, away from spouse, child or parent."""

    def compute(rules: RuleFiles, home: Home) -> Any:
        facts = {
            "訓練受講": True, "本人収入": min(monthly(home.parents), default=0),
            "世帯収入": sum(monthly(home.persons)), "金融資産": savings(home), "通所費用": ANY_FARE,
            "寄宿": len(home.persons) > 1,
        }  # fmt: skip
        if home.day < JOB_FROM:
            return 0 if output == "月額" else False
        return rules.answer("shokugyo-kunren-jukyu", facts, on=home.day, output=output)

    return compute


def rent(output: str) -> OfHome:
    """住居確保給付金 at its most: work was lost; the standard is that of 1級地, as the case gives none."""

    def compute(rules: RuleFiles, home: Home) -> Any:
        paid, count = home.amount("家賃"), {"世帯人数": len(home.persons)}
        facts = {
            "離職等": True, "世帯収入": sum(monthly(home.persons)), "金融資産": savings(home), "家賃": paid,
            "基準額": rules.answer("jukyo-kakuho", count, on=home.day, output="一級地基準額"),
            "住宅扶助上限": home.amount("住宅扶助基準", paid),
        }  # fmt: skip
        return rules.answer("jukyo-kakuho", facts, on=home.day, output=output)

    return compute


def from_nothing(compute: OfHome) -> OfHome:
    """Nothing for who does not train or did not lose work, and the most."""
    return lambda rules, home: (0, compute(rules, home))


LOANS = ("生活支援費", "住宅入居費", "一時生活再建費", "福祉費", "緊急小口資金", "不動産担保型生活資金")
HOMES: dict[str, OfHome] = {
    "住民税非課税世帯": exempt,
    **{loan: welfare_loan(loan) for loan in (*LOANS, *SCHOOL_LOANS)},
    "福祉費_災害": welfare_loan("福祉費", use="災害"),
    "福祉費_災害以外": welfare_loan("福祉費", use="指定なし"),
    "被災者生活再建支援制度": rebuilding,
    "災害援護資金": disaster_loan("援護資金"),
    "災害援護資金_所得制限額": disaster_loan("所得限度"),
    "災害弔慰金": condolence,
    "母子父子寡婦福祉資金貸付金の対象者がいる": lambda rules, home: lone_family(rules, home, output="対象者"),
    "高等職業訓練修了支援給付金": lambda rules, home: qualification(rules, home, output="修了支援額"),
    "職業訓練受講給付金の資産要件を満たす": training("資産要件"),
    "住居確保給付金の資産要件を満たす": rent("資産要件"),
}
ASKED: dict[str, Mapped] = {
    **{key: of_homes(key, compute) for key, compute in HOMES.items()},
    **of_ends("災害障害見舞金", disability_grant),
    **of_ends(LONE + "修学資金", lone_loan("修学資金")),
    **of_ends(LONE + "就学支度資金", lone_loan("就学支度資金")),
    **of_ends(TRAINING, qualification_ends),
    **of_ends("職業訓練受講給付金", from_nothing(training("月額"))),
    **of_ends("住居確保給付金", from_nothing(rent("月額"))),
}
