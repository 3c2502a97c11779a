"""Files of somebody else: own names, own columns, own errors; nothing here comes from kiban.population.

A register of households, an agency's copy with a link to a person each, and the truth. The error model is another one:
digits exchanged and neighbours' rows taken beside family, namesakes and strangers; nicknames of kana, missing items.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

FAMILIES = (
    "佐藤/サトウ 鈴木/スズキ 高橋/タカハシ 田中/タナカ 伊藤/イトウ 渡辺/ワタナベ 山本/ヤマモト "
    "中村/ナカムラ 小林/コバヤシ 加藤/カトウ "
    "吉田/ヨシダ 山田/ヤマダ 佐々木/ササキ 山口/ヤマグチ 松本/マツモト 井上/イノウエ 木村/キムラ "
    "林/ハヤシ 斎藤/サイトウ 清水/シミズ "
    "山崎/ヤマザキ 森/モリ 池田/イケダ 橋本/ハシモト 阿部/アベ 石川/イシカワ 山下/ヤマシタ 中島/ナカジマ "
    "石井/イシイ 小川/オガワ "
    "前田/マエダ 岡田/オカダ 長谷川/ハセガワ 藤田/フジタ 後藤/ゴトウ 近藤/コンドウ 村上/ムラカミ "
    "遠藤/エンドウ 青木/アオキ 坂本/サカモト "
    "福田/フクダ 太田/オオタ 西村/ニシムラ 藤井/フジイ 岡本/オカモト 金子/カネコ 藤原/フジワラ "
    "中野/ナカノ 三浦/ミウラ 原田/ハラダ "
    "中川/ナカガワ 松田/マツダ 竹内/タケウチ 小野/オノ 田村/タムラ 和田/ワダ 中山/ナカヤマ 石田/イシダ "
    "上田/ウエダ 森田/モリタ "
    "柴田/シバタ 酒井/サカイ 原/ハラ 横山/ヨコヤマ 宮崎/ミヤザキ 工藤/クドウ 宮本/ミヤモト 内田/ウチダ "
    "高木/タカギ 安藤/アンドウ "
    "谷口/タニグチ 大野/オオノ 丸山/マルヤマ 今井/イマイ 高田/タカダ 藤本/フジモト 河野/コウノ "
    "武田/タケダ 村田/ムラタ 上野/ウエノ"
)
FAMILY = [tuple(pair.split("/")) for pair in FAMILIES.split()]
FIRST = {
    "1": "健/ケン 大/ダイ 直/ナオ 和/カズ 正/マサ 英/ヒデ 雄/ユウ 隆/タカ 勝/カツ 義/ヨシ 智/トモ 俊/トシ 浩/ヒロ",
    "2": "美/ミ 恵/エ 由/ユ 真/マ 千/チ 佳/カ 奈/ナ 綾/アヤ 久/ヒサ 幸/サチ 陽/ハル 明/アキ 里/リ 友/トモ 早/サ",
}
LAST = {
    "1": "太/タ 一/イチ 樹/キ 人/ト 之/ユキ 司/ジ 也/ヤ 郎/ロウ 介/スケ 彦/ヒコ 平/ヘイ 夫/オ 男/オ 吾/ゴ 輝/テル",
    "2": "子/コ 香/カ 美/ミ 江/エ 代/ヨ 奈/ナ 菜/ナ 織/オリ 絵/エ 穂/ホ 里/リ 枝/エ 音/ネ 希/キ 花/カ",
}
TOWNS = [f"{name}{block}丁目" for name in ("本町", "栄町", "緑が丘", "東山", "西浜", "南原") for block in range(1, 6)]
ERAS = ((dt.date(2019, 5, 1), "令和", 2018), (dt.date(1989, 1, 8), "平成", 1988), (dt.date(1926, 12, 25), "昭和", 1925),
        (dt.date(1912, 7, 30), "大正", 1911))  # fmt: skip


@dataclass
class Rates:
    """Shares of records; ``wrong`` is split evenly over the ways."""

    wrong: float = 0.01
    ways: tuple[str, ...] = ("family", "namesake", "stranger", "neighbour")
    typed: float = 0.01
    born: float = 0.004
    moved: float = 0.06
    married: float = 0.01
    no_kana: float = 0.03
    no_address: float = 0.02
    hiragana: float = 0.05
    sex: float = 0.001
    gone: float = 0.0


@dataclass
class Made:
    """Rows of both sides, and for each record the person whom it is of and the one whose key it has."""

    people: list[dict[str, str]]
    records: list[dict[str, str]]
    truth: dict[str, tuple[str, str]] = field(default_factory=dict)


def number(serial: int) -> str:
    digits = f"{serial:011}"
    rest = sum(int(d) * w for d, w in zip(digits, (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2), strict=True)) % 11
    return f"{digits}{0 if rest <= 1 else 11 - rest}"


def era(day: dt.date) -> str:
    _, name, before = next(one for one in ERAS if one[0] <= day)
    year = day.year - before
    return f"{name}{'元' if year == 1 else year}年{day.month}月{day.day}日"


def household(dice: random.Random, at: int) -> list[dict[str, str]]:
    family = FAMILY[min(int(dice.expovariate(1 / 18)), len(FAMILY) - 1)]
    town, home = dice.choice(TOWNS), f"{dice.randint(1, 60)}番{dice.randint(1, 30)}号"
    head = dt.date(1935, 1, 1) + dt.timedelta(days=dice.randrange(65 * 365))
    shape = dice.choices(
        ([0], [0, 1], [0, 1, 28], [0, 1, 27, 30], [0, 26], [0, 1, 25, 28, 31]), (30, 25, 12, 15, 8, 6)
    )[0]
    found = []
    for place, gap in enumerate(shape):
        sex = ("1" if place == 0 else "2") if gap < 2 else dice.choice("12")
        birth = head + dt.timedelta(days=gap * 365 + dice.randrange(-300, 700) * (place > 0))
        first, last = (dice.choice(side[sex].split()).split("/") for side in (FIRST, LAST))
        found.append({"family": family[0], "given": first[0] + last[0], "kana": f"{family[1]} {first[1]}{last[1]}",
                      "birth": min(birth, dt.date(2025, 12, 31)).isoformat(), "sex": sex, "town": town, "home": home,
                      "household": str(at)})  # fmt: skip
    return found


def made(links: int, *, rates: Rates, seed: int, persons: int = 0) -> Made:
    dice, people, homes = random.Random(seed), [], 0
    persons = persons or links * 3 // 2
    while len(people) < persons:
        people += household(dice, homes)
        homes += 1
    for at, person in enumerate(people):
        person["id"], person["key"] = f"P{at:06}", number(20_000_000_000 + at * 7 + seed)
    names: dict[str, list[int]] = {}
    for at, person in enumerate(people):
        names.setdefault(person["kana"] + person["sex"], []).append(at)
    chosen = sorted(dice.sample(range(len(people)), links))
    ways = iter([rates.ways[n % len(rates.ways)] for n in range(links)])
    wrong = set(dice.sample(range(links), round(links * rates.wrong)))
    out = Made(people, [])
    for place, at in enumerate(chosen):
        linked = other(dice, at, way=next(ways), people=people, names=names) if place in wrong else at
        record = copied(dice, people[at], rates) | {"id": f"R{place:06}", "key": people[linked]["key"]}
        out.records.append(record)
        out.truth[record["id"]] = people[at]["id"], people[linked]["id"]
    gone = {person for person, linked in out.truth.values() if person != linked and dice.random() < rates.gone}
    out.people = [person for person in people if person["id"] not in gone]
    return out


def other(dice: random.Random, at: int, *, way: str, people: list[dict[str, str]], names: dict[str, list[int]]) -> int:
    me = people[at]
    near = [n for n in range(max(0, at - 6), min(len(people), at + 7)) if people[n]["household"] == me["household"]]
    pools = {"family": near, "namesake": names[me["kana"] + me["sex"]], "stranger": [],
             "neighbour": [min(at + 1, len(people) - 1), max(at - 1, 0)]}  # fmt: skip
    pool = [n for n in pools[way] if n != at] or [n for n in (dice.randrange(len(people)),) if n != at] or [at - 1]
    return dice.choice(pool)


def copied(dice: random.Random, person: dict[str, str], rates: Rates) -> dict[str, str]:
    """A person as the agency has it."""
    found, p = dict(person), dice.random
    if p() < rates.moved:
        found |= {"town": dice.choice(TOWNS), "home": f"{dice.randint(1, 60)}番{dice.randint(1, 30)}号"}
    if p() < rates.married and person["sex"] == "2":
        name = dice.choice(FAMILY)
        found |= {"family": name[0], "kana": f"{name[1]} {person['kana'].split()[1]}"}
    if p() < rates.typed:
        text = found["given"]
        found["given"] = dice.choice((text[:-1] + dice.choice("子美香樹太一"), text[:1], text[::-1]))
    if p() < rates.typed:
        text, place = found["kana"], dice.randrange(len(found["kana"]))
        found["kana"] = text[:place] + dice.choice("アカサタナン") + text[place + 1 :]
    if p() < rates.born:
        day = dt.date.fromisoformat(found["birth"])
        found["birth"] = dice.choice((day.replace(year=day.year + dice.choice((1, 10, -10, -1)), day=min(day.day, 28)),
                                      day.replace(day=day.day % 28 + 1), day.replace(month=day.month % 12 + 1,
                                      day=min(day.day, 28)))).isoformat()  # fmt: skip
    if p() < rates.sex:
        found["sex"] = "2" if found["sex"] == "1" else "1"
    found["kana"] = "" if p() < rates.no_kana else found["kana"]
    if p() < rates.no_address:
        found["town"] = found["home"] = ""
    if p() < rates.hiragana:
        found["kana"] = "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in found["kana"])
    return found


def written(made: Made, folder: Path, *, csv: bool = True) -> None:
    """Register and agency files with column names of their own."""
    town = "和歌山県海南市"
    people = [{"住民番号": one["id"], "マイナンバー": one["key"], "姓": one["family"], "名": one["given"],
               "フリガナ": one["kana"], "誕生日": one["birth"].replace("-", "/"), "性別": "男女"[int(one["sex"]) - 1],
               "現住所": f"{town}{one['town']}{one['home']}"} for one in made.people]  # fmt: skip
    records = [{"被保険者番号": one["id"], "マイナンバー": one["key"], "漢字氏名": f"{one['family']}　{one['given']}",
                "カナ": one["kana"], "生年月日": era(dt.date.fromisoformat(one["birth"])), "性別コード": one["sex"],
                "住所": f"海南市{one['town']}{one['home'].replace('番', '-').replace('号', '')}" if one["town"] else ""}
               for one in made.records]  # fmt: skip
    for name, rows in (("register", people), ("agency", records)):
        (folder / name).mkdir(parents=True, exist_ok=True)
        table = pl.DataFrame(rows)
        table.write_csv(folder / name / "a.csv") if csv else table.write_parquet(folder / name / "a.parquet")
