"""特別障害者手当 with its income test; what is paid for dialysis, haemophilia, HIV, hepatitis C, medical costs."""

from __future__ import annotations

from typing import Any

from kiban.rules.peers.facts import Facts, severe_adult
from kiban.rules.peers.files import Mapped, RuleFiles
from kiban.rules.peers.mapping.common import OfHome, of_ends, of_persons, total
from kiban.rules.peers.mapping.homes import CHILD, PARENT, Home, Person
from kiban.rules.peers.mapping.persons import counts, dependants, income_year, spouse, tested

KINDS = ("I", "II", "V", "VII", "VIII", "IX", "X", "XI", "XII", "XIII")
FACTORS = (*(f"血液凝固因子異常症_第{kind}因子欠乏症" for kind in KINDS), "血液凝固因子異常症_フォンヴィルブランド病")
UNSAID = "血液凝固因子異常症_その他"
CHRONIC_UNTIL = 20
"""Until which age 小児慢性特定疾病 pays (児童福祉法6条の2)."""


def deductions(rules: RuleFiles, home: Home, *, one: Person, supporter: bool) -> Facts:
    """Facts of the deductions of 施行令5条 (supporters) or 8条 (the disabled person), from what the case gives.

    The case's income is taken as from salary. A disabled person's own disability is not deducted from his own income.
    """
    supported, partner = dependants(rules, home, one=one), spouse(one, home)
    claimed = [other for other in supported if other.disabled] + ([one] if supporter and one.disabled else [])
    own = tested(rules, home, one=one)
    alone = one.role == PARENT and (partner is None or home.alone)
    if alone and own:
        alone = own <= rules.number("shotoku-kojo", "寡婦所得限度", on=f"{income_year(home)}-12-31")
    return {
        "総所得": own, "給与年金所得": own, "社会保険料控除": 0, "雑損医療小規模控除": 0,
        "特別控除の配偶者所得": 0 if partner is None or partner in supported else tested(rules, home, one=partner),
        "普通障害者数": sum(not other.severe for other in claimed),
        "特別障害者数": sum(other.severe for other in claimed),
        # divorced or bereaved is one word of the case; without dependants only the bereaved count, so she is
        "寡婦": alone and home.says("夫と離別死別"),
        "ひとり親": alone and any(other.role == CHILD for other in supported), "勤労学生": False,
    }  # fmt: skip


def assessed(rules: RuleFiles, home: Home, *, one: Person, supporter: bool, spouse_off: bool = True) -> int:
    """Income after the deductions of 施行令5条 (supporters) or 8条 (the disabled person).

    ``spouse_off``: with 配偶者特別控除, which 児童手当法施行令3条 does not take off.
    """
    facts = deductions(rules, home, one=one, supporter=supporter)
    facts |= {} if spouse_off else {"特別控除の配偶者所得": 0}
    output = "令五条所得" if supporter else "令八条所得"
    return int(rules.answer("teate-shotoku", facts, on=home.day, output=output))


def deducted(rules: RuleFiles, home: Home, *, one: Person) -> int:
    """What comes off the income of a father or mother for 児童扶養手当 (同法施行令4条): nothing as a lone parent."""
    facts = deductions(rules, home, one=one, supporter=True) | {"寡婦": False, "ひとり親": False}
    return int(rules.answer("teate-shotoku", facts, on=home.day, output="共通控除"))


def supporters(rules: RuleFiles, home: Home, *, one: Person) -> list[dict[str, int]]:
    """Spouse and relatives of one livelihood who have an income."""
    found = []
    for other in home.persons:
        if other != one and tested(rules, home, one=other) > 0:
            count = counts(rules, home, one=other, elderly_spouse=False)
            income = assessed(rules, home, one=other, supporter=True)
            found.append({"義務者所得": income, "義務者扶養数": count.all, "義務者老人数": count.elderly})
    return found


def severe_facts(rules: RuleFiles, home: Home, *, one: Person) -> Facts:
    """Facts of 特別障害者手当 for a person of a household, the degree as if it were sure."""
    count = counts(rules, home, one=one, elderly_spouse=True)
    return severe_adult(
        assessed(rules, home, one=one, supporter=False), 生年月日=one.birth, 扶養親族数=count.all,
        老人扶養親族数=count.elderly, 特定扶養親族数=count.specified, 施設入所=one.says("介護施設入所中"),
        扶養義務者=supporters(rules, home, one=one),
    )  # fmt: skip


def severe_adult_ends(rules: RuleFiles, home: Home) -> list[Any]:
    """特別障害者手当: the least and the most that the handbooks and a stay in hospital of unknown length leave open.

    施行令1条2項 asks for two of the severe disabilities, or one with the need of care that two have.
    """
    ends: tuple[list[Any], list[Any]] = ([], [])
    for one in home.persons:
        body, other = one.body in {1, 2}, one.tokyo in {1, 2} or one.mind == 1 or one.ryoiku == "A"
        if not body and not other:
            continue
        facts = severe_facts(rules, home, one=one)
        for least, severe in ((True, body and other), (False, True)):
            degree = {"特別障害": severe, "三月超入院": one.says("入院中") and least}
            found = rules.answer("tokubetsu-shogaisha-teate", facts | degree, on=home.day, output="月額")
            ends[not least].append(found)
    return [total(end) for end in ends]


