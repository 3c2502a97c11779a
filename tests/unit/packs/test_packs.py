"""The pack format: what loads, what is refused with file and line, overlays, texts, golden cases, the command."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiban.packs import LANGUAGES, load_packs, schema
from kiban.packs.overlay import merged
from kiban.shell.cli import main
from shared_data import ROOT

PACKS = ROOT / "packs"
MOVE = {
    "hikkoshi",
    "tenshutsu",
    "tennyu",
    "jido-teate",
    "jido-teate-shometsu",
    "kokuho-shutoku",
    "kokuho-soshitsu",
    "tenko",
}


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A copy of the packs of a move, which a test may spoil."""
    for pack in PACKS.rglob("pack.yaml"):
        if pack.parent.name in MOVE:
            shutil.copytree(pack.parent, tmp_path / pack.parent.relative_to(ROOT))
    return tmp_path / "packs"


def spoil(folder: Path, file: str, *, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def faults(folder: Path, pack: str) -> str:
    return "\n".join(map(str, load_packs(folder).faults[pack]))


def test_every_pack_of_the_repository_can_be_used() -> None:
    packs = load_packs(PACKS)

    assert packs.faults == {}
    assert set(packs.loaded) >= MOVE


def test_a_fault_in_one_pack_leaves_the_others_at_work(own: Path) -> None:
    (own / "national/soumu/tennyu/decision.typ").write_bytes("通知".encode("cp932"))
    spoil(own, "national/cfa/jido-teate-shometsu/pack.yaml", old="id: jido-teate-shometsu\n",
          new="id: jido-teate-shometsu\nextends: [jido-teate]\n")  # fmt: skip

    packs = load_packs(own)

    assert "decision.typ" in str(packs.faults["tennyu"][0])
    assert "extends" in str(packs.faults["jido-teate-shometsu"][0])
    assert "jido-teate" in packs.loaded


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    four_eyes: true\n", "    four_eyes: true\n    results: [無い規則]\n", "there is no rule 無い規則"),
        ("  account: account\nrules", "  account: acount\nrules", "acount"),
    ],
)
def test_what_a_decision_fixes_and_the_account_are_there(own: Path, old: str, new: str, said: str) -> None:
    spoil(own, "national/cfa/jido-teate/pack.yaml", old=old, new=new)

    assert said in faults(own, "jido-teate")


def test_a_pack_is_at_most_120_lines_and_cites_its_law() -> None:
    for one in load_packs(PACKS).loaded.values():
        lines = (one.folder / "pack.yaml").read_text(encoding="utf-8").count("\n")
        assert lines <= 120 or one.pack.kind == "bundle", one.name
        assert one.pack.law, one.name


TENNYU = "national/soumu/tennyu/pack.yaml"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("kind: enquire\n", "kind: enquiry\n", "pack.yaml:"),
        ("office: {", "ofice: {", "ofice"),
        ("item: resident.household,", "item: tax.income,", "no row lets municipality ask municipality for tax.income"),
        ("holder: origin", "holder: nobody", "'nobody' is no holder"),
        (
            "name: {type: person_name, source: {bundle: name}",
            "name: {type: person_name, source: {ask: why}",
            "office knows it",
        ),
        ("{bundle: name}", "{bundle: nama}", "has no fact nama"),
        ("    demands: 住民基本台帳法24条の2第1項（個人番号カードを添えて行う転入届）\n", "", "without naming the law"),
        ("outcomes: {made: register}", "outcomes: {made: nowhere}", "leads to nowhere"),
        ("outcomes: {answered: visit}", "outcomes: {done: visit}", "has the outcome done"),
        ("auto: 転入届が整っている", "auto: 無い規則", "there is no rule 無い規則"),
        ("letters: [accepted]", "letters: [other]", "issues the letter accepted, which is not listed"),
        ("    deadline: {days: 3, basis: 住民基本台帳法24条の2（転出証明書情報の通知）}\n", "", "has no deadline"),
        ("facts: [name, new_address", "facts: [name, name, new_address", "shows name twice"),
        ("氏名あり: {fact: name, any: true}", "氏名あり: {fact: nobody, any: true}", "which no fact of the pack gives"),
        ("survey: {type: 申請等, filer: 国民等, receiver: 地方等, events: [引越し]}\n", "", "survey is missing"),
    ],
)
def test_a_fault_is_named_with_its_file_and_the_other_packs_stay(own: Path, old: str, new: str, said: str) -> None:
    spoil(own, TENNYU, old=old, new=new)
    packs = load_packs(own)
    told = "\n".join(map(str, packs.faults["tennyu"]))

    assert said in told
    assert "national/soumu/tennyu/pack.yaml:" in told
    assert "tennyu" not in packs.loaded
    assert "jido-teate" in packs.loaded


def test_a_broken_yaml_names_its_line(own: Path) -> None:
    spoil(own, TENNYU, old="affair: resident_move_in", new="affair: [resident_move_in")

    assert "tennyu/pack.yaml:" in faults(own, "tennyu")


