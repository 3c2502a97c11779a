"""What a column of a land ledger can be: headers that offices give it, and how its cells are read."""

from __future__ import annotations

import re
from collections.abc import Callable

from kiban.kernel.values import PropertyId
from kiban.kernel.values.dates import parse_date
from kiban.registries.gif.kinds import by_header as gif_header
from kiban.registries.gif.kinds import plain
from kiban.registries.land.area import Area
from kiban.registries.land.category import LandCategory
from kiban.registries.land.placing import lot_number

_UNIT = r"([(]?(平方メートル|平米|m2|a|アール|ha|ヘクタール|坪)[)]?)?"
_LAND = r"(土地の?|物件の?|農地の?|森林の?|林地の?)?"
_WHO = r"(土地|森林|農地)?の?(所有者|登記名義人|名義人|納税義務者|所有権者|登記簿所有者)"
# Kind → headers, the closest first; a header is compared in half width without blanks.
HEADERS = (
    ("number", r"不動産(番号|ID)"),
    ("whole", rf"{_LAND}(所在[・、及び]*地番|所在地番|所在地?・地番|土地の表示|地番\(所在\))"),
    ("place", rf"{_LAND}所在地?|市町村・?大字"),
    ("municipality_code", r"(全国地方公共団体|市区?町村)コード"),
    ("town", r"大字・?(町名?)?名?|町名|町・?大字名?|町字名?"),
    ("small", r"小字名?|字名?|字・?小字"),
    ("trunk", r"(地番)?[(_]?(本番|親番|元番)[)]?"),
    ("branch", r"(地番)?[(_]?(枝番|支番|枝番1|子番)[)]?"),
    ("branch_2", r"(地番)?[(_]?(孫番|枝番2|小枝番)[)]?"),
    ("lot", rf"{_LAND}地番"),
    ("current", r"(現況|課税|現地|利用)の?地目|地目[(_]?(現況|課税)[)]?|現況"),
    ("category", r"(登記|登記簿|公簿|台帳|登記上の)?の?地目|地目[(_]?(登記簿?|公簿)[)]?"),
    ("current_area", rf"((現況|課税|実測)の?(地積|面積)|(地積|面積)[(_]?(現況|課税|実測)[)]?){_UNIT}"),
    ("area", rf"((登記|登記簿|公簿|台帳)?の?(地積|面積)|(地積|面積)[(_]?(登記簿?|公簿)[)]?){_UNIT}"),
    ("owner_address", rf"({_WHO}の?_?)?(住所|居所|所在)|{_WHO}[(_]住所[)]?"),
    ("share", r"(共有|所有権)?の?(持分|持ち分)(割合)?"),
    ("owner", rf"{_WHO}(の?氏?名|の?氏名又は名称|氏名・?名称|名称)?|氏名(又は名称)?|{_WHO}[(_]氏名[)]?"),
    ("section", r"(登記の?)?(区分|記録の区分)|所有権(の)?登記(の有無)?|権利部(の有無)?"),
    ("registered_on", r"(登記|受付|所有権取得|異動|原因)(年月日|日|日付)"),
    ("id", r"(物件|台帳|整理|農地|林地|土地|識別)(番号|ID)|ID|No\.?"),
)
_COMPILED = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in HEADERS)
KINDS = frozenset(kind for kind, _ in HEADERS)
_UNITS = ((r"ha|ヘクタール", "ha"), (r"坪", "坪"), (r"(?<![A-Za-z])a(?![A-Za-z])|アール", "a"))
READERS: dict[str, Callable[[str], object]] = {
    "number": PropertyId.parse,
    "lot": lot_number,
    "category": LandCategory.parse,
    "current": LandCategory.parse,
    "area": Area.parse,
    "current_area": Area.parse,
    "registered_on": parse_date,
}
"""How the cells of a kind are read; contents that mostly do not read so are of another, whatever the header says."""


def by_header(name: str) -> str | None:
    """What a column of this name is, or None."""
    return next((kind for kind, pattern in _COMPILED if pattern.fullmatch(plain(name))), None)


def known(name: str) -> str | None:
    """A column of a ledger, of land or of persons: what makes a line the header of a table."""
    return by_header(name) or gif_header(name)


def unit_of(name: str) -> str:
    """The unit that a header names (面積（ha）), else square metres."""
    return next((unit for pattern, unit in _UNITS if re.search(pattern, plain(name))), "m2")
