"""Makes the address index from official files: アドレス・ベース・レジストリ and 郵便番号データ.

Every file of the index is a function of its inputs alone: the same inputs make the same bytes.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import marisa_trie
import msgspec

from kiban.registries.address.fold import CHOME_NAMES, EXCEPTION, NAMED, STYLES, Folder

CITY_BASE = 0x80
GEO_NONE = 0xFFFF
# postal code with 住居表示 in the highest bit, latitude and longitude within the municipality, place of the spelling
DETAILS = struct.Struct("<IHHI")
Key = tuple[int, str]
_CHOME = re.compile("[0-9]+丁$")
_LOT = re.compile("(?P<town>.*[^0-9-])(?P<lot>[0-9]+-[0-9]+)")
_KANJI_CHOME = re.compile("[一二三四五六七八九十]{1,3}丁目$")


@dataclass(slots=True)
class TownRow:
    """One town (町字) as the registry has it."""

    id: int
    rank: int
    oaza: str
    chome: str
    koaza: str
    kana: str
    point: tuple[float, float] | None = None
    post: int = 0
    numbered: bool = False

    @property
    def name(self) -> str:
        return f"{self.oaza}{self.chome}{self.koaza}"

    @property
    def detailed(self) -> bool:
        """大字・町, 丁目 and the few 小字 of which more than the name is known (南郷通十丁目北): in details.bin."""
        return self.id % 1000 < 100 or self.point is not None or self.post > 0 or self.numbered


@dataclass(slots=True)
class CityRow:
    """One municipality or ward."""

    code: str
    prefecture: str
    county: str
    city: str
    ward: str
    kana: tuple[str, str, str, str]
    point: tuple[float, float] | None = None

    @property
    def name(self) -> str:
        return f"{self.county}{self.city}{self.ward}"


@dataclass(slots=True)
class Source:
    """All that the index is made from."""

    cities: list[CityRow]
    towns: dict[Key, TownRow]
    former: list[tuple[str, str, str, str]]
    vintage: dict[str, str]
    table: dict[int, str]
    crosswalk: dict[str, str] = field(default_factory=dict)

    def folder(self) -> Folder:
        """The folding that goes with these data."""
        return Folder(self.table)


def add_heads(towns: dict[Key, TownRow], folder: Folder) -> None:
    """A 大字・町 of which the registry lists only the 丁目 or 小字 can be named alone: without an id."""
    for (city, _), row in sorted(towns.items(), key=lambda one: one[0]):
        head = folder.key(row.oaza) if row.koaza or (row.chome and row.id % 1000 < 100) else ""
        if head and (city, head) not in towns:
            towns[city, head] = TownRow(0, 9, row.oaza, "", "", row.kana)


def write(source: Source, folder: Path) -> dict[str, int]:
    """Write the index; file name → bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    keys = {chr(CITY_BASE + city) + name: row for (city, name), row in source.towns.items()}
    trie = marisa_trie.Trie(sorted(keys), num_tries=2)
    trie.save(str(folder / "towns.marisa"))
    rows = [(trie[key], key, row) for key, row in keys.items()]
    rows.sort(key=lambda one: one[0])
    styles, odd = _styles(rows, trie)
    numbers = (row.id | style << 24 for (_, _, row), style in zip(rows, styles, strict=True))
    (folder / "ids.bin").write_bytes(struct.pack(f"<{len(rows)}I", *numbers))
    (folder / "odd.bin").write_bytes(odd)
    _write_details(rows, source, folder=folder)
    _write_names(source, folder, trie=trie)
    _write_cities(source, folder)
    return {one.name: one.stat().st_size for one in sorted(folder.iterdir())}


def _styles(rows: list[tuple[int, str, TownRow]], trie: marisa_trie.Trie) -> tuple[bytes, bytes]:
    """A byte per key saying how the registry spells it; spellings of 小字 that no style gives, in full."""
    levels = [row.id % 1000 for _, _, row in rows]
    styles = bytearray()
    odd: list[tuple[int, str]] = []
    for number, key, row in rows:
        if row.detailed:
            styles.append(NAMED)
            continue
        shorter = [len(one) for one, n in trie.iter_prefixes_with_ids(key) if one != key and levels[n] < 100]
        border = max(shorter, default=1) - 1
        for index, style in enumerate(STYLES):
            if style.unfold(key[1 : 1 + border], key[1 + border :]) == row.name:
                styles.append(index)
                break
        else:
            styles.append(EXCEPTION)
            odd.append((number, row.name))
    return bytes(styles), packed(odd)


