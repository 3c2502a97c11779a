"""Values: reading, checking and folding per CPU second, over generated texts as people type them; nothing is loaded."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence

from kiban.kernel.characters import bank_kana, compare_key, fold, unholdable
from kiban.kernel.values import (
    CorporateNumber,
    IndividualNumber,
    MunicipalityCode,
    PersonName,
    PostalCode,
    PropertyId,
    SpatialId,
    Telephone,
    parse_date,
    parse_yen,
    romanise,
    same_reading,
    wareki,
)

WIDE = str.maketrans("0123456789-", "０１２３４５６７８９－")
NAMES = ("髙﨑　太郎", "齋藤 眞", "渡邉　花子", "𠮷田　邊", "田中［山田］　花子", "NGUYEN VAN ANH", "山本　祐子")
READINGS = ("たかさき　たろう", "ｻｲﾄｳ ﾏｺﾄ", "ワタナベ　ハナコ", "ヨシダ　ホトリ", "タナカ ハナコ", "ヤマモト　ユウコ")


def texts(count: int) -> dict[str, list[str]]:
    """Texts of each kind, half of them in full width."""
    chance = random.Random(5)

    def half(text: str) -> str:
        return text.translate(WIDE) if chance.random() < 0.5 else text

    bases = [f"{chance.randrange(10**12):012}" for _ in range(count)]
    firsts = [f"{chance.randrange(10**11):011}" for _ in range(count)]
    days = [(chance.randint(1930, 2025), chance.randint(1, 12), chance.randint(1, 28)) for _ in range(count)]
    return {
        "法人番号": [half(f"{CorporateNumber.check_digit(b)}{b}") for b in bases],
        "個人番号": [half(f"{f}{IndividualNumber.check_digit(f)}") for f in firsts],
        "全国地方公共団体コード": [half(f"{chance.randint(1, 47):02}{chance.randint(100, 699)}") for _ in bases],
        "郵便番号": [half(f"{chance.randrange(10**3):03}-{chance.randrange(10**4):04}") for _ in bases],
        "電話番号": [half(f"0{chance.randint(70, 90) // 10}0-{chance.randrange(10**4):04}-5678") for _ in bases],
        "西暦": [half(f"{y}-{m:02}-{d:02}") for y, m, d in days],
        "和暦": [wareki(parse_date(f"{y}-{m:02}-{d:02}")) for y, m, d in days],
        "金額": [half(f"{chance.randrange(10**8):,}円".replace(",", "")) for _ in bases],
        "不動産ID": [half(f"{chance.randrange(10**13):013}-{chance.randrange(10**4):04}") for _ in bases],
        "空間ID": [
            half(f"20/{chance.randrange(40)}/{chance.randrange(2**20)}/{chance.randrange(2**20)}") for _ in bases
        ],
        "氏名": [chance.choice(NAMES) for _ in bases],
        "フリガナ": [chance.choice(READINGS) for _ in bases],
    }


def per_second(work: Callable[[str], object], given: Sequence[str]) -> float:
    """How many a CPU second takes."""
    work(given[0])
    began = time.process_time()
    for text in given:
        work(text)
    return len(given) / (time.process_time() - began)


def main(*, full: bool = False) -> None:
    """Print values per CPU second for each kind."""
    given = texts(200_000 if full else 20_000)
    ways: dict[str, tuple[str, Callable[[str], object]]] = {
        "CorporateNumber.parse": ("法人番号", CorporateNumber.parse),
        "IndividualNumber.parse": ("個人番号", IndividualNumber.parse),
        "MunicipalityCode.parse (5 digits)": ("全国地方公共団体コード", MunicipalityCode.parse),
        "PostalCode.parse": ("郵便番号", PostalCode.parse),
        "Telephone.parse": ("電話番号", Telephone.parse),
        "parse_date (西暦)": ("西暦", parse_date),
        "parse_date (和暦)": ("和暦", parse_date),
        "parse_yen": ("金額", parse_yen),
        "PersonName.parse": ("氏名", PersonName.parse),
        "PropertyId.parse": ("不動産ID", PropertyId.parse),
        "SpatialId.parse": ("空間ID", SpatialId.parse),
        "SpatialId.of (a point, zoom 25)": ("空間ID", lambda _: SpatialId.of(35.0, 139.0, height=10.0, zoom=25)),
        "romanise (passport)": ("フリガナ", romanise),
        "same_reading (kana, Roman letters)": ("フリガナ", lambda text: same_reading(text, "SATO TARO")),
        "fold": ("氏名", fold),
        "compare_key": ("氏名", compare_key),
        "unholdable (JIS X 0208)": ("氏名", lambda text: unholdable(text, "jisx0208")),
        "bank_kana": ("フリガナ", bank_kana),
    }
    print("values read per CPU second, one process, texts in both widths")
    for name, (kind, work) in ways.items():
        print(f"  {name:34} {per_second(work, given[kind]):>10,.0f}")


if __name__ == "__main__":
    main()
