"""Addresses written in kana, wholly or in part: their kanji, where only one reading of them is possible."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cached_property

from kiban.registries.address.index import CITY_BASE, City, Index
from kiban.registries.address.later import later

_HALF = later(r"[^0-9０-９]{0,9}[ぁ-ゖァ-ヺー]")
_KANA_RUN = later("([ァ-ヺー]+)")
_MIXED = later(r"[^0-9０-９\s\-－‐−ー–—(（,、]{2,12}?(?=[0-9０-９]|[一二三四五六七八九十]+(?:丁目|番|の)|$)")
_SOUNDS = {
    "都": ("ト",), "道": ("ドウ",), "府": ("フ",), "県": ("ケン",), "市": ("シ",), "区": ("ク",),
    "町": ("チョウ", "マチ"), "村": ("ムラ", "ソン"), "郡": ("グン",),
}  # fmt: skip
# municipalities whose name is written in kana, and the kanji that people write instead
WRITTEN_IN_KANJI = {
    "茨木県": "茨城県", "埼玉市": "さいたま市", "筑波市": "つくば市", "磐城市": "いわき市", "岩城市": "いわき市",
    "常陸那珂市": "ひたちなか市", "霞ヶ浦市": "かすみがうら市", "霞ケ浦市": "かすみがうら市",
    "霞が浦市": "かすみがうら市", "富士見野市": "ふじみ野市", "秋留野市": "あきる野市", "讃岐市": "さぬき市",
    "夷隅市": "いすみ市", "東香川市": "東かがわ市", "南淡路市": "南あわじ市", "龍野市": "たつの市",
    "竜野市": "たつの市", "津軽市": "つがる市", "陸奥市": "むつ市", "仁賀保市": "にかほ市", "河北市": "かほく市",
    "芦原市": "あわら市", "員弁市": "いなべ市", "海部市": "あま市", "浮羽市": "うきは市",
    "市来串木野市": "いちき串木野市", "筑波未来市": "つくばみらい市", "襟裳町": "えりも町", "瀬棚町": "せたな町",
    "奥入瀬町": "おいらせ町", "鵡川町": "むかわ町", "都幾川町": "ときがわ町", "水上町": "みなかみ町",
    "満濃町": "まんのう町", "塩釜市": "塩竈市", "尼ヶ崎市": "尼崎市", "尼ケ崎市": "尼崎市", "各務ヶ原市": "各務原市",
    "各務ケ原市": "各務原市", "各務が原市": "各務原市", "保土谷区": "保土ケ谷区", "茅崎市": "茅ヶ崎市",
    "鎌谷市": "鎌ケ谷市", "龍崎市": "龍ケ崎市", "竜崎市": "龍ケ崎市", "袖浦市": "袖ケ浦市", "鶴島市": "鶴ヶ島市",
    "駒根市": "駒ヶ根市", "飛弾市": "飛騨市",
}  # fmt: skip
Part = tuple[str, str, str]
_LARGE = str.maketrans("ァィゥェォヵヶッャュョヮヂヅ", "アイウエオカケツヤユヨワジズ")
_MARKS = "ﾞﾟ\u3099\u309a"
_ONWARD = later("(?!アザ|.{1,6}チヨウメ)[ァ-ヺー]")  # シバコウン is not the town シバ
_UNITS = (
    (r"(?<=[0-9０-９])\s?(?:チ[ョヨ]ウメ|ち[ょよ]うめ|ﾁ[ｮﾖ]ｳﾒ)", "丁目"),
    (r"(?<=[0-9０-９])\s?(?:バンチ|ばんち|ﾊﾞﾝﾁ)", "番地"),
    (r"(?<=[0-9０-９])\s?(?:バン|ばん|ﾊﾞﾝ)(?![カかｶ])", "番"),
    (r"(?<=[0-9０-９])\s?(?:ゴウ|ごう|ｺﾞｳ)(?![カトシかとしｶﾄｼ])", "号"),
)
# 大字 and 字 in front of a reading; the thirty names of the registry that only begin so (麻布, あざみ野 …) are none
_KIND = later("オオアザ(?!カチョウ)|アザ(?!ブ|[マガ]$|ガワ$|ミ(?:ノ|ヒラ|$)|クラヤマ|イ?チョウ|カイチョウ|[ノカイ]$)")


class Kana:
    """Turns kana into kanji with one index."""

    def __init__(self, index: Index) -> None:
        self.index = index

    def whole(self, text: str) -> str:
        """An address in kana, in kanji as far as its town; empty when no town of the municipality is read so."""
        kana, forms = plain(text), self.forms
        for length in range(min(len(kana), 30), 2, -1):
            for city in forms.get(kana[:length], ()):
                if found := self.town(city, _behind(text, length)):
                    return self.index.cities[city].name + found
        return ""

    def town(self, city: int, text: str) -> str:
        """The text in kanji, as far as the town goes; empty when no town of the municipality is written so."""
        kana = plain(text)
        readings = self.index.readings(city)
        pairs = [(large(form), number) for number, reading in readings.items() for form in forms_of(reading)]
        fitting = [(len(form), number) for form, number in pairs if kana.startswith(form)]
        if not fitting:
            return ""
        size, number = max(fitting)
        if sum(one[0] == size for one in fitting) > 1 or _ONWARD().match(kana, size):
            return ""
        rest = _behind(text, size)
        for written, unit in _UNITS:
            rest = re.sub(written, unit, rest)
        return self.name_of(city, number) + rest

    @cached_property
    def forms(self) -> dict[str, list[int]]:
        """Kana of a municipality in large letters, with or without the prefecture's and the county's → its numbers."""
        forms: dict[str, list[int]] = {}
        for form, cities in self.index.kana_forms.items():
            forms.setdefault(large(form), []).extend(cities)
        return forms

    def mixed_town(self, city: int, text: str) -> str:
        """A town half in kana (芝こうえん4-2-8) in kanji, with what follows; empty unless only one town is read so."""
        found = _MIXED().match(text)
        if not found or not _KANA_RUN().search(katakana(found[0])):
            return ""
        names = [
            self.name_of(city, number)
            for number, reading in self.index.readings(city).items()
            if _fits(found[0], name=self.name_of(city, number), reading=forms_of(reading)[-1])
        ]
        return names[0] + text[found.end() :] if len(names) == 1 else ""

    def name_of(self, city: int, oaza: int) -> str:
        """The folded name of a 大字 by its number."""
        names = self._names
        if city not in names:
            names.clear()
            own: dict[int, str] = {}
            names[city] = own
            for key, key_id in self.index.trie.iteritems(chr(CITY_BASE + city)):
                number = self.index.town_number(key_id)
                if number % 1000 < 100:
                    own.setdefault(number // 1000, re.sub("[0-9]+丁$", "", key[1:]) if number % 1000 else key[1:])
        return names[city].get(oaza, "")

    @cached_property
    def _names(self) -> dict[int, dict[int, str]]:
        return {}

    def official(self, text: str) -> str:
        """The text with a municipality's official name in kana, where people write kanji (埼玉市); else empty."""
        for written, name in WRITTEN_IN_KANJI.items():
            at = text.find(written, 0, 4 + len(written))
            if at == 0 or (at > 2 and text[at - 1] in "都道府県"):
                return text[:at] + name + text[at + len(written) :]
        return ""

    def municipalities(self, text: str) -> Iterator[tuple[str, bool]]:
        """The text with its municipality's kana in kanji, and whether the prefecture is named or nothing follows."""
        if not _HALF().match(text):
            return
        near = self._parts.get(katakana(text[0]), [])
        reached = [(end, n, named) for n, parts in near for end, named in _read(parts, text) if end]
        far = max((end for end, _, _ in reached), default=0)
        for end, n, named in reached:
            if end == far:
                yield self.index.cities[n].name + text[end:], named or end == len(text)

    @cached_property
    def _parts(self) -> dict[str, list[tuple[int, list[Part]]]]:
        """The municipalities by the first letters of their parts, in kanji and in kana."""
        found: dict[str, list[tuple[int, list[Part]]]] = {}
        for number, city in enumerate(self.index.cities):
            parts = _parts_of(city)
            for first in {
                letter for name, reading, _ in parts for letter in (name[:1], katakana(name[:1]), reading[:1])
            }:
                found.setdefault(first, []).append((number, parts))
        return found


