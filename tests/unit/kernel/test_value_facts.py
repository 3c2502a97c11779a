"""The values beside what is published: GIF's data model, the municipalities, the banks' set, the MJ map."""

from __future__ import annotations

import csv
import gzip
import unicodedata
from pathlib import Path

import pytest

from kiban.benefits.payments import kana
from kiban.kernel import characters, values
from kiban.kernel.characters import BANK_KANA, CharacterSet, NotHoldable, shrink, unholdable
from kiban.kernel.characters.sets import holds
from kiban.kernel.values import (
    AccountType,
    Address,
    BadValue,
    BankAccount,
    MunicipalityCode,
    PersonName,
    Telephone,
    TownId,
    from_post_office,
)
from shared_data import shared

PAGE = Path(__file__).resolve().parents[3] / "docs" / "kernel.md"
# Examples of GIF's core data model (430 コアデータモデル, Person and Address) and of DS-442, DS-445.
PERSON = {
    "氏": "山田",
    "名": "花子",
    "氏（カナ）": "ヤマダ",
    "名（カナ）": "ハナコ",
    "氏（英字）": "Yamada",
    "名（英字）": "Hanako",
    "氏名": "山田　花子",
    "氏名（カナ）": "ヤマダ　ハナコ",
    "ミドルネームなど": '{"種別": "旧姓", "種別関連情報": "松尾"}',
}
PLACE = {
    "全国地方公共団体コード": "131016",
    "町字ID": "0002002",
    "都道府県": "東京都",
    "市区町村（郡）": "千代田区",
    "町字": "霞が関二丁目",
    "番地以下": "1-6",
    "建物名等(方書)": "きおいビル19階Northフロア",
}


def test_the_example_lines_of_the_page_say_what_is_printed() -> None:
    block = PAGE.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    known = {**vars(values), **vars(characters)}
    lines = [line.partition("  #") for line in block.splitlines() if "  #" in line]
    wrong = {
        code: (str(eval(code, known)), told.strip())  # lines of our own page
        for code, _, told in lines
        if not told.strip().startswith(str(eval(code, known)))
    }

    assert wrong == {}
    assert len(lines) >= 8


def test_a_person_of_the_data_model_is_read_and_written_in_its_columns() -> None:
    name = PersonName.from_csv(PERSON)

    assert (name.family, name.given_kana, name.roman, name.former_family) == ("山田", "ハナコ", "Yamada Hanako", "松尾")
    written = name.to_csv()
    assert set(written) <= {*PERSON, "氏名（英字）"}
    assert written["ミドルネームなど"] == PERSON["ミドルネームなど"]
    assert PersonName.from_csv(written) == name
    several = PersonName("スミス", "ジョン", middle="ポール", alias="山田", former_family="ブラウン")
    assert PersonName.from_csv(several.to_csv()) == several
    assert PersonName.from_csv({"氏名": "田中　花子", "旧姓": "山田", "通称名": "花"}).former_family == "山田"
    assert PersonName.from_csv({"氏": " 山田　", "名": "太郎\u200b"}) == PersonName("山田", "太郎")
    assert PersonName.from_csv({"氏名": "SMITH JOHN", "ミドルネームなど": "PAUL"}).middle == "PAUL"


@pytest.mark.parametrize("others", ["{", "[1]", '{"種別": "雅号"}', '[{"種別": "旧姓"}, {"種別": "旧氏"}]', "[" * 5000])
def test_what_is_no_other_name_is_refused_by_its_column(others: str) -> None:
    with pytest.raises(BadValue) as caught:
        PersonName.from_csv({"氏": "山田", "ミドルネームなど": others})

    assert caught.value.where.field == "ミドルネームなど"


def test_an_address_of_the_data_model_is_read_whatever_the_width_of_a_bracket() -> None:
    place = Address.from_csv(PLACE)

    assert place.building == PLACE["建物名等(方書)"]
    assert Address.from_csv(place.to_csv()) == place
    assert Address.from_csv({unicodedata.normalize("NFKC", name): cell for name, cell in PLACE.items()}) == place
    assert TownId(place.town_id).oaza == "0002000"


def test_county_municipality_and_ward_of_every_municipality() -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="Parquet is an extra")
    rows = parquet.read_table(shared("data/abr-city-2024.parquet")).to_pylist()
    wrong = []
    for row in rows:
        parts = [row[name] or "" for name in ("county", "city", "ward")]
        place = Address(city="".join(parts), municipality_code=str(MunicipalityCode.parse(row["lg_code"])))
        if [place.county, place.municipality, place.ward] != parts:
            wrong.append((parts, place.county, place.municipality, place.ward))

    assert wrong == []
    assert len(rows) > 1800


