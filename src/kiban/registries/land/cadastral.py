"""登記所備付地図データ (地図XML) → parcels as GeoJSON (RFC 7946), each with the 地番 that ledgers are joined by.

Source of the form: 法務省 地図XMLフォーマット (空間属性: GM_Point, GM_Curve, GM_Surface; 主題属性: 筆).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from kiban.kernel.errors import BadInput, Where
from kiban.kernel.packed import content
from kiban.kernel.tabular import Report
from kiban.registries.land.placing import lot_number
from kiban.registries.land.plane import to_degrees

TEXT, SHAPE = "{http://www.moj.go.jp/MINJI/tizuxml}", "{http://www.moj.go.jp/MINJI/tizuzumen}"
ARBITRARY = "任意座標系"
_ZONE = re.compile(r"公共座標(1?[0-9])系")
_OUTSIDE = ("地区外", "別図")
_OF_MAP = ("地図名", "市区町村コード", "市区町村名", "座標系", "測地系判別")
DECIMALS = 9
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Map:
    """The shapes of a map: rings of each surface in metres (north, east), the outer one first."""

    root: ET.Element
    zone: int
    curves: dict[str, list[Point]]


def features(path: Path, *, report: Report) -> Iterator[dict[str, Any]]:
    """The parcels (筆) of a 地図XML, as it is or packed by gzip, as GeoJSON features in degrees (longitude first).

    Properties are those of the file, and ``lot`` (地番 in normal form) and ``map_area`` (of the drawing, ㎡; it is no
    地積). 地区外 and 別図 are no parcels. A parcel whose shape is not whole is told by its id, and the others are kept.

    Raises:
        BadInput: no 地図XML, or one in 任意座標系, of which nobody can say where on earth it is.
    """
    found = _read(path)
    surfaces = {one.get("id", ""): one for one in found.root.iter(f"{SHAPE}GM_Surface")}
    shared = {name: found.root.findtext(f"{TEXT}{name}") or "" for name in _OF_MAP}
    for parcel in found.root.iter(f"{TEXT}筆"):
        own = {one.tag.removeprefix(TEXT): (one.text or "").strip() for one in parcel if len(one) == 0}
        shape = parcel.find(f"{TEXT}形状")
        report.read += 1
        if any(word in own.get("地番", "") for word in _OUTSIDE):
            continue
        try:
            rings = list(_rings(surfaces[shape.get("idref", "") if shape is not None else ""], found.curves))
        except (KeyError, ValueError):
            what, remedy = f"the shape of 筆 {parcel.get('id')} is not whole", "fetch the map anew; the others are kept"
            report.fault(1, what, column="形状", remedy=remedy)
            continue
        report.kept += 1
        own.pop("形状", None)
        told = {"筆ID": parcel.get("id"), **own, **shared, "lot": _lot(own.get("地番", "")), "map_area": _area(rings)}
        yield {"type": "Feature", "geometry": _geometry(rings, found.zone), "properties": told}


def _read(path: Path) -> _Map:
    where = Where(path.name)
    try:
        written = content(path).decode("utf-8-sig")
        if "<!DOCTYPE" in written or "<!ENTITY" in written:  # an entity could be of any size
            remedy = "fetch the map from its publisher"
            raise BadInput("a document type is no part of 地図XML", where=where, remedy=remedy)
        root = ET.fromstring(written)  # noqa: S314 no document type, so no entity
    except (ET.ParseError, ValueError) as error:
        raise BadInput(f"no XML: {error}", where=where, remedy="fetch the map anew") from None
    system = root.findtext(f"{TEXT}座標系") or ""
    zone = _ZONE.fullmatch(system)
    if system == ARBITRARY:
        remedy = "it can be used beside the ledgers by 地番 only; ask for a map in 公共座標系"
        raise BadInput("the map is in 任意座標系: its parcels have no place on earth", where=where, remedy=remedy)
    if root.tag != f"{TEXT}地図" or not zone or not 1 <= int(zone[1]) <= 19:
        raise BadInput("no 地図XML", where=where, remedy="give a file of 登記所備付地図データ")
    points = {one.get("id", ""): _point(one) for one in root.iter(f"{SHAPE}GM_Point")}
    return _Map(root, int(zone[1]), dict(_curves(root, points)))


def _point(element: ET.Element) -> Point | None:
    x, y = (next(element.iter(f"{SHAPE}{name}"), None) for name in "XY")
    try:
        return float((x.text if x is not None else "") or ""), float((y.text if y is not None else "") or "")
    except ValueError:
        return None


def _curves(root: ET.Element, points: dict[str, Point | None]) -> Iterator[tuple[str, list[Point]]]:
    """Each curve whose points are all there."""
    for curve in root.iter(f"{SHAPE}GM_Curve"):
        line: list[Point | None] = []
        for column in curve.iter(f"{SHAPE}GM_PointArray.column"):
            ref = next(column.iter(f"{SHAPE}GM_PointRef.point"), None)
            line.append(_point(column) if ref is None else points.get(ref.get("idref", "")))
        whole = [one for one in line if one is not None]
        if len(whole) == len(line) > 1:
            yield curve.get("id", ""), whole


def _rings(surface: ET.Element, curves: dict[str, list[Point]]) -> Iterator[list[Point]]:
    """Outer ring, then the inner ones, closed. Raises: KeyError, ValueError: a curve is missing, or a ring is open."""
    for kind in ("exterior", "interior"):
        for boundary in surface.iter(f"{SHAPE}GM_SurfaceBoundary.{kind}"):
            refs = (one.get("idref", "") for one in boundary.iter(f"{SHAPE}GM_CompositeCurve.generator"))
            ring = _chained([curves[ref] for ref in refs])
            if len(ring) < 4 or ring[0] != ring[-1]:
                raise ValueError("open")
            yield ring


def _chained(lines: list[list[Point]]) -> list[Point]:
    """Curves one behind the other, each turned where its end is the one that fits."""
    ring: list[Point] = []
    for line in lines:
        first = not ring and len(lines) > 1 and line[0] in (lines[1][0], lines[1][-1]) and line[-1] != lines[1][0]
        turned = first or (ring and ring[-1] == line[-1] and ring[-1] != line[0])
        ring += line[::-1] if turned else line
    return [one for at, one in enumerate(ring) if not at or ring[at - 1] != one]


def _signed(ring: list[Point]) -> float:
    """Twice the area in square metres, above 0 where the ring runs against the clock (east right, north up)."""
    return sum(a[1] * b[0] - b[1] * a[0] for a, b in pairwise(ring))


def _area(rings: list[list[Point]]) -> float:
    outer, *inner = (abs(_signed(ring)) / 2 for ring in rings)
    return round(outer - sum(inner), 2)


def _geometry(rings: list[list[Point]], zone: int) -> dict[str, Any]:
    """Outer rings against the clock, inner ones with it (RFC 7946 3.1.6)."""
    made = []
    for number, ring in enumerate(rings):
        right = (_signed(ring) > 0) is (number == 0)
        made.append([_degrees(one, zone) for one in (ring if right else ring[::-1])])
    return {"type": "Polygon", "coordinates": made}


def _degrees(point: Point, zone: int) -> list[float]:
    latitude, longitude = to_degrees(*point, zone=zone)
    return [round(longitude, DECIMALS), round(latitude, DECIMALS)]


def _lot(text: str) -> str:
    """地番 in normal form; empty where it is none (筆界未定 and the like)."""
    try:
        return lot_number(text)
    except BadInput:
        return ""


def collection(found: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The features as one document."""
    return {"type": "FeatureCollection", "features": list(found)}
