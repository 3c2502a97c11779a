"""Income tax and residents' tax: deductions that depend on persons, the tax itself, income.

A household's taxpayer is who has the most income (所得税法施行令219条: of several who could count a dependant, the one
with more), the first named of equals. A day of a case stands for its income year; residents' tax is that on this
income, so of the fiscal year after. Left open by the cases and closed here: dependants live with the taxpayer unless in
a care home; who is a dependant is counted once, with the taxpayer; 夫と離別死別 is a death; who has no birth date is an
adult under seventy; who pays no premium of their own pays 国民年金 (unless it is denied).
"""

from __future__ import annotations

from typing import Any

from kiban.rules.peers.files import Mapped, RuleFiles
from kiban.rules.peers.mapping import household
from kiban.rules.peers.mapping.common import OfHome, OfPerson, of_homes, of_persons
from kiban.rules.peers.mapping.homes import Home, Person, only
from kiban.rules.peers.mapping.insurance import income_insurance

NATIONAL, LOCAL = "shotoku-kojo", "juminzei-kojo"
KINDS = ("障害者控除", "寡婦控除", "ひとり親控除", "勤労学生控除", "配偶者控除", "配偶者特別控除", "扶養控除")
OUT_OF_REACH = 999_999_999
PREFIX = {NATIONAL: "", LOCAL: "住民税"}


def year_end(day: str) -> str:
    """31 December of the income year."""
    return f"{day[:4]}-12-31"


def assessment_day(day: str) -> str:
    """賦課期日 of the fiscal year in which this income year is taxed."""
    return f"{int(day[:4]) + 1}-01-01"


def income(rules: RuleFiles, person: Person) -> int:
    """合計所得金額 of the year of the day."""
    return household.income(rules, person, year=person.year)


def taxpayer(rules: RuleFiles, home: Home) -> Person:
    """Who has the most income in a household."""
    return max(home.persons, key=lambda one: income(rules, one))


def _counted(rules: RuleFiles, person: Person, *, flag: str) -> int:
    """Income of a member; where the case says whether it is within the limit, an income that says the same."""
    if person.has(flag):
        return 0 if person.says(flag) else OUT_OF_REACH
    return income(rules, person)


def relatives(rules: RuleFiles, home: Home, *, person: Person) -> dict[str, list[dict[str, Any]]]:
    """Spouse and relatives of the taxpayer; nobody's for all others."""
    if person.name != taxpayer(rules, home).name:
        return {"配偶者": [], "親族": []}
    spouse = [one for one in home.parents if one.name != person.name] if person in home.parents else []
    kin = [one for one in home.persons if one.name not in {person.name, *(other.name for other in spouse)}]
    return {
        "配偶者": [
            {"配偶者の生年月日": one.birth, "配偶者の障害": one.degree, "配偶者と同居": one.at_home,
             "配偶者の所得": _counted(rules, one, flag="同一生計配偶者である")}
            for one in spouse
        ],
        "親族": [
            {"続柄": _relation(home, person, kin=one), "親族の生年月日": one.birth, "親族の障害": one.degree,
             "親族と同居": one.at_home, "親族の所得": _counted(rules, one, flag="扶養親族である")}
            for one in kin
        ],
    }  # fmt: skip


def _relation(home: Home, person: Person, *, kin: Person) -> str:
    if kin in home.grandparents or (kin in home.parents and person in home.children):
        return "直系尊属"
    return "子" if kin in home.children and person in home.parents else "その他"


def person_facts(rules: RuleFiles, home: Home, *, person: Person) -> dict[str, Any]:
    """Facts of a taxpayer for the deductions."""
    own, alone = income(rules, person), person in home.parents and len(home.parents) == 1
    found = relatives(rules, home, person=person)
    if alone and not found["親族"]:  # a lone parent is one whoever earns more
        found["親族"] = [
            {"続柄": "子", "親族の生年月日": one.birth, "親族の所得": income(rules, one), "親族の障害": "なし",
             "親族と同居": True}
            for one in home.children
        ]  # fmt: skip
    return {
        "合計所得金額": own, "障害の区分": "なし" if supported(rules, home, person=person) else person.degree,
        "婚姻中": not alone and person in home.parents, "夫と離婚": False,
        "夫と死別": person in home.parents and bereaved(home, person), "学生": person.says("学生"),
        "勤労による所得": own, "勤労によらない所得": 0, "その他の所得控除": 0,
        "母である": person.word("性別") != "男性", **found,
    }  # fmt: skip


