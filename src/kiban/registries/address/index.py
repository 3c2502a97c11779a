"""The address index in place: memory-mapped files, nothing unpacked that is not asked for."""

from __future__ import annotations

import mmap
import os
import re
import struct
import sys
import zlib
from bisect import bisect_left
from codecs import utf_16_le_decode
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple

import marisa_trie
import msgspec

from kiban.registries.address.blocks import Blocks
from kiban.registries.address.fold import CHOME_NAMES, EXCEPTION, NAMED, STYLES, Folder

CITY_BASE = 0x80
POST = 0x7FFFFFFF
GEO_NONE = 0xFFFF
SHORT = (3, 2)  # lengths of the names of municipalities that begin as no longer one does
_DETAILS, _BOX = struct.Struct("<IHHI"), struct.Struct("<4f")
EMBEDDED = Path(__file__).parent.parent / "data" / "address"


class City(NamedTuple):
    """A municipality or ward of the index."""

    code: str
    prefecture: str
    county: str
    city: str
    ward: str
    kana: str
    point: tuple[float, float] | None

    @property
    def name(self) -> str:
        return f"{self.prefecture}{self.county}{self.city}{self.ward}"


class Former(NamedTuple):
    """A municipality that is no more: where its land lies now, since when, its own last part, its full name."""

    cities: list[int]
    date: str
    own: str
    name: str


class Details(msgspec.Struct, frozen=True, gc=False):
    """Point and postal code of a town, where known; whether 住居表示 is in force; how the registry spells it."""

    point: tuple[float, float] | None = None
    postal_code: str = ""
    numbered: bool = False
    name: str = ""


def mapped(path: Path) -> memoryview:
    """A file's bytes, in place; where the system can, all pages at once, which is cheaper than one by one."""
    with path.open("rb") as file:
        if sys.platform != "linux":
            return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        flags = mmap.MAP_SHARED | mmap.MAP_POPULATE
        return memoryview(mmap.mmap(file.fileno(), 0, flags=flags, prot=mmap.PROT_READ))


