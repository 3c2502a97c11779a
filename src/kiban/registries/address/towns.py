"""The town (町字) within a municipality: the longest name of the registry that the text goes on with."""

from __future__ import annotations

import re

import msgspec
from msgspec import structs

from kiban.registries.address.fold import LONGEST, SEPARATOR, Folded, without_sign
from kiban.registries.address.index import CITY_BASE, Index
from kiban.registries.address.later import later
from kiban.registries.address.loose import CHOME, JO, NORTHERN, OTHER_LETTER, SMALL, ends, look_alikes, nearly, numbered

_STREET = later(
    r"上ル|上る|上ガル|下ル|下る|下ガル|入ル|入る|東入|西入|北入|南入|上がる|下がる|[通町](?=[東西])|筋|通り?|[0-9]丁"
)
_DIRECTION = later(r"上ル|上る|上ガル|下ル|下る|下ガル|入ル|入る|[東西南北]入")
_NUMBERED = later("[0-9]+丁$")
_THREE = later(r"-?[0-9]{1,2}-[0-9]{1,3}-[0-9]")
_AFTER_ONE = later(r"[0-9\-ノ\x1f番甲乙丙丁]|$|\([ぁ-ゖァ-ヶー]+\)[0-9]")
_ORDINAL = later("第([0-9]{1,3}号)(?=[0-9])")
_THREES = later(rf"([0-9]?3[0-9]?|3[0-9]{{2}}|[0-9]{{2}}3)([部号{SEPARATOR}])(?=[0-9])")
_UNNAMED = later(r"(?!ノ)[^\x1f\-]{1,10}?(?<![0-9])[0-9]{1,2}(?=[\-ノ\x1f][0-9])")
_LEFT_OUT = ("", "番", "号", "部", "区", "番丁", "番町", "線")
KYOTO = "261"
REMEMBERED = 20_000
LOOSENED = "町・村などの一字を補った、除いた又は替えた"


class Match(msgspec.Struct, frozen=True, gc=False):
    """A town found: its key in the index, and where the text goes on after it.

    ``border`` and ``head`` of a 小字, where known: how long the key of its 大字 is, and its number.
    """

    city: int
    key: str
    key_id: int
    number: int
    end: int
    guess: str = ""
    border: int = 0
    head: int = 0

    @property
    def size(self) -> int:
        return len(self.key)


Place = tuple[str, str, tuple[float, float] | None, str]