@pytest.mark.parametrize(
    ("typed", "bracketed", "international"),
    [
        ("03-5253-5111", "(03)5253-5111", "+81352535111"),
        ("03-5353-5111 内線999", "(03)5353-5111 内線999", "+81353535111"),
        ("0996998765", "(09969)9-8765", "+81996998765"),
        ("0422987654", "(0422)98-7654", "+81422987654"),
        ("0459876543", "(045)987-6543", "+81459876543"),
        ("09099999999", "090-9999-9999", "+819099999999"),
        ("0120999999", "0120-999-999", "+81120999999"),
    ],
)
def test_telephones_as_the_data_model_and_machines_write_them(typed: str, bracketed: str, international: str) -> None:
    """GIF DS-445, the examples of IMI 連絡先型, ITU-T E.164."""
    number = Telephone.parse(typed)

    assert (number.bracketed, number.international) == (bracketed, international)
    assert Telephone.parse(number.bracketed) == number
    assert Telephone.parse(number.international).digits == number.digits
    row = {"連絡先電話番号": typed.split()[0], "連絡先内線番号": number.extension}
    assert Telephone.from_csv(row) == number


def test_one_number_has_one_form_however_it_is_hyphenated() -> None:
    for digits in ("0734320001", "0429981111", "0499823111", "0312345678", "09012345678", "0120123456"):
        forms = {f"{digits[:a]}-{digits[a:b]}-{digits[b:]}" for a in range(1, 6) for b in range(a + 1, 9)}
        assert {Telephone.parse(form) for form in forms} == {Telephone.parse(digits)}


def test_a_payment_file_takes_every_kana_and_writes_only_what_a_field_may_have() -> None:
    assert frozenset("".join(kana.TABLE.values())) == kana.EDI_SET - {"ｦ"}
    assert kana.PARTY_SET < BANK_KANA
    assert set(",/\\｢｣") == BANK_KANA - kana.PARTY_SET
    wide = [chr(code) for code in (*range(0x3041, 0x3097), *range(0x30A1, 0x30F5))]
    assert {one for one in wide if one not in kana.TABLE} <= set("ゕゖ")


@pytest.mark.parametrize("mark", ["ｦ", "ｰ", "ｧ", "ｯ", "･", "'", "+", ":", "?", "ア"])
def test_what_the_banks_leave_out_of_names(mark: str) -> None:
    assert mark not in BANK_KANA


@pytest.mark.parametrize(
    ("symbol", "number", "expected"),
    [
        ("11940", "12345671", ("198", AccountType.ORDINARY, "1234567")),
        ("11940", "1234561", ("198", AccountType.ORDINARY, "0123456")),
        ("10530", "12345671", ("058", AccountType.ORDINARY, "1234567")),
        ("01940-1", "123456", ("199", AccountType.CURRENT, "0123456")),
        ("00530", "1", ("059", AccountType.CURRENT, "0000001")),
    ],
)
def test_symbols_of_the_post_office_as_published(symbol: str, number: str, expected: tuple[str, ...]) -> None:
    assert from_post_office(symbol, number) == expected
    given = {"bank_code": "9900", "branch_code": symbol, "number": number, "holder_kana": "ｱ"}
    account = BankAccount.parse(given)
    assert (account.branch_code, account.type, account.number) == expected


def test_the_map_of_the_character_base_is_followed() -> None:
    """文字情報基盤 MJ縮退マップ: every line of law is offered, and first what the rules of unification give."""
    target = CharacterSet.JISX0213
    written = {row["mj"]: {row["ucs"], row["implemented_ucs"]} - {""} for row in table("mj_characters.tsv.gz")}
    told: dict[str, dict[str, bool]] = {}
    for row in table("mj_shrink_map.tsv.gz"):
        if row["table"].startswith(("JIS包摂", "法務省告示", "民一", "民二")) and len(row["shrink_ucs"]) == 1:
            for one in written.get(row["mj"], ()):
                ways = told.setdefault(one, {})
                ways[row["shrink_ucs"]] = ways.get(row["shrink_ucs"], False) or row["table"].startswith("JIS包摂")
    lost = {
        one: {way: first for way, first in ways.items() if way != one and holds(way, target)}
        for one, ways in told.items()
        if len(one) == 1 and not holds(one, target)
    }
    offered = {one: [way.text for way in unholdable(one, target)[0].replacements] for one in lost}

    assert [one for one, ways in lost.items() if not set(ways) <= set(offered[one])] == []
    unified = {one: {way for way, first in ways.items() if first} for one, ways in lost.items()}
    assert [one for one, ways in unified.items() if ways and offered[one][0] not in ways] == []
    assert sum(map(bool, lost.values())) > 5_000


def table(name: str) -> list[dict[str, str]]:
    lines = gzip.decompress(shared(f"data/{name}").read_bytes()).decode().split("\n")
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_a_sound_mark_of_its_own_is_one_character_with_its_kana() -> None:
    (lost,) = unholdable("ｶﾞ", "jisx0213")

    assert (lost.at, lost.character, lost.replacements[0].text) == (0, "ｶﾞ", "ガ")
    with pytest.raises(NotHoldable):
        shrink("ﾞ", "jisx0208")