def packed(pairs: list[tuple[int, str]]) -> bytes:
    """Count, sorted numbers, offsets, texts: found by bisection in place."""
    texts = [text.encode("utf-16-le") for _, text in pairs]
    offsets = [0]
    for text in texts:
        offsets.append(offsets[-1] + len(text))
    head = struct.pack(f"<I{len(pairs)}I{len(offsets)}I", len(pairs), *(one for one, _ in pairs), *offsets)
    return head + b"".join(texts)


def _write_details(rows: list[tuple[int, str, TownRow]], source: Source, *, folder: Path) -> None:
    """Postal code, point and spelling of the detailed ones in the order of keys; a bit says which keys these are."""
    chosen = [(number, ord(key[0]) - CITY_BASE, row) for number, key, row in rows if row.detailed]
    boxes = _boxes(chosen)
    boxed = [boxes.get(city, (0.0, 0.0, 0.0, 0.0)) for city in range(len(source.cities))]
    words, ranks = _present([number for number, _, _ in chosen], size=len(rows))
    spelt = Spellings()
    records = [
        DETAILS.pack(
            row.post | row.numbered << 31,
            _scaled(row.point, boxes[city], axis=0),
            _scaled(row.point, boxes[city], axis=1),
            spelt.place(row.name),
        )
        for _, city, row in sorted(chosen, key=lambda one: one[0])
    ]
    parts = (
        struct.pack("<II", len(words), len(boxed)),
        struct.pack(f"<{len(words)}Q", *words),
        struct.pack(f"<{len(ranks)}I", *ranks),
        *(struct.pack("<4f", *box) for box in boxed),
        *records,
    )
    (folder / "details.bin").write_bytes(b"".join(parts))
    (folder / "spellings.bin").write_bytes(bytes(spelt.text))