def bereaved(home: Home, person: Person) -> bool:
    """Whether the case says that the husband is gone."""
    said = person.says("寡婦") if person.has("寡婦") else home.says("夫と離別死別")
    return said and person.word("性別") != "男性"


def supported(rules: RuleFiles, home: Home, *, person: Person) -> bool:
    """Whether a person is counted as the taxpayer's dependant: their own deduction would meet no income."""
    return counts(rules, home, person=person, result="同一生計配偶者") or counts(
        rules, home, person=person, result="扶養親族"
    )


def counts(rules: RuleFiles, home: Home, *, person: Person, result: str) -> bool:
    """Whether a person is 同一生計配偶者 or 扶養親族 of the household's taxpayer."""
    first = taxpayer(rules, home)
    spouse = person in home.parents and first in home.parents
    if person.name == first.name or spouse != (result == "同一生計配偶者"):
        return False
    flag = f"{result}である"
    if person.has(flag):
        return person.says(flag)
    key = "配偶者の所得" if spouse else "親族の所得"
    member = {key: income(rules, person)}
    facts = {"配偶者": [member] if spouse else [], "親族": [] if spouse else [member]}
    found = rules.answer(NATIONAL, facts, on=year_end(person.day), output=result)
    return bool(found[0])


def deduction(rules: RuleFiles, home: Home, *, person: Person, of: tuple[str, str]) -> int:
    """One deduction: given by the case, or by the rule file (income tax's or residents')."""
    file, kind = of
    name = PREFIX[file] + kind
    if person.has(name):
        return person.amount(name)
    facts = person_facts(rules, home, person=person)
    if kind == "寡婦控除" and person.says("寡婦"):
        facts |= {"婚姻中": False, "夫と死別": True, "親族": []}  # said to be 寡婦: so no single parent
    if kind == "基礎控除" and person.has("合計所得金額"):
        facts["合計所得金額"] = person.amount("合計所得金額")
    if kind in {"配偶者控除", "配偶者特別控除", "扶養控除"} and person.name != taxpayer(rules, home).name:
        return 0
    return int(rules.answer(file, facts, on=year_end(person.day), output=kind))


def deductions(rules: RuleFiles, home: Home, *, person: Person, file: str) -> int:
    """所得控除 together, with the premiums of social insurance."""
    name = f"{PREFIX[file]}所得控除"
    if person.has(name):
        return person.amount(name)
    kinds = [*KINDS, "基礎控除", "特定親族特別控除"]
    own = sum(deduction(rules, home, person=person, of=(file, kind)) for kind in kinds)
    return own + income_insurance(rules, person)


def difference(rules: RuleFiles, home: Home) -> int:
    """人的控除額の差 of a household: deductions given for any member count, the basic one once."""
    if home.has("人的控除額の差"):
        return home.amount("人的控除額の差")
    first = taxpayer(rules, home)
    facts, on = person_facts(rules, home, person=first), year_end(first.day)
    total = int(rules.answer(LOCAL, facts, on=on, output="基礎控除差"))
    for kind in KINDS:
        pairs = [one for one in home.persons if one.has(kind) and one.has(f"住民税{kind}")]
        if kind == "配偶者特別控除" or not pairs:
            total += int(rules.answer(LOCAL, facts, on=on, output=f"{kind}差"))
        elif kind == "ひとり親控除":
            total += sum(_lone_parent(rules, home, person=one) for one in pairs if one.says(kind))
        else:
            total += sum(one.amount(kind) - one.amount(f"住民税{kind}") for one in pairs)
    return total


