"""The forms of values, read by the types of the kernel: one reader and one JSON Schema for each."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Any

from kiban.kernel.characters.folding import TO_KATAKANA
from kiban.kernel.errors import BadInput
from kiban.kernel.tabular import parse_number
from kiban.kernel.values import CorporateNumber, MunicipalityCode, PostalCode, Telephone, TownId, parse_date
from kiban.registries.gif.kinds import READERS, latitude, longitude, parse_time
from kiban.registries.models.model import Form

_KANJI = re.compile(r"[々〆㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff]")
_NARROW = re.compile(r"[｡-ﾟ]+")


def _text(text: str) -> str:
    return text


def _shaped(pattern: str, name: str) -> Callable[[str], str]:
    form = re.compile(pattern)

    def read(text: str) -> str:
        found = unicodedata.normalize("NFKC", text).strip()
        if not form.fullmatch(found):
            raise BadInput(f"this is no {name}")
        return found

    return read


def _kana(text: str) -> str:
    """Full-width katakana; signs, digits and Latin letters of a name stay. Raises: BadInput: it has kanji."""
    if _KANJI.search(text):
        raise BadInput("a reading has no kanji")
    return _NARROW.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text).translate(TO_KATAKANA)


def _number(text: str) -> str:
    """Digits without separators. Raises: BadInput, also for a cell of a dash."""
    if parse_number(text) is None:
        raise BadInput("this is no number")
    found = unicodedata.normalize("NFKC", text).strip().replace(",", "").replace(" ", "").lstrip("+")
    return re.sub(r"^[▲△−‐–]", "-", re.sub(r"^\((.+)\)$", r"-\1", found))


def _as(parse: Callable[[str], object]) -> Callable[[str], str]:
    return lambda text: str(parse(text))


def _telephone(text: str) -> str:
    """As it is written, where it can be read: the definitions show several ways."""
    Telephone.parse(text)
    return text


def _pattern(pattern: str) -> dict[str, Any]:
    return {"type": "string", "pattern": f"^(?:{pattern})$"}


_ASCII, _DIGITS = r"[ -~]+", r"[0-9]+"
_URI, _EMAIL = r"https?://\S+", r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+"
_MONTH_DAY = r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_NO_KANJI = {"type": "string", "pattern": "^[^々〆㐀-䶿一-鿿ぁ-ゖ｡-ﾟ]+$"}
_TOWN = "write the 7 digits of the address base registry"
FORMS: dict[str, Form] = {
    "text": Form("文字列", _text, {"type": "string"}, "write it as text"),
    "ascii": Form("文字列（半角文字）", _shaped(_ASCII, "half width"), _pattern(_ASCII), "write it in half width"),
    "digits": Form("文字列（半角数字）", _shaped(_DIGITS, "row of digits"), _pattern(_DIGITS), "write digits only"),
    "kana": Form("文字列（全角カナ）", _kana, _NO_KANJI, "write the reading in full-width katakana"),
    "number": Form("数値（半角数字）", _number, {"type": "number"}, "write digits without unit", number=True),
    "latitude": Form("緯度（十進、世界測地系）", latitude, {"type": "number", "minimum": 20, "maximum": 46},
                     "write decimal degrees, such as 34.155283", number=True),
    "longitude": Form("経度（十進、世界測地系）", longitude, {"type": "number", "minimum": 122, "maximum": 154},
                      "write decimal degrees, such as 135.209155", number=True),
    "date": Form("日付（YYYY-MM-DD）", _as(parse_date), _pattern("[0-9]{4}(-[0-9]{2}){2}"), "write it as 2026-04-01"),
    "month_day": Form("日付（MM-DD）", _shaped(_MONTH_DAY, "month and day"), _pattern(_MONTH_DAY), "write it as 04-01"),
    "time": Form("時刻（HH:MM）", parse_time, _pattern("([01][0-9]|2[0-3]):[0-5][0-9]|24:00"), "write it as 09:00"),
    "uri": Form("URI", _as(READERS["url"]), _pattern(_URI), "write the whole address, with https://"),
    "email": Form("メールアドレス", _as(READERS["email"]), _pattern(_EMAIL), "write one mail address"),
    "municipality": Form("全国地方公共団体コード（6桁）", _as(MunicipalityCode.parse), _pattern("[0-9]{6}"),
                         "write the 6 digits with the check digit"),
    "town": Form("町字ID（7桁）", _as(TownId.parse), _pattern("[0-9]{7}"), _TOWN),
    "corporation": Form("法人番号（13桁）", _as(CorporateNumber.parse), _pattern("[0-9]{13}"), "compare the 13 digits"),
    "postal": Form("郵便番号（7桁）", _as(PostalCode.parse), _pattern("[0-9]{7}"), "write 7 digits without a hyphen"),
    "telephone": Form("電話番号", _telephone, {"type": "string", "minLength": 1}, "write it with its area code"),
}  # fmt: skip
"""Forms by the names that the files of definitions use."""
_YES = {"○", "〇", "◯", "有", "有り", "あり", "1", "可", "はい", "TRUE", "True"}
_NO = {"×", "✕", "無", "無し", "なし", "0", "否", "不可", "いいえ", "FALSE", "False", "-", "ー", "－"}


@cache
def one_of(*values: str) -> Form:
    """A value of a list (統制語彙); of 有 and 無 also ○, × and the like can be read."""
    given = {unicodedata.normalize("NFKC", value): value for value in values}
    marks = {"有": _YES, "無": _NO} if set(values) == {"有", "無"} else {}

    def read(text: str) -> str:
        found = given.get(unicodedata.normalize("NFKC", text).strip())
        found = found or next((value for value, known in marks.items() if text.strip() in known), None)
        if found is None:
            raise BadInput("it is not in the list")
        return found

    told = "・".join(values)
    return Form("統制語彙", read, {"type": "string", "enum": list(values)}, f"write one of {told}")


def _flag(text: str) -> str:
    found = text.strip()
    if found not in _YES | _NO | {""}:
        raise BadInput("it is neither 1 nor empty")
    return "1" if found in _YES else ""


FLAG = Form("1 または空", _flag, {"type": "string", "enum": ["1", ""]}, "write 1, or leave it empty")


def checked(check: Callable[[str], object], *, how: str) -> Form:
    """The form of a registry's own check: what it reads stays as it is written."""

    def read(text: str) -> str:
        check(text)
        return text

    return Form("文字列", read, {"type": "string", "minLength": 1}, how)
