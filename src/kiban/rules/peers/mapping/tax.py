"""Income tax and residents' tax: deductions that depend on persons, the tax itself, income.

A household's taxpayer is who has the most income (所得税法施行令219条: of several who could count a dependant, the one
with more), the first named of equals. A day of a case stands for its income year; residents' tax is that on this
income, so of the fiscal year after. Left open by the cases and closed here: dependants live with the taxpayer unless in
a care home; who is a dependant is counted once, with the taxpayer; 夫と離別死別 is a death; who has no birth date is an
adult under seventy; who pays no premium of their own pays 国民年金 (unless it is denied).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from kiban.rules.peers.files import Mapped, RuleFiles
from kiban.rules.peers.mapping.common import Case, Slot, of_slots
from kiban.rules.peers.mapping.homes import Home, Person, home_of
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
    """合計所得金額: given, or from business (27条) or salary (28条)."""
    for key in ("所得", "合計所得金額"):
        if person.has(key):
            return int(person.get(key, 0))
    earned, costs = int(person.get("収入", 0)), person.get("個人事業主の必要経費", 0)
    if person.self_employed:
        return max(0, earned - int(costs))
    if person.has("給与所得控除額"):
        return max(0, earned - int(person.get("給与所得控除額", 0)))
    if earned <= 0:
        return 0
    facts = {"給与収入": earned}
    return int(rules.answer("kyuyo-shotoku", facts, on=year_end(person.day), output="給与所得"))


def taxpayer(rules: RuleFiles, home: Home) -> Person:
    """Who has the most income in a household."""
    return max(home.members(), key=lambda one: income(rules, one))


def _counted(rules: RuleFiles, person: Person, *, flag: str) -> int:
    """Income of a member; where the case says whether it is within the limit, an income that says the same."""
    if person.has(flag):
        return 0 if person.get(flag, False) else OUT_OF_REACH
    return income(rules, person)


def relatives(rules: RuleFiles, home: Home, *, person: Person) -> dict[str, list[dict[str, Any]]]:
    """Spouse and relatives of the taxpayer; nobody's for all others."""
    if person.name != taxpayer(rules, home).name:
        return {"配偶者": [], "親族": []}
    spouse = [one for one in home.parents if one.name != person.name] if person in home.parents else []
    kin = [one for one in home.members() if one.name not in {person.name, *(other.name for other in spouse)}]
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
        "夫と死別": person in home.parents and bereaved(home, person), "学生": bool(person.get("学生", False)),
        "勤労による所得": own, "勤労によらない所得": 0, "その他の所得控除": 0,
        "母である": person.get("性別", "女性") != "男性", **found,
    }  # fmt: skip


def bereaved(home: Home, person: Person) -> bool:
    """Whether the case says that the husband is gone."""
    said = person.get("寡婦", None)
    if said is None:
        said = home.get("夫と離別死別", False)
    return bool(said) and person.get("性別", "女性") != "男性"


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
        return bool(person.get(flag, False))
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
        return int(person.get(name, 0))
    facts = person_facts(rules, home, person=person)
    if kind == "寡婦控除" and person.get("寡婦", False):
        facts |= {"婚姻中": False, "夫と死別": True, "親族": []}  # said to be 寡婦: so no single parent
    if kind == "基礎控除" and person.has("合計所得金額"):
        facts["合計所得金額"] = int(person.get("合計所得金額", 0))
    if kind in {"配偶者控除", "配偶者特別控除", "扶養控除"} and person.name != taxpayer(rules, home).name:
        return 0
    return int(rules.answer(file, facts, on=year_end(person.day), output=kind))


def deductions(rules: RuleFiles, home: Home, *, person: Person, file: str) -> int:
    """所得控除 together, with the premiums of social insurance."""
    name = f"{PREFIX[file]}所得控除"
    if person.has(name):
        return int(person.get(name, 0))
    kinds = [*KINDS, "基礎控除", "特定親族特別控除"]
    own = sum(deduction(rules, home, person=person, of=(file, kind)) for kind in kinds)
    return own + income_insurance(rules, person)


def difference(rules: RuleFiles, home: Home) -> int:
    """人的控除額の差 of a household: deductions given for any member count, the basic one once."""
    if home.has("人的控除額の差"):
        return int(home.get("人的控除額の差", 0))
    first = taxpayer(rules, home)
    facts, on = person_facts(rules, home, person=first), year_end(first.day)
    total = int(rules.answer(LOCAL, facts, on=on, output="基礎控除差"))
    for kind in KINDS:
        pairs = [one for one in home.members() if one.has(kind) and one.has(f"住民税{kind}")]
        if kind == "配偶者特別控除" or not pairs:
            total += int(rules.answer(LOCAL, facts, on=on, output=f"{kind}差"))
        elif kind == "ひとり親控除":
            total += sum(_lone_parent(one) for one in pairs)
        else:
            total += sum(int(one.get(kind, 0)) - int(one.get(f"住民税{kind}", 0)) for one in pairs)
    return total


def _lone_parent(person: Person) -> int:
    """The table of 314条の6 says 10,000 for a father, whatever the two deductions are."""
    if not person.get("ひとり親控除", 0):
        return 0
    return 10_000 if person.get("性別", "女性") == "男性" else 50_000


def taxable(rules: RuleFiles, home: Home, *, person: Person) -> int:
    """課税総所得金額 of residents' tax."""
    facts = {"総所得金額": income(rules, person), "所得控除額": deductions(rules, home, person=person, file=LOCAL)}
    return int(rules.answer("juminzei-zeigaku", facts, on=assessment_day(person.day), output="課税総所得金額"))