class Spellings:
    """Names of towns, each once and without its 丁目, in UTF-16 one behind the other."""

    def __init__(self) -> None:
        self.text = bytearray()
        self._starts: dict[str, int] = {}

    def place(self, name: str) -> int:
        """Where it begins (20 bits), its length (5 bits), both in units of UTF-16, and its 丁目 (7 bits, 0: none)."""
        found = _KANJI_CHOME.search(name)
        chome = CHOME_NAMES.index(found[0]) if found and found[0] in CHOME_NAMES else 0
        head = name.removesuffix(CHOME_NAMES[chome])
        code = head.encode("utf-16-le")
        start = self._starts.setdefault(head, len(self.text) // 2)
        if 2 * start == len(self.text):
            self.text += code
        size = len(code) // 2
        if start >= 1 << 20 or size >= 1 << 5:
            raise ValueError(f"{name!r} does not fit into the file of spellings")
        return start | size << 20 | chome << 25


def _present(numbers: list[int], *, size: int) -> tuple[list[int], list[int]]:
    """A bit for each of ``size`` keys, in words of 64, and how many bits are set before each word."""
    words = [0] * (size // 64 + 1)
    for number in numbers:
        words[number >> 6] |= 1 << (number & 63)
    ranks = [0]
    for word in words[:-1]:
        ranks.append(ranks[-1] + word.bit_count())
    return words, ranks


def _boxes(chosen: list[tuple[int, int, TownRow]]) -> dict[int, tuple[float, float, float, float]]:
    points: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for _, city, row in chosen:
        points[city] += [row.point] if row.point else [(0.0, 0.0)] if not points[city] else []
    out = {}
    for city, all_points in points.items():
        real = [point for point in all_points if point[0]] or [(0.0, 0.0)]
        lows = tuple(min(point[axis] for point in real) for axis in (0, 1))
        spans = tuple(max(point[axis] for point in real) - low for axis, low in enumerate(lows))
        low0, low1, span0, span1 = struct.unpack("<4f", struct.pack("<4f", *lows, *spans))
        out[city] = (low0, low1, span0 or 1e-6, span1 or 1e-6)
    return out


def _scaled(point: tuple[float, float] | None, box: tuple[float, float, float, float], *, axis: int) -> int:
    if point is None:
        return GEO_NONE
    return min(65534, max(0, round((point[axis] - box[axis]) / box[axis + 2] * 65534)))


def _write_names(source: Source, folder: Path, *, trie: marisa_trie.Trie) -> None:
    """Names of 大字・町 of the whole country, in kanji and kana, with where they are; the kana by municipality."""
    names: set[tuple[str, tuple[int]]] = set()
    kanas: set[tuple[str, tuple[int]]] = set()
    lines: dict[int, dict[int, str]] = defaultdict(dict)
    for (city, name), row in sorted(source.towns.items()):
        if row.id % 1000 < 100:
            head = _CHOME.sub("", name)
            names.add((head or name, (city,)))
            if row.kana and row.id:
                own = chr(CITY_BASE + city) + (head if row.id % 1000 else name)
                kanas.add((row.kana, (trie[own if own in trie else chr(CITY_BASE + city) + name],)))
                lines[city].setdefault(row.id // 1000, row.kana)
    marisa_trie.RecordTrie("<H", sorted(names)).save(str(folder / "names.marisa"))
    marisa_trie.RecordTrie("<I", sorted(kanas)).save(str(folder / "kana.marisa"))
    blocks = [
        zlib.compress("\n".join(f"{n}\t{k}" for n, k in sorted(lines[c].items())).encode(), 9)
        for c in range(len(source.cities))
    ]
    (folder / "kana.bin").write_bytes(msgspec.msgpack.encode(blocks))


def _write_cities(source: Source, folder: Path) -> None:
    fold = source.folder().key
    forms: dict[str, set[int]] = defaultdict(set)
    kana: dict[str, set[int]] = defaultdict(set)
    for index, one in enumerate(source.cities):
        for form in _forms(one):
            forms[fold(form)].add(index)
        for form in kana_forms(one):
            kana[form].add(index)
    index_of = {one.code: index for index, one in enumerate(source.cities)}
    entries, former_forms = _former(source, index_of)
    content: dict[str, Any] = {
        "vintage": source.vintage,
        "table": "".join(chr(code) + new for code, new in sorted(source.table.items())),
        "cities": [
            (one.code, one.prefecture, one.county, one.city, one.ward, " ".join(filter(None, one.kana)), one.point)
            for one in source.cities
        ],
        "prefectures": sorted(
            {one.prefecture for one in source.cities}, key=[one.prefecture for one in source.cities].index
        ),
        "forms": {form: sorted(found) for form, found in sorted(forms.items())},
        "kana": {form: sorted(found) for form, found in sorted(kana.items())},
        "former": entries,
        "former_forms": former_forms,
        "crosswalk": sorted(source.crosswalk.items()),
        "lots": _lots(source),
    }
    hot = ("lots", "table", "cities", "forms", "prefectures", "former", "former_forms", "vintage")
    (folder / "cities.bin").write_bytes(msgspec.msgpack.encode({name: content[name] for name in hot}))
    cold = {name: content[name] for name in ("kana", "crosswalk")}
    (folder / "more.bin").write_bytes(zlib.compress(msgspec.msgpack.encode(cold), 9))


def _lots(source: Source) -> dict[str, dict[str, str]]:
    """Lots that the postal data list beside the towns, as they have a code of their own (大泉町西井出8240-1)."""
    found: dict[str, dict[str, str]] = {}
    for (city, name), row in sorted(source.towns.items(), key=lambda one: one[0]):
        lot = _LOT.fullmatch(name) if not row.id and row.post else None
        if lot and (city, lot["town"]) in source.towns:
            found.setdefault(chr(CITY_BASE + city) + lot["town"], {})[lot["lot"]] = f"{row.post:07}"
    return found


def _forms(one: CityRow) -> Iterable[str]:
    """Every way of naming a municipality: with or without prefecture, county, the city of a ward."""
    short = one.prefecture.rstrip("都府県") if one.prefecture != "北海道" else one.prefecture
    names = {one.name, f"{one.city}{one.ward}"}
    for name in names:
        yield from (one.prefecture + name, short + name, name)
    if one.ward:
        yield one.ward
        yield one.prefecture + one.ward


def kana_forms(one: CityRow) -> Iterable[str]:
    """As :func:`_forms`, in kana."""
    prefecture, county, city, ward = one.kana
    for name in {county + city + ward, city + ward}:
        yield from (prefecture + name, name)


def _former(source: Source, index_of: dict[str, int]) -> tuple[list[Any], dict[str, list[int]]]:
    """Entries (present municipalities, date, own last part), and folded former name → entries."""
    fold = source.folder().key
    entries: list[Any] = []
    forms: dict[str, list[int]] = defaultdict(list)
    for prefecture, name, code, date in source.former:
        codes = [index_of[one] for one in code.split("/") if one in index_of]
        own = re.sub(r"^.+?郡", "", name)
        entries.append((codes, date, fold(own), f"{prefecture}{name}"))
        for form in sorted({prefecture + name, name, prefecture + own, own}):
            forms[fold(form)].append(len(entries) - 1)
    return entries, dict(sorted(forms.items()))
