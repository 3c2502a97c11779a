"""What pictures say in words: one sentence, the heads of the table twin, the names of stages, in three languages."""

from __future__ import annotations

from collections.abc import Mapping

JA = {
    "line.none": "{name}は値がありません。",
    "line": "{name}は{first}の{start}から{last}の{end}に{trend}。",
    "up": "増えました", "down": "減りました", "same": "変わっていません",
    "bar": "最も大きいのは{most}の{high}、最も小さいのは{least}の{low}です。",
    "bar.same": "どれも{high}です。",
    "none": "値がありません。",
    "map": "{n}市区町村の値の中央は{middle}、最も高いのは{most}の{high}です。",
    "logic": "{nodes}の段階と{edges}のつながりがあります。",
    "flow": "国からの支払は合計{total}円です。",
    "flow.passed": "支払先から先に渡った{passed}円はその内数で、合計に足していません。",
    "flow.part": "再委託など",
    "head.time": "時点", "head.what": "区分", "head.rank": "順位", "head.area": "市区町村",
    "head.cause": "原因", "head.effect": "結果", "head.reason": "理由",
    "head.from": "支払元", "head.to": "支払先", "head.yen": "円", "head.part": "内数",
    "activity": "活動", "output": "アウトプット", "outcome": "アウトカム", "impact": "インパクト",
}  # fmt: skip
EN = {
    "line.none": "{name}: no value.",
    "line": "{name} {trend} from {start} in {first} to {end} in {last}.",
    "up": "rose", "down": "fell", "same": "did not change",
    "bar": "The largest is {most} with {high}, the smallest {least} with {low}.",
    "bar.same": "All are {high}.",
    "none": "There is no value.",
    "map": "The middle value of {n} municipalities is {middle}; the highest is {most} with {high}.",
    "logic": "{nodes} stages and {edges} links.",
    "flow": "The state paid {total} yen in all.",
    "flow.passed": " {passed} yen of it were passed on by payees and are not added.",
    "flow.part": "passed on",
    "head.time": "Time", "head.what": "Which", "head.rank": "Rank", "head.area": "Municipality",
    "head.cause": "Cause", "head.effect": "Effect", "head.reason": "Reason",
    "head.from": "From", "head.to": "To", "head.yen": "Yen", "head.part": "Part of the above",
    "activity": "Activity", "output": "Output", "outcome": "Outcome", "impact": "Impact",
}  # fmt: skip
EASY = {
    "line.none": "{name}の かずは ありません。",
    "line": "{name}は {first}は {start}、{last}は {end}です。{trend}。",
    "up": "ふえました", "down": "へりました", "same": "おなじです",
    "bar": "いちばん 大きいのは {most}の {high}です。いちばん 小さいのは {least}の {low}です。",
    "bar.same": "ぜんぶ {high}です。",
    "none": "かずが ありません。",
    "map": "{n}の まちの まんなかは {middle}です。いちばん 高いのは {most}の {high}です。",
    "logic": "{nodes}の だんかいと {edges}の つながりが あります。",
    "flow": "国が はらった おかねは ぜんぶで {total}円です。",
    "flow.passed": "その なかの {passed}円は つぎへ わたしました。たして いません。",
    "flow.part": "つぎへ わたした",
    "head.time": "いつ", "head.what": "どれ", "head.rank": "なんばんめ", "head.area": "まち",
    "head.cause": "もと", "head.effect": "けっか", "head.reason": "りゆう",
    "head.from": "はらった ところ", "head.to": "もらった ところ", "head.yen": "円", "head.part": "なかみ",
    "activity": "すること", "output": "できた もの", "outcome": "かわった こと", "impact": "よく なった こと",
}  # fmt: skip
WORDS: Mapping[str, Mapping[str, str]] = {"ja": JA, "en": EN, "ja-easy": EASY}


def say(key: str, language: str, **values: object) -> str:
    """The words for a key in a language."""
    return WORDS[language][key].format(**values)