def credit(rules: RuleFiles, home: Home) -> int:
    """調整控除 of a household's taxpayer."""
    if home.has("調整控除"):
        return int(home.get("調整控除", 0))
    first = taxpayer(rules, home)
    given = home.get("控除後住民税世帯高所得", None)
    facts = {
        "合計所得金額": income(rules, first),
        "合計課税所得金額": taxable(rules, home, person=first) if given is None else int(given) // 1000 * 1000,
        "人的控除差": difference(rules, home),
    }
    return int(rules.answer("juminzei-chosei-kojo", facts, on=assessment_day(first.day), output="調整控除"))


def exempt(rules: RuleFiles, home: Home, *, person: Person, output: str) -> bool:
    """Whether no part is charged: by income and dependants; not asked where the case gives no income."""
    if not any(person.has(key) for key in ("所得", "合計所得金額", "収入")):
        return False
    dependants = 0
    if person.name == taxpayer(rules, home).name:
        dependants = sum(supported(rules, home, person=one) for one in home.members() if one.name != person.name)
    own = {"合計所得": income(rules, person), "扶養人数": dependants, "生活扶助": False, "障害未成年ひとり親": False}
    area = int(home.get("居住級地区分1", 1))
    facts = {"級地区分": area, "世帯員": [own]}
    found = rules.answer("juminzei-hikazei", facts, on=assessment_day(person.day), output=output)
    return bool(found[0])


def income_part(rules: RuleFiles, home: Home, *, person: Person) -> int:
    """住民税所得割."""
    if person.has("住民税所得割"):
        return int(person.get("住民税所得割", 0))
    first = person.name == taxpayer(rules, home).name
    facts = {
        "総所得金額": income(rules, person),
        "所得控除額": deductions(rules, home, person=person, file=LOCAL),
        "調整控除額": credit(rules, home) if first else credit(rules, Home((person,), (), (), {}, person.day)),
        "所得割非課税": exempt(rules, home, person=person, output="所得割非課税"),
    }
    return int(rules.answer("juminzei-zeigaku", facts, on=assessment_day(person.day), output="所得割"))


def per_capita(rules: RuleFiles, home: Home, *, person: Person) -> int:
    """住民税均等割 with 森林環境税."""
    if person.has("住民税均等割"):
        return int(person.get("住民税均等割", 0))
    facts = {"均等割非課税": exempt(rules, home, person=person, output="均等割非課税")}
    return int(rules.answer("juminzei-zeigaku", facts, on=assessment_day(person.day), output="均等割"))


def base_tax(rules: RuleFiles, home: Home, *, person: Person) -> int:
    """基準所得税額."""
    if person.has("基準所得税額"):
        return int(person.get("基準所得税額", 0))
    facts = {"総所得金額": income(rules, person), "所得控除額": deductions(rules, home, person=person, file=NATIONAL)}
    return int(rules.answer("shotokuzei", facts, on=year_end(person.day), output="算出税額"))


def paid_tax(rules: RuleFiles, home: Home, *, person: Person, output: str) -> int:
    """復興特別所得税, or 所得税 with it."""
    facts = {"基準所得税額": base_tax(rules, home, person=person), "基準所得金額": income(rules, person)}
    return int(rules.answer("shotokuzei-nofu", facts, on=year_end(person.day), output=output))


class OfPerson(Protocol):
    """Our value for one person of a household."""

    def __call__(self, rules: RuleFiles, home: Home, /, *, person: Person) -> Any: ...


OfHome = Callable[[RuleFiles, Home], Any]


def by_person(key: str, compute: OfPerson) -> Mapped:
    """Of a person; where a household is asked, of its members together."""

    def value(rules: RuleFiles, case: Case, *, slot: Slot) -> Any:
        home, person = home_of(case, slot)
        if person is not None:
            return compute(rules, home, person=person)
        return sum(compute(rules, home, person=one) for one in home.members())

    return of_slots(key, value)


def by_home(key: str, compute: OfHome) -> Mapped:
    """Of a household."""

    def value(rules: RuleFiles, case: Case, *, slot: Slot) -> Any:
        return compute(rules, home_of(case, slot)[0])

    return of_slots(key, value)


def _kind(file: str, kind: str) -> OfPerson:
    return lambda rules, home, *, person: deduction(rules, home, person=person, of=(file, kind))


def _yes(output: str) -> OfPerson:
    def found(rules: RuleFiles, home: Home, *, person: Person) -> bool:
        facts = person_facts(rules, home, person=person)
        return bool(rules.answer(NATIONAL, facts, on=year_end(person.day), output=output))

    return found


def _salary_deduction(rules: RuleFiles, _home: Home, *, person: Person) -> int:
    facts = {"給与収入": int(person.get("収入", 0))}
    return int(rules.answer("kyuyo-shotoku", facts, on=year_end(person.day), output="給与所得控除額"))


def _school_year(rules: RuleFiles, _home: Home, *, person: Person) -> int:
    return int(rules.answer("gakunen", {"生年月日": person.birth}, on=person.full_day, output="学年"))


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
    "扶養人数": lambda rules, home: sum(counts(rules, home, person=one, result="扶養親族") for one in home.members()),
    "世帯所得": lambda rules, home: sum(income(rules, one) for one in home.members()),
}
ASKED: dict[str, Mapped] = {
    **{key: by_person(key, compute) for key, compute in PERSONAL.items()},
    **{key: by_home(key, compute) for key, compute in OF_HOMES.items()},
}