class Index:
    """One made index; ``folder`` is the embedded one or one that ``kiban registry update`` made."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        head: dict[str, Any] = msgspec.msgpack.decode((folder / "cities.bin").read_bytes())
        pairs = head["table"]
        self.fold = Folder({ord(code): new for code, new in zip(pairs[::2], pairs[1::2], strict=True)})
        self.vintage: dict[str, str] = head["vintage"]
        self.cities = [City(*one) for one in head["cities"]]
        self.forms: dict[str, list[int]] = head["forms"]
        self._shorten_wards()
        self.former = [Former(*one) for one in head["former"]]
        self.former_forms: dict[str, list[int]] = head["former_forms"]
        # lots that have a postal code of their own: key of the town → lot → code
        self.lots: dict[str, dict[str, str]] = head.get("lots", {})
        self.prefectures = {self.fold.key(name): name for name in head["prefectures"]}
        self.lengths = _lengths([*self.forms, *self.former_forms])
        self.trie = marisa_trie.Trie()
        self.trie.mmap(str(folder / "towns.marisa"))
        # 町字ID in the lower three bytes, the number of the style in the highest
        self.records = mapped(folder / "ids.bin").cast("I")
        self._odd = mapped(folder / "odd.bin")
        (self._odd_count,) = struct.unpack_from("<I", self._odd)
        self._odd_keys = self._odd[4 : 4 + 4 * self._odd_count].cast("I")
        self._odd_ends = self._odd[4 + 4 * self._odd_count : 8 + 8 * self._odd_count].cast("I")
        self._map_details()
        self.blocks = Blocks(folder)

    def _shorten_wards(self) -> None:
        """Wards behind the name of their city without 市 (京都中京区), where no other place is called so."""
        for number, one in enumerate(self.cities):
            if one.ward and (form := self.fold.key(one.city[:-1] + one.ward)) not in self.forms:
                self.forms[form] = [number]

    def _map_details(self) -> None:
        data = self.packed = mapped(self.folder / "details.bin")
        count, cities = struct.unpack_from("<II", data)
        self.words = data[8 : 8 + 8 * count].cast("Q")
        self.ranks = data[8 + 8 * count : 8 + 12 * count].cast("I")
        self.first = 8 + 12 * count + 16 * cities
        self.boxes = list(_BOX.iter_unpack(data[8 + 12 * count : self.first]))
        self.spellings = mapped(self.folder / "spellings.bin")

    @cached_property
    def codes(self) -> dict[str, int]:
        """Municipality code → its number in the index."""
        return {one.code: number for number, one in enumerate(self.cities)}

    @cached_property
    def wards(self) -> dict[int, list[int]]:
        """A designated city → its wards."""
        own = {(one.prefecture, one.city): number for number, one in enumerate(self.cities) if not one.ward}
        out: dict[int, list[int]] = {}
        for number, one in enumerate(self.cities):
            if one.ward and (one.prefecture, one.city) in own:
                out.setdefault(own[one.prefecture, one.city], []).append(number)
        return out

    @cached_property
    def counties(self) -> frozenset[str]:
        """Counties with their prefectures, also those that are no more."""
        former = (_COUNTY.match(one.name) for one in self.former)
        return frozenset(one.prefecture + one.county for one in self.cities) | {found[0] for found in former if found}

    @cached_property
    def names(self) -> marisa_trie.RecordTrie:
        """Folded names of 大字・町 of the whole country → municipality."""
        trie = marisa_trie.RecordTrie("<H")
        trie.mmap(str(self.folder / "names.marisa"))
        return trie

    @cached_property
    def kana(self) -> marisa_trie.RecordTrie:
        """Kana of 大字・町 → its place among the towns."""
        trie = marisa_trie.RecordTrie("<I")
        trie.mmap(str(self.folder / "kana.marisa"))
        return trie

    @cached_property
    def _more(self) -> dict[str, Any]:
        found: dict[str, Any] = msgspec.msgpack.decode(zlib.decompress((self.folder / "more.bin").read_bytes()))
        return found

    @property
    def kana_forms(self) -> dict[str, list[int]]:
        """Kana of a municipality, with or without the prefecture's and the county's → its numbers."""
        found: dict[str, list[int]] = self._more["kana"]
        return found

    @cached_property
    def crosswalk(self) -> dict[str, str]:
        """Municipality code and town id of an older release → those of the present one; empty where it ended."""
        return dict(self._more["crosswalk"])

    @cached_property
    def _kana_blocks(self) -> list[bytes]:
        found: list[bytes] = msgspec.msgpack.decode((self.folder / "kana.bin").read_bytes())
        return found

    def readings(self, city: int) -> dict[int, str]:
        """Number of the 大字 → its kana, of one municipality; the last ones are kept."""
        if city not in self._readings:
            while len(self._readings) >= 64:
                self._readings.pop(next(iter(self._readings)))
            self._readings[city] = self._unpack(city)
        return self._readings[city]

    def reading(self, city: int, oaza: int) -> str:
        """Kana of one 大字 by its number; empty when the registry has none."""
        if city in self._readings:
            return self._readings[city].get(oaza, "")
        text = "\n" + zlib.decompress(self._kana_blocks[city]).decode() + "\n"
        at = text.find(f"\n{oaza}\t")
        return text[text.index("\t", at) + 1 : text.index("\n", at + 1)] if at >= 0 else ""

    @cached_property
    def _readings(self) -> dict[int, dict[int, str]]:
        return {}

    def _unpack(self, city: int) -> dict[int, str]:
        text = zlib.decompress(self._kana_blocks[city]).decode()
        pairs = (line.split("\t") for line in text.split("\n") if line)
        return {int(number): kana for number, kana in pairs}

    def town_number(self, key_id: int) -> int:
        """町字ID as a number; 0 where the registry has none."""
        return self.records[key_id] & 0xFFFFFF

    def spelling(self, key: str, key_id: int, *, border: int) -> str:
        """The registry's spelling; ``border`` is the length of the 大字 part within the key (municipality included)."""
        style = self.records[key_id] >> 24
        if style == NAMED:
            return self.details(key_id, ord(key[0]) - CITY_BASE).name
        if style != EXCEPTION:
            return STYLES[style].unfold(key[1:border], key[border:])
        at = bisect_left(self._odd_keys, key_id)
        base = 8 + 8 * self._odd_count
        return bytes(self._odd[base + self._odd_ends[at] : base + self._odd_ends[at + 1]]).decode("utf-16-le")

    def details(self, key_id: int, city: int) -> Details:
        """Point, postal code and spelling of a 大字・町 or 丁目; nearly no 小字 has any of its own."""
        word, bit = self.words[key_id >> 6], 1 << (key_id & 63)
        if not word & bit:
            return NO_DETAILS
        at = self.ranks[key_id >> 6] + (word & bit - 1).bit_count()
        post, lat, lon, place = _DETAILS.unpack_from(self.packed, self.first + 12 * at)
        point = None
        if lat != GEO_NONE:
            south, west, high, broad = self.boxes[city]
            # to six digits: round() goes by way of a text and is slow
            north = int((south + lat * high / 65534) * 1e6 + 0.5) / 1e6
            point = north, int((west + lon * broad / 65534) * 1e6 + 0.5) / 1e6
        start, size = place << 1 & 0x1FFFFE, place >> 19 & 0x3E
        name = utf_16_le_decode(self.spellings[start : start + size])[0]
        chome, code = place >> 25, post & POST
        return Details(
            point,
            str(10_000_000 + code)[1:] if code else "",
            post > POST,
            name + CHOME_NAMES[chome] if chome else name,
        )

    def border(self, key: str) -> int:
        """Where the 小字 of a key begins: after the longest shorter 大字・町 or 丁目 (municipality included)."""
        number = self.town_number
        found = [len(one) for one, n in self.trie.iter_prefixes_with_ids(key) if one != key and number(n) % 1000 < 100]
        return max(found, default=1)


def _lengths(names: list[str]) -> dict[str, tuple[int, ...]]:
    """First four characters → lengths of the names that begin so, the longest first; names of 2 and 3 always count."""
    masks: dict[str, int] = {}
    get = masks.get
    for name in names:
        if len(name) >= 4:
            start = name[:4]
            masks[start] = get(start, 0b1100) | 1 << len(name)
    tuples = {mask: tuple(size for size in range(40, 1, -1) if mask >> size & 1) for mask in set(masks.values())}
    return {start: tuples[mask] for start, mask in masks.items()}


NO_DETAILS = Details()
_COUNTY = re.compile("(?:北海道|.{2,3}[都府県])[^市区町村郡]{1,5}郡")


VERSION = "2026.11.4"


def own_folder() -> Path:
    """Where the user's own index lies: the setting, else the user's data folder."""
    setting = os.environ.get("KIBAN_ADDRESS_INDEX")
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(setting) if setting else Path(home) / "kiban" / "address"


@cache
def embedded() -> Index:
    """The user's own index (``kiban registry update``) when it was made from this release's, else the embedded one."""
    own = own_folder()
    if (own / "cities.bin").is_file():
        index = Index(own)
        if index.vintage.get("version") == VERSION:
            return index
    return Index(EMBEDDED)
