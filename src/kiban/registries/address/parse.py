"""From a written address to its place: municipality, town, block; unsure means a lower level, said so."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from msgspec import structs

from kiban.registries.address import block
from kiban.registries.address.behind import NOTE, parted, settled
from kiban.registries.address.clutter import MENDED, mended, plainer, reading, turned, unbracketed, without_front
from kiban.registries.address.country import ENDED, MUNICIPAL, Country, only
from kiban.registries.address.fold import Folded
from kiban.registries.address.former import FormerTowns
from kiban.registries.address.index import SHORT, Former, Index, embedded
from kiban.registries.address.kana import Kana
from kiban.registries.address.loose import repeated
from kiban.registries.address.model import CITY_LEVEL, NO_CHOME, NO_POINT, OF_CITY, Address, Level, agree
from kiban.registries.address.quick import reader
from kiban.registries.address.towns import LOOSENED, Match, Towns, sure_end
from kiban.registries.address.unreadable import NOTE as UNREADABLE
from kiban.registries.address.unreadable import restored

_POST = re.compile(r"(?:〒|郵便番号:?)?([0-9]{3})-?([0-9]{4})(?![0-9\-])\x1f?|〒")
_STATE = re.compile(r"日本国?,?(?=[^0-9]{2})")
_TOWN_KANA = re.compile(r"[ぁ-ゖァ-ヶｦ-ﾟー]{2}")
_KANA = re.compile(r"[ぁ-ゖァ-ヶー\s]{5}")
DIGITS = frozenset("0123456789")
FRONTS = DIGITS | frozenset("〒郵日")
NONE: list[int] = []
_PLACES = MUNICIPAL | frozenset("丁条字線通")
_ODD = re.compile(r"[0-9]+(?:通|線|条|号線)")


class Reach(NamedTuple):
    """Where a town is looked for, beyond which place it must reach to count, and where the municipality began."""

    start: int
    least: int
    name: int


class Engine:
    """Normalises with one index."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.towns = Towns(index)
        self.former_towns = FormerTowns(index, self.towns)
        self.kana = Kana(index)
        self.country = Country(index, self.towns, read=self._municipality_first, answer=self.answer)
        self._fold = index.fold
        self._cities = index.cities
        self._numbered = index.blocks.municipalities
        self._lots = index.lots
        self.quick = reader(self)

    def normalise(self, text: str) -> Address:
        """Recognise as much of an address as the registry can vouch for; nothing of the text is lost.

        Any text is accepted. See :class:`~kiban.registries.address.model.Address` for the fields.
        """
        if self.quick and (plain := self.quick(text)):
            return plain
        answer = self._read(self._fold(text))
        return answer if answer.level > CITY_LEVEL else self._uncluttered(answer)

    def _turned(self, folded: Folded, found: Match, *, tail: block.Tail) -> Address | None:
        """Once more with turned characters put right (四目丁, 4丁日), when more is understood then."""
        if not turned(tail.building, tail.rest) or not (other := mended(folded.given)):
            return None
        # given as put right: what is read within it finds nothing to turn again
        once = structs.replace(self._fold(other), original=folded.given)
        if once.text == folded.text:  # put right already
            return None
        again = self._read(once)
        more = len(again.building + again.rest) < len(tail.building + tail.rest)
        if not more or again.municipality_code != self._cities[found.city].code or again.level <= CITY_LEVEL:
            return None
        bracketed = unbracketed(folded.given) != folded.given
        note = "括弧の中の番号を読んだ" if bracketed else MENDED
        if read := reading(tail.building or tail.rest):
            note = f"読み飛ばした: {read}"
        return structs.replace(again, input=folded.given, notes=(*again.notes, note))

    def _read(self, folded: Folded) -> Address:
        start = self._start(folded) if folded.text[:1] in FRONTS else 0
        answer = self._municipality_first(folded, start)
        if answer is None and _KANA.match(unicodedata.normalize("NFKC", folded.given[:40])):
            answer = self._from_kana(folded.given)
        return answer or self.country.find(folded, start)

    def _start(self, folded: Folded) -> int:
        """Where the address begins: behind a postal code or the name of the country."""
        found = _POST.match(folded.text) or _STATE.match(folded.text)
        return found.end() if found else 0

    def _uncluttered(self, first: Address) -> Address:
        """Once more without brackets, without words in front; taken when it reaches a town and gainsays nothing."""
        text = first.input
        code = first.municipality_code
        for plain, note in (*plainer(text, placed=bool(code)), (restored(self.index, text, code=code), UNREADABLE)):
            original = text if len(plain) == len(text) else plain
            again = self._read(structs.replace(self._fold(plain), given=text, original=original)) if plain else first
            if again.level > max(first.level, Level.PREFECTURE + (not note)) and agree(first, again):
                return structs.replace(again, notes=(*again.notes, note)) if note else again
        if found := self._town_in_kana(first) or self._half_in_kana(first):
            return found
        for rest, placed in without_front(text):
            folded = structs.replace(self._fold(rest), given=text, original=text)
            found = self._municipality_first(folded, self._start(folded))
            if found and found.level > Level.MUNICIPALITY and agree(first, found, whole=placed):
                before = text[: len(rest) - len(rest.lstrip())].strip()
                return structs.replace(found, notes=(*found.notes, f"読み飛ばした: {before}"))
        return first

    def _named(self, text: str, start: int) -> Iterable[tuple[int, list[int], list[int]]]:
        """Names of municipalities that the text begins with, the longest first: end, present ones, former ones."""
        forms, former = self.index.forms, self.index.former_forms
        for length in self.index.lengths.get(text[start : start + 4], SHORT):
            name = text[start : start + length]
            if (name in forms or name in former) and len(name) == length:
                yield start + length, forms.get(name, NONE), former.get(name, NONE)

    def _municipality_first(self, folded: Folded, start: int) -> Address | None:
        """The longest name that leads to a town; a shorter one counts only when its town reaches beyond the longer."""
        stated: Address | None = None
        reached = 0
        for end, cities, former in self._named(folded.text, start):
            if stated and stated.ward and any(self._in(stated, city) for city in cities):
                continue  # the ward that is written is never passed over
            if len(cities) == 1 and (found := self._town(cities[0], folded, start=end)) and found.end > reached:
                if folded.text[end - 1] in "町村" and self._contested(folded, found, bare=(start, end), former=former):
                    return self._undecided(folded.given, cities)
                return self.answer(folded, found)
            answer, sure = self._in_cities(folded, Reach(end, reached, start), cities=cities)
            loose = bool(answer and LOOSENED in answer.notes)
            if former and (loose or not sure):
                olds = [self.index.former[number] for number in former]
                old, old_sure = self._in_former(folded, Reach(end, 0, start), former=olds)
                if loose and old_sure:
                    return self._undecided(folded.given, [*cities, *olds[0].cities])
                if old is not None and not loose and (old_sure or answer is None):
                    answer, sure = old, old_sure
            if sure:
                return answer
            if former and answer and self._unsure(folded, answer, cities=cities, bare=(start, end)):
                return self._undecided(folded.given, [*cities, *(one for old in olds for one in old.cities)])
            stated = stated or answer
            reached = reached or end
        return stated

    def _in(self, stated: Address, city: int) -> bool:
        one = self._cities[city]
        return not one.ward and (one.prefecture, one.city) == (stated.prefecture, stated.city)

    def _in_cities(self, folded: Folded, reach: Reach, *, cities: list[int]) -> tuple[Address | None, bool]:
        """The answer where the town does not follow plainly, and whether a town was found."""
        if not cities:
            return None, False
        start, end = reach.name, reach.start
        wards = [ward for city in cities for ward in self.index.wards.get(city, ())]
        best, none = self._best(folded, reach, cities=[*cities, *wards])
        ended = best and best.key[-1] == "丁" and block.blank(folded, best.end)
        if best is not None and wards and self.country.shortened(folded, best, start=end, among=wards):
            best, none = None, False
        if best is not None and (ended or not block.onward(folded, best.end)):
            chome = best.key[1:-1].isdecimal()
            if chome and len(cities) > 1 and self._elsewhere(folded.text, cities, bare=(start, end), found=best):
                return self._undecided(folded.given, cities), True
            extra = "政令市の区を町字から定めた" if best.city in wards else ""
            if len(cities) > 1:
                extra = "同名の市区町村から町字で定めた"
            return self.answer(folded, best, notes=(extra,) if extra else ()), True
        alone = len(cities) == 1 and not self._elsewhere(folded.text, cities, bare=(start, end))
        if alone and not self.country.halved(folded, start, end=end):
            note = "" if none else "町字が複数の区にある"
            return self._only_city(folded, end, city=cities[0], note=note), not folded.text[end:]
        return self._undecided(folded.given, cities), len(cities) > 1 and not none

    def _contested(self, folded: Folded, found: Match, *, bare: tuple[int, int], former: list[int]) -> bool:
        """Of a bare 町 or 村: a town elsewhere, or of a former municipality of this name, covers as much or more."""
        if self._elsewhere(folded.text, [found.city], bare=bare, found=found):
            return True
        olds = (self.former_towns.find(self.index.former[one], folded, end=bare[1]) for one in former)
        reach = sure_end(found, folded.text)
        return any(old and not old.guess and sure_end(old, folded.text) > reach for old in olds)

    def _unsure(self, folded: Folded, answer: Address, *, cities: list[int], bare: tuple[int, int]) -> bool:
        """A bare 町 or 村 without the town that stands there, while former ones had that name too (大和村本郷)."""
        start, end = bare
        name = folded.text[start:end]
        if answer.level != CITY_LEVEL or not answer.rest or name[-1] not in "町村":
            return False
        return any(self.index.fold.key(self._cities[city].city) == name for city in cities)

    def _elsewhere(self, text: str, cities: list[int], *, bare: tuple[int, int], found: Match | None = None) -> bool:
        """A municipality written with neither prefecture nor county may as well be, or begin, a town of another.

        富士見町1 is also a town's name; 坂戸市場1, as 坂戸市 has no 市場, is of a municipality that has a 坂戸市場.
        """
        start, end = bare
        own = [self.index.fold.key(self.index.cities[city].city) for city in cities]
        if text[start:end] not in own:
            return False
        named = found and not found.key[1:-1].isdecimal()  # 池田町1丁目 may be the 丁目 of any 池田町
        least = (sure_end(found, text) if found and named else end + (text[end - 1] not in "町村")) - start
        names = self.index.names
        return any(
            city not in cities
            for name in names.prefixes(text[start : start + 30])
            if len(name) >= least
            for (city,) in names[name]
        )

    def _best(self, folded: Folded, reach: Reach, *, cities: list[int]) -> tuple[Match | None, bool]:
        """The town that covers most of the text, and whether there was none at all."""
        matches: list[Match] = []
        several = len({self.index.cities[city][1:4] for city in cities}) > 1
        guesses = (self.towns.sure_guess,) if several else (self.towns.guess, self.former_towns.left_out)
        for find in (self._town, *guesses):
            found = [find(city, folded, start=reach.start) for city in cities]
            matches = [one for one in found if one and one.end > reach.least]
            if matches:
                break
        return only(matches, folded, named=True), not matches

    def _town(self, city: int, folded: Folded, *, start: int) -> Match | None:
        towns = self.towns
        found = towns.find(city, folded, start=start)
        if city in towns.kyoto:
            found = towns.street(city, folded, start=start, plain=found)
        after = folded.text[found.end : found.end + 1] if found else ""
        if found and after in DIGITS and _ODD.match(folded.text, found.end):
            better = towns.guess(city, folded, start=start)
            if better and better.end > found.end:
                found = better
                after = folded.text[found.end : found.end + 1]
        if found is None or after in MUNICIPAL:
            again = repeated(folded.text, start)
            found = (towns.find(city, folded, start=again) if again else None) or found
        return found

    def _in_former(self, folded: Folded, reach: Reach, *, former: list[Former]) -> tuple[Address | None, bool]:
        """A municipality that is no more; of several of the same name the one whose town covers most of the text.

        Its bare name (北村, 緑町) says nothing: a prefecture, a county or a town beyond it must stand there too.
        """
        end = reach.start
        bare = folded.text[reach.name : end] in {one.own for one in former if not one.own.endswith("市")}
        found = [(one, town) for one in former if (town := self.former_towns.find(one, folded, end=end))]
        exact = [pair for pair in found if pair[1].guess != LOOSENED] or found
        far = max((sure_end(town, folded.text) for _, town in exact), default=0)
        best = [pair for pair in exact if sure_end(pair[1], folded.text) == far]
        also = far <= end and self._town_too(folded.text[reach.name : end], former[0])
        if len({town.city for _, town in best}) == 1 and (far > end or not bare) and not also:
            one, town = best[0]
            return self.answer(folded, town, notes=(self._ended(one),)), far > end
        if not bare and not also and len({tuple(one.cities) for one in former}) == 1 and len(former[0].cities) == 1:
            return self._only_city(folded, end, city=former[0].cities[0], note=self._ended(former[0])), False
        names = "、".join(one.name for one in former[:8])
        prefectures = {self.index.cities[one.cities[0]].prefecture for one in former}
        shared = prefectures.pop() if len(prefectures) == 1 and not bare else ""
        level = Level.PREFECTURE if shared else Level.NOTHING
        note = f"今の市区町村が決まらない: 旧{names}"
        return Address(folded.given, int(level), shared, rest=folded.given.strip(), notes=(note,)), False

    def _town_too(self, written: str, one: Former) -> bool:
        """Without its county, a former 町 or 村 is perhaps a town elsewhere in the prefecture (愛知県一色町)."""
        if "郡" in written or one.own[-1] not in "町村":
            return False
        cities = self.index.cities
        own = cities[one.cities[0]].prefecture
        found = (city for (city,) in self.index.names.get(one.own, ()))
        return any(city not in one.cities and cities[city].prefecture == own for city in found)

    def _ended(self, one: Former) -> str:
        return f"{one.name}は{one.date}に{self._place(one.cities)}{ENDED}"

    def _place(self, cities: list[int]) -> str:
        one = self.index.cities[cities[0]]
        return f"{one.county}{one.city}" + (one.ward if len(cities) == 1 else "")

    def answer(self, folded: Folded, found: Match, *, notes: tuple[str, ...] = ()) -> Address:
        """The address whose town was found: what follows it is read, and the notes say what was guessed."""
        code, prefecture, county, city, ward, _, own_point = self._cities[found.city]
        town, town_id, point, postal_code = self.towns.place(found)
        tail = block.read(folded, found.end)
        if tail.rest or (tail.building and not settled(tail.building)):
            if "字" in folded.given and tail.rest and (shorter := self.towns.before_mark(found, folded)):
                return self.answer(folded, shorter, notes=notes)
            if tail.rest and (longer := self.towns.longer(found, folded, lot=bool(tail.block))):
                return self.answer(folded, longer, notes=notes)
            if again := self._turned(folded, found, tail=tail):
                return again
            building, behind = parted(tail.building)
            if behind or building != tail.building:
                tail = structs.replace(tail, building=building, rest=f"{tail.rest} {behind}".strip())
                notes = (*notes, NOTE) if behind else notes
        number, depth = tail.block, tail.numbers
        if tail.note:
            notes = (*notes, tail.note)
        if found.key in self._lots:
            postal_code = self._lots[found.key].get(number, postal_code)
        if number and found.number % 1000 == 0 and self.towns.numbered(found, number):
            notes = (*notes, NO_CHOME)
        level = (6 if depth > 1 else 5) if depth else (4 if found.number % 1000 else 3)
        if found.guess and found.guess not in notes:
            notes = (*notes, found.guess)
        if number and code in self._numbered:
            known = self.index.blocks.find(f"{code}{found.number:07}", number)
            if known:
                level = 8 if known.exact else 7 if known.number else level
                point = known.point or point
                notes = notes if known.exact else (*notes, f"登録にある所まで: {known.number or town}")
        if not point:
            notes = (*notes, "座標は市区町村の代表点") if notes else OF_CITY
        lat, lon = point or own_point or NO_POINT
        return Address(
            folded.given, level, prefecture, county, city, ward, town, number, tail.building, tail.rest,
            code, town_id, lat, lon, notes, postal_code,
        )  # fmt: skip

    def _only_city(self, folded: Folded, end: int, *, city: int, note: str = "") -> Address:
        """No town: a number straight after the municipality is its 番地, other text is left as it is."""
        one = self.index.cities[city]
        rest = folded.original[block.marked(folded, end) :].strip() if end < len(folded.text) else ""
        tail = block.read(folded, end)
        known = tail.block and not tail.rest and not _PLACES.intersection(block.lead(folded, tail))
        tail = tail if known else block.Tail(rest=rest)  # 一番町1-1 is not the lot 1
        point = one.point or (None, None)
        notes = tuple(filter(None, (note, "町字が分からない" if rest else "")))
        return Address(
            folded.given, int(Level.MUNICIPALITY), one.prefecture, one.county, one.city, one.ward, "", tail.block,
            tail.building, tail.rest, one.code, "", point[0], point[1], notes,
        )  # fmt: skip

    def _undecided(self, text: str, cities: list[int]) -> Address:
        names = [self.index.cities[city] for city in cities]
        prefectures = {one.prefecture for one in names}
        notes = ("同名の市区町村・町字がある: " + "、".join(one.name for one in names[:8]),)
        if len(prefectures) == 1 and len(names) > 1:
            return Address(text, int(Level.PREFECTURE), names[0].prefecture, rest=text.strip(), notes=notes)
        return Address(text, rest=text.strip(), notes=notes)

    def _from_kana(self, text: str) -> Address | None:
        """An address written in kana: each part in its kanji, then as usual."""
        found = self.kana.whole(text)
        return self._in_kanji(found, text=text) if found else None

    def _in_kanji(self, found: str, *, text: str, note: str = "かなから漢字にした") -> Address:
        answer = self.normalise(found)
        return structs.replace(answer, input=text, notes=(*answer.notes, note))

    def _town_in_kana(self, first: Address) -> Address | None:
        """The municipality stands in kanji, the town in kana or half so."""
        city = self.index.codes.get(first.municipality_code)
        if city is None:
            return None
        town = self.kana.town(city, first.rest) if _TOWN_KANA.match(first.rest) else ""
        town = town or self.kana.mixed_town(city, first.rest)
        text = f"{first.prefecture}{first.municipality}{town}"
        if not town or text == first.input:  # a town whose name is kana: nothing was gained
            return None
        answer = self._in_kanji(text, text=first.input)
        return answer if answer.block or not (answer.building or answer.rest) else None  # 芝パーク is not the town 芝

    def _half_in_kana(self, first: Address) -> Address | None:
        """The municipality half in kana (大さか市, 埼玉市): the only one that is read so and has the town."""
        folded = self._fold(first.input)
        body = first.input[folded.origin(self._start(folded)) :].strip()
        found: dict[str, tuple[Address, bool]] = {}
        if text := self.kana.official(body):
            answer = self._in_kanji(text, text=first.input, note="市町村名を公式の表記にした")
            return answer if agree(first, answer) and answer.level > CITY_LEVEL else None
        if folded.text[self._start(folded) :] in self.index.names:  # 日ノ出町 is also a town
            return None
        for text, sure in self.kana.municipalities(body):
            answer = self._in_kanji(text, text=first.input)
            if agree(first, answer) and answer.level >= CITY_LEVEL:
                found[answer.municipality_code] = answer, sure
        towns = [answer for answer, _ in found.values() if answer.level > CITY_LEVEL]
        if towns:
            return towns[0] if len(towns) == 1 else None
        return next((answer for answer, sure in found.values() if sure and len(found) == 1), None)


@cache
def engine() -> Engine:
    """The engine over the embedded index."""
    return Engine(embedded())


def normalise(text: str) -> Address:
    """Recognise a Japanese address, offline; any text is accepted and nothing of it is lost."""
    return engine().normalise(text)