def _parts_of(city: City) -> list[Part]:
    """Prefecture, county, city and ward, each with the reading of its name and that of its last character."""
    names = [one for one in (city.prefecture, city.county, city.city, city.ward) if one]
    readings = city.kana.split(" ")
    if len(names) != len(readings):
        return []
    parts = []
    for name, reading in zip(names, readings, strict=True):
        kind = next((one for one in _SOUNDS.get(name[-1], ()) if reading.endswith(one)), "")
        parts.append((name, reading.removesuffix(kind) if kind else reading, kind))
    return parts


def _read(parts: list[Part], text: str) -> Iterator[tuple[int, bool]]:
    """Where the municipality ends that begins the text with kana in it, and whether the prefecture is named."""
    at, turned, named = 0, False, False
    for n, part in enumerate(parts):
        at += len(text[at:]) - len(text[at:].lstrip()) if at else 0
        size = _part(part, text[at : at + 12])
        if not size and n == len(parts) - 1:
            return
        turned = turned or bool(size and not text.startswith(part[0], at))
        named = named or bool(size and n == 0)
        at += size
    if turned:
        yield at, named


def _part(part: Part, text: str) -> int:
    """How much of the text the name takes, in kanji, in kana or mixed."""
    name, stem, kind = part
    if text.startswith(name):
        return len(name)
    if stem and katakana(text).startswith(stem + kind):
        return len(stem + kind)
    at = text.find(name[-1], 1)
    while kind and at > 0:
        if _fits(text[:at], name=name[:-1], reading=stem):
            return at + 1
        at = text.find(name[-1], at + 1)
    return 0


