"""A determination in plain words: sentences with articles for the resident, the whole tree for the officer."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from functools import cache

from msgspec import Struct

from kiban.rules.model import Basis, Determination, RuleSet, Step, Value

WORDS = {
    "ja": ("はい", "いいえ", "まだ分かりません"),
    "ja-easy": ("はい", "いいえ", "まだ わかりません"),
    "en": ("yes", "no", "not known yet"),
}
LAW_ADDRESS = "https://laws.e-gov.go.jp/law/"


class Explanation(Struct, frozen=True):
    """One sentence with the article it rests on and where that can be read."""

    text: str
    basis: Basis
    address: str
    step: Step


def shown(value: Value | tuple[Value, ...], unit: str = "", *, language: str = "ja") -> str:
    """A value for people."""
    words = WORDS[language]
    if value is None:
        return words[2]
    if isinstance(value, bool):
        return words[0] if value else words[1]
    if isinstance(value, int):
        return f"{value:,}{unit}" if "円" in unit else f"{value}{unit}"
    return str(value)


def sentence(rules: RuleSet, step: Step, *, language: str = "ja", values: Mapping[str, str] = {}) -> str:
    """The plain words of a step: the pack's own sentence for yes, no or unknown, or name and value without one."""
    words = rules.variables[step.name].sentences
    chosen = words.unknown if step.value is None else words.yes if step.value else words.no
    text = chosen.get(language) or chosen.get("ja")
    value = shown(step.value, step.unit, language=language)
    if text is None:
        return f"{step.name}: {value}"
    return text.format_map({**values, "value": value})


def explain(rules: RuleSet, found: Determination, *, language: str = "ja") -> Iterator[Explanation]:
    """Sentences for the resident: the steps that have words, in the order of reasoning, last the outputs."""
    for step in found.steps:
        variable = rules.variables[step.name]
        if step.basis is not None and (variable.sentences.yes or step.name in rules.outputs):
            yield Explanation(sentence(rules, step, language=language), step.basis, address(step.basis), step)


@cache
def address(basis: Basis) -> str:
    """Where the article stands in e-Gov; empty for what does not stand there (an ordinance, an outline, a notice)."""
    if not re.fullmatch(r"[1-5][0-9]{2}[0-9A-Z]{12}", basis.law):
        return ""
    article = basis.article.split("-")[0].replace("の", "_")
    # a table or a supplementary provision has no such mark: the law itself is opened
    return f"{LAW_ADDRESS}{basis.law}" + (f"#Mp-At_{article}" if article[:1].isdecimal() else "")


def tree(found: Determination) -> str:
    """Every step with value, formula and article, for the officer."""
    lines = []
    for step in found.steps:
        member = "" if step.member is None else f"[{step.member + 1}]"
        lines.append(f"{step.name}{member} = {shown(step.value, step.unit)}  ← {step.formula}  ({step.basis})")
    return "\n".join(lines)


def facts_of(rules: RuleSet, on: dt.date) -> dict[str, str]:
    """Parameters in force on a day with their articles, for the page that shows which numbers were used."""
    found = {}
    for parameter in rules.parameters.values():
        dated = parameter.at(on, dt.date.max)
        if dated is not None:
            found[parameter.name] = f"{dated.value}{parameter.unit}（{dated.basis}）"
    return found
