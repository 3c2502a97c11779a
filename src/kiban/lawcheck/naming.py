"""What the number of a law tells: its type, and the ministry of an ordinance."""

from __future__ import annotations

import re

_TYPES = {
    "Constitution": "憲法", "Act": "法律", "CabinetOrder": "政令", "ImperialOrder": "勅令",
    "MinisterialOrdinance": "府省令", "Rule": "規則", "Misc": "その他",
}  # fmt: skip
_ENDS = (
    ("条例", "条例"), ("法律", "法律"), ("政令", "政令"), ("勅令", "勅令"), ("規則", "規則"), ("閣令", "府省令"),
    ("府令", "府省令"), ("省令", "府省令"), ("庁令", "府省令"), ("布告", "太政官布告"), ("憲法", "憲法"),
)  # fmt: skip
_YEAR = re.compile(r"^(?:明治|大正|昭和|平成|令和)[元一二三四五六七八九十\d]+年")
_MINISTRY = re.compile(r"([^、・年]{2,12}?(?:府|省|庁|委員会|院|裁判所))(?=令|規則|、|・)")
_NUMBER = re.compile(
    r"第[一二三四五六七八九十百千〇\d]+(?:の[一二三四五六七八九十\d]+)?号.*$|[一二三四五六七八九十]+―.*$"
)


def type_of(number: str, told: str = "") -> str:
    """法律, 政令, 府省令, 条例, … from the number of a law, or from the attribute LawType; empty when neither tells."""
    stem = _NUMBER.sub("", _YEAR.sub("", number))
    return next((type_ for end, type_ in _ENDS if stem.endswith(end)), _TYPES.get(told, ""))


def ministry_of(number: str) -> str:
    """The ministry that made an ordinance, from its number (several with ・); empty for laws and cabinet orders.

    It is the ministry of the day: 大蔵省 stays 大蔵省.
    """
    stem = _NUMBER.sub("", _YEAR.sub("", number))
    if type_of(number) not in {"府省令", "規則"}:
        return ""
    return "・".join(_MINISTRY.findall(stem)) or (stem.removesuffix("規則") if stem.endswith("規則") else "")
