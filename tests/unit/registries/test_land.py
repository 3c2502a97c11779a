"""Parcels: places, kinds and areas as ledgers write them; what two ledgers say otherwise; whose owner is unknown."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiban.kernel.errors import BadInput
from kiban.registries.land import (
    Area,
    Item,
    LandCategory,
    Ledger,
    Owner,
    OwnerMark,
    Parcel,
    Place,
    join,
)
from kiban.registries.land.area import TSUBO
from kiban.registries.land.category import basis
from kiban.registries.land.findings import findings, table
from kiban.registries.land.marks import marks
from kiban.registries.land.owning import Likely, compare
from kiban.registries.land.placing import lot_number, place
from kiban.registries.land.reading import parse_share

GOLDEN = Path(__file__).parent / "golden"
CODE = "302023"


def golden(name: str) -> list[list[str]]:
    lines = (GOLDEN / name).read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def parcel(source: str, written: str, *, line: int = 2, code: str = CODE, **more: Any) -> Parcel:
    where, _, lot = written.partition("|")
    return Parcel(source, (line,), place(where, lot, code=code), **more)


def kinds(*parcels: Parcel, register: bool = True) -> list[str]:
    by_source: dict[str, list[Parcel]] = {}
    for one in parcels:
        by_source.setdefault(one.source, []).append(one)
    ledgers = [Ledger(name, ones, register and name == "register") for name, ones in by_source.items()]
    return [one.kind for one in findings(join(ledgers))]


@pytest.mark.parametrize(("code", "first", "second", "verdict"), golden("land_places.tsv"))
def test_two_writings_of_a_parcel_meet_and_those_of_two_do_not(
    code: str, first: str, second: str, verdict: str
) -> None:
    a, b = parcel("tax", first, code=code), parcel("farm", second, code=code)

    found = join([Ledger("tax", [a]), Ledger("farm", [b])])

    assert len(found.parcels) == (1 if verdict == "same" else 2)


def test_there_are_sixty_pairs_and_forty_areas_and_kinds() -> None:
    verdicts = [row[3] for row in golden("land_places.tsv")]

    assert len(verdicts) >= 60
    assert min(verdicts.count("same"), verdicts.count("other")) >= 20
    assert len(golden("land_areas.tsv")) >= 40
    assert len(golden("land_categories.tsv")) >= 40


@pytest.mark.parametrize(("text", "category", "exact", "registered"), golden("land_areas.tsv"))
def test_areas_are_exact_and_cut_off_as_the_ordinance_says(
    text: str, category: str, exact: str, registered: str
) -> None:
    if exact == "refused":
        with pytest.raises(BadInput):
            Area.parse(text)
        return
    found = Area.parse(text)

    assert found.value == Fraction(exact)
    assert found.registered(LandCategory(category)) == Fraction(registered)


@pytest.mark.parametrize(
    ("where", "lot", "code", "what"),
    [
        ("", "123番", CODE, "no 所在"),
        ("海南市日方", "", CODE, "no 地番"),
        ("日方", "123番1外2筆", CODE, "several lots"),
        ("日方", "123番1、124番", CODE, "several lots"),
        ("日方", "123番4～8", CODE, "several lots"),
        ("日方123番4ほか2筆", "", CODE, "several lots"),
        ("日方", "あいう", CODE, "no 地番"),
        ("日方", "-", CODE, "no 地番"),
        ("和歌山市秋葉町", "1番", CODE, "not in 302023"),
        ("黒田1-1", "", "302015", "丁目 or 地番"),
    ],
)
def test_a_place_that_is_not_clear_is_refused(where: str, lot: str, code: str, what: str) -> None:
    with pytest.raises(BadInput) as told:
        place(where, lot, code=code)

    assert what in told.value.what
    assert told.value.remedy


@pytest.mark.parametrize(("text", "kind"), golden("land_categories.tsv"))
def test_kinds_of_land_are_the_23_of_the_ordinance(text: str, kind: str) -> None:
    if kind == "refused":
        with pytest.raises(BadInput):
            LandCategory.parse(text)
    else:
        assert LandCategory.parse(text) == kind


def test_each_kind_and_item_has_its_article() -> None:
    assert len(LandCategory) == 23
    assert LandCategory.PADDY.article == "不動産登記規則99条・不動産登記事務取扱手続準則68条1号"
    assert LandCategory.OTHER.article.endswith("68条23号")
    rows = [*basis()["items"], *basis()["ledgers"], basis()["notice"]]
    assert all(row["law"] and row["article"] and row["why"] for row in rows)
    unsure = [row for row in [*rows, *basis()["written"], *basis()["before"]] if not row["verified"]]
    assert all(row["why"] for row in unsure)


@pytest.mark.parametrize(
    ("one", "other", "category", "agree"),
    [
        ("1041", "1041.32", "田", True),
        ("1041", "1042", "田", False),
        ("1041", "1040.99", "田", False),
        ("100.45", "100.45", "宅地", True),
        ("100.45", "100.46", "宅地", False),
        ("100.45", "100", "宅地", False),
        ("100.459", "100.45", "宅地", True),
        ("9.05", "9.05", "田", True),
        ("9.05", "9.06", "田", False),
        ("991", "1反", "田", True),
        ("992", "1反", "田", False),
        ("165.28", "50坪", "宅地", True),
        ("165.29", "50坪", "宅地", False),
        ("1041", "10.41a", "田", True),
        ("1041", "0.10ha", "山林", True),
        ("1041", "0.11ha", "山林", False),
        ("5234", "0.52ha", "山林", True),
    ],
)
def test_areas_agree_but_for_what_is_cut_off(one: str, other: str, category: str, agree: bool) -> None:
    first, second = Area.parse(one), Area.parse(other)

    assert first.agrees(second, categories=[LandCategory(category)]) is agree
    assert second.agrees(first, categories=[LandCategory(category)]) is agree


def test_hundredths_do_not_count_where_one_side_is_no_building_site() -> None:
    assert Area.parse("100.45").agrees(Area.parse("100"), categories=[LandCategory.BUILDING_SITE, LandCategory.PADDY])


@given(st.integers(1, 10_000_000))
def test_old_units_read_back(count: int) -> None:
    written = Area(count * TSUBO).in_old_units()

    assert Area.parse(written).value == count * TSUBO


@given(st.integers(1, 10**10))
def test_square_metres_read_back(hundredths: int) -> None:
    area = Area(Fraction(hundredths, 100))

    assert Area.parse(str(area)) == area
    for category in LandCategory:
        kept = area.registered(category)
        assert 0 <= area.value - kept < area.unit(category)
        assert Area(kept).registered(category) == kept if kept else True


LOTS = st.builds(
    lambda letter, numbers: f"{letter}{'-'.join(map(str, numbers))}",
    st.sampled_from(["", "甲", "乙", "イ", "ロ"]),
    st.lists(st.integers(1, 9999), min_size=1, max_size=3),
)


@given(LOTS)
def test_lots_read_back_in_each_notation(lot: str) -> None:
    first, *branches = lot.split("-")
    wide = lot.translate({ord(str(digit)): ord("０") + digit for digit in range(10)}).replace("-", "－")
    for written in (lot, wide, f"{first}番{'の'.join(branches)}", f"{first}番地{'-'.join(['', *branches])}"):
        assert lot_number(written.rstrip("の")) == lot


OWNERS = [
    ("高橋 一郎", "海南市日方1", "髙橋一郎", "海南市日方１番地", Likely.VARIANT),
    ("高橋 一郎", "海南市日方1", "高橋　一郎", "和歌山県海南市大字日方1番地", Likely.SAME),
    ("高橋 一郎", "海草郡下津町大字下津12", "高橋一郎", "海南市下津町下津12", Likely.OLD_ADDRESS),
    ("高橋 一郎", "海南市日方1", "高橋一郎", "和歌山市秋葉町10", Likely.MOVED),
    ("高橋 一郎", "海南市日方1", "高橋一郎", "", Likely.SAME),
    ("高橋 一郎", "海南市日方1", "日方1", "海南市日方1", Likely.OTHER),
    ("斎藤 花", "日方1", "斉藤花", "海南市日方1", Likely.NEAR),
    ("渡邉 花", "日方1", "渡辺花", "海南市日方1", Likely.VARIANT),
    ("株式会社基盤", "日方1", "㈱基盤", "海南市日方1", Likely.VARIANT),
    ("株式会社基盤", "日方1", "基盤株式会社", "海南市日方1", Likely.OTHER),
    ("亡 高橋一郎", "日方1", "高橋一郎", "日方1", Likely.SAME),
    ("高橋一郎外2名", "日方1", "高橋一郎", "日方1", Likely.SAME),
    ("高橋 一郎", "日方1", "高橋 二郎", "日方1", Likely.OTHER),
]


@pytest.mark.parametrize(("name", "address", "other", "at", "likely"), OWNERS)
def test_owners_are_told_as_the_same_person_where_only_the_writing_differs(
    name: str, address: str, other: str, at: str, likely: Likely
) -> None:
    first, second = Owner(name, address), Owner(other, at)

    assert compare(first, second, code=CODE) == likely
    assert compare(second, first, code=CODE) == likely


@pytest.mark.parametrize(
    ("owner", "address", "section", "expected"),
    [
        ("", "", "", {"no_owner"}),
        ("所有者不明", "", "", {"unknown"}),
        ("不詳", "不詳", "", {"unknown", "address_unknown"}),
        ("山田太郎", "住所不明", "", {"address_unknown"}),
        ("山田太郎（住所不明）", "", "", {"address_unknown", "no_address"}),
        ("山田太郎", "", "", {"no_address"}),
        ("山田太郎", None, "", set()),
        ("山田太郎外三名", "海南市日方1", "", {"others"}),
        ("山田太郎 ほか２名", "海南市日方1", "", {"others"}),
        ("山田太郎外3名", "", "表題部のみ", {"others", "no_address", "title_only", "common"}),
        ("共有惣代 山田太郎", "海南市日方1", "", {"representative"}),
        ("大字日方", "", "表題部", {"hamlet", "title_only"}),
        ("字東浜", None, "", {"hamlet"}),
        ("日方村中", None, "", {"hamlet"}),
        ("記名共有地", None, "", {"common"}),
        ("亡山田太郎", "海南市日方1", "", {"heirs"}),
        ("山田太郎 相続人代表者 山田花子", "海南市日方1", "", {"heirs"}),
        ("山田太郎", "海南市日方1", "所有権の登記なし", {"title_only"}),
        ("大字商店株式会社", "海南市日方1", "", set()),
        ("株式会社大字組", "海南市日方1", "", set()),
        ("田中組", "海南市日方1", "", set()),
        ("国", "東京都千代田区霞が関1", "", set()),
    ],
)
def test_what_says_that_an_owner_is_not_known(
    owner: str, address: str | None, section: str, expected: set[str]
) -> None:
    assert marks(owner, address, section=section) == expected


def test_the_number_counts_where_both_have_it_and_another_place_is_told() -> None:
    one = parcel("register", "日方|1番", number="1700012345678")
    moved = parcel("tax", "名高|9番", number="1700012345678")

    found = join([Ledger("register", [one], register=True), Ledger("tax", [moved])])

    (joined,) = found.parcels
    assert joined.place.lot == "1"
    assert [told.item for told in joined.differences] == [Item.PLACE]


def test_a_wrong_number_at_the_right_place_is_told_and_joined() -> None:
    assert kinds(parcel("register", "日方|1番", number="1700012345678"),
                 parcel("tax", "日方|1番", number="1700012345687")) == ["number"]  # fmt: skip


def test_a_row_without_its_small_area_is_joined_only_where_one_parcel_fits() -> None:
    east, west = parcel("register", "日方字東浜|1番"), parcel("register", "日方字西浜|1番")
    bare = parcel("tax", "日方|1番")

    alone = join([Ledger("register", [east], register=True), Ledger("tax", [bare])])
    two = join([Ledger("register", [east, west], register=True), Ledger("tax", [bare])])

    assert [sorted(one.parcels) for one in alone.parcels] == [["register", "tax"]]
    assert [(sorted(one.parcels), one.unsure) for one in two.parcels] == [
        (["tax"], True), (["register"], False), (["register"], False)]  # fmt: skip


def test_registered_and_actual_kind_are_no_disagreement_by_themselves() -> None:
    tax = parcel("tax", "日方|1番", category=LandCategory.PADDY, current=LandCategory.OTHER)
    farm = parcel("farm", "日方|1番", category=LandCategory.PADDY)

    assert kinds(parcel("register", "日方|1番", category=LandCategory.PADDY), tax, farm) == []
    other = parcel("farm", "日方|1番", category=LandCategory.PADDY, current=LandCategory.PADDY)
    assert kinds(parcel("register", "日方|1番", category=LandCategory.PADDY), tax, other) == ["current"]
    assert kinds(parcel("register", "日方|1番", category=LandCategory.FIELD), tax, farm) == ["category", "category"]


def test_division_and_merger_are_suspected_by_area_and_by_number() -> None:
    def lots(source: str, *given: tuple[str, str]) -> list[Parcel]:
        kind = LandCategory.BUILDING_SITE
        return [parcel(source, f"日方|{lot}", area=Area.parse(area), category=kind, line=n)
                for n, (lot, area) in enumerate(given, 2)]  # fmt: skip

    divided = lots("register", ("5番1", "100.10"), ("5番2", "50.20"), ("6番", "80"))
    whole = lots("tax", ("5番", "150.30"), ("6番", "80"))
    kept = lots("tax", ("5番1", "150.30"), ("6番", "80"))
    nothing = lots("tax", ("5番", "999"), ("6番", "80"))
    for other, area in ((whole, True), (kept, True), (nothing, False)):
        found = join([Ledger("register", divided, register=True), Ledger("tax", other)])
        assert [(dict(one.lots), one.areas_agree) for one in found.suspicions] == [
            ({"register": ("5-1", "5-2"), "tax": (other[0].place.lot,)}, area)]  # fmt: skip
    assert (
        join([Ledger("register", divided, register=True), Ledger("tax", lots("tax", ("6番", "80")))]).suspicions == ()
    )


def test_an_owner_whom_one_ledger_lacks_is_found_in_another() -> None:
    unknown = parcel("register", "日方|1番", owners=(Owner("大字日方"),), marks=frozenset({OwnerMark.HAMLET}))
    known = parcel("forest", "日方|1番", owners=(Owner("高橋一郎", "海南市日方1"),))

    assert kinds(unknown, known) == ["owner_missing", "hamlet"]


def test_rows_of_one_ledger_with_an_owner_each_are_one_parcel() -> None:
    half = Fraction(1, 2)
    first = parcel("tax", "日方|1番", owners=(Owner("甲", "日方1", half),), area=Area.parse("100"))
    second = parcel("tax", "日方|1番", owners=(Owner("乙", "日方2", half),), area=Area.parse("100"), line=3)
    register = parcel("register", "日方|1番", area=Area.parse("100"),
                      owners=(Owner("乙", "日方2", half), Owner("甲", "日方1", half)))  # fmt: skip

    assert kinds(register, first, second) == []
    assert kinds(register, first) == ["owner"]
    third = Owner("乙", "日方2", Fraction(1, 3))
    assert kinds(register, first, parcel("tax", "日方|1番", owners=(third,), area=Area.parse("100"))) == ["share"]


def test_shares_read() -> None:
    assert [parse_share(text) for text in ("1/2", "２分の１", "持分三分の一", "100分の25")] == [
        Fraction(1, 2), Fraction(1, 2), Fraction(1, 3), Fraction(1, 4)]  # fmt: skip
    for text in ("2/1", "0/2", "半分", "1/0"):
        with pytest.raises(BadInput):
            parse_share(text)


def test_nothing_of_an_owner_stands_in_what_is_printed_of_a_parcel() -> None:
    one = parcel("tax", "日方|1番", owners=(Owner("高橋一郎", "海南市日方1"),))
    found = join(
        [Ledger("tax", [one]), Ledger("farm", [parcel("farm", "日方|1番", owners=(Owner("佐藤花", "日方2"),))])]
    )

    assert "高橋" not in f"{one!r}{found!r}{list(findings(found))!r}"
    rows = list(table(findings(found), ["tax", "farm"], persons=False))
    assert rows[1][0] == "owner"
    assert not any("高橋" in cell or "佐藤" in cell for row in rows for cell in row)
    assert any("高橋" in cell for row in table(findings(found), ["tax", "farm"]) for cell in row)


def _shuffled(ledgers: list[Ledger], seed: int) -> Iterator[Ledger]:
    picked = random.Random(seed)
    for one in picked.sample(ledgers, len(ledgers)):
        yield Ledger(one.name, picked.sample(list(one.parcels), len(one.parcels)), one.register)


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["日方", "名高"]),
        st.sampled_from(["", "東浜", "西浜"]),
        st.sampled_from(["1", "2", "2-1", "2-2"]),
        st.sampled_from(["", "", "1700012345678", "1700012345679"]),
        st.sampled_from(["100", "50", "150"]),
    ),
    max_size=6,
)


@given(ROWS, ROWS, st.integers(0, 99))
def test_joining_is_symmetric_and_the_order_of_rows_does_not_matter(
    first: list[tuple[str, ...]], second: list[tuple[str, ...]], seed: int
) -> None:
    made = [
        Ledger(name, [Parcel(name, (line,), Place(CODE, town, small, lot), number, area=Area.parse(area))
                      for line, (town, small, lot, number, area) in enumerate(rows, 2)])
        for name, rows in (("tax", first), ("farm", second))
    ]  # fmt: skip

    found = join(made)

    assert join(list(_shuffled(made, seed))) == found
    lines = sorted((one.source, line) for j in found.parcels for one in j.parcels.values() for line in one.lines)
    assert lines == sorted((ledger.name, line) for ledger in made for p in ledger.parcels for line in p.lines)
    for joined, other in itertools.combinations(found.parcels, 2):
        assert not joined.number or joined.number != other.number or joined.unsure or other.unsure
