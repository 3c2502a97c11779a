"""Where no municipality stands in front: words or a county before it, a town of one municipality, a prefecture."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable
from functools import cached_property

from msgspec import structs

from kiban.registries.address.fold import Folded
from kiban.registries.address.index import Index
from kiban.registries.address.later import later
from kiban.registries.address.model import CITY_LEVEL, Address, Level
from kiban.registries.address.towns import Match, Towns, sure_end

ENDED = "となった"
MUNICIPAL = frozenset("市区町村郡")
_NUMBER = r"\x1f?-?[1-9][0-9]{0,4}(?=[-番号ノ\x1f(・]|$|[A-Za-zァ-チテ-ヴ])|番|\x1f"
_ENDS = re.compile(rf"{_NUMBER}|$")
_NUMBERED = re.compile(_NUMBER)
_THREE = later("-?[0-9]{1,2}-[0-9]{1,3}-[0-9]")
_FOUR = later("-?[0-9]{1,2}-[0-9]{1,2}-[0-9]{1,3}-[0-9]")
_COUNTY = later("[^市区町村郡]{1,5}郡")
# 三宅島三宅村, 青ケ島青ケ島村: islands are written before their municipalities
_ISLAND = later("(.{1,4})島(?=\\1島?[市町村])")


class Country:
    """Reads what names no municipality in front; ``read`` is the reading where one may stand, ``answer`` of a town."""

    def __init__(
        self,
        index: Index,
        towns: Towns,
        *,
        read: Callable[[Folded, int], Address | None],
        answer: Callable[..., Address],
    ) -> None:
        self._index, self._towns, self._read, self._answer = index, towns, read, answer

    def find(self, folded: Folded, start: int) -> Address:
        """The best that can be said; with nothing known all of the text is ``rest``."""
        prefecture = next((name for name in self._index.prefectures if folded.text.startswith(name, start)), "")
        end = start + len(prefecture)
        official = self._index.prefectures.get(prefecture, "")
        if behind := self._behind_part(folded, end, prefecture=official) or self._later(folded, start, name=prefecture):
            return behind
        found = self._town(folded, end, prefecture=official)
        if found:
            return self._answer(folded, found, notes=("市区町村を町字から定めた",))
        if not official:
            return Address(folded.given, rest=folded.given.strip(), notes=("都道府県・市区町村が分からない",))
        rest = folded.original[folded.origin(end) :].strip() if end < len(folded.text) else ""
        notes = ("市区町村が分からない",) if rest else ()
        return Address(folded.given, int(Level.PREFECTURE), official, rest=rest, notes=notes)

    def _behind_part(self, folded: Folded, at: int, *, prefecture: str) -> Address | None:
        """Behind an island's name, or behind a county that the municipality has left (岩手郡滝沢市)."""
        if island := _ISLAND().match(folded.text, at):
            found = self._read(folded, island.end())
            if found and found.level >= CITY_LEVEL and found.prefecture == (prefecture or found.prefecture):
                return _passed(found, folded.original[folded.origin(at) : folded.origin(island.end())].strip())
        county = _COUNTY().match(folded.text, at)
        if county and (found := self._other_county(folded, at, end=county.end())):
            return found
        if not county or prefecture:
            return None
        found = self._read(folded, county.end())
        if not found or found.level <= CITY_LEVEL:
            return None
        written = folded.original[folded.origin(at) : folded.origin(county.end())].strip()
        return _passed(found, written) if self._left(found, written) else None

    def _left(self, found: Address, written: str) -> bool:
        """A county that the municipality has left, or its own with one character misread (植科郡 for 埴科郡)."""
        known = self._county(found.prefecture, written)
        if not found.county or known:
            return known and not found.county
        differing = sum(one != other for one, other in zip(written, found.county, strict=False))
        return len(written) == len(found.county) > 2 and differing == 1

    def _other_county(self, folded: Folded, at: int, *, end: int) -> Address | None:
        """Behind the county of the 町 or 村 that it was made of (三方郡若狭町, now in 三方上中郡)."""
        written = folded.original[folded.origin(at) : folded.origin(end)].strip()
        prefectures = [one for one in self._index.prefectures.values() if self._county(one, written)]
        if len(prefectures) != 1 or folded.text[end : end + 1] in MUNICIPAL:
            return None
        text = prefectures[0] + folded.original[folded.origin(end) :]
        found = self._read(structs.replace(self._index.fold(text), given=folded.given), 0)
        if not found or found.level <= CITY_LEVEL or not found.county or found.prefecture != prefectures[0]:
            return None
        city = self._index.codes[found.municipality_code]
        begins = self._index.fold.key(prefectures[0] + written)
        former = (self._index.fold.key(one.name) for one in self._index.former if city in one.cities)
        return _passed(found, written) if any(name.startswith(begins) for name in former) else None

    def _county(self, prefecture: str, name: str) -> bool:
        return self._index.fold.key(prefecture + name) in self._counties

    @cached_property
    def _counties(self) -> frozenset[str]:
        return frozenset(map(self._index.fold.key, self._index.counties))

    def _later(self, folded: Folded, start: int, *, name: str) -> Address | None:
        """The address may begin behind a word or two: at a prefecture, or at a municipality of the named one."""
        official, begin = self._index.prefectures.get(name, ""), start + len(name)
        for at in self._places(folded.text, start, name=name):
            answer = self._read(folded, at)
            if answer and answer.level >= Level.TOWN and answer.prefecture == (official or answer.prefecture):
                before = folded.original[folded.origin(begin) : folded.origin(at)].strip()
                # 岩手県岩手郡滝沢市, 長野県植科郡坂城町
                left = self._left(answer, before)
                if not left and (MUNICIPAL & set(before) or any(note.endswith(ENDED) for note in answer.notes)):
                    continue
                return _passed(answer, before)
        return None

    def _places(self, text: str, start: int, *, name: str) -> Iterable[int]:
        if name:
            begin = start + len(name)
            return range(begin + 1, min(begin + 7, len(text)))
        return sorted(at for one in self._index.prefectures if (at := text.find(one, start + 1, start + 20)) > 0)

    def _town(self, folded: Folded, start: int, *, prefecture: str) -> Match | None:
        """A town that only one municipality of the country, or of the prefecture, has."""
        index, rest = self._index, folded.text[start : start + 30]
        names = [one for one in index.names.prefixes(rest) if len(one) > 2 or (prefecture and len(one) > 1)]
        if not names:
            return None
        cities = sorted({city for (city,) in index.names[names[-1]]})
        cities = [city for city in cities if not prefecture or index.cities[city].prefecture == prefecture]
        if len(cities) > 30:
            return None
        found = (self._towns.find(city, folded, start=start) for city in cities)
        best = only([one for one in found if one], folded)
        ends = _ENDS if prefecture or (best and best.key[-1] == "町") else _NUMBERED
        sure = best and (best.key[-1] == "丁" or ends.match(folded.text, best.end))
        return best if best and sure and not self.shortened(folded, best, start=start, prefecture=prefecture) else None

    def shortened(
        self, folded: Folded, found: Match, *, start: int, prefecture: str = "", among: Container[int] = ()
    ) -> bool:
        """The town may as well be a municipality without its 市, 区, 町 or 村, and a town of that.

        茨城県水戸三の丸 is of 水戸市, though a town of another is named 水戸; さいたま市南辻 may be 南区辻. Only the
        municipalities ``among`` these count, where there are any.
        """
        text, cities, end = folded.text, self._index.cities, sure_end(found, folded.text)
        own = text[start:end] == found.key[1:].removesuffix("丁").rstrip("0123456789\x1f")
        for size in range(1, min(8, len(text) - start)):
            for kind in "区" if among else "市区町村":
                for city in self._forms(text[start : start + size] + kind):
                    elsewhere = prefecture and cities[city].prefecture != prefecture
                    if city == found.city or elsewhere or (among and city not in among):
                        continue
                    if own and kind == "市" and start + size == end:
                        return True
                    town = self._towns.find(city, folded, start=start + size)
                    if town and sure_end(town, text) >= end:
                        return True
        return own and not among and self._of_former(text[start:end], found, prefecture=prefecture)

    def _of_former(self, name: str, found: Match, *, prefecture: str) -> bool:
        """A municipality elsewhere that is no more had this name (鳥海 of 湯沢市, and 鳥海町)."""
        index = self._index
        former = (index.former[one] for kind in "市町村" for one in index.former_forms.get(name + kind, ()))
        others = [one.cities for one in former if found.city not in one.cities]
        return any(not prefecture or index.cities[cities[0]].prefecture == prefecture for cities in others)

    def halved(self, folded: Folded, start: int, *, end: int) -> bool:
        """千葉市川大和田 has the name 千葉市, but is 市川市大和田 of 千葉県: both are cut short."""
        text = folded.text
        official = next(
            (one for name, one in self._index.prefectures.items() if name[:-1] == text[start : end - 1]), ""
        )
        if not official:
            return False
        ends = range(end + 1, min(end + 5, len(text)))
        named = ((at, city) for at in ends for kind in "市町村" for city in self._forms(text[end - 1 : at] + kind))
        return any(
            self._index.cities[city].prefecture == official and self._towns.find(city, folded, start=at)
            for at, city in named
        )

    def _forms(self, name: str) -> list[int]:
        return self._index.forms.get(name, [])


def only(matches: list[Match], folded: Folded, *, named: bool = False) -> Match | None:
    """The one that covers more of the text than all others; nothing when two cover the same.

    A bare number is no 丁目 for sure: 鉄砲町2-5 is 二丁目5 of one city and the lot 2-5 of others. Three numbers
    are where a municipality is ``named``, and four with a 条 before.
    """
    if len(matches) < 2:
        return matches[0] if matches else None
    text = folded.text
    starts = [sure_end(one, text) for one in matches]
    whole = [bool((_FOUR if one.guess else _THREE)().match(text, at)) for one, at in zip(matches, starts, strict=True)]
    ends = [
        one.end if sure and (named or one.guess) else at for one, at, sure in zip(matches, starts, whole, strict=True)
    ]
    far = max(ends)
    return matches[ends.index(far)] if ends.count(far) == 1 else None


def _passed(answer: Address, before: str) -> Address:
    return structs.replace(answer, notes=(*answer.notes, f"読み飛ばした: {before}"))
