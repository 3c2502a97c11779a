"""Postal codes (郵便番号) and their towns, offline (日本郵便, 2026-10: 120,720 rows)."""

from __future__ import annotations

import lzma
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from kiban.kernel.values import MunicipalityCode, PostalCode


@dataclass(frozen=True, slots=True)
class PostalTown:
    """A town of a postal code: 6-digit code of its municipality, town and reading as 日本郵便 writes them."""

    postal_code: str
    municipality_code: str
    town: str
    kana: str


@cache
def _lines() -> list[str]:
    packed = (files("kiban.registries") / "data" / "postal.tsv.xz").read_bytes()
    return lzma.decompress(packed).decode().split("\n")


def by_postal_code(code: PostalCode | str) -> tuple[PostalTown, ...]:
    """The towns of a postal code; none when 日本郵便 has no such code (codes of large users are not among them).

    Raises:
        BadValue: it is no postal code.
    """
    wanted = (code if isinstance(code, PostalCode) else PostalCode.parse(code)).value
    lines, found = _lines(), []
    for at in range(bisect_left(lines, wanted), len(lines)):
        cells = lines[at].split("\t")
        if cells[0] != wanted:
            break
        found.append(PostalTown(wanted, MunicipalityCode.parse(cells[1]).value, cells[2], cells[3]))
    return tuple(found)
