"""From Roman letters of any way of writing to the kana they may stand for: for finding and comparing names."""

from __future__ import annotations

import unicodedata
from heapq import heappop, heappush

from kiban.kernel.values.forms import whole
from kiban.kernel.values.romanisation import HEPBURN, KUNREI, SMALL_Y


def _syllables() -> dict[str, list[tuple[int, str]]]:
    """Letters to the kana they may stand for, with what makes each less likely."""
    found: dict[str, list[tuple[int, str]]] = {}
    for table in (HEPBURN, KUNREI):
        for kana, letters in table.items():
            _add(found, letters, kana=kana, cost=4 * (kana in "ヰヱヲヂヅヴ"))
            for small in SMALL_Y:
                _add(found, _with_small(letters, small), kana=kana + small, cost=4 * (kana == "ヂ"))
    for letters, kana in (("JYA", "ジャ"), ("JYU", "ジュ"), ("JYO", "ジョ"), ("DU", "ヅ"), ("DI", "ヂ"), ("WO", "ヲ")):
        _add(found, letters, kana=kana, cost=0)
    return found


def _with_small(letters: str, small: str) -> str:
    if not letters.endswith("I") or len(letters) < 2:
        return ""
    stem = letters[:-1] if letters in ("SHI", "CHI", "JI") else f"{letters[:-1]}Y"
    return stem + SMALL_Y[small]


def _add(found: dict[str, list[tuple[int, str]]], letters: str, *, kana: str, cost: int) -> None:
    if letters and all(kana != other for _, other in found.get(letters, [])):
        found.setdefault(letters, []).append((cost, kana))


_SYLLABLES = _syllables()
_SIGN = "^"
_LONG = {"A": [(0, "ア")], "I": [(0, "イ")], "U": [(0, "ウ")], "E": [(0, "エ"), (1, "イ")], "O": [(0, "ウ"), (1, "オ")]}
_Step = tuple[int, int, str]
"""How much less likely, up to which letter, as which kana."""


def kana_readings(roman: str, *, most: int = 20) -> tuple[str, ...]:
    """Kana that Roman letters of any way may stand for, likelier ones first: ONO is オノ, オウノ, オノウ, オオノ …

    For finding and comparing, never for filling in a reading. Nothing when the letters spell no Japanese (SMITH).

    Raises: BadValue: no text, or too long.
    """
    words = [_letters(word) for word in whole(roman, field="ローマ字").split()]
    found = [("", 0)] if words else []
    for word in words:
        read = _readings(word, most)
        found = [(f"{kana} {more}".strip(), cost + less) for kana, cost in found for more, less in read]
        found = sorted(found, key=lambda one: (one[1], one[0]))[:most]
    return tuple(kana for kana, _ in found)


def _letters(word: str) -> str:
    """Capitals; a sign of length is ^, an apostrophe stays, other accents and signs are no spelling of Japanese."""
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", word).upper())
    return plain.replace("\u0304", _SIGN).replace("\u0302", _SIGN).replace("’", "'").replace("-", "")


def _readings(word: str, most: int) -> list[tuple[str, int]]:
    """The likeliest first; only ways that reach the end of the word are gone."""
    steps: list[list[_Step]] = [[] for _ in word]
    ends = {len(word)}
    for at in reversed(range(len(word))):
        steps[at] = [step for step in _steps(word, at) if step[1] in ends]
        if steps[at]:
            ends.add(at)
    found: dict[str, int] = {}
    waiting = [(0, "", 0)] if word else []
    while waiting and len(found) < most:
        cost, kana, at = heappop(waiting)
        if at == len(word):
            found.setdefault(kana, cost)
            continue
        for more, end, part in steps[at]:
            heappush(waiting, (cost + more, kana + part, end))
    return list(found.items())


def _steps(word: str, at: int) -> list[_Step]:
    here, then = word[at], word[at + 1 : at + 2]
    if (here == then and here not in "AIUEON") or word.startswith("TCH", at):
        return [(0, at + 1, "ッ")]
    found: list[_Step] = []
    if (here == "N" or (here == "M" and then and then in "BMP")) and then != _SIGN:
        end = at + 2 if then == "'" else at + 1
        found.append((2 if then and then in "AIUEOY" else 0, end, "ン"))
    for size in (3, 2, 1):
        letters = word[at : at + size]
        if len(letters) == size:
            for cost, kana in _SYLLABLES.get(letters, ()):
                found += _lengthened(word, at + size, start=(cost, kana))
    return found


def _lengthened(word: str, end: int, *, start: tuple[int, str]) -> list[_Step]:
    """A syllable, and it with a long vowel that was passed over or is written with a sign or H."""
    (cost, kana), vowel, then = start, word[end - 1], word[end : end + 1]
    if then == _SIGN:
        return [(cost + more, end + 1, kana + part) for more, part in _LONG[vowel]]
    found = [(cost, end, kana)]
    if vowel in "OU":
        seen = 3 if then and then in "OU" else 1
        found += [(cost + more + seen, end, kana + part) for more, part in _LONG[vowel]]
    if vowel == "O" and then == "H" and word[end + 1 : end + 2] not in tuple("AIUEOY"):
        found += [(cost + more, end + 1, kana + part) for more, part in _LONG["O"]]
    return found