def _lone_parent(rules: RuleFiles, home: Home, *, person: Person) -> int:
    """ひとり親控除の差 of who is said to be a lone parent."""
    child = {"続柄": "子", "親族の生年月日": person.day, "親族の所得": 0, "親族の障害": "なし", "親族と同居": True}
    facts = person_facts(rules, home, person=person) | {"合計所得金額": 0, "婚姻中": False, "親族": [child]}
    return int(rules.answer(LOCAL, facts, on=year_end(person.day), output="ひとり親控除差"))


def taxable(rules: RuleFiles, home: Home, *, person: Person) -> int:
    """課税総所得金額 of residents' tax."""
    off = deductions(rules, home, person=person, file=LOCAL)
    return whole_taxed(rules, income(rules, person), off=off, on=assessment_day(person.day))


def whole_taxed(rules: RuleFiles, amount: int, *, off: int, on: str) -> int:
    """An income less deductions, rounded as the law does."""
    facts = {"総所得金額": amount, "所得控除額": off}
    return int(rules.answer("juminzei-zeigaku", facts, on=on, output="課税総所得金額"))


def credit(rules: RuleFiles, home: Home) -> int:
    """調整控除 of a household's taxpayer."""
    if home.has("調整控除"):
        return home.amount("調整控除")
    first = taxpayer(rules, home)
    key, on = "控除後住民税世帯高所得", assessment_day(first.day)
    facts = {
        "合計所得金額": income(rules, first),
        "合計課税所得金額": whole_taxed(rules, home.amount(key), off=0, on=on)
        if home.has(key)
        else taxable(rules, home, person=first),
        "人的控除差": difference(rules, home),
    }
    return int(rules.answer("juminzei-chosei-kojo", facts, on=on, output="調整控除"))


def exempt(rules: RuleFiles, home: Home, *, person: Person, output: str) -> bool:
    """Whether no part is charged: by income and dependants; not asked where the case gives no income."""
    if not any(person.has(key) for key in ("所得", "合計所得金額", "収入")):
        return False
    dependants = 0
    if person.name == taxpayer(rules, home).name:
        dependants = sum(supported(rules, home, person=one) for one in home.persons if one.name != person.name)
    own = {"合計所得": income(rules, person), "扶養人数": dependants, "生活扶助": False, "障害未成年ひとり親": False}
    area = home.amount("居住級地区分1", 1, within=range(1, 4))
    facts = {"級地区分": area, "世帯員": [own]}
    found = rules.answer("juminzei-hikazei", facts, on=assessment_day(person.day), output=output)
    return bool(found[0])


def income_part(rules: RuleFiles, home: Home, *, person: Person) -> int:
    """住民税所得割."""
    if person.has("住民税所得割"):
        return person.amount("住民税所得割")
    first = person.name == taxpayer(rules, home).name
    facts = {
        "総所得金額": income(rules, person),
        "所得控除額": deductions(rules, home, person=person, file=LOCAL),
        "調整控除額": credit(rules, home) if first else credit(rules, only(person)),
        "所得割非課税": exempt(rules, home, person=person, output="所得割非課税"),
    }
    return int(rules.answer("juminzei-zeigaku", facts, on=assessment_day(person.day), output="所得割"))


def per_capita(rules: RuleFiles, home: Home, *, person: Person) -> int:
    """住民税均等割 with 森林環境税."""
    if person.has("住民税均等割"):
        return person.amount("住民税均等割")
    facts = {"均等割非課税": exempt(rules, home, person=person, output="均等割非課税")}
    return int(rules.answer("juminzei-zeigaku", facts, on=assessment_day(person.day), output="均等割"))


def base_tax(rules: RuleFiles, home: Home, *, person: Person) -> int:
    """基準所得税額."""
    if person.has("基準所得税額"):
        return person.amount("基準所得税額")
    facts = {"総所得金額": income(rules, person), "所得控除額": deductions(rules, home, person=person, file=NATIONAL)}
    return int(rules.answer("shotokuzei", facts, on=year_end(person.day), output="算出税額"))


