"""A character that could not be written or read (〓, ●, ?): put back where the registry has but one name that fits."""

from __future__ import annotations

from collections.abc import Iterable

from kiban.registries.address.index import CITY_BASE, Index
from kiban.registries.address.later import later

_MARK = later(r"[●〓■◆▲★※?？\ufffd＿_*＊]")
NOTE = "読めない字を補った"
_LONGEST = 20


def restored(index: Index, text: str, *, code: str) -> str:
    """The text with its first such character put back, as long as before; empty where several names fit, or none.

    ``code`` is that of the municipality, where it is known; else the character is one of the municipality's name.
    """
    mark = _MARK().search(text, 0, 40)
    if not mark or any(one.isdecimal() for one in text[: mark.start()]):
        return ""
    before, after = index.fold(text[: mark.start()]).text, index.fold(text[mark.end() :]).text
    found = "" if code and index.codes[code] not in index.wards else _municipality(index, before, after=after)
    found = found or (_town(index, before, after=after, code=code) if code else "")
    return f"{text[: mark.start()]}{found}{text[mark.end() :]}" if found else ""


def _municipality(index: Index, before: str, *, after: str) -> str:
    """The character, where all names of that length are of one municipality that is or was."""
    places: dict[str, set[str]] = {}
    for forms, of in ((index.forms, _present(index)), (index.former_forms, _past(index))):
        for name, numbers in forms.items():
            if one := _fits(name, before, after=after):
                places.setdefault(one, set()).update(of[number] for number in numbers)
    return next(iter(places)) if len(places) == 1 and len(next(iter(places.values()))) == 1 else ""


def _present(index: Index) -> list[str]:
    return [one.name for one in index.cities]


def _past(index: Index) -> list[str]:
    return [one.name for one in index.former]


def _town(index: Index, before: str, *, after: str, code: str) -> str:
    """The character, where the longest towns of the municipality that fit agree on it."""
    city = chr(CITY_BASE + index.codes[code])
    lengths: dict[int, set[str]] = {}
    for own in _beginnings(index, before, city=index.codes[code]):
        head = before[own:]
        for key in index.trie.iterkeys(city + head):
            if one := _fits(key[1:], head, after=after):
                lengths.setdefault(own + len(key), set()).add(one)
    longest = lengths[max(lengths)] if lengths else set()
    return next(iter(longest)) if len(longest) == 1 else ""


def _beginnings(index: Index, before: str, *, city: int) -> Iterable[int]:
    """Where the town may begin: behind the longest name of the municipality that stands there."""
    sizes = [len(name) for name, numbers in index.forms.items() if city in numbers and before.startswith(name)]
    return [max(sizes)] if sizes else []


def _fits(name: str, before: str, *, after: str) -> str:
    """The character of a name that stands at the mark, if all others are as written."""
    at = len(before)
    if not at < len(name) <= _LONGEST or not name.startswith(before) or not after.startswith(name[at + 1 :]):
        return ""
    ended = at > 1 and (not after or after[0] in "-0123456789")
    whole = ended if at + 1 == len(name) else not name[at + 1 :].isdecimal()
    return name[at] if whole and not name[at].isdecimal() else ""
