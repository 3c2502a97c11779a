"""所在 and 地番 as written → the parcel's place: the address engine reads the town, what it does not know is the 字."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import takewhile

from kiban.kernel.errors import BadInput, Where
from kiban.kernel.values.errors import BadValue
from kiban.kernel.values.forms import quoted, typed
from kiban.registries.address import block
from kiban.registries.address.model import Address, Level
from kiban.registries.address.parse import engine, normalise
from kiban.registries.errors import UnknownMunicipality
from kiban.registries.land.model import Place

_SMALL = re.compile(r"(?<!大)(?:小字|字)(?!.*(?<!大)(?:小字|字))")
_LABEL = re.compile(r"^(?:所在|地番)[:：\s]*")
_SEVERAL = re.compile(r"(?:外|他|ほか)[0-9]*筆|[0-9番][、,，及~〜].*[0-9]")
_PART = re.compile(r"(?<=[0-9番地甲乙丙丁])[(]?の?(?:一部|内[0-9]*)[)]?$")
_CHOME = re.compile(r"丁目?")
_NO_BRANCH = re.compile(r"(?<=[0-9])(?:-0)+$")
_NONE = re.compile(r"(?:0+|[-－ー―]+)?")


def place(where: str, lot: str, *, code: str) -> Place:
    """The place of 所在 (with or without the municipality) and 地番; ``lot`` empty: it stands behind 所在.

    ``code`` is the municipality of a 所在 that names none.

    Raises:
        BadValue: no 所在 or lot, several lots in one cell, another municipality than ``code``, or a number that may be
            丁目 as well as 地番.
    """
    text = _LABEL.sub("", typed(where, field="所在"))
    if not text:
        raise BadValue("there is no 所在", where=Where(field="所在"), remedy="write the town before 地番")
    found = _within(text, code=code) if lot else _whole(text, code=code)
    if code and found.municipality_code not in ("", code) and not _ward(code, found):
        raise BadValue(
            f"the place is in {found.municipality} ({found.municipality_code}), not in {code}",
            where=Where(field="所在"),
            remedy="compare the row, or give its municipality with --municipality",
        )
    number = lot_number(lot) if lot else found.block
    if not number:
        remedy = "write 地番 behind 所在 or in its own column"
        raise BadValue("there is no 地番", where=Where(field="地番"), remedy=remedy)
    town, small = _parts(found, lot=bool(lot))
    written = f"{text} {typed(lot, field='地番')}".strip()
    return Place(found.municipality_code or code, town, small, number, written)


def lot_number(text: str) -> str:
    """地番 in normal form: １２３番地の４, 一二三番ノ四, 0123-004-000 → 123-4; 甲123番4 → 甲123-4.

    A part of a parcel (123番4の一部, 123の内1) is that parcel.

    Raises:
        BadValue: no 地番, or several in one cell.
    """
    plain = _PART.sub("", _LABEL.sub("", typed(text, field="地番")))
    remedy = "write one parcel in a row, such as 123番4"
    if _SEVERAL.search(plain):
        raise BadValue(f"{quoted(text)}: several lots", where=Where(field="地番"), remedy=remedy)
    tail = block.read(engine().index.fold(plain), 0)
    if not tail.block or tail.building or tail.rest:
        raise BadValue(f"{quoted(text)} is no 地番", where=Where(field="地番"), remedy=remedy)
    return _NO_BRANCH.sub("", tail.block)


def lot_of_parts(trunk: str, *branches: str) -> str:
    """地番 from columns of its own for 本番 and 枝番; 0, 000 and - are no 枝番 (0123, 004, 0 → 123-4)."""
    parts = [typed(one, field="地番") for one in branches]
    kept = list(takewhile(lambda one: not _NONE.fullmatch(one), parts))
    return "-".join([trunk, *kept])


def check_code(code: str) -> str:
    """The code, when a municipality has it. Raises: UnknownMunicipality."""
    if code and code not in engine().index.codes:
        remedy = "use the 6 digits of 全国地方公共団体コード"
        raise UnknownMunicipality(f"{code[:40]!r} is no code of a municipality", remedy=remedy)
    return code


def _whole(text: str, *, code: str) -> Address:
    if _SEVERAL.search(text):
        remedy = "write one parcel in a row, such as 123番4"
        raise BadValue("several lots in one cell", where=Where(field="地番"), remedy=remedy)
    found = _sought(_PART.sub("", text), code)
    oaza = found.town_id[:4] in _names(found.municipality_code) and "001" <= found.town_id[4:] < "100"
    if oaza and not _CHOME.search(text):
        what, remedy = "its first number may be 丁目 or 地番", "write 丁目 out, or 地番 in its own column"
        raise BadValue(what, where=Where(field="地番"), remedy=remedy)
    return found


def _within(text: str, *, code: str) -> Address:
    """The 所在 alone: the town, and behind the last 字 whatever stands there, also where it begins with a numeral."""
    mark = _SMALL.search(text)
    if mark is None or mark.start() == 0:
        return _sought(text, code)
    whole = _sought(text, code)
    head = _sought(text[: mark.start()], code)
    if not head.town or (_registered(whole) and not (whole.rest or whole.block or whole.building)):
        return whole
    rest = "".join((head.rest, head.block, head.building, text[mark.end() :]))
    return Address(
        text, head.level, head.prefecture, head.county, head.city, head.ward, head.town, rest=rest,
        municipality_code=head.municipality_code, town_id=head.town_id,
    )  # fmt: skip


@lru_cache(20_000)
def _sought(text: str, code: str) -> Address:
    """The text as an address; in the municipality of ``code`` where it names none or is found there alone."""
    own = normalise(text)
    if not code or own.municipality_code == code:
        return own
    city = engine().index.cities[engine().index.codes[code]]
    inside = normalise(f"{city.prefecture}{city.county}{city.city}{city.ward}{text}")
    named = own.municipality_code and (own.city or own.county) in text
    if named and own.level >= Level.TOWN and inside.level < Level.TOWN:
        return own
    return inside


def _ward(code: str, found: Address) -> bool:
    """Whether the place is in a ward of the city that is asked for."""
    city = engine().index.cities[engine().index.codes[code]]
    return bool(found.ward) and (city.prefecture, city.city) == (found.prefecture, found.city)


def _parts(found: Address, *, lot: bool) -> tuple[str, str]:
    """大字・町 and 字: a 字 that the registry knows is cut from the town's name, so that both writings meet."""
    town, own = found.town, ""
    if _registered(found):
        town, own = _oaza(found.municipality_code, found.town_id, town=found.town)
    rest = "".join((own, found.rest, found.block, found.building) if lot else (own, found.rest))
    return town, small_key(rest)


