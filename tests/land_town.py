"""A town that exists nowhere in the land register and three ledgers, each in its own notation, with known errors."""

from __future__ import annotations

import csv
import random
from collections import defaultdict
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

from kiban.registries import towns

CODE, CITY = "302023", "海南市"
SMALLS = ("東浜", "西浜", "北谷", "南谷", "上ノ山", "三本松", "大池", "宮前", "中島", "川原")
FAMILIES = (
    "高橋",
    "渡辺",
    "山崎",
    "斎藤",
    "田中",
    "鈴木",
    "中村",
    "小林",
    "吉田",
    "山本",
    "松本",
    "井上",
    "木村",
    "林",
    "清水",
)
GIVEN = ("一郎", "花子", "健", "美咲", "翔太", "幸子", "正", "和子", "清", "由美", "博", "恵子", "誠", "明美", "隆")
VARIANTS = {"高": "髙", "崎": "﨑", "辺": "邉", "清": "淸"}
FIRMS = ("基盤林業", "海浜開発", "山海農産")
CATEGORIES = ("田", "畑", "山林", "宅地", "雑種地")


@dataclass(frozen=True)
class Lot:
    """What is true of one parcel."""

    town: str
    small: str
    trunk: int
    branch: int
    number: str
    category: str
    area: Fraction
    owner: str
    address: tuple[str, int]

    @property
    def lot(self) -> str:
        return f"{self.trunk}-{self.branch}" if self.branch else f"{self.trunk}"

    @property
    def key(self) -> tuple[str, str, str]:
        return self.town, self.small.replace("ノ", "").replace("三", "3"), self.lot


@dataclass
class Town:
    """The rows of each ledger, and the errors put in: (finding, key of the parcel)."""

    rows: dict[str, list[list[str]]] = field(default_factory=lambda: defaultdict(list))
    errors: set[tuple[str, tuple[str, str, str]]] = field(default_factory=set)


HEADERS = {
    "register": ["不動産番号", "所在", "地番", "地目", "地積", "所有者", "所有者住所", "登記年月日"],
    "tax": [
        "物件番号",
        "大字",
        "小字",
        "本番",
        "枝番",
        "登記地目",
        "現況地目",
        "登記地積",
        "納税義務者",
        "納税義務者住所",
    ],
    "farm": ["整理番号", "所在地番", "地目", "面積(a)", "所有者氏名", "所有者住所"],
    "forest": ["林地台帳番号", "土地の所在", "地番", "地目", "面積（㎡）", "登記簿所有者", "住所"],
}


def _lots(picked: random.Random, count: int) -> list[Lot]:
    names = [one.town for one in towns(CODE) if one.town_id.endswith("000") and not one.town[-1:].isdecimal()][:12]
    made: dict[tuple[str, str, str], Lot] = {}
    while len(made) < count:
        town, small = picked.choice(names), picked.choice(SMALLS)
        category = picked.choice(CATEGORIES)
        area = Fraction(picked.randint(1200, 900_000), 100)
        area = area if category == "宅地" or area <= 10 else Fraction(int(area))
        firm = picked.random() < 0.1
        owner = f"株式会社{picked.choice(FIRMS)}" if firm else f"{picked.choice(FAMILIES)} {picked.choice(GIVEN)}"
        lot = Lot(town, small, picked.randint(1, 2500), picked.choice((0, 0, 1, 2)), f"{17 * 10**11 + len(made):013}",
                  category, area, owner, (picked.choice(names), picked.randint(1, 900)))  # fmt: skip
        made.setdefault(lot.key, lot)
    return list(made.values())


def _kanji(number: int) -> str:
    return "".join("〇一二三四五六七八九"[int(digit)] for digit in str(number))


def _number(lot: Lot, picked: random.Random) -> str:
    branch = lot.branch
    ways = [
        f"{lot.trunk}番{branch or ''}",
        f"{lot.trunk}番地{f'の{branch}' if branch else ''}",
        lot.lot,
        lot.lot.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789-"}),
        f"{_kanji(lot.trunk)}番{f'ノ{_kanji(branch)}' if branch else ''}",
    ]
    return picked.choice(ways)


def _small(lot: Lot, picked: random.Random) -> str:
    return picked.choice((f"字{lot.small}", f"小字{lot.small}", f"字{lot.small.replace('ノ', 'の')}"))


def _name(owner: str, picked: random.Random) -> str:
    return picked.choice((owner, owner.replace(" ", ""), owner.replace(" ", "　")))


def _address(place: tuple[str, int], picked: random.Random) -> str:
    town, number = place
    head = picked.choice((f"和歌山県{CITY}{town}", f"{CITY}{town}", f"{CITY}大字{town}"))
    return head + picked.choice((f"{number}番地", f"{number}", f"{number}番地".translate(_WIDE)))


_WIDE = {ord(c): ord(c) + 0xFEE0 for c in "0123456789"}


def _decimal(area: Fraction) -> str:
    return f"{float(area):.2f}".removesuffix(".00")


