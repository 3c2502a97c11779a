"""The law as plain tables and arithmetic, written apart from the rule files: what the golden cases were reckoned with.

Nothing here reads a rule file or the engine. Numbers are typed in from the law and official tables.
"""

from __future__ import annotations

from fractions import Fraction

# 児童扶養手当法施行令2条の2, 2条の4: (full, second, third child, coefficients ×10^7, full limit, partial limit)
FUYO: dict[str, tuple[int, int, int, int, int, int, int, int]] = {
    "2017-04": (42290, 9990, 5990, 186705, 28786, 17225, 190_000, 1_920_000),
    "2018-04": (42500, 10040, 6020, 187630, 28960, 17341, 190_000, 1_920_000),
    "2018-08": (42500, 10040, 6020, 226993, 35035, 20979, 490_000, 1_920_000),
    "2019-04": (42910, 10140, 6080, 229231, 35385, 21189, 490_000, 1_920_000),
    "2020-04": (43160, 10190, 6110, 230559, 35524, 21259, 490_000, 1_920_000),
    "2022-04": (43070, 10170, 6100, 230070, 35455, 21259, 490_000, 1_920_000),
    "2023-04": (44140, 10420, 6250, 235804, 36364, 21748, 490_000, 1_920_000),
    "2024-04": (45500, 10750, 6450, 243007, 37483, 22448, 490_000, 1_920_000),
    "2024-11": (45500, 10750, 10750, 250000, 38561, 38561, 690_000, 2_080_000),
    "2025-04": (46690, 11030, 11030, 256619, 39568, 39568, 690_000, 2_080_000),
    "2026-04": (48050, 11350, 11350, 264029, 40719, 40719, 690_000, 2_080_000),
}


def period(table: dict[str, object], month: str) -> str:
    """The last key of a table that is not after a month."""
    return max(key for key in table if key <= month)


