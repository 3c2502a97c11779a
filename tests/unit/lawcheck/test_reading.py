"""Files of laws: XML, text, tables; what is wrong in them, and the good articles beside it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kiban.kernel.tabular import Report
from kiban.lawcheck import BadLaw, kinds, read_law, scan, scan_files, scan_law
from kiban.lawcheck.naming import ministry_of, type_of
from kiban.lawcheck.paths import article_number, named, number, paragraphs_of
from kiban.lawcheck.plain import read_plain
from kiban.lawcheck.tables import article_of, characters, located
from law_drafts import OLD, XML


def test_text_with_article_numbers_becomes_articles_with_paragraphs_and_items() -> None:
    law = read_plain(OLD, law_id="x", report=Report("x"))

    assert (law.title, law.number, law.type) == ("れいし市水道事業給水条例", "令和六年れいし市条例第十号", "条例")
    assert [one.number for one in law.articles] == ["1", "2", "3", "4", "5"]
    assert [one.caption for one in law.articles][:2] == ["（趣旨）", "（定義）"]
    assert [mark.path for mark in law.articles[2].marks] == ["1", "2", "2-1", "2-2"]


@pytest.mark.parametrize(
    ("line", "title"), [("○れいし市公園条例", "れいし市公園条例"), ("○○市公園条例案", "○○市公園条例案")]
)
def test_a_bullet_is_no_part_of_the_title_but_a_blank_for_a_name_is(line: str, title: str) -> None:
    assert read_plain(f"{line}\n第1条 市長は、公園を管理する。", law_id="x", report=Report("x")).title == title


def test_xml_has_its_places_tables_and_forms(tmp_path: Path) -> None:
    path = tmp_path / "410M50000800001.xml"
    path.write_text(XML, encoding="utf-8")
    report = Report(path.name)
    law = read_law(path, report=report)

    assert (law.law_id, law.type, law.ministry) == ("410M50000800001", "府省令", "国土交通省")
    assert [one.number for one in law.articles] == ["1", "様式第一号"]
    found = {(one.path, one.kind): one for one in scan_law(law)}
    assert found["1-1-1", "visual"].words == "目視", "readings are no text"
    assert found["1-1-2", "periodic"].stands
    assert found["1-2", "paper"].standing == "opened"
    assert ("様式第一号", "seal") in found


def test_an_article_without_number_is_told_and_the_others_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text(XML, encoding="utf-8")
    report = Report(path.name)
    read_law(path, report=report)

    what = "the article in place 2 has no number → give the article its Num; the others are kept"
    assert [str(fault) for fault in report.faults] == [f"a.xml:2, field Article/@Num: {what}"]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.xml", "<Law><LawNum></Law>", "a.xml:1:"),
        ("a.xml", "<html/>", "no 法令標準XML: its root is html"),
        ("a.xml", '<!DOCTYPE a [<!ENTITY b "c">]><Law/>', "a document type is no part"),
        ("a.xml", "<Law><LawNum>x</LawNum></Law>", "no article is found"),
        ("a.txt", "ただの文章です。", "no article is found"),
    ],
)
def test_what_is_no_law_is_refused_with_its_place(tmp_path: Path, name: str, content: str, told: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(BadLaw) as caught:
        read_law(tmp_path / name, report=Report(name))

    assert told in str(caught.value)
    assert "→" in str(caught.value)


def test_one_bad_file_of_a_folder_leaves_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("ただの文章です。", encoding="utf-8")
    (tmp_path / "b.txt").write_text(OLD, encoding="cp932")
    found = scan_files([tmp_path])

    assert found.faults == 1
    assert "a.txt:1: no article is found" in str(found.reports[0])
    assert found.articles == 5
    assert {one.law_id for one in found.findings} == {"b"}


def test_rows_of_a_csv_are_articles_and_a_bad_one_is_told_by_line_and_column(tmp_path: Path) -> None:
    path = tmp_path / "articles.csv"
    path.write_text(
        "法令ID,条,見出し,本文,法令名\r\n"
        "A,3,（届出）,第三条書面により届け出なければならない。,あ法\r\n"
        "A,4,,,あ法\r\n"
        "B,1,多い,第一条,い,う\r\n"
        "B,2,,（掲示）第二条見やすい場所に掲示しなければならない。,い法\r\n",
        encoding="utf-8",
    )
    found = scan_files([path])

    assert [(one.law_id, one.path, one.kind) for one in found.findings] == [("A", "3", "paper"), ("B", "2", "posting")]
    told = [str(fault) for fault in found.reports[0].faults]
    assert any(one.startswith("articles.csv:3, field text: the cell is empty") for one in told)
    assert any(one.startswith("articles.csv:4, field") for one in told)
    assert found.title("A") == "あ法"


def test_parquet_is_read_as_csv_is(tmp_path: Path) -> None:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    rows = {
        "law_id": ["A", "A", None],
        "article": ["3", "4", "5"],
        "text": ["第三条書面により届け出なければならない。", None, "第五条"],
    }
    pq.write_table(pa.table(rows), tmp_path / "a.parquet")
    found = scan_files([tmp_path / "a.parquet"])

    assert [(one.path, one.kind) for one in found.findings] == [("3", "paper")]
    assert [fault.where.line for fault in found.reports[0].faults] == [2, 3]
    assert found.articles == 1


def test_a_table_without_its_columns_says_how_to_name_them(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,x\r\n1,2\r\n", encoding="utf-8")
    with pytest.raises(BadLaw, match="no column for text") as caught:
        scan_files([tmp_path / "a.csv"])
    assert "the table has: id, x" in str(caught.value)
    (tmp_path / "b.parquet").write_bytes(b"PAR1")
    with pytest.raises(BadLaw, match="no Parquet file"):
        scan_files([tmp_path / "b.parquet"])


def test_a_folder_without_laws_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadLaw, match="no file of laws"):
        scan_files([tmp_path])
    with pytest.raises(BadLaw, match="there is no such file"):
        scan_files([tmp_path / "none.xml"])


def test_numbers_of_articles_and_places_in_words() -> None:
    assert [number(one) for one in ("十", "百二十三", "千五", "３２", "二〇")] == [10, 123, 1005, 32, 20]
    assert article_number("第十八条の十五の二何人も") == "18_15_2"
    assert article_number("（点検）第三条船長は") == "3"
    assert named("18_15-2-1") == "第18条の15第2項第1号"
    assert named("様式第一号") == "様式第一号"


def test_paragraphs_of_running_text_are_found_by_their_digits_in_sequence() -> None:
    text = "第三条甲は、届け出る。２甲は、三日以内に行う。５０人以上のときは、この限りでない。３乙も同じ。"

    assert [mark.path for mark in paragraphs_of(text)] == ["1", "2", "3"]


def test_the_number_tells_type_and_ministry() -> None:
    assert type_of("平成十四年法律第百五十一号") == "法律"
    assert type_of("昭和四十九年運輸省令第六号") == "府省令"
    assert ministry_of("昭和四十九年運輸省令第六号") == "運輸省"
    assert ministry_of("平成十二年農林水産省・経済産業省令第一号") == "農林水産省・経済産業省"
    assert ministry_of("平成十四年法律第百五十一号") == ""


@given(st.lists(st.one_of(st.sampled_from(OLD.splitlines()), st.text(max_size=9))))
def test_any_lines_are_read_and_no_article_has_what_is_not_in_the_text(lines: list[str]) -> None:
    text = "\n".join(["第一条　甲", *lines])
    law = read_plain(text, law_id="x", report=Report("x"))
    plain = text.translate({ord(char): None for char in " \t\r\n\u3000\ufeff"})

    assert law.articles[0].text.startswith("第一条甲")
    for article in law.articles:
        assert set(article.text) <= set(plain)
        assert [mark.start for mark in article.marks] == sorted(mark.start for mark in article.marks)


@given(
    st.lists(
        st.one_of(st.sampled_from(["目視", "立入検査", "立入", "１", "a", "𠮟", "検査", "㊞"]), st.text(max_size=3))
    )
)
@example(["𠮟", "𠮟", "a", "\x80", "目視"])  # three bytes a character, but not each
def test_words_are_located_in_a_table_as_they_are_in_one_text(pieces: list[str]) -> None:
    text = "".join(pieces).encode("utf-8", "ignore").decode()
    alone = [one.start() for one in kinds().anchors.finditer(text)]

    assert characters(text, located([text], list(kinds().terms)).get(0, [])) == alone


def test_words_are_located_alike_without_polars(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["𠮟る者が目視により立入検査をし、", "a", "書面（a）を提出"]
    quick = located(texts, list(kinds().terms))
    monkeypatch.setitem(sys.modules, "polars", None)

    assert located(texts, list(kinds().terms)) == quick


def test_a_table_says_what_its_rows_say_alone(tmp_path: Path) -> None:
    texts = [one.text for one in read_plain(OLD, law_id="x", report=Report("x")).articles] + [
        "申請者㊞に押印すること。"
    ]
    path = tmp_path / "a.csv"
    path.write_text("law_id,text\r\n" + "".join(f"x,{text}\r\n" for text in texts), encoding="utf-8")
    alone = [one for text in texts for one in scan(article_of("x", "", caption="", text=text))]

    assert scan_files([path]).findings == alone


@pytest.mark.parametrize(
    "line", ["第四条中「甲」を「乙」に改める。", "第四条の規定による。", "第四条を削る。", "第四条第二項に同じ。"]
)
def test_a_line_that_speaks_of_an_article_begins_none(line: str) -> None:
    law = read_plain(f"第一条　次のように改正する。\n　{line}\n第二条　乙", law_id="x", report=Report("x"))

    assert [one.number for one in law.articles] == ["1", "2"]