def build(count: int = 3000, *, seed: int = 20261122) -> Town:
    """The town: 14 in 15 parcels are written rightly in every ledger that has them."""
    picked, town = random.Random(seed), Town()
    for lot in _lots(picked, count):
        _register(town, lot, picked)
        error = picked.choice(ERRORS) if picked.random() < 1 / 15 else None
        stated = error(town, lot, picked) if error else lot
        if stated is not None:
            _tax(town, stated, picked)
        if lot.category in ("田", "畑"):
            _farm(town, lot, picked)
        elif lot.category == "山林":
            _forest(town, lot, picked)
    for rows in town.rows.values():
        picked.shuffle(rows)
    return town


def _register(town: Town, lot: Lot, picked: random.Random) -> None:
    where = f"{CITY}{lot.town}字{lot.small}"
    number = f"{lot.trunk}番{lot.branch or ''}"
    address = f"{CITY}{lot.address[0]}{lot.address[1]}番地"
    area = _decimal(lot.area).replace(".", ":") if lot.category == "宅地" else _decimal(lot.area)
    town.rows["register"].append([lot.number, where, number, lot.category, area, lot.owner, address, "平成3年5月1日"])


def _tax(town: Town, lot: Lot, picked: random.Random) -> None:
    kind = (
        picked.choice((f"介在{lot.category}", lot.category)) if lot.category in ("田", "畑", "山林") else lot.category
    )
    town.rows["tax"].append([
        str(len(town.rows["tax"]) + 1), lot.town, lot.small, f"{lot.trunk:04}", f"{lot.branch:03}", kind,
        picked.choice((lot.category, "雑種地")) if lot.category not in ("田", "畑", "山林") else lot.category,
        _decimal(lot.area), _name(lot.owner, picked), _address(lot.address, picked),
    ])  # fmt: skip


def _farm(town: Town, lot: Lot, picked: random.Random) -> None:
    where = (
        f"{picked.choice((CITY, ''))}{picked.choice(('', '大字'))}{lot.town}{_small(lot, picked)}{_number(lot, picked)}"
    )
    area = f"{float(lot.area / 100):.4f}"
    row = [str(len(town.rows["farm"]) + 1), where, lot.category, area, _name(lot.owner, picked)]
    town.rows["farm"].append([*row, _address(lot.address, picked)])


def _forest(town: Town, lot: Lot, picked: random.Random) -> None:
    where = f"{picked.choice(('和歌山県' + CITY, CITY, ''))}{lot.town}{_small(lot, picked)}"
    row = [f"F{len(town.rows['forest']) + 1}", where, _number(lot, picked), lot.category, _decimal(lot.area)]
    town.rows["forest"].append([*row, _name(lot.owner, picked), _address(lot.address, picked)])


def _category(town: Town, lot: Lot, picked: random.Random) -> Lot:
    town.errors.add(("category", lot.key))
    return replace(lot, category=picked.choice([one for one in CATEGORIES if one != lot.category]))


def _area(town: Town, lot: Lot, picked: random.Random) -> Lot:
    town.errors.add(("area", lot.key))
    return replace(lot, area=lot.area + picked.randint(1, 300))


def _owner(town: Town, lot: Lot, picked: random.Random) -> Lot:
    town.errors.add(("owner", lot.key))
    return replace(lot, owner=f"{lot.owner[0]}藤 {picked.choice(GIVEN)}" if "株" not in lot.owner else "岡 健")


def _moved(town: Town, lot: Lot, picked: random.Random) -> Lot:
    town.errors.add(("owner_moved", lot.key))
    return replace(lot, address=(lot.address[0], lot.address[1] + picked.randint(1, 90)))


def _variant(town: Town, lot: Lot, picked: random.Random) -> Lot:
    written = "".join(VARIANTS.get(one, one) for one in lot.owner).replace("株式会社", "㈱")
    if written != lot.owner:
        town.errors.add(("owner_variant", lot.key))
    return replace(lot, owner=written)


def _nobody(town: Town, lot: Lot, picked: random.Random) -> Lot:
    town.errors |= {("owner_missing", lot.key), ("unknown", lot.key)}
    return replace(lot, owner="所有者不明")


def _missing(town: Town, lot: Lot, picked: random.Random) -> None:
    town.errors.add(("absent", lot.key))


def _divided(town: Town, lot: Lot, picked: random.Random) -> Lot | None:
    """The register has a second part that the tax ledger does not know: its lot is the one before 分筆."""
    part = replace(lot, branch=lot.branch + 70, number=f"{int(lot.number) + 10**9}", area=Fraction(60))
    _register(town, part, picked)
    if part.category in ("田", "畑"):
        _farm(town, part, picked)
    elif part.category == "山林":
        _forest(town, part, picked)
    town.errors |= {("area", lot.key), ("absent", part.key), ("split", lot.key)}
    return replace(lot, area=lot.area + part.area)


ERRORS = (_category, _area, _owner, _moved, _variant, _nobody, _missing, _divided)


def write(town: Town, folder: Path) -> dict[str, Path]:
    """The ledgers as CSV files, the tax ledger in cp932."""
    made = {}
    for name, header in HEADERS.items():
        made[name] = folder / f"{name}.csv"
        encoding = "cp932" if name == "tax" else "utf-8"
        with made[name].open("w", encoding=encoding, errors="strict", newline="") as file:
            csv.writer(file).writerows([header, *town.rows[name]])
    return made