class Towns:
    """Finds towns in an index."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._prefixes = index.trie.iter_prefixes_with_ids
        self._number = index.town_number
        self._records = index.records
        self.places: dict[int, Place] = {}
        self.kyoto = frozenset(n for n, one in enumerate(index.cities) if one.code.startswith(KYOTO))

    def find(self, city: int, folded: Folded, *, start: int) -> Match | None:
        """The town of ``city`` that stands at ``start``, written properly or with its 丁目 as a bare number."""
        found = self._longest(city, folded, start=start)
        if found is None or 0 < found.number % 1000 < 100:
            return found
        after = folded.text[found.end : found.end + 1]
        apart = after == SEPARATOR and found.key[-1].isdecimal()  # 与一4丁目
        if not after or (after not in "-0123456789" and not apart):
            other = self._ordinal(found, folded) if after == "第" else None
            return other or self._letter(city, folded, key=found.key, at=found.end) or found
        if three := self._with_three(found, folded):
            return three
        part = self._chome(found, folded)
        if part is found and (not found.number or self._northern(city)) and after != "-":
            return self._without_jo(city, folded, start=start) or found
        return part

    def _with_three(self, found: Match, folded: Folded) -> Match | None:
        """A numbered 小字 with a 参 in the registry (河井町参部), which is no numeral in other names."""
        written = _THREES().match(folded.text, found.end)
        if not written or (written[2] == SEPARATOR and folded.original[: folded.origin(written.end())][-1:] != "字"):
            return None
        for mark in (written[2], ""):
            key = found.key + written[1].replace("3", "参") + mark
            if (key_id := self._index.trie.get(key)) is not None:
                return Match(
                    found.city, key, key_id, self._number(key_id), written.end(), "", len(found.key), found.key_id
                )
        return None

    def _ordinal(self, found: Match, folded: Folded) -> Match | None:
        """A numbered 小字 written with 第 that the registry names without (中央第1号1番地)."""
        written = _ORDINAL().match(folded.text, found.end)
        key = f"{found.key}{written[1]}" if written else ""
        key_id = self._index.trie.get(key) if written else None
        if written is None or key_id is None:
            return None
        return Match(found.city, key, key_id, self._number(key_id), written.end(), "", len(found.key), found.key_id)

    def _letter(self, city: int, folded: Folded, *, key: str, at: int) -> Match | None:
        """A 小字 of one letter in the other kana (八街イ), or in a kanji of its look (佐原口)."""
        letter, after = folded.text[at : at + 1], folded.text[at + 1 : at + 2]
        if not after or ord(letter) not in OTHER_LETTER or after not in "0123456789部ノ-":
            return None
        other = key + OTHER_LETTER[ord(letter)]
        key_id = self._index.trie.get(other)
        return (
            None
            if key_id is None
            else Match(city, other, key_id, self._number(key_id), at + 1, "字の一文字を読み替えた")
        )

    def _northern(self, city: int) -> bool:
        return self._index.cities[city].code < "02"

    def _longest(self, city: int, folded: Folded, *, start: int) -> Match | None:
        names: list[tuple[str, int]] = list(self._prefixes(chr(CITY_BASE + city) + folded.text[start : start + 40]))
        while names:
            key, key_id = names.pop()
            end = start + len(key) - 1
            if (len(key) > 2 and not key[-1].isdecimal()) or self._stands(key, folded, start=start, end=end):
                number = self._records[key_id] & 0xFFFFFF
                if number % 1000 < 100:
                    return Match(city, key, key_id, number, end)
                for head, head_id in reversed(names):
                    if self._number(head_id) % 1000 < 100:
                        return Match(city, key, key_id, number, end, "", len(head), head_id)
                return Match(city, key, key_id, number, end, "", 1, key_id)
        return None

    def _stands(self, key: str, folded: Folded, *, start: int, end: int) -> bool:
        """A name ending in a digit, or of one character, may be a house number or a part of a longer name."""
        text, original = folded.text, folded.original
        after, digit = text[end : end + 1], key[-1].isdecimal()
        if digit and (after.isdecimal() or (after and after in "番号丁ノ-") or ("-" in key and self._lot(key))):
            return False
        origin = folded.origin(end)
        own = original[:origin].rstrip()[-1:]
        own = "字" if after == SEPARATOR and original[origin:].lstrip()[:1] == "字" else own
        if digit:
            return (
                own == "字"
                or after in (SEPARATOR, "部")
                or not own.isdecimal()
                or (not after and self._ends_in_digit(key))
            )
        marked = own == "字" or (original[: folded.origin(start)].rstrip()[-1:] == "字" and not after.isalpha())
        return marked or bool(_AFTER_ONE().match(text, end))

    def _lot(self, key: str) -> bool:
        """A lot that only the postal data name (大泉町西井出8240-1)."""
        return not self._number(self._index.trie[key])

    def _ends_in_digit(self, key: str) -> bool:
        """The registry itself ends the name in a digit (浦臼第１)."""
        border = self._index.border(key)
        return self._index.spelling(key, self._index.trie[key], border=border)[-1:].isdecimal()

    def _chome(self, found: Match, folded: Folded) -> Match:
        number = CHOME().match(folded.text, found.end)
        if not number and found.key[-1] in "東西南北" and self._northern(found.city):
            number = NORTHERN().match(folded.text, found.end)
        if not number or (number.lastindex == 1 and found.number):
            return found
        key = numbered(found.key, int(number[1]))
        key_id = self._index.trie.get(key)
        if key_id is None or (number[0][0] == SEPARATOR and not found.key[-1].isdecimal()):
            return found
        if self._number(key_id) % 1000 >= 100:
            return self._small_chome(found, folded, key=key, key_id=key_id, end=number.end())
        if self._number(key_id) == found.number and not _THREE().match(folded.text, found.end):
            return found
        if found.number and "字" in folded.given and self._marked(found, folded, chome=key):
            return found
        return Match(found.city, key, key_id, self._number(key_id), number.end(), found.guess)

    def _small_chome(self, found: Match, folded: Folded, *, key: str, key_id: int, end: int) -> Match:
        """A 小字 that has 丁目 of its own (中江2-6-1 of 迫町佐沼字中江２丁目), where three numbers stand."""
        if found.number % 1000 < 100 or not _THREE().match(folded.text, found.end):
            return found
        return Match(found.city, key, key_id, self._number(key_id), end, found.guess, found.border, found.head)

    def numbered(self, found: Match, block: str) -> bool:
        """The first number of a block would be read as a 丁目 of the town, were it written with hyphens."""
        first, dash, _ = block.partition("-")
        if len(first) > 2 or not first.isdecimal() or (found.number and not dash):
            return False
        key_id = self._index.trie.get(numbered(found.key, int(first)))
        if key_id is None or self._number(key_id) % 1000 >= 100:
            return False
        return self._number(key_id) != found.number or bool(_THREE().match(block))

    def _marked(self, found: Match, folded: Folded, *, chome: str) -> bool:
        """大字 or 字 is written, and only the name without 丁目 is registered with it (字上之屋1-1)."""
        before = folded.original[: folded.origin(found.end - len(found.key) + 1)].rstrip()
        if before[-1:] != "字" or _THREE().match(folded.text, found.end):
            return False
        plain, numbered = (
            self._index.spelling(key, self._index.trie[key], border=len(key))[:2] for key in (found.key, chome)
        )
        return "字" in plain and "字" not in numbered

    def before_mark(self, found: Match, folded: Folded) -> Match | None:
        """The town before a 字 that stands within the name found (三里塚字御料牧場 is none of 三里塚御料)."""
        if found.number % 1000 >= 100 or not "\u4e00" <= folded.text[found.end : found.end + 1] <= "\u9fff":
            return None
        begin = found.end - len(found.key) + 1
        for key, key_id in reversed(list(self._prefixes(found.key))[:-1]):
            end = begin + len(key) - 1
            if (
                folded.original[folded.origin(end) - 1 :][:1] == "字"
                or folded.original[folded.origin(end) :][:1] == "字"
            ):
                number = self._number(key_id)
                return Match(found.city, key, key_id, number, end) if number > 0 and number % 1000 < 100 else None
        return None

    def guess(self, city: int, folded: Folded, *, start: int) -> Match | None:
        """A town that stands there in an unusual form; slower, tried when :meth:`find` finds none."""
        return self.sure_guess(city, folded, start=start) or self._one_character_off(city, folded, start=start)

    def sure_guess(self, city: int, folded: Folded, *, start: int) -> Match | None:
        """The same without a character left out or added: that could be the town of another municipality."""
        if city in self.kyoto and (found := self._behind_street(city, folded, start=start)):
            return found
        return (
            self._without_jo(city, folded, start=start)
            or self._letter(city, folded, key=chr(CITY_BASE + city), at=start)
            or self._former_part(city, folded, start=start)
            or self._look_alike(city, folded, start=start)
            or self._chome_alone(city, folded, start=start)
        )

    def _behind_street(self, city: int, folded: Folded, *, start: int) -> Match | None:
        """Kyoto: the town stands behind the names of its streets."""
        ends = [one.end() for one in _STREET().finditer(folded.text, start)]
        for at in (*reversed(ends), *range(start + 1, min(start + 30, len(folded.text)))):
            found = self.find(city, folded, start=at)
            if found and _DIRECTION().match(folded.text, found.end):
                continue
            if found and found.size > 2 and (at in ends or _AFTER_ONE().match(folded.text, found.end)):
                before = folded.original[folded.origin(start) : folded.origin(at)].strip()
                if len(_NUMBERED().sub("", found.key)) > 3 or _STREET().search(before) or at in ends:
                    return structs.replace(found, guess=f"通り名: {before}")
        return None

    def street(self, city: int, folded: Folded, *, start: int, plain: Match | None) -> Match | None:
        """The town behind street names, when the text has any; else the ``plain`` one, unless it names a street."""
        if not re.search("[上下]ル|[上下]る|入|通", folded.text[start:]):
            return plain
        if (found := self._behind_street(city, folded, start=start)) and found.end > start + 3:
            return found
        street = plain and folded.text[plain.end : plain.end + 1] in ("通", "筋")
        return None if street and plain and _DIRECTION().search(folded.text, plain.end) else plain

    def _without_jo(self, city: int, folded: Folded, *, start: int) -> Match | None:
        """Hokkaido: 条 or 丁目 left out (北16西2, 拓北6-2)."""
        text = folded.text[start:]
        for pattern, full in JO:
            found = pattern().match(text)
            if found:
                key = chr(CITY_BASE + city) + found.expand(full)
                key = key if key.endswith(tuple("丁東西南北町")) else key + "丁"
                key_id = self._index.trie.get(key)
                if key_id is not None:
                    return Match(city, key, key_id, self._number(key_id), start + found.end(), "条・丁目を補った")
        return None

    def _former_part(self, city: int, folded: Folded, *, start: int) -> Match | None:
        """The name of a former municipality stands before the town, which the registry names without it."""
        text = folded.text
        own_city = self._index.cities[city][1:4]
        for end in range(min(start + 8, len(text)), start + 1, -1):
            for number in self._index.former_forms.get(text[start:end], ()):
                former = self._index.former[number]
                if any(self._index.cities[one][1:4] == own_city for one in former.cities):
                    headed = self.find(city, without_sign(folded, end - 1), start=start)  # 菱刈町前目 is 菱刈前目
                    if headed and headed.end > end - 1:
                        return structs.replace(headed, end=headed.end + 1, guess=f"旧{former.name}")
                    found = self.find(city, folded, start=end)
                    return found and structs.replace(found, guess=f"旧{former.name}")
        return None

    def _look_alike(self, city: int, folded: Folded, *, start: int) -> Match | None:
        """Katakana typed for kanji of the same look (ニノ平 for 二ノ平), or one kanji for the other (萩野 for 荻野)."""
        for other in look_alikes(folded.original[:LONGEST], folded.origin(start)):
            kanji = self._index.fold(other)
            if len(kanji.text) == len(folded.text) and (found := self.find(city, kanji, start=start)):
                return structs.replace(found, guess="形の似た字を読み替えた")
        return None

    def _chome_alone(self, city: int, folded: Folded, *, start: int) -> Match | None:
        """Three numbers behind a municipality that has towns called 一丁目 … (下田市2-4-26)."""
        number = CHOME().match(folded.text, start) if _THREE().match(folded.text, start) else None
        key = f"{chr(CITY_BASE + city)}{int(number[1])}丁" if number else ""
        key_id = self._index.trie.get(key) if key else None
        if number is None or key_id is None or self._number(key_id) % 1000 >= 100:
            return None
        if not self._index.details(key_id, city).postal_code:  # 丁目 of a name that the registry left out
            return None
        return Match(city, key, key_id, self._number(key_id), number.end(), "丁目を町字とした")

    def longer(self, found: Match, folded: Folded, *, lot: bool) -> Match | None:
        """A fuller name than the one found, which leaves letters behind it (貞光町宮内 is 貞光字宮内, no 字町)."""
        start, behind = found.end - len(found.key) + 1, folded.text[found.end : found.end + 1]
        if behind <= "\x7f" or found.guess or found.key[-1] == "丁":
            return None
        if not folded.text.startswith(found.key[1:], start):
            return None
        if lot and (unit := self._with_unit(found, folded)):
            return unit
        stem, end = found.key.rstrip("町村"), found.end
        other = self._former_part(found.city, folded, start=start)
        if other and other.end > end and len(other.key) > len(found.key) and other.key.startswith(stem):
            return other
        heads = tuple(stem + one for one in "町村" if next(self._index.trie.iteritems(stem + one), None))
        if not heads or "字" in folded.original[folded.origin(end) - 1 : folded.origin(end) + 1]:
            return None  # 大字芝字宮根 is not 芝宮根町
        other = self._one_character_off(found.city, folded, start=start)
        return other if other and other.end > end + 1 and other.key.startswith(heads) else None

    def _with_unit(self, found: Match, folded: Folded) -> Match | None:
        """A numbered 小字 whose unit is left out, where no 小字 has the name alone (字久保野2-5: 字久保野二番)."""
        written = _UNNAMED().match(folded.text, found.end) if found.number % 1000 < 100 else None
        if not written:
            return None
        keys = [f"{found.key}{written[0]}{unit}" for unit in _LEFT_OUT]
        there = [(key, key_id) for key in keys if (key_id := self._index.trie.get(key)) is not None]
        if len(there) != 1:
            return None
        number, end = self._number(there[0][1]), written.end()
        return Match(found.city, *there[0], number, end, "小字の番号とした", len(found.key), found.key_id)

    def _one_character_off(self, city: int, folded: Folded, *, start: int) -> Match | None:
        """町, 村, ケ, ノ … left out or added: the one town of the municipality that then fits."""
        text = folded.text[start : start + 20]
        head = chr(CITY_BASE + city) + text[: 1 if text[1:2] in SMALL else 2]
        fitting = []
        for key, key_id in self._index.trie.iteritems(head):
            used = nearly(key[1:], text)
            if not used or self._number(key_id) % 1000 >= 100:
                continue
            found = Match(city, key, key_id, self._number(key_id), start + used, LOOSENED)
            if used == len(key) or ends(text, used):
                fitting.append((used, self._chome(found, folded)))
            elif small := self._small(found, folded):
                fitting.append((used, small))
        best = max((used for used, _ in fitting), default=0)
        fits = [one for used, one in fitting if used == best]
        return fits[0] if len(fits) == 1 else None

    def _small(self, found: Match, folded: Folded) -> Match | None:
        """The 小字 behind a town, or the town itself where 字 stands there (秋保湯元字寺田原: 秋保町湯元)."""
        text, end = folded.text, found.end
        for key, key_id in reversed(list(self._prefixes(found.key + text[end : end + 20]))):
            at = end + len(key) - len(found.key)
            if len(key) > len(found.key) and (ends(text, at) or text[at].isdecimal()) and not key[-1].isdecimal():
                number = self._number(key_id)
                return Match(found.city, key, key_id, number, at, LOOSENED, len(found.key), found.key_id)
        return found if folded.original[folded.origin(end) - 1 :][:1] == "字" else None

    def place(self, found: Match) -> Place:
        """町字 as the registry writes it, with point and postal code; a 小字 has those of its 大字."""
        known = self.places.get(found.key_id)
        if known is not None:
            return known
        if len(self.places) >= REMEMBERED:
            self.places.clear()
        known = self.places[found.key_id] = self._place(found)
        return known

    def _place(self, found: Match) -> Place:
        index, key_id, number = self._index, found.key_id, found.number
        town_id = str(10_000_000 + number)[1:] if number else ""
        if number % 1000 < 100:
            details = index.details(key_id, found.city)
            return details.name, town_id, details.point, details.postal_code
        border = found.border or index.border(found.key)
        details = index.details(found.head or index.trie.get(found.key[:border], key_id), found.city)
        return index.spelling(found.key, key_id, border=border), town_id, details.point, details.postal_code


def _with_chome(key: str, number: str) -> str:
    """The key of a 丁目; behind a name that ends in a numeral it is kept apart (与一 4丁目)."""
    return f"{key}{SEPARATOR if key[-1].isdecimal() else ''}{int(number)}丁"


def sure_end(found: Match, text: str) -> int:
    """Where the name of a town ends in the text, without a 丁目 that is written as a bare number."""
    end = found.end
    if not found.guess and (found.key[-1] != "丁" or text[end - 1] == "丁"):
        return end
    while end and text[end - 1] in "0123456789-ノ":
        end -= 1
    return end
