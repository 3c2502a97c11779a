"""The map of municipalities: shapes decoded once from TopoJSON, coloured per indicator by class."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from kiban.evidence.charts.frame import Chart, frame, shown
from kiban.evidence.charts.words import say
from kiban.kernel.packed import content

SIZE = 600
CLASSES = 5


@dataclass(frozen=True, slots=True)
class Shapes:
    """SVG path data by 5-digit area code, and the name of each area."""

    paths: Mapping[str, str]
    names: Mapping[str, str]
    height: int


def read_shapes(path: Path, *, tolerance: float = 1.0) -> Shapes:
    """Decode a TopoJSON of municipalities into one path each, on a grid of about 1/600 of the map's width.

    The six municipalities of the Northern Territories (``is_hoppo_city``) are left out: 1,741 remain.
    """
    topology = json.loads(content(path))
    arcs = [_absolute(arc) for arc in topology["arcs"]]
    wide = max(x for arc in arcs for x, _ in arc)
    high = max(y for arc in arcs for _, y in arc)
    # longitude is shortened by cos(36°) so that the country keeps its form
    scale_x, scale_y = SIZE / wide, SIZE / wide * _aspect(topology)
    paths, names = {}, {}
    for geometry in next(iter(topology["objects"].values()))["geometries"]:
        properties = geometry["properties"]
        if properties.get("is_hoppo_city"):
            continue
        rings = [ring for polygon in _polygons(geometry) for ring in polygon]
        drawn = (
            _ring(ring, arcs, scale=(scale_x, scale_y), height=high * scale_y, tolerance=tolerance) for ring in rings
        )
        code = str(properties["lg_code_5"])
        paths[code] = "".join(part for part in drawn if part)
        names[code] = f"{properties['prefecture_name']}{properties['county_name']}{properties['city_name']}"
    return Shapes(paths, names, round(high * scale_y))


def _aspect(topology: dict[str, Any]) -> float:
    scale = topology.get("transform", {}).get("scale", [1, 1])
    return float(scale[1] / (scale[0] * 0.81))


def _absolute(arc: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    points, x, y = [], 0, 0
    for dx, dy in arc:
        x, y = x + dx, y + dy
        points.append((x, y))
    return points


def _polygons(geometry: dict[str, Any]) -> list[list[list[int]]]:
    return geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]


def _ring(
    ring: Sequence[int],
    arcs: Sequence[list[tuple[int, int]]],
    *,
    scale: tuple[float, float],
    height: float,
    tolerance: float,
) -> str:
    points: list[tuple[int, int]] = []
    for index in ring:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        for x, y in arc:
            point = (round(x * scale[0] / tolerance), round((height - y * scale[1]) / tolerance))
            if not points or points[-1] != point:
                points.append(point)
    if len(points) < 3:
        return ""
    steps = [f"{x - a} {y - b}" for (a, b), (x, y) in pairwise(points)]
    return f"M{points[0][0]} {points[0][1]}l" + " ".join(steps).replace(" -", "-") + "z"


def classes(shapes: Shapes, values: Mapping[str, float | None]) -> str:
    """One character a municipality in the order of the map: its class 0 to 4, or n; enough to recolour a map."""
    known = sorted(value for value in values.values() if value is not None)
    limits = [known[len(known) * k // CLASSES] for k in range(1, CLASSES)] if known else []
    found = (values.get(code) for code in shapes.paths)
    return "".join("n" if value is None else str(sum(value >= limit for limit in limits)) for value in found)


def choropleth(
    shapes: Shapes, values: Mapping[str, float | None], *, title: str, unit: str, language: str = "ja"
) -> Chart:
    """Colour each municipality by quantile class (5 classes, q0 the lowest); areas without a value are grey.

    Each shape carries its name and figure as a title, so that pointing, focus and screen readers find it; the ranking
    table is the twin.
    """
    known = sorted(value for value in values.values() if value is not None)
    body = []
    for mark, (code, path) in zip(classes(shapes, values), shapes.paths.items(), strict=True):
        value, level = values.get(code), mark if mark == "n" else f"q{mark}"
        body.append(f'<path class="{level}" d="{path}"><title>{shapes.names[code]} {shown(value, unit)}</title></path>')
    ranked = sorted(((v, c) for c, v in values.items() if v is not None and c in shapes.names), reverse=True)
    rows = tuple((str(rank), shapes.names[code], shown(value)) for rank, (value, code) in enumerate(ranked, 1))
    sentence = say("none", language)
    if ranked:
        high, most = ranked[0]
        middle = shown(known[len(known) // 2], unit)
        told = {"most": shapes.names[most], "high": shown(high, unit)}
        sentence = say("map", language, n=f"{len(known):,}", middle=middle, **told)
    svg = frame(body, size=(SIZE, shapes.height), title=title, description=sentence)
    return Chart(svg, (say("head.rank", language), say("head.area", language), unit), rows, sentence)
