"""平面直角座標系 → degrees: the inverse of the Gauss–Krüger projection, to the sixth power of n.

Source: 平成14年国土交通省告示第9号 (origins of the 19 zones, scale 0.9999); GRS 80; the formulas of Kawase (2011),
国土地理院時報 121.
"""

from __future__ import annotations

from functools import cache
from math import asin, atan, cos, cosh, degrees, radians, sin, sinh

ORIGINS = (
    (33, 129.5), (33, 131), (36, 132 + 1 / 6), (33, 133.5), (36, 134 + 1 / 3), (36, 136), (36, 137 + 1 / 6),
    (36, 138.5), (36, 139 + 5 / 6), (40, 140 + 5 / 6), (44, 140.25), (44, 142.25), (44, 144.25), (26, 142),
    (26, 127.5), (26, 124), (26, 131), (20, 136), (26, 154),
)  # fmt: skip
"""Latitude and longitude of the origin of zones 1 to 19, in degrees."""
_A, _N, _SCALE = 6378137.0, 1 / (2 * 298.257222101 - 1), 0.9999
_ARC = (
    1 + _N**2 / 4 + _N**4 / 64,
    -3 / 2 * (_N - _N**3 / 8 - _N**5 / 64),
    15 / 16 * (_N**2 - _N**4 / 4),
    -35 / 48 * (_N**3 - 5 / 16 * _N**5),
    315 / 512 * _N**4,
    -693 / 1280 * _N**5,
)
_BETA = (
    _N / 2 - 2 / 3 * _N**2 + 37 / 96 * _N**3 - _N**4 / 360 - 81 / 512 * _N**5,
    _N**2 / 48 + _N**3 / 15 - 437 / 1440 * _N**4 + 46 / 105 * _N**5,
    17 / 480 * _N**3 - 37 / 840 * _N**4 - 209 / 4480 * _N**5,
    4397 / 161280 * _N**4 - 11 / 504 * _N**5,
    4583 / 161280 * _N**5,
)
_DELTA = (
    2 * _N - 2 / 3 * _N**2 - 2 * _N**3 + 116 / 45 * _N**4 + 26 / 45 * _N**5 - 2854 / 675 * _N**6,
    7 / 3 * _N**2 - 8 / 5 * _N**3 - 227 / 45 * _N**4 + 2704 / 315 * _N**5 + 2323 / 945 * _N**6,
    56 / 15 * _N**3 - 136 / 35 * _N**4 - 1262 / 105 * _N**5 + 73814 / 2835 * _N**6,
    4279 / 630 * _N**4 - 332 / 35 * _N**5 - 399572 / 14175 * _N**6,
    4174 / 315 * _N**5 - 144838 / 6237 * _N**6,
    601676 / 22275 * _N**6,
)
_UNIT = _SCALE * _A / (1 + _N)


@cache
def _origin(zone: int) -> tuple[float, float]:
    """The arc of the meridian to the origin in metres, and the origin's longitude in radians."""
    latitude, longitude = (radians(one) for one in ORIGINS[zone - 1])
    series = sum(one * sin(2 * at * latitude) for at, one in enumerate(_ARC) if at)
    return _UNIT * (_ARC[0] * latitude + series), longitude


def to_degrees(north: float, east: float, *, zone: int) -> tuple[float, float]:
    """Latitude and longitude of X (north) and Y (east) in metres; good to a tenth of a millimetre within a zone."""
    arc, longitude = _origin(zone)
    xi, eta = (north + arc) / (_UNIT * _ARC[0]), east / (_UNIT * _ARC[0])
    up = xi - sum(b * sin(2 * j * xi) * cosh(2 * j * eta) for j, b in enumerate(_BETA, 1))
    right = eta - sum(b * cos(2 * j * xi) * sinh(2 * j * eta) for j, b in enumerate(_BETA, 1))
    conformal = asin(sin(up) / cosh(right))
    latitude = conformal + sum(d * sin(2 * j * conformal) for j, d in enumerate(_DELTA, 1))
    return degrees(latitude), degrees(longitude + atan(sinh(right) / cos(up)))