def test_a_missing_text_and_one_that_nothing_shows_are_faults(own: Path) -> None:
    spoil(own, "national/soumu/tennyu/texts.en.yaml", old="  moved_on: Day of moving in\n", new="  moved: Day\n")
    told = faults(own, "tennyu")

    assert "facts.moved_on is missing" in told
    assert "nothing shows the text facts.moved" in told


def test_a_kanji_without_reading_in_plain_japanese_is_a_fault(own: Path) -> None:
    spoil(own, "national/soumu/tennyu/texts.ja-easy.yaml", old="住所(じゅうしょ)\n", new="住所\n")

    assert "has no reading" in faults(own, "tennyu")


def test_a_golden_case_that_does_not_come_out_is_a_fault_with_its_line(own: Path) -> None:
    spoil(own, "national/cfa/jido-teate/golden.yaml", old="月額: 25000", new="月額: 25001")

    told = faults(own, "jido-teate")

    assert "月額 is 25000, the case expects 25001" in told
    assert "golden.yaml:1" in told


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("facts: {受給者国内居住: true, 転入月: 2026-12-01", "facts: 1, x: {受給者国内居住: true", "no other keys"),
        ("on: 2026-12-01", "on: 昨日", "on is a day"),
        ("expect: {月額: 25000, 対象児童あり: true}", "expect: [月額]", "mappings of names"),
        ("expect: {月額: 25000", "expect: {月日: 25000", "there is no result '月日'"),
    ],
)
def test_a_golden_case_of_another_form_is_a_fault_with_its_line(own: Path, old: str, new: str, said: str) -> None:
    spoil(own, "national/cfa/jido-teate/golden.yaml", old=old, new=new)

    told = faults(own, "jido-teate")

    assert said in told
    assert "golden.yaml:1" in told


@pytest.mark.parametrize("text", ["", "{}", "1", "[]"])
def test_golden_cases_that_are_no_list_prove_nothing(own: Path, text: str) -> None:
    (own / "national/mext/tenko/golden.yaml").write_text(text, encoding="utf-8")

    assert "golden cases are a list" in faults(own, "tenko")


def test_rules_without_golden_cases_are_a_fault(own: Path) -> None:
    (own / "national/mext/tenko/golden.yaml").unlink()

    assert "has rules but no golden.yaml" in faults(own, "tenko")


def test_two_packs_with_one_id_are_told_apart(own: Path) -> None:
    shutil.copytree(own / "national/mext/tenko", own / "national/mext/tenko-copy")

    assert "also that of" in faults(own, "tenko")


def test_an_overlay_says_only_what_differs(own: Path) -> None:
    folder = own / "municipalities/302015/tenko"
    folder.mkdir(parents=True)
    (folder / "pack.yaml").write_text(
        "id: tenko-302015\nextends: tenko\nversion: '2'\n"
        "steps: [{id: decide, deadline: {days: 3, basis: 和歌山市の標準処理期間}}]\n",
        encoding="utf-8",
    )
    (folder / "texts.ja.yaml").write_text("title: 転校（和歌山市）\n", encoding="utf-8")
    packs = load_packs(own)
    one = packs.loaded["tenko-302015"]

    assert [step.id for step in one.pack.steps] == ["decide", "register", "tell"]
    assert one.pack.steps[0].deadline is not None
    assert one.pack.steps[0].deadline.days == 3
    assert one.pack.steps[0].auto == "就学する子がいる"
    assert one.texts.say("title", lang="ja") == "転校（和歌山市）"
    assert one.texts.say("title", lang="en") == "Change of school"
    assert one.rules is packs.loaded["tenko"].rules


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=10,
)


@given(json_values)
def test_nothing_laid_on_a_value_leaves_it_and_a_value_on_nothing_is_itself(value: object) -> None:
    assert merged(None, value) == value
    if isinstance(value, dict):
        assert merged(value, {}) == {key: inner for key, inner in value.items() if inner is not None}


def test_the_schema_knows_the_parts_of_a_pack() -> None:
    made = schema()

    assert made["$schema"].endswith("2020-12/schema")
    assert {"Fact", "Step", "Source"} <= set(made["$defs"])


def test_words_are_there_in_three_languages() -> None:
    for one in load_packs(PACKS).loaded.values():
        assert all(one.texts.say("title", lang=lang) != "title" for lang in LANGUAGES)


def test_the_command_checks_makes_and_names_faults(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pack", "new", "my-thing", "--in", str(own / "national/mhlw")]) == 0
    assert main(["pack", "check", str(own)]) == 0
    count = sum(1 for _ in own.rglob("pack.yaml"))
    assert f"\n{count} packs can be used" in capsys.readouterr().out
    spoil(own, TENNYU, old="letters: [accepted]", new="letters: [other]")
    assert main(["pack", "check", str(own)]) == 1
    assert "tennyu/pack.yaml:" in capsys.readouterr().out
    assert main(["pack", "schema"]) == 0
    assert '"$defs"' in capsys.readouterr().out


@pytest.mark.parametrize("name", ["Bad Name", "../outside", "Großes", "-x", ""])
def test_a_new_pack_needs_an_id(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert main(["pack", "new", "--in", str(tmp_path / "packs"), "--", name]) == 1

    assert "is no id" in capsys.readouterr().err
    assert not (tmp_path / "packs").exists()