@lru_cache(5000)
def _names(code: str) -> dict[str, str]:
    from kiban.registries.address.search import towns

    return {one.town_id[:4]: one.town for one in towns(code) if one.town_id.endswith("000")}


def _registered(found: Address) -> bool:
    """Whether the registry has the 字 itself."""
    return found.town_id[4:] > "100"


@lru_cache(50_000)
def _oaza(code: str, town_id: str, *, town: str) -> tuple[str, str]:
    """The 大字・町 of a registered 字, as the registry names it, else the longest beginning that is a town; the 字."""
    key = engine().index.fold.key
    name = _names(code).get(town_id[:4], "")
    for end in range(1, len(town)) if name else ():
        if key(town[:end]) == key(name):
            return name, town[end:]
    for end in range(len(town) - 1, 0, -1):
        found = _sought(town[:end], code)
        if found.municipality_code == code and key(found.town) == key(town[:end]):
            return found.town, town[end:]
    return town, ""


def small_key(text: str) -> str:
    """A 字 for comparing: without 字, folded; ノ, の, 之 between its parts fall (上ノ山 = 上山)."""
    try:
        folded = engine().index.fold.key(typed(text, field="字"))
    except BadInput:
        return ""
    return re.sub(r"(?<=.)ノ(?=.)", "", folded.replace("\x1f", "").removeprefix("字"))