def paid_tax(rules: RuleFiles, home: Home, *, person: Person, output: str) -> int:
    """復興特別所得税, or 所得税 with it."""
    facts = {"基準所得税額": base_tax(rules, home, person=person), "基準所得金額": income(rules, person)}
    return int(rules.answer("shotokuzei-nofu", facts, on=year_end(person.day), output=output))


def _kind(file: str, kind: str) -> OfPerson:
    return lambda rules, home, *, person: deduction(rules, home, person=person, of=(file, kind))


def _yes(output: str) -> OfPerson:
    def found(rules: RuleFiles, home: Home, *, person: Person) -> bool:
        facts = person_facts(rules, home, person=person)
        return bool(rules.answer(NATIONAL, facts, on=year_end(person.day), output=output))

    return found


def _salary_deduction(rules: RuleFiles, _home: Home, *, person: Person) -> int:
    facts = {"給与収入": person.amount("収入")}
    return int(rules.answer("kyuyo-shotoku", facts, on=year_end(person.day), output="給与所得控除額"))


def _school_year(rules: RuleFiles, _home: Home, *, person: Person) -> int:
    return int(rules.answer("gakunen", {"生年月日": person.birth}, on=person.day, output="学年"))


PERSONAL: dict[str, OfPerson] = {
    **{PREFIX[file] + kind: _kind(file, kind) for file in PREFIX for kind in (*KINDS, "基礎控除")},
    "特定親族特別控除": _kind(NATIONAL, "特定親族特別控除"),
    "住民税特定親族特別控除": _kind(LOCAL, "特定親族特別控除"),
    "所得控除": lambda rules, home, *, person: deductions(rules, home, person=person, file=NATIONAL),
    "住民税所得控除": lambda rules, home, *, person: deductions(rules, home, person=person, file=LOCAL),
    "寡婦": _yes("寡婦"),
    "障害者控除対象": lambda _rules, _home, *, person: person.degree == "一般",
    "特別障害者控除対象": lambda _rules, _home, *, person: person.degree == "特別",
    "扶養親族である": lambda rules, home, *, person: counts(rules, home, person=person, result="扶養親族"),
    "同一生計配偶者である": lambda rules, home, *, person: counts(rules, home, person=person, result="同一生計配偶者"),
    "所得": lambda rules, _home, *, person: income(rules, person),
    "合計所得金額": lambda rules, _home, *, person: income(rules, person),
    "個人事業主である": lambda _rules, _home, *, person: person.self_employed,
    "給与所得控除額": _salary_deduction,
    "学年": _school_year,
    "基準所得税額": lambda rules, home, *, person: base_tax(rules, home, person=person),
    "復興特別所得税": lambda rules, home, *, person: paid_tax(rules, home, person=person, output="復興特別所得税"),
    "所得税": lambda rules, home, *, person: paid_tax(rules, home, person=person, output="所得税"),
    "住民税所得割": lambda rules, home, *, person: income_part(rules, home, person=person),
    "住民税均等割": lambda rules, home, *, person: per_capita(rules, home, person=person),
    "住民税": lambda rules, home, *, person: (
        income_part(rules, home, person=person) + per_capita(rules, home, person=person)
    ),
}
OF_HOMES: dict[str, OfHome] = {
    "人的控除額の差": difference,
    "調整控除": credit,
    "控除後住民税世帯高所得": lambda rules, home: taxable(rules, home, person=taxpayer(rules, home)),
    "世帯高所得": lambda rules, home: income(rules, taxpayer(rules, home)),
    "扶養人数": lambda rules, home: sum(counts(rules, home, person=one, result="扶養親族") for one in home.persons),
    "世帯所得": lambda rules, home: sum(income(rules, one) for one in home.persons),
}
ASKED: dict[str, Mapped] = {
    **{key: of_persons(key, compute) for key, compute in PERSONAL.items()},
    **{key: of_homes(key, compute) for key, compute in OF_HOMES.items()},
}
