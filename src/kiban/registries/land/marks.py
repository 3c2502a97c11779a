"""What a ledger writes where the owner, or where the owner lives, is not known."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum


class OwnerMark(StrEnum):
    """Why an owner cannot be told from what is written.

    ``TITLE_ONLY``, ``HAMLET``, ``COMMON`` and ``REPRESENTATIVE`` are irregular entries (変則型登記): the subject of
    表題部所有者不明土地の登記及び管理の適正化に関する法律 2条. Whether a parcel falls under it only the registrar says.
    """

    NO_OWNER = "no_owner"
    """The cell is empty."""
    UNKNOWN = "unknown"
    """所有者不明, 不詳."""
    ADDRESS_UNKNOWN = "address_unknown"
    """住所不明, 居所不明."""
    NO_ADDRESS = "no_address"
    """A name without an address, in a ledger that has addresses (氏名のみの土地)."""
    OTHERS = "others"
    """外N名: co-owners that are not named."""
    TITLE_ONLY = "title_only"
    """表題部のみ: no ownership is registered."""
    HAMLET = "hamlet"
    """字持地: 大字○○, ○○部落, 村持."""
    COMMON = "common"
    """記名共有地: 共有地, or 外N名 in the 表題部."""
    REPRESENTATIVE = "representative"
    """共有惣代."""
    HEIRS = "heirs"
    """亡○○, 相続人: the owner has died and no heir is registered."""


_OTHERS = re.compile(r"(?:外|他|ほか)([0-9〇一二三四五六七八九十百]+)(?:名|人|者)")
_UNKNOWN = re.compile(r"(?:所有者|氏名|名義人)(?:不明|不詳)|不明|不詳|所有者なし")
_REPRESENTATIVE = re.compile(r"(?:共有)?[惣総]代")
_HAMLET = re.compile(r"(?!.*(?:会社|法人|組合|商店))(?:大字|小字|字).+|.+(?:部落|[村組惣]中|[村組字]持)")
_COMMON = re.compile(r"記名共有地?|.*共有地")
_HEIRS = re.compile(r"^[亡故](?=.)|[(](?:亡|故|死亡)[)]|(?:相続人|法定相続人)(?:代表者?)?|相続財産")
_NO_PLACE = re.compile(r"(?:住所|居所|所在)?(?:不明|不詳|不定)")
_TITLE = re.compile(
    r"表題部(?:のみ|所有者)?|所有権(?:の登記|保存登記)?(?:なし|無し|無)|(?:未登記|保存登記)(?:なし)?|なし|無"
)


def marks(owner: str, address: str | None, *, section: str = "") -> frozenset[OwnerMark]:
    """The marks of an owner's cell, of the address (None: the ledger has none) and of a cell on the 登記の区分."""
    name, place, part = _plain(owner), _plain(address or ""), _plain(section)
    found = {mark for mark, pattern in _WHOLE if pattern.fullmatch(bare_name(name))}
    found |= {mark for mark, pattern in _WITHIN if pattern.search(name)}
    found |= {OwnerMark.NO_OWNER} if not name else set()
    found |= {OwnerMark.ADDRESS_UNKNOWN} if _NO_PLACE.fullmatch(place) or "住所不明" in name else set()
    found |= {OwnerMark.TITLE_ONLY} if part and _TITLE.fullmatch(part) else set()
    if address is not None and name and not place and not found & {OwnerMark.UNKNOWN, OwnerMark.HAMLET}:
        found.add(OwnerMark.NO_ADDRESS)
    if {OwnerMark.OTHERS, OwnerMark.TITLE_ONLY} <= found:
        found.add(OwnerMark.COMMON)
    return frozenset(found)


_WHOLE = ((OwnerMark.UNKNOWN, _UNKNOWN), (OwnerMark.HAMLET, _HAMLET), (OwnerMark.COMMON, _COMMON))
_WITHIN = (
    (OwnerMark.OTHERS, _OTHERS),
    (OwnerMark.REPRESENTATIVE, _REPRESENTATIVE),
    (OwnerMark.HEIRS, _HEIRS),
)


def bare_name(name: str) -> str:
    """An owner's name without the marks around it (亡, 相続人代表, 共有惣代, 外2名)."""
    plain = _plain(name)
    for pattern in (_OTHERS, _REPRESENTATIVE, _HEIRS):
        plain = pattern.sub("", plain)
    return re.sub(r"\(?住所不明\)?|\(\)|^の|の$", "", plain).strip()


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
