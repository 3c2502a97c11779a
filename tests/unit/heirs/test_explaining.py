"""Every reason has words in three languages and articles; what of the law was not compared is said."""

from __future__ import annotations

import re
import string

import pytest

from heirs_golden import golden_cases
from kiban.heirs import Found, find, parse_family
from kiban.heirs.explaining import LANGUAGES, doubts, explain, texts
from kiban.heirs.law import civil_code, unverified
from kiban.heirs.telling import as_data, report
from shared_data import shared

KANJI = re.compile(r"[一-鿿々]")
RUBY = re.compile(r"[一-鿿々]+《[ぁ-ゖァ-ヺー]+》")
STATUTES = re.compile(r"(\d+)(?:の(\d+))?")


def all_found() -> list[Found]:
    return [find(case.family()) for case in golden_cases() if "fault" not in case.expected]


def words() -> dict[str, dict[str, str]]:
    return {f"{group}.{key}": entry for group, entries in texts().items() for key, entry in entries.items()}


def test_every_word_has_three_languages_with_the_same_values() -> None:
    def fields(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert {key: set(entry) for key, entry in words().items() if set(entry) != set(LANGUAGES)} == {}
    assert [key for key, entry in words().items() if not all(entry.values())] == []
    unlike = [key for key, entry in words().items() if fields(entry["ja"]) != fields(entry["en"])]
    assert unlike == []
    assert [key for key, entry in words().items() if not fields(entry["ja-easy"]) <= fields(entry["ja"])] == []


def test_plain_japanese_has_furigana_on_every_kanji_and_short_sentences() -> None:
    easy = {key: entry["ja-easy"] for key, entry in words().items()}

    assert {key: text for key, text in easy.items() if KANJI.search(RUBY.sub("", text))} == {}
    sentences = [one for text in easy.values() for one in re.split("[。、]", RUBY.sub("", text)) if one.strip()]
    assert sum(map(len, sentences)) / len(sentences) <= 25


def test_every_ground_has_words_and_every_word_a_ground() -> None:
    assert set(civil_code().grounds) == set(texts()["reasons"])


def test_every_reason_of_the_golden_cases_is_said_in_every_language_with_its_article() -> None:
    seen = set()
    for found in all_found():
        for language in LANGUAGES:
            lines = list(explain(found, language=language))
            assert all(line.text and "{" not in line.text for line in lines)
            assert all(len(line.addresses) == len(line.bases) for line in lines)
        for succession in (found.first, *found.later):
            reasons = [reason for heir in succession.heirs for stake in heir.stakes for reason in stake.reasons]
            reasons += [one.reason for one in succession.excluded] + list(succession.remarks)
            seen |= {reason.key for reason in reasons}
            assert [reason.key for reason in reasons if not reason.bases and reason.key != "only_one"] == []
        seen |= {need.reason.key for need in found.needs}

    unused = set(texts()["reasons"]) - seen
    assert unused == {"later_law", "one_head", "renounced_idle", "renounced_in_place"}  # shown in test_notes.py


def test_the_explanation_names_persons_articles_and_where_they_can_be_read() -> None:
    family = parse_family(
        "decedent: d\npersons:\n  d: {name: 架空 太郎, death: 2024-05-01}\n  a: {name: 架空 一子, father: d}\n"
    )

    line = next(explain(find(family)))

    assert line.text == "架空 一子は、架空 太郎の子です。"
    assert str(line.bases[0]) == "民法第887条第1項"
    assert line.addresses == ("https://laws.e-gov.go.jp/law/129AC0000000089#Mp-At_887",)


def test_an_item_of_an_article_without_paragraphs_is_cited_as_such() -> None:
    bases = {str(basis) for ground in civil_code().grounds.values() for basis in map(civil_code().basis, ground)}

    assert {"民法第900条第4号", "民法第889条第1項第2号", "民法第32条の2", "民法第958条の2"} <= bases


def test_what_was_not_compared_with_the_law_says_why() -> None:
    told = unverified()

    assert all(told.values())
    assert "from 1962-07-01" in told
    assert "from 2013-09-05" not in told


def test_an_answer_names_only_what_of_its_own_was_not_compared() -> None:
    today = find(parse_family("decedent: d\npersons: {d: {death: 2024-05-01}, a: {father: d}, b: {father: d}}\n"))
    old = find(parse_family("decedent: d\npersons: {d: {death: 1979-05-01}, a: {father: d}, b: {father: d}}\n"))
    adopted = next(case for case in golden_cases() if "孫養子とその弟" in case.title)

    assert doubts(today) == {}
    assert list(doubts(old)) == ["民法第900条 (1979-05-01)"]
    assert list(doubts(find(adopted.family()))) == ["昭和26年9月18日民事甲第1881号民事局長回答"]


def test_articles_that_count_as_compared_are_in_the_code_in_force() -> None:
    import duckdb

    path = shared("data/insight-law/acts_articles.parquet")
    rows = duckdb.execute(
        "select article, text from read_parquet(?) where law_id like '129AC0000000089%'", [str(path)]
    ).fetchall()
    articles = dict(rows)
    own = [one for grounds in civil_code().grounds.values() for one in grounds if not one.title and one.verified]

    def name(article: str) -> str:
        return article.split("-")[0].replace("の", "_")

    assert [one.article for one in own if name(one.article) not in articles and one.until is None] == []
    shares = {"child": "各二分の一", "ascendant": "配偶者の相続分は、三分の二", "sibling": "配偶者の相続分は、四分の三"}
    assert [rank for rank, words in shares.items() if words not in articles["900"]] == []
    assert (
        "父母の一方のみを同じくする兄弟姉妹の相続分は、父母の双方を同じくする兄弟姉妹の相続分の二分の一"
        in articles["900"]
    )
    assert "嫡出でない子" not in articles["900"]
    assert "第八百八十七条第二項の規定は、前項第二号の場合について準用" in articles["889"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_report_and_data_tell_every_heir(language: str) -> None:
    for found in all_found():
        text = "\n".join(report(found, language=language))
        data = as_data(found, language=language)
        assert [one["person"] for one in data["succession"]["heirs"]] == [heir.person for heir in found.heirs]
        assert [one["share"] for one in data["succession"]["heirs"]] == [str(heir.share) for heir in found.heirs]
        assert all(heir.person in text for heir in found.heirs)
        assert data["status"] == found.status.value
        assert len(data["alternatives"]) == len(found.alternatives)
