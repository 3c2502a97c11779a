"""How values stand on the pages: days, months, amounts, an office's record, an address that is written in part."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pytest
from django.utils import translation

from journeys.rooms import FAMILY, made
from journeys.test_rooms import as_person, fill, version
from kiban.cases.model import CaseState, Happening
from kiban.packs import load_packs
from kiban.packs.checks import OUTCOMES
from kiban.packs.model import Pack
from kiban.procedures.model import FactValue
from kiban.procedures.plan import Lang, Plan
from kiban.procedures.shelf import PackShelf
from kiban.procedures.values import is_amount, plain
from kiban.shell.components.environment import by, runs
from kiban.shell.locale import formats, texts
from kiban.shell.platform import install
from kiban.shell.screens import FormField
from kiban.shell.wiring.words import Words
from shared_data import ROOT

PACKS = ROOT / "packs"


@pytest.fixture(autouse=True)
def japanese() -> Iterator[None]:
    with translation.override("ja"):
        yield


class Labels:
    """A shelf with one label, and one rule with its unit."""

    def __init__(self, unit: str) -> None:
        self.unit = unit

    def text(self, pack: str, path: str, *, lang: Lang) -> str:
        return "児童手当の月額"

    def plan(self, pack: str) -> Plan:
        return Plan(id=pack, version="1", units={"月額": self.unit})

    def letter(self, pack: str, letter: str) -> str:
        return ""


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2026年12月2日(水)", "2026年(ねん)12月(がつ)2日(ふつか)(水(すい))"),
        ("2027年1月1日", "2027年(ねん)1月(がつ)1日(ついたち)"),
        ("20日", "20日(はつか)"),
        ("11日まで", "11日(にち)まで"),
        ("1日の 間", "1日(にち)の 間"),
        ("1,050,000円", "1,050,000円(えん)"),
        ("番号法19条8号", "番号法19条8号"),
        ("役所《やくしょ》 <b>", "役所(やくしょ) &lt;b&gt;"),
    ],
)
def test_plain_japanese_reads_days_and_sums(text: str, read: str) -> None:
    def shown(html: str) -> str:
        return re.sub(r"</?(?:ruby|rt|rp)>", "", html)

    with translation.override("ja-easy"):
        once = texts.with_ruby(text)
        assert shown(once) == read
        assert texts.with_ruby(once) == once
    assert "<ruby>2日" not in texts.with_ruby(text)  # the other languages need no reading


def test_what_offices_and_states_are_called_has_its_reading_on_the_page() -> None:
    """Names of offices and records, states and refusals came without the furigana of their texts."""
    with translation.override("ja-easy"):
        words = Words(Labels("円"))
        assert words.agency("nenkin") == "年金(ねんきん)の 役所(やくしょ)"
        assert "<rt>ねんきん</rt>" in texts.with_ruby(words.source("nenkin/pension.category"))
        assert words.item("resident.basic").startswith("名前(なまえ)")


def test_a_record_shows_no_key_of_the_offices_own_system() -> None:
    """A resident read 世帯の番号 bdc0cd82-…"""
    record = {"household_id": "bdc0cd82-a7ba-5e1c-b575-8b0945f550a1", "link": "x", "address": "和歌山市"}

    assert Words(Labels("円")).rows(record) == (("住所", "和歌山市"),)
    assert Words(Labels("円")).rows({"household_id": "0001234"}) == (("世帯の番号", "0001234"),)


def test_a_birth_has_no_weekday_and_a_deadline_has_one() -> None:
    assert formats.as_day("1988-04-12") == "1988年4月12日"
    assert formats.as_date(dt.date(2026, 11, 21)) == "2026年11月21日(土)"
    with translation.override("en"):
        assert formats.as_date(dt.date(2026, 11, 21)) == "Sat 21 November 2026"


def test_months_of_a_payment_say_the_year_once() -> None:
    assert formats.as_months(("2027-02", "2027-03")) == "2027年2月・3月"
    assert formats.as_months(("2026-12", "2027-01")) == "2026年12月、2027年1月"
    with translation.override("en"):
        assert formats.as_months(("2026-12", "2027-01")) == "December 2026, January 2027"


def test_an_offices_record_is_read_by_people_not_by_machines() -> None:
    basic = {"birth_date": "1988-04-12", "sex": "1", "monthly": 25000, "paid_through": "2026-10", "link": "x"}
    rows = dict(Words(None).rows(basic))  # type: ignore[arg-type]  # no pack is asked

    assert rows == {"生年月日": "1988年4月12日", "性別": "男", "月額": "25,000円", "支払済みの月": "2026年10月"}


def test_each_member_of_a_household_has_a_line_and_a_strange_value_is_shown_as_it_is() -> None:
    child = {"name": {"family": "浜中", "given": "湊"}, "relation": "子", "birth_date": "2024-09-05", "link": "x"}
    words = Words(None)  # type: ignore[arg-type]  # no pack is asked

    assert words.rows({"members": [child], "since": "昭和の頃"}) == (
        ("子", "浜中 湊、2024年9月5日"),
        ("いつから", "昭和の頃"),
    )


@pytest.mark.parametrize(
    ("unit", "said"),
    [("円", "25,000円"), ("円/月", "25,000円"), ("円/年", "25,000円"), ("年", "25,000"), ("", "25,000")],
)
def test_an_amount_is_known_by_its_rules_unit(unit: str, said: str) -> None:
    words = Words(Labels(unit))

    assert words.result("p", rule="月額", value=25000) == ("児童手当の月額", said)
    with translation.override("en"):
        assert words.result("p", rule="月額", value=25000)[1].startswith("¥") == (said[-1] == "円")


def test_every_amount_that_a_pack_fixes_has_its_unit_in_the_rule_and_none_in_its_label() -> None:
    found = load_packs(PACKS).loaded
    fixed = {(name, rule) for name, one in found.items() for rule in _fixed(one.pack)}
    shelf = PackShelf(found)
    langs: tuple[Lang, ...] = ("ja", "ja-easy", "en")
    said = {key: [shelf.text(key[0], f"results.{key[1]}", lang=lang) for lang in langs] for key in fixed}
    amounts = {key for key in fixed if is_amount(0, unit=shelf.plan(key[0]).units.get(key[1], ""))}

    assert [key for key, labels in said.items() if any(mark in one for one in labels for mark in ("円", "yen"))] == []
    assert {key for key in fixed if key[1].endswith("額")} - amounts == set()
    assert ("jido-teate", "月額") in amounts


def _fixed(pack: Pack) -> Iterator[str]:
    """The rules whose values a pack's decisions fix."""
    if pack.benefit and pack.benefit.amount:
        yield pack.benefit.amount
    for step in pack.steps:
        yield from step.results


