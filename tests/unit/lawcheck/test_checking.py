"""A draft against the digital principles, and two versions of a text against each other."""

from __future__ import annotations

from kiban.kernel.tabular import Report
from kiban.lawcheck import Law, Remark, check, compare, kinds, principles
from kiban.lawcheck.plain import read_plain
from law_drafts import NEW, OLD


def law(text: str) -> Law:
    return read_plain(text, law_id="draft", report=Report("draft"))


def remarks(text: str) -> list[Remark]:
    return check(law("第一条　" + text))


def test_a_draft_is_remarked_on_by_principle_with_what_to_write_instead() -> None:
    found = [(one.principle, one.place, one.words) for one in check(law(OLD))]

    assert found == [
        ("digital", "第3条第1項", "申込書を提出"),
        ("digital", "第3条第2項", "申込書には、次に掲げる書類を添付"),
        ("shared", "第3条第2項第1号", "住民票の写し"),
        ("digital", "第4条", "目視"),
        ("agile", "全体", ""),
    ]
    assert all(one.remedy and one.why and one.basis for one in check(law(OLD)))
    assert all(one.technology for one in check(law(OLD)) if one.finding)


def test_each_principle_is_asked_of_a_draft() -> None:
    text = (
        "施設は、毎年一回定期に検査を受けなければならない。\n２　市長は、台帳を備えなければならない。\n"
        "３　市長は、結果を公表しなければならない。\n４　納税証明書を添付しなければならない。\n"
        "５　書面により届け出なければならない。"
    )

    assert {one.principle for one in remarks(text)} == {one.id for one in principles()}


def test_a_draft_that_keeps_the_principles_has_no_remark() -> None:
    text = (
        "甲は、電子情報処理組織を使用する方法により届け出るものとする。\n"
        "２　市長は、台帳を電磁的記録をもって備え、これをインターネットの利用により公表しなければならない。\n"
        "附　則\n　市長は、施行後三年を目途として検討を加え、必要な措置を講ずるものとする。"
    )

    assert remarks(text) == []


def test_penalties_definitions_and_open_clauses_are_not_remarked_on() -> None:
    text = (
        "書面を提出しない者は、五万円以下の過料に処する。\n"
        "２　この条例において「台帳を備え」とは、書面を保存することをいう。\n"
        "３　公表しなければならない書面は、電磁的方法により提供することができる。\n"
        "附則\n　検討を加えるものとする。見直しを行う。"
    )

    assert [one.words for one in remarks(text)] == []


def test_every_kind_belongs_to_one_principle() -> None:
    held = [kind for principle in principles() for kind in principle.kinds]

    assert sorted(held) == sorted(kinds().by_id)


def test_a_new_version_tells_what_is_new_opened_and_gone() -> None:
    change = compare(law(OLD), law(NEW))

    assert [(one.path, one.kind) for one in change.added] == [("4_2", "visit")]
    assert [(one.path, one.kind) for one in change.opened] == [("4", "visual")]
    assert change.removed == ()
    assert change.kept == 2


def test_a_version_set_against_itself_has_no_change_though_its_articles_move() -> None:
    moved = OLD.replace("第四条", "第七条").replace("第三条", "第六条")
    change = compare(law(OLD), law(moved))

    assert (change.added, change.removed, change.opened, change.kept) == ((), (), (), 3)


def test_a_clause_that_is_taken_away_is_gone() -> None:
    change = compare(
        law(OLD), law(OLD.replace("第四条　管理者は、給水装置を目視により点検しなければならない。", "第四条　削除"))
    )

    assert [one.kind for one in change.removed] == ["visual"]
    assert change.added == ()


AMENDING = """れいし市水道事業給水条例の一部を改正する条例
第一条　れいし市水道事業給水条例の一部を次のように改正する。
　第三条第一項中「届け出る」を「書面により届け出る」に改める。
　第三条第二項中「申込書」の下に「及び納税証明書」を加える。
　第四条中「書面又は電磁的方法」を「書面」に改める。
　第五条中「、オンラインによる講習を含む」を削る。
　第六条中「書面」を「書面又は電磁的方法」に、「三日」を「五日」に改める。
附則
　施行後三年を目途として検討を加え、必要な措置を講ずるものとする。
"""


def test_an_amending_draft_is_judged_by_the_words_that_it_puts_in_or_takes_away() -> None:
    found = [(one.words, one.why) for one in check(law(AMENDING))]

    assert found == [
        ("「届け出る」を「書面により届け出る」に", "書面規制の語「書面」を加える"),
        ("「申込書」の下に「及び納税証明書」を", "原本・写しの提出の語「納税証明書」を加える"),
        ("「書面又は電磁的方法」を「書面」に", "電子の方法を認める「電磁的方法」を削る"),
        ("「、オンラインによる講習を含む」を削", "電子の方法を認める「オンライン」を削る"),
    ]
    assert all(one.remedy and one.place.startswith("第1条") for one in check(law(AMENDING)))
