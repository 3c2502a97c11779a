"""The inspection's table made live: links, findings, wrong, corrected and told, by agency and clerical work."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
import yaml


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One agency's clerical work, or a sum of several.

    Attributes:
        links: in the newest check (点検対象件数); ``judged`` without those set aside.
        findings: of all checks; ``open`` of them not decided yet; ``wrong`` confirmed by two officers (紐付け誤り件数).
        in_effect: corrected links that a later check no longer found.
    """

    agency: str = ""
    affair: str = ""
    links: int = 0
    judged: int = 0
    findings: int = 0
    open: int = 0
    right: int = 0
    wrong: int = 0
    corrected: int = 0
    informed: int = 0
    in_effect: int = 0
    as_of: dt.datetime | None = None

    @property
    def share(self) -> float:
        """Confirmed wrong links per link (割合)."""
        return self.wrong / self.links if self.links else 0.0


COUNTS = ("links", "judged", "findings", "open", "right", "wrong", "corrected", "informed", "in_effect")


class Affair(msgspec.Struct, frozen=True, rename={"ja_easy": "ja-easy"}):
    """A clerical work of the inspection: its names, and its links and wrong links of 2023."""

    ja: str
    ja_easy: str
    en: str
    links: int
    wrong: int
    rounded: bool = False


@cache
def affairs() -> dict[str, Affair]:
    """Clerical works by id (source: the table of マイナンバー情報総点検; ``data/affairs.yaml``)."""
    text = (files("kiban.linkage") / "data" / "affairs.yaml").read_text(encoding="utf-8")
    return msgspec.convert(yaml.safe_load(text), dict[str, Affair])


def affair_name(affair: str, *, language: str) -> str:
    """A clerical work's name; one that the list does not have is called by its id."""
    known = affairs().get(affair)
    return getattr(known, language.replace("-", "_")) if known else affair


def total(rows: Iterable[Row]) -> Row:
    """The sum of rows; as of the oldest of them."""
    listed = tuple(rows)
    sums: dict[str, Any] = {name: sum(getattr(row, name) for row in listed) for name in COUNTS}
    return Row(**sums, as_of=min((row.as_of for row in listed if row.as_of), default=None))


def grouped(rows: Iterable[Row], by: str) -> tuple[Row, ...]:
    """Sums by ``agency`` or by ``affair``, in the order of their first rows."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(getattr(row, by), []).append(row)
    return tuple(msgspec.structs.replace(total(part), **{by: key}) for key, part in groups.items())


def progress(rows: Iterable[Row]) -> tuple[tuple[Row, ...], Row]:
    """Rows in the order of the published table, then by agency; and their total."""
    order = list(affairs())
    place = {affair: number for number, affair in enumerate(order)}
    listed = tuple(sorted(rows, key=lambda row: (place.get(row.affair, len(order)), row.affair, row.agency)))
    return listed, total(listed)


def as_csv(rows: Iterable[Row]) -> bytes:
    """The table for machines: one line per agency and clerical work, counts and the moment they stand for."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("agency", "affair", *COUNTS, "wrong_share", "as_of"))
    for row in rows:
        counts = (getattr(row, name) for name in COUNTS)
        moment = row.as_of.isoformat(timespec="seconds") if row.as_of else ""
        writer.writerow((row.agency, row.affair, *counts, f"{row.share:.6f}", moment))
    return out.getvalue().encode("utf-8-sig")