def _fits(written: str, *, name: str, reading: str) -> bool:
    """A name half in kana: its kanji are those of the name, its kana those of the reading, in their order."""
    kana = katakana(written)
    runs = _KANA_RUN().split(kana)
    if len(runs) == 1:
        return False
    in_name = in_reading = ""
    for n, run in enumerate(runs):
        if run:
            in_name += f"(?:{re.escape(run)}|.{{1,{len(run)}}})" if n % 2 else re.escape(run)
            in_reading += re.escape(run) if n % 2 else f".{{{len(run)},{5 * len(run)}}}"
    return bool(re.fullmatch(in_name, katakana(name)) and re.fullmatch(in_reading, reading))


def forms_of(reading: str) -> tuple[str, ...]:
    """The reading of a town, and that without its 大字 or 字, which few people type."""
    own = _KIND().sub("", reading, count=1) if (at := _KIND().match(reading)) and at.end() < len(reading) else reading
    return (reading, own) if own != reading else (reading,)


def katakana(text: str) -> str:
    """Hiragana as katakana, letter by letter."""
    return "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in text)


def large(kana: str) -> str:
    """Katakana without small letters, which banks write not (ﾁﾖｳ), and with ジ and ズ for ヂ and ヅ (イズハラ)."""
    return kana.translate(_LARGE)


def plain(text: str) -> str:
    """In large katakana of usual width, without blanks."""
    return large(spelled(text))


def spelled(text: str) -> str:
    """In katakana of usual width, without blanks, its small letters kept."""
    return "".join(katakana(unicodedata.normalize("NFKC", text)).split())


def _behind(text: str, size: int) -> str:
    """What stands behind the first letters of a text, as many as ``size`` of its :func:`plain` form."""
    at = next((at for at in range(len(text)) if len(plain(text[:at])) >= size and text[at] not in _MARKS), len(text))
    return text[at:]