def within(rules: RuleFiles, home: Home, *, person: Person) -> bool:
    """特別障害者手当の所得制限: whether neither the person's own income nor a supporter's stops it."""
    facts = severe_facts(rules, home, one=person)
    own = rules.answer("tokubetsu-shogaisha-teate", facts, on=home.day, output="本人超過")
    return not own and not any(rules.answer("tokubetsu-shogaisha-teate", facts, on=home.day, output="義務者超過"))


def infected(one: Person) -> bool:
    """By a blood product, or by a member of the family who was (二次・三次感染)."""
    return one.says("HIV感染者である") and (
        one.says("血液製剤の投与によってHIVに感染した") or one.says("家族に血液製剤によるHIV感染者がいる")
    )


def long_treatment(rules: RuleFiles, home: Home, *, person: Person) -> bool:
    """特定疾病療養: who has one of the diseases is under its treatment; a kind that is not known may be A or B."""
    haemophilia = any(person.says(key) for key in (FACTORS[4], FACTORS[5], UNSAID))
    facts = {
        "医療保険加入": True, "慢性腎不全": person.says("慢性腎不全である"),
        "人工腎臓": person.says("人工透析を行っている"),
        "第八第九因子障害": haemophilia, "血漿分画製剤": haemophilia,
        "血液製剤感染": infected(person), "抗ウイルス剤": infected(person),
    }  # fmt: skip
    return bool(rules.answer("tokutei-shippei-ryoyo", facts, on=home.day, output="対象者"))


def clotting(rules: RuleFiles, home: Home, *, person: Person) -> bool:
    """先天性血液凝固因子障害等治療研究事業: below 20 小児慢性特定疾病 pays, as it ordinarily does."""
    facts = {
        "生年月日": person.birth, "因子欠乏症": any(person.says(key) for key in (*FACTORS, UNSAID)),
        "血液製剤感染": infected(person), "小児慢性": person.age < CHRONIC_UNTIL, "医療保険加入": True,
    }  # fmt: skip
    return bool(rules.answer("ketsueki-gyoko-chiryo", facts, on=home.day, output="対象者"))


def medical_help(rules: RuleFiles, home: Home, *, person: Person) -> bool:
    """重度心身障害者医療費助成: the frame over the ordinances; the case names no place."""
    facts = {
        "生年月日": person.birth, "身体等級": person.body, "療育判定": person.ryoiku or "なし",
        "愛の手帳度": person.tokyo,
        "精神等級": person.mind, "障害年金等級": person.amount("障害基礎年金_等級_最大"),
    }  # fmt: skip
    return bool(rules.answer("judo-shogai-iryohi", facts, on=home.day, output="対象者"))


def health_costs(output: str) -> OfHome:
    """健康管理費用 and 健康管理支援事業 of a household: least without, most with few CD4 cells and a settlement."""

    def value(rules: RuleFiles, home: Home) -> list[Any]:
        ends: tuple[list[Any], list[Any]] = ([], [])
        for one in home.persons:
            first = one.says("血液製剤の投与によってHIVに感染した") and one.says("HIV感染者である")
            for end in (0, 1):
                facts = {
                    "血液製剤感染": first, "二次三次感染": infected(one) and not first,
                    "エイズ発症": one.says("エイズを発症している"), "CD4二百以下": end == 1, "和解成立": end == 1,
                }  # fmt: skip
                ends[end].append(rules.answer("hiv-kenko-kanri", facts, on=home.day, output=output))
        return [total(end) for end in ends]

    return value


def hepatitis(rules: RuleFiles, home: Home) -> list[Any]:
    """C型肝炎の調査研究: a kind of clotting disorder that is not known may be inborn or not."""
    ends: tuple[list[Any], list[Any]] = ([], [])
    for one in home.persons:
        known = any(one.says(key) for key in FACTORS)
        for end, inborn in enumerate((known, known or one.says(UNSAID))):
            facts = {
                "先天性凝固異常": inborn,
                "血液製剤感染": one.says("C型肝炎ウイルスに感染している")
                and one.says("血液製剤の投与によってC型肝炎ウイルスに感染した"),
                "肝硬変肝がん": one.says("肝硬変や肝がんに罹患しているまたは肝移植をおこなった"),
            }
            ends[end].append(rules.answer("c-gata-kanen-qol", facts, on=home.day, output="月額"))
    return [total(end) for end in ends]


HEPATITIS = "先天性の傷病治療によるC型肝炎患者に係るQOL向上等のための調査研究事業"
ASKED: dict[str, Mapped] = {
    **of_ends("特別障害者手当", severe_adult_ends),
    "特別障害者手当所得制限": of_persons("特別障害者手当所得制限", within),
    **of_ends("健康管理費用", health_costs("健康管理費用月額")),
    **of_ends("健康管理支援事業", health_costs("発症者健康管理手当月額")),
    **of_ends(HEPATITIS, hepatitis),
}
for _name, _compute in (
    ("特定疾病療養", long_treatment),
    ("先天性血液凝固因子障害等治療研究事業", clotting),
    ("重度心身障害者医療費助成制度", medical_help),
):
    for _end in ("である", "がいる"):
        ASKED[f"{_name}の対象者{_end}"] = of_persons(f"{_name}の対象者{_end}", _compute)