@pytest.mark.parametrize(
    ("source", "value", "said"),
    [
        ("nenkin/pension.category", "1", "第1号被保険者"),
        ("302023/allowance.child", "2026-10", "2026年10月"),
        ("302023/resident.household", "世帯主", "世帯主"),
    ],
)
def test_a_code_that_an_office_keeps_is_said_in_words(source: str, value: str, said: str) -> None:
    fact = FactValue(value=value, source=source)

    assert Words(None).fact("p", fact="f", kind="text", value=fact) == said  # type: ignore[arg-type]  # no pack is asked


def test_a_school_that_is_not_designated_yet_is_not_named() -> None:
    assert plain({"school_name": None, "grade": 3}) == "3年"
    assert plain({"school_name": "模擬小学校", "grade": 3}) == "模擬小学校 3年"


def test_facts_of_one_source_stand_together_and_members_share_a_line() -> None:
    at = dt.datetime(2026, 11, 21, 7, 0, 1, tzinfo=dt.UTC)

    def fact(key: str, title: str, whose: str = "", source: str = "市") -> FormField:
        return FormField(key, key, title, "text", "fixed", title=title, whose=whose, source=source, as_of=at)

    shown = [fact("n", "氏名"), fact("r1", "続柄", "一"), fact("r2", "続柄", "二"), fact("a", "口座", source="庁")]

    assert [[[f.key for f in alike] for alike in run] for run in runs(shown)] == [[["n"], ["r1", "r2"]], [["a"]]]
    assert [(whose, len(some)) for whose, some in by(shown, "source")] == [("市", 3), ("庁", 1)]


def test_everything_that_can_happen_to_a_case_is_said() -> None:
    """The page of a case that was left to an officer could not be shown: there were no words for that."""
    keys = [f"happening.{one.value}" for one in Happening] + [f"state.{one.value}" for one in CaseState]
    finishes = {one for kind, ones in OUTCOMES.items() if kind != "decide" for one in ones}
    assert [one for one in (*keys, *(f"office.done.{one}" for one in finishes)) if not texts.has(one)] == []


@pytest.mark.django_db
def test_a_written_part_of_an_address_is_there_again_after_saving() -> None:
    """It was lost when the page was saved and then signed."""
    install(made().platform)
    client = as_person(FAMILY)
    there = client.get("/begin/move").headers["Location"]
    client.post(there, {**fill(client.get(there).content.decode()), "do": "save"})

    html = client.get(there).content.decode()
    field = re.search(r'<input id="f-new_address-rest"[^>]*>', html)
    assert field
    assert 'value="23番地"' in field[0]
    signed = {**fill(html), "f-new_address-rest": "23番地", "version": version(html), "do": "sign"}
    assert 'href="#f-new_address"' not in client.post(there, signed).content.decode()
