"""The list for the legal affairs bureau tells what family registers show, and no more."""

from __future__ import annotations

import textwrap
from pathlib import Path

from kiban.heirs import parse_family, read_family
from kiban.heirs.listing import Listing, listing

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "heirs.yaml"


def listed(text: str) -> Listing:
    return listing(parse_family(textwrap.dedent(text)))


def relations(found: Listing) -> list[tuple[str, str]]:
    return [(row.name, row.relation) for row in found.rows]


def test_the_example_gives_the_form_that_enumerates() -> None:
    assert "\n".join(listing(read_family(EXAMPLE)).lines()) == textwrap.dedent(
        """\
        被相続人 架空 太郎 法定相続情報

        最後の住所 架空県架空市一丁目1番1号
        最後の本籍 架空県架空市一丁目1番地
        出生 昭和15年2月3日
        死亡 令和6年5月6日
        （被相続人） 架空 太郎

        出生 昭和17年4月5日
        （妻） 架空 花子

        被代襲者（令和元年9月10日死亡）
        出生 平成7年12月13日
        （孫・代襲者） 架空 芽衣

        出生 昭和44年10月11日
        （子） 架空 次郎

        以下余白
        作成日 （記入）
        作成者 （住所・氏名を記入）"""
    )


def test_who_renounced_or_is_disqualified_stands_in_it_and_who_was_disinherited_or_is_unborn_does_not() -> None:
    found = listed(
        """
        decedent: d
        persons:
          d: {death: 2024-05-01}
          a: {father: d, birth: 1980-01-01}
          b: {father: d, birth: 1981-01-01}
          c: {father: d, birth: 1982-01-01}
          c1: {father: c}
          x: {father: d, unborn: true}
        events:
          - {renunciation: a, of: d}
          - {disqualification: b, of: d, ground: 1}
          - {disinheritance: c, by: d}
        """
    )

    assert relations(found) == [("a", "子"), ("b", "子"), ("c1", "孫・代襲者")]
    assert found.rows[2].represented == ("廃除",)


def test_the_words_of_the_register_are_kept_where_they_are_given() -> None:
    found = listed("decedent: d\npersons: {d: {death: 2024-05-01}, a: {father: d, relation: 長男}}\n")

    assert relations(found) == [("a", "長男")]


def test_relations_of_every_rank_are_named_as_far_as_the_facts_tell() -> None:
    parents = """
    decedent: d
    persons:
      d: {birth: 1980-01-01, death: 2024-05-01, father: f, mother: m}
      f: {}
      m: {}
      p: {}
      w: {sex: male}
    events: [{adoption: d, by: [p], on: 1990-01-01}, {marriage: [d, w]}]
    """
    siblings = """
    decedent: d
    persons:
      d: {birth: 1930-01-01, death: 2024-05-01, father: f, mother: m}
      f: {death: 1990-01-01}
      m: {death: 1990-01-01}
      s: {sex: female, birth: 1928-01-01, father: f, mother: m}
      t: {sex: male, birth: 1932-01-01, father: f, mother: m}
      u: {father: f, mother: m, death: 2000-01-01}
      u1: {sex: female, father: u}
      v: {father: f, mother: m}
    """
    others = """
    decedent: d
    persons:
      d: {birth: 2000-01-01, death: 2024-05-01, father: f, mother: none}
      f: {birth: 1975-01-01, death: 2010-01-01, father: none, mother: g}
      g: {}
    """
    down = """
    decedent: d
    persons:
      d: {death: 2024-05-01}
      a: {father: d, death: 2000-01-01}
      a1: {father: a, death: 2001-01-01}
      a11: {father: a1, death: 2002-01-01}
      a12: {father: a1, birth: 2000-01-01}
      a111: {father: a11, birth: 2001-01-01}
      y: {}
    events: [{adoption: y, by: [d], on: 2000-01-01}]
    """

    assert relations(listed(parents)) == [("w", "夫"), ("f", "父"), ("m", "母"), ("p", "養親")]
    assert set(relations(listed(siblings))) == {("s", "姉"), ("t", "弟"), ("u1", "姪・代襲者"), ("v", "兄弟姉妹")}
    assert relations(listed(others)) == [("g", "祖母")]
    assert set(relations(listed(down))) == {("a12", "曽孫・代襲者"), ("a111", "直系卑属・代襲者"), ("y", "養子")}


def test_the_list_as_data_has_the_same_rows() -> None:
    data = listing(read_family(EXAMPLE)).data()

    assert [one["relation"] for one in data["heirs"]] == ["妻", "孫・代襲者", "子"]
    assert data["last_domicile"] == "架空県架空市一丁目1番地"
