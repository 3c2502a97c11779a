"""Clauses as they stand in law: which kind, and in what way the word stands there."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiban.lawcheck import Article, BadKinds, Finding, Grade, Standing, kinds, scan
from kiban.lawcheck.terms import parse_kinds


def found(text: str, kind: str, *, caption: str = "") -> list[Finding]:
    return [one for one in scan(Article("law", "1", caption, text)) if one.kind == kind]


with (Path(__file__).parent / "data" / "clauses.tsv").open(encoding="utf-8", newline="") as _file:
    ROWS = list(csv.DictReader(_file, delimiter="\t"))
CLAUSES = [(one["kind"], one["text"], one["source"]) for one in ROWS if one["standing"] == "demanded"]
OTHERS = [(one["kind"], one["text"], one["standing"]) for one in ROWS if one["standing"] != "demanded"]
"""Wordings as they stand in laws of 2025, the law beside them; and the same words in clauses that demand nothing."""


@pytest.mark.parametrize(("kind", "text", "source"), CLAUSES)
def test_a_clause_of_each_kind_is_found(kind: str, text: str, source: str) -> None:
    demanded = [one for one in found(text, kind) if one.stands]

    assert len(demanded) == 1, source
    assert text[demanded[0].start :].startswith(demanded[0].words)
    assert demanded[0].sentence == text


def test_each_kind_has_a_clause_above() -> None:
    assert {kind for kind, _, _ in CLAUSES} == set(kinds().by_id)


@pytest.mark.parametrize(("kind", "text", "standing"), OTHERS)
def test_words_that_demand_nothing_are_told_apart(kind: str, text: str, standing: str) -> None:
    assert {one.standing for one in found(text, kind)} <= {standing}
    assert not any(one.stands for one in found(text, kind))


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("original", "本部に副本部長を置かなければならない。"),
        ("oral", "口頭弁論を開かなければならない。"),
        ("seal", "電子署名をしなければならない。"),
        ("resident", "常時勤務する者でなければならない。"),
        ("onsite", "危険な場所への立入りを禁止しなければならない。"),
        ("training", "登録講習機関は、事業報告書を作成しなければならない。"),
        ("bring", "持参人払式の小切手でなければならない。"),
        ("visit", "前条の縦覧期間の満了後、意見の聴取を行わなければならない。"),
        ("visit", "設備付きタンクを置かなければならない。"),
        ("training", "講習の課程を修了した者に修了証を交付しなければならない。"),
        ("onsite", "立入検査をしたときは、結果を報告するものとする。"),
        ("posting", "標識を掲げる船舶に接近してはならない。"),
        ("posting", "新聞紙を頒布し、又は掲示することができる。"),
        ("medium", "通信販売ファクシミリ広告をしてはならない。"),
        ("resident", "汚染の状況を常時監視しなければならない。"),
    ],
)
def test_words_that_only_look_alike_are_no_clause(kind: str, text: str) -> None:
    assert not any(one.stands for one in found(text, kind))


def test_electronic_words_within_a_definition_open_nothing() -> None:
    text = "事業者（電気通信回線を介して役務を提供する者をいう。）は、書面により届け出なければならない。"

    assert [one.standing for one in found(text, "paper")] == [Standing.DEMANDED]


def test_a_right_to_enter_stands_though_the_books_may_be_electronic() -> None:
    """The electronic books open the paper, not the visit."""
    _, text, _ = CLAUSES[2]

    assert [one.standing for one in found(text, "onsite")] == [Standing.DEMANDED]


def test_the_place_is_told_as_far_as_the_text_tells_it() -> None:
    text = "第十八条の十五何人も、届け出るものとする。２次の各号による。一届けること。二書面を提出しなければならない。"
    article = Article("law", "18_15", "", text)

    assert [one.path for one in scan(article) if one.kind == "paper"] == ["18_15-2-2"]


def test_the_phase_is_told_where_the_text_tells_it() -> None:
    assert [one.phase for one in found("施設を目視により点検しなければならない。", "visual")] == [1]
    assert [one.phase for one in found("施設を目視又は遠隔の方法により点検しなければならない。", "visual")] == [2]
    assert [one.phase for one in found("目視を妨げた者は、過料に処する。", "visual")] == [None]


def test_an_unsure_construction_does_not_stand() -> None:
    found_ = found("法の規定による講習に関する事務を行わなければならない。", "training")

    assert {one.grade for one in found_} <= {Grade.LOW}


def test_a_broken_table_of_kinds_names_the_kind() -> None:
    row = {"id": "odd", "ja": "x", "demands": "", "technology": [], "remedy": "", "opened": {"words": "", "within": ""}}
    with pytest.raises(BadKinds, match=r"record odd, field"):
        parse_kinds(
            {
                "electronic": {},
                "kinds": [row | {"terms": [{"at": ["あ"], "then": "(", "purpose": "", "grade": "high"}]}],
            }
        )


PIECES = [
    "書面を提出しなければならない。",
    "（",
    "）",
    "「",
    "」",
    "。",
    "２",
    "一",
    "目視",
    "電磁的方法",
    "をいう",
    "準用する。",
    "第三条",
]


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=5)), max_size=30))
def test_any_text_is_read_and_words_stand_where_they_are_said_to(pieces: list[str]) -> None:
    text = "".join(pieces)

    for one in scan(Article("law", "1", "", text)):
        assert text.startswith(one.words, one.start)
        assert one.sentence in text
        assert one.words