def reduction(over: int, coefficient: int) -> int:
    """Rounded to ten yen: a rest under five yen falls away, five and more counts as ten. Integers only."""
    return (over * coefficient * 2 // 10**7 + 10) // 20 * 10


def fuyo_limits(month: str, *, dependants: int, elderly: int = 0, specified: int = 0) -> tuple[int, int]:
    row = FUYO[period(dict(FUYO), month)]
    more = dependants * 380_000 + elderly * 100_000 + specified * 150_000
    return row[6] + more, row[7] + more


def fuyo(month: str, *, income: int, dependants: int, children: int, elderly: int = 0, specified: int = 0) -> int:
    """児童扶養手当 of a month for an assessed income."""
    first, second, third, *coefficients = FUYO[period(dict(FUYO), month)][:6]
    full, partial = fuyo_limits(month, dependants=dependants, elderly=elderly, specified=specified)
    if children == 0 or income >= partial:
        return 0
    amounts = ([first, second] + [third] * children)[:children]
    if income < full:
        return sum(amounts)
    rates = ([coefficients[0], coefficients[1]] + [coefficients[2]] * children)[:children]
    return sum(a - 10 - reduction(income - full, r) for a, r in zip(amounts, rates, strict=True))


def supporter_stops_fuyo(income: int, *, dependants: int, elderly: int) -> bool:
    """法10条: at or over the limit; one elderly does not count where all dependants are elderly."""
    counted = elderly - 1 if elderly and elderly == dependants else elderly
    return income >= 2_360_000 + 380_000 * dependants + 60_000 * counted


def supporter_stops_disability(income: int, *, dependants: int, elderly: int) -> bool:
    """特別児童扶養手当等の支給に関する法律施行令2条2項."""
    if dependants == 0:
        return income >= 6_287_000
    counted = elderly - 1 if elderly and elderly == dependants else elderly
    return income >= 6_536_000 + 213_000 * (dependants - 1) + 60_000 * counted


TOKUJI = {
    "2017-04": (51450, 34270), "2018-04": (51700, 34430), "2019-04": (52200, 34770), "2020-04": (52500, 34970),
    "2022-04": (52400, 34900), "2023-04": (53700, 35760),
    "2024-04": (55350, 36860), "2025-04": (56800, 37830), "2026-04": (58450, 38930),
}  # fmt: skip
SHOGAIJI = {
    "2017-04": 14580, "2018-04": 14650, "2019-04": 14790, "2020-04": 14880, "2022-04": 14850,
    "2023-04": 15220, "2024-04": 15690, "2025-04": 16100, "2026-04": 16560,
}  # fmt: skip
TOKUSHO = {
    "2017-04": 26810, "2018-04": 26940, "2019-04": 27200, "2020-04": 27350, "2022-04": 27300,
    "2023-04": 27980, "2024-04": 28840, "2025-04": 29590, "2026-04": 30450,
}  # fmt: skip
OWN_LIMIT = {"2017-04": 3_604_000, "2025-08": 3_661_000}


def own_limit(base: int, *, dependants: int, elderly: int = 0, specified: int = 0) -> int:
    """Elderly count 480,000 and specified 630,000 in the place of 380,000."""
    return base + 380_000 * dependants + 100_000 * elderly + 250_000 * specified


def flat_tax_limit(grade: int, *, dependants: int) -> int:
    """均等割: 地方税法施行令47条の3, rates 1.0, 0.9, 0.8."""
    tenths = {1: 10, 2: 9, 3: 8}[grade]
    return (350_000 * (dependants + 1) + (210_000 if dependants else 0)) * tenths // 10 + 100_000


def income_tax_limit(*, dependants: int) -> int:
    """所得割: 地方税法附則3条の3."""
    return 350_000 * (dependants + 1) + 100_000 + (320_000 if dependants else 0)


def salary_deduction(year: int, salary: int) -> int:
    """所得税法28条3項, a part of a yen counted as one."""
    least = 650_000 if year < 2020 or year == 2025 else 550_000 if year < 2025 else 740_000
    bands = [(1_800_000, 4, -100_000), (3_600_000, 3, 80_000), (6_600_000, 2, 440_000), (8_500_000, 1, 1_100_000)]
    if year < 2020:
        bands = [(1_800_000, 4, 0), (3_600_000, 3, 180_000), (6_600_000, 2, 540_000), (10_000_000, 1, 1_200_000)]
    for upper, tenths, add in bands:
        if salary <= upper:
            return max(least, -(-salary * tenths // 10) + add)
    return 2_200_000 if year < 2020 else 1_950_000


PREMIUM = {
    "2017-04": 16490, "2018-04": 16340, "2019-04": 16410, "2020-04": 16540, "2021-04": 16610, "2022-04": 16590,
    "2023-04": 16520, "2024-04": 16980, "2025-04": 17510, "2026-04": 17920,
}  # fmt: skip
# the published amounts left to pay after exemption of 1/4, 1/2, 3/4
LEFT = {
    "2017-04": (12370, 8250, 4120),
    "2018-04": (12260, 8170, 4090),
    "2019-04": (12310, 8210, 4100),
    "2020-04": (12410, 8270, 4140),
    "2021-04": (12460, 8310, 4150),
    "2022-04": (12440, 8300, 4150),
    "2023-04": (12390, 8260, 4130),
    "2024-04": (12740, 8490, 4250),
    "2025-04": (13130, 8760, 4380),
    "2026-04": (13440, 8960, 4480),
}


def exemption_limit(kind: str, *, dependants: int, month: str = "2021-07") -> int:
    """国民年金法施行令6条の7, 6条の8の2, 6条の9, 6条の9の2; 100,000 less before 2021-07."""
    less = 0 if month >= "2021-07" else 100_000
    if kind == "全額":
        return 350_000 * (dependants + 1) + 320_000 - less
    return {"四分の三": 880_000, "半額": 1_280_000, "四分の一": 1_680_000}[kind] - less + 380_000 * dependants


def disaster(damage: str, rebuild: str, *, members: int) -> tuple[int, int]:
    """被災者生活再建支援法3条: base and addition, three quarters for one person."""
    heavy = damage in {"全壊", "解体", "長期避難"}
    base = 100 if heavy else 50 if damage == "大規模半壊" else 0
    whole = {"建設購入": 200, "補修": 100, "賃借": 50}.get(rebuild, 0)
    half = {"建設購入": 100, "補修": 50, "賃借": 25}.get(rebuild, 0)
    more = whole if heavy or damage == "大規模半壊" else half if damage == "中規模半壊" else 0
    rate = Fraction(3, 4) if members == 1 else Fraction(1)
    return int(base * 10_000 * rate), int(more * 10_000 * rate)
