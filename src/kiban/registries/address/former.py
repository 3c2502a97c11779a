"""Towns behind the name of a municipality that is no more: it may live on at the head of the town's name."""

from __future__ import annotations

import re
from functools import cached_property

from msgspec import structs

from kiban.registries.address.fold import Folded
from kiban.registries.address.index import Former, Index
from kiban.registries.address.towns import Match, Towns, sure_end

_KINDS = "市町村区"
_AT_END = re.compile(r"[-\x1f番]?[0-9]|番|\x1f|$")


class FormerTowns:
    """Finds the present town of an address that names a former municipality."""

    def __init__(self, index: Index, towns: Towns) -> None:
        self._index = index
        self._towns = towns

    def find(self, one: Former, folded: Folded, *, end: int) -> Match | None:
        """The town that covers most of the text behind the former name, which ends at ``end``."""
        found = [town for city in one.cities for town in self._in_city(city, one.own, folded=folded, end=end)]
        reach = max((sure_end(town, folded.text) for town in found), default=0)
        best = [town for town in found if sure_end(town, folded.text) == reach]
        headed = [town for town in best if town.key.startswith(one.own[:-1], 1)]
        best = headed or [town for town in best if town.end == max(one.end for one in best)]
        if reach == end and _onward(folded.text[end : end + 1]):  # the name of another town follows, not of its own
            other = self._guesses(one, folded, end=end)
            best = other if len(other) == 1 else best
        if len({town.city for town in best}) > 1:
            best = [town for town in best if town.number % 1000 < 100]
        if best and len({town.city for town in best}) == 1:
            return next((town for town in best if self._delivered(town)), best[0])
        if best:
            return None
        if part := self._part_of_name(one, folded, end=end):
            return part
        guesses = self._guesses(one, folded, end=end)
        return guesses[0] if len(guesses) == 1 else self._own_name(one, folded, end=end)

    def left_out(self, city: int, folded: Folded, *, start: int) -> Match | None:
        """The one town of the municipality that has the written name behind that of a former one (唐津市相知)."""
        found: dict[int, Match] = {}
        for own in self._of_city.get(city, ()):
            for head in dict.fromkeys((own, own[:-1] + "区", own[:-1] + "町")):
                town = self._towns.find(city, _headed(folded, start, head=head), start=0)
                if town and town.end > len(head) + 1 and town.number:
                    end = town.end - len(head) + start
                    guess = f"{head}を補った"
                    found[town.number // 1000] = structs.replace(town, end=end, guess=guess)
        best = next(iter(found.values())) if len(found) == 1 else None
        return best if best and _AT_END.match(folded.text, best.end) else None

    @cached_property
    def _of_city(self) -> dict[int, frozenset[str]]:
        """Municipality → names of the former ones whose land lies in it."""
        found: dict[int, set[str]] = {}
        for one in self._index.former:
            for city in one.cities:
                found.setdefault(city, set()).add(one.own)
        return {city: frozenset(own for own in names if own[-1] in _KINDS) for city, names in found.items()}

    def _guesses(self, one: Former, folded: Folded, *, end: int) -> list[Match]:
        return [town for city in one.cities if (town := self._towns.guess(city, folded, start=end))]

    def _delivered(self, town: Match) -> bool:
        """It has a postal code: of 江刺大通り and 江刺区大通り, both registered, it is the name of today."""
        return town.number % 1000 < 100 and bool(self._index.details(town.key_id, town.city).postal_code)

    def _part_of_name(self, one: Former, folded: Folded, *, end: int) -> Match | None:
        """Only the end of the former name lives on at the head of the town's (伊予三島市宮川 is 三島宮川)."""
        stem = one.own[:-1]
        for head in (stem[at:] for at in range(1, len(stem) - 1)):
            towns = [self._towns.find(city, _headed(folded, end, head=head), start=0) for city in one.cities]
            found = [town for town in towns if town and town.end > len(head) + 1]
            if len(found) == 1 and _AT_END.match(folded.text, found[0].end - len(head) + end):
                return structs.replace(found[0], end=found[0].end - len(head) + end)
        return None

    def _own_name(self, one: Former, folded: Folded, *, end: int) -> Match | None:
        """A former 町 or 村 without 大字, straight before a number, that is a town by its own name (坂下町1645)."""
        stem = one.own[:-1]
        if not folded.text[end : end + 1].isdecimal():
            return None
        towns = [self._towns.find(city, _headed(folded, end, head=stem), start=0) for city in one.cities]
        found = [town for town in towns if town and town.end == len(stem)]
        return structs.replace(found[0], end=end, guess=f"旧{one.name}") if len(found) == 1 else None

    def _in_city(self, city: int, own: str, *, folded: Folded, end: int) -> list[Match]:
        """Under the former name (国分市中央 is now 国分中央, 柿崎町柿崎 is 柿崎区柿崎), then without it."""
        stem = own[:-1] if own[-1] in _KINDS else own
        found = []
        for head in dict.fromkeys((own, stem + "区", stem + "町", stem)):
            town = self._towns.find(city, _headed(folded, end, head=head), start=0)
            if town and town.end >= len(head) + (head != own):
                found.append(structs.replace(town, end=town.end - len(head) + end))
        if folded.text.startswith(stem, end):  # 三好町大字三好字小坂 is 三好町小坂
            at = end + len(stem)
            town = self._towns.find(city, _headed(folded, at, head=own), start=0)
            if town and town.end > len(own):
                found.append(structs.replace(town, end=town.end - len(own) + at))
        for at in (end, end - 1):
            town = self._towns.find(city, folded, start=at)
            if town and town.end > end:
                found.append(town)
        return found


def _onward(one: str) -> bool:
    return "\u3041" <= one <= "\u9fff"


def _headed(folded: Folded, end: int, *, head: str) -> Folded:
    """The text from ``end`` behind another head; what follows the head leads back to the original as before."""
    shift = len(head) - end
    before = folded.place(end)
    edits = [(len(head), before), *((at + shift, place) for at, place in folded.edits if at > end)]
    return structs.replace(folded, text=head + folded.text[end:], edits=edits)
