"""空間ID: a box of space (ボクセル) as zoom/f/x/y, the same for maps, weather, traffic and drones."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import ClassVar, Self

from kiban.kernel.errors import Where
from kiban.kernel.values.errors import BadValue
from kiban.kernel.values.forms import HYPHENS, OneColumn, quoted, typed

MOST_ZOOM = 35
MOST_LATITUDE = 85.0511287798
"""Degrees; the square map of Web Mercator ends at atan(sinh π), which the national library cuts to ten decimals."""
MOST_HEIGHT = 2.0**25
"""Metres; at zoom 25 a box is one metre high."""
_LABEL = re.compile(r"空間ID[:\s]*", re.IGNORECASE)
_NUMBER = r"\s*/\s*(-?[0-9]{1,11})"
_ONE_ZOOM = re.compile(rf"/?\s*([0-9]{{1,2}}){_NUMBER * 3}")
_LETTERED = re.compile(r"z([0-9]{1,2})/f(-?[0-9]{1,11})/x([0-9]{1,11})/y([0-9]{1,11})")
_TWO_ZOOMS = re.compile(r"([0-9]{1,2})/([0-9]{1,11})/([0-9]{1,11})/([0-9]{1,2})/(-?[0-9]{1,11})")


@dataclass(frozen=True, slots=True)
class Place:
    """A place: degrees north and east, metres of height."""

    lat: float
    lon: float
    height: float


@dataclass(frozen=True, slots=True)
class Box:
    """A box: two latitudes and longitudes in degrees, two heights in metres."""

    south: float
    west: float
    bottom: float
    north: float
    east: float
    top: float


@dataclass(frozen=True, slots=True, order=True)
class SpatialId(OneColumn):
    """空間ID in the form z/f/x/y: at zoom 0 one box over and one below height 0; each zoom halves all three sides.

    Attributes:
        zoom: 0 to 35.
        f: floor(2^zoom · height / 2^25), −2^zoom to 2^zoom − 1.
        x, y: tile of Web Mercator, 0 to 2^zoom − 1, y from the north.

    Source: デジタル庁・IPA 4次元時空間情報基盤 アーキテクチャガイドライン; ウラノスGEX common library.
    """

    zoom: int
    f: int
    x: int
    y: int
    gif: ClassVar[str] = "空間ID"

    def __post_init__(self) -> None:
        if any(type(one) is not int for one in (self.zoom, self.f, self.x, self.y)):
            raise BadValue("not four whole numbers", where=Where(field=self.gif), remedy="use parse")
        _check_zoom(self.zoom)
        side = 2**self.zoom
        for name, value, least in (("f", self.f, -side), ("x", self.x, 0), ("y", self.y, 0)):
            if not least <= value < side:
                what = f"{name} is not from {least} to {side - 1} at zoom {self.zoom}"
                raise BadValue(what, where=Where(field=self.gif), remedy="compare zoom and index: z/f/x/y")

    @classmethod
    def parse(cls, text: str) -> Self:
        """From 20/0/931284/412962 in any width, with a slash before or as z20/f0/x931284/y412962.

        The extended form (horizontal zoom/x/y/vertical zoom/f) is read where both zooms are one.

        Raises:
            BadValue: no such form, two zooms, or an index that its zoom has not.
        """
        written = typed(text, field=cls.gif).translate(HYPHENS)
        label = _LABEL.match(written)
        plain = written[label.end() :] if label else written
        if extended := _TWO_ZOOMS.fullmatch(plain):
            zoom, x, y, vertical, f = map(int, extended.groups())
            if zoom != vertical:
                what = f"{quoted(text)}: horizontal zoom {zoom}, vertical zoom {vertical}"
                remedy = "give one zoom to both: such a box is several or a part of one"
                raise BadValue(what, where=Where(field=cls.gif), remedy=remedy)
            return cls(zoom, f, x, y)
        found = _ONE_ZOOM.fullmatch(plain) or _LETTERED.fullmatch(plain.lower())
        if not found:
            raise BadValue(
                f"{quoted(text)}: not z/f/x/y", where=Where(field=cls.gif), remedy="write 20/0/931284/412962"
            )
        zoom, f, x, y = map(int, found.groups())
        return cls(zoom, f, x, y)

    @classmethod
    def of(cls, lat: float, lon: float, *, height: float = 0.0, zoom: int) -> Self:
        """The box in which a point lies; longitude 180 is −180, a point between two is in the east, south or upper one.

        Raises:
            BadValue: no number, a zoom that there is not, a height beyond 2^25 metres, or a latitude beyond
                ±85.0511287798, where the map ends: the poles have no 空間ID.
        """
        _check_zoom(zoom)
        _check(lat, "緯度", least=-MOST_LATITUDE, most=MOST_LATITUDE)
        _check(lon, "経度", least=-180.0, most=180.0)
        _check(height, "高さ", least=-MOST_HEIGHT, most=math.nextafter(MOST_HEIGHT, 0.0))
        side = 2**zoom
        x = math.floor(side * (((lon + 180.0) % 360.0) / 360.0))
        y = math.floor(side * ((1.0 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2.0))
        return cls(zoom, math.floor(height / MOST_HEIGHT * side), min(x, side - 1), min(max(y, 0), side - 1))

    @property
    def box(self) -> Box:
        """Its bounds."""
        side, high = 2**self.zoom, MOST_HEIGHT / 2**self.zoom
        return Box(
            south=_latitude(self.y + 1, side),
            west=self.x / side * 360.0 - 180.0,
            bottom=self.f * high,
            north=_latitude(self.y, side),
            east=(self.x + 1) / side * 360.0 - 180.0,
            top=(self.f + 1) * high,
        )

    @property
    def centre(self) -> Place:
        """Its middle on the map (half of x, y and f), which lies inside at every zoom."""
        side = 2**self.zoom
        return Place(
            _latitude(self.y + 0.5, side),
            (self.x + 0.5) / side * 360.0 - 180.0,
            (self.f + 0.5) * MOST_HEIGHT / side,
        )

    def parent(self, zoom: int | None = None) -> Self:
        """The box of a lower zoom (one lower when not given) in which this is. Raises: BadValue: there is none."""
        lower = self.zoom - 1 if zoom is None else zoom
        if type(lower) is not int or not 0 <= lower <= self.zoom:
            what = f"a box of zoom {self.zoom} is in none of zoom {lower}"
            raise BadValue(what, where=Where(field="zoom"), remedy=f"give a zoom from 0 to {self.zoom}")
        by = self.zoom - lower
        return type(self)(lower, self.f >> by, self.x >> by, self.y >> by)

    def children(self) -> tuple[Self, ...]:
        """Its eight boxes of the next zoom, lower before upper, north before south. Raises: BadValue at zoom 35."""
        return tuple(
            type(self)(self.zoom + 1, 2 * self.f + up, 2 * self.x + east, 2 * self.y + south)
            for up in (0, 1)
            for south in (0, 1)
            for east in (0, 1)
        )

    def neighbours(self) -> tuple[Self, ...]:
        """The boxes that touch it, 26 but at the edges: none beyond the poles, one row across the antimeridian."""
        side = 2**self.zoom
        found = {
            replace(self, f=self.f + up, x=(self.x + east) % side, y=self.y + south)
            for up in (-1, 0, 1)
            for south in (-1, 0, 1)
            for east in (-1, 0, 1)
            if 0 <= self.y + south < side and -side <= self.f + up < side
        }
        return tuple(sorted(found - {self}))

    def contains(self, other: SpatialId | Place) -> bool:
        """Whether a box of the same or a higher zoom, or a point, lies in it. Raises: BadValue: no point of the map."""
        if isinstance(other, Place):
            return SpatialId.of(other.lat, other.lon, height=other.height, zoom=self.zoom) == self
        return other.zoom >= self.zoom and other.parent(self.zoom) == self

    def __str__(self) -> str:
        return f"{self.zoom}/{self.f}/{self.x}/{self.y}"


def _latitude(y: float, side: int) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1.0 - 2.0 * y / side))))


def _check_zoom(zoom: object) -> None:
    if type(zoom) is not int or not 0 <= zoom <= MOST_ZOOM:
        raise BadValue("no whole number from 0 to 35", where=Where(field="zoom"), remedy="25 is about a metre")


def _check(value: object, field: str, *, least: float, most: float) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        poles = ": the map and so the 空間ID end before the poles" if field == "緯度" else ""
        what = f"no number from {least:.12g} to {most:.12g}{poles}"
        raise BadValue(what, where=Where(field=field), remedy="give degrees north and east, and metres")
