"""登記所備付地図データ (地図XML) as GeoJSON: places, shapes and lots; what is not whole is told."""

from __future__ import annotations

import gzip
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiban.kernel.errors import BadInput
from kiban.kernel.tabular import Report
from kiban.registries.land.cadastral import features
from kiban.registries.land.plane import ORIGINS, to_degrees
from kiban.shell.cli import main

SQUARE = {"p1": (100, 100), "p2": (100, 120), "p3": (110, 120), "p4": (110, 100)}
HOLE = {"h1": (102, 102), "h2": (102, 104), "h3": (104, 104), "h4": (104, 102)}
BESIDE = {"p5": (100, 140), "p6": (110, 140)}
RINGS = {"s1": (["p1", "p2", "p3", "p4"], ["h1", "h2", "h3", "h4"]), "s2": (["p2", "p5", "p6", "p3"], [])}
PARCELS = (("f1", "s1", "123番地4"), ("f2", "s2", "甲124"), ("f3", "s2", "地区外1"), ("f4", "s2", "筆界未定"))


def document(*, system: str = "公共座標6系", lost: str = "", head: str = "", direct: bool = False) -> str:
    points, curves, surfaces = "", "", ""
    places = {**SQUARE, **HOLE, **BESIDE}
    position = "<zmn:X>{}</zmn:X><zmn:Y>{}</zmn:Y>"
    for name, (north, east) in places.items():
        inner = f"<zmn:DirectPosition>{position.format(north, east)}</zmn:DirectPosition>"
        points += f'<zmn:GM_Point id="{name}"><zmn:GM_Point.position>{inner}</zmn:GM_Point.position></zmn:GM_Point>'
    for surface, rings in RINGS.items():
        kinds = ""
        for kind, ring in zip(("exterior", "interior"), rings, strict=True):
            refs = ""
            for a, b in zip(ring, [*ring[1:], *ring[:1]], strict=True):
                columns = "".join(_column(one, position.format(*places[one]) if direct else "") for one in (a, b))
                name = f"{surface}-{a}-{b}"
                refs += f'<zmn:GM_CompositeCurve.generator idref="{name}"/>'
                if name != lost:
                    segment = f"<zmn:GM_Curve.segment>{columns}</zmn:GM_Curve.segment>"
                    curves += f'<zmn:GM_Curve id="{name}">{segment}</zmn:GM_Curve>'
            kinds += f"<zmn:GM_SurfaceBoundary.{kind}>{refs}</zmn:GM_SurfaceBoundary.{kind}>" if ring else ""
        surfaces += f'<zmn:GM_Surface id="{surface}">{kinds}</zmn:GM_Surface>'
    parcels = ""
    for one, surface, lot in PARCELS:
        parcels += f'<筆 id="{one}"><大字名>日方</大字名><地番>{lot}</地番><形状 idref="{surface}"/></筆>'
    spaces = 'xmlns="http://www.moj.go.jp/MINJI/tizuxml" xmlns:zmn="http://www.moj.go.jp/MINJI/tizuzumen"'
    top = f"<地図名>図1</地図名><市区町村コード>30202</市区町村コード><座標系>{system}</座標系>"
    body = f"<空間属性>{points}{curves}{surfaces}</空間属性><主題属性>{parcels}</主題属性>"
    return f'<?xml version="1.0" encoding="UTF-8"?>{head}<地図 {spaces}>{top}{body}</地図>'


def _column(name: str, written: str) -> str:
    inner = f'<zmn:GM_Position.indirect><zmn:GM_PointRef.point idref="{name}"/></zmn:GM_Position.indirect>'
    if written:
        inner = f"<zmn:GM_Position.direct>{written}</zmn:GM_Position.direct>"
    return f"<zmn:GM_PointArray.column>{inner}</zmn:GM_PointArray.column>"


@pytest.mark.parametrize(
    ("north", "east", "zone", "latitude", "longitude"),
    [  # the values by which デジタル庁's own converter is tested
        (130195.195, 17749.774, 4, 34.173795305, 133.692540842),
        (130201.099, 17751.288, 4, 34.173848509, 133.692557386),
        (-35677.438, -11262.874, 9, 35.6783578, 139.708908302),
        (-35684.503, -11260.055, 9, 35.67829415, 139.708939544),
    ],
)
def test_plane_coordinates_become_those_of_the_national_converter(
    north: float, east: float, zone: int, latitude: float, longitude: float
) -> None:
    assert to_degrees(north, east, zone=zone) == pytest.approx((latitude, longitude), abs=1e-9)


@given(st.integers(1, 19), st.floats(-200_000, 200_000), st.floats(-130_000, 130_000))
def test_east_and_west_of_the_meridian_are_mirrored(zone: int, north: float, east: float) -> None:
    one, other = to_degrees(north, east, zone=zone), to_degrees(north, -east, zone=zone)
    origin = ORIGINS[zone - 1]

    assert one[0] == pytest.approx(other[0], abs=1e-11)
    assert one[1] - origin[1] == pytest.approx(origin[1] - other[1], abs=1e-11)
    assert to_degrees(0, 0, zone=zone) == pytest.approx(origin, abs=1e-11)


def read(path: Path, text: str) -> tuple[list[dict[str, Any]], Report]:
    path.write_text(text, "utf-8")
    report = Report(path.name)
    return list(features(path, report=report)), report


@pytest.mark.parametrize("direct", [False, True])
def test_parcels_have_their_shape_lot_and_area(tmp_path: Path, direct: bool) -> None:
    found, report = read(tmp_path / "m.xml", document(direct=direct))

    assert report.faults == []
    told = [one["properties"] for one in found]
    assert [(p["筆ID"], p["lot"], p["map_area"]) for p in told] == [
        ("f1", "123-4", 196.0), ("f2", "甲124", 200.0), ("f4", "", 200.0)]  # fmt: skip
    assert {(p["大字名"], p["地図名"]) for p in told} == {("日方", "図1")}
    outer, hole = found[0]["geometry"]["coordinates"]
    assert outer[0] == outer[-1]
    assert len(outer) == len(hole) == 5
    assert _turns(outer) > 0 > _turns(hole)
    latitude, longitude = to_degrees(100, 100, zone=6)
    assert [round(longitude, 9), round(latitude, 9)] in outer


def _turns(ring: list[list[float]]) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))


def test_a_shape_that_is_not_whole_is_told_and_the_others_are_kept(tmp_path: Path) -> None:
    found, report = read(tmp_path / "m.xml", document(lost="s1-p2-p3"))

    assert [one["properties"]["筆ID"] for one in found] == ["f2", "f4"]
    assert ["f1" in fault.what for fault in report.faults] == [True]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (document(system="任意座標系"), "任意座標系"),
        (document(system="公共座標20系"), "no 地図XML"),
        (document(head='<!DOCTYPE x [<!ENTITY a "b">]>'), "document type"),
        ("<地図/>", "no 地図XML"),
        ("<地図", "no XML"),
        ("", "no XML"),
    ],
)
def test_what_is_no_map_is_refused(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(BadInput) as told:
        read(tmp_path / "m.xml", text)

    assert what in told.value.what
    assert told.value.remedy


def test_the_command_writes_geojson_of_a_packed_map_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "m.xml.gz").write_bytes(gzip.compress(document().encode()))

    assert main(["land", "map", f"{tmp_path}/m.xml.gz", f"{tmp_path}/m.geojson"]) == 0

    made = json.loads((tmp_path / "m.geojson").read_text("utf-8"))
    assert (made["type"], len(made["features"])) == ("FeatureCollection", 3)
    assert "3 of 4" in capsys.readouterr().err


def test_the_map_is_given_to_everybody_as_open_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """From the registry's file to an entry that is found and rated: a free form with an open licence."""
    source, target, folder = tmp_path / "m.xml", tmp_path / "map.geojson", tmp_path / "catalogue"
    source.write_text(document(), encoding="utf-8")
    assert main(["land", "map", str(source), str(target)]) == 0
    out = tmp_path / "map.dcat.jsonld"
    about = [
        "--id",
        "30202-map",
        "--title",
        "登記所備付地図データ 海南市",
        "--about",
        "筆の形と地番",
        "--publisher",
        "法務省",
    ]
    about += ["--licence", "PDL1.0", "--modified", "2026-04-01", "--frequency", "年1回", "--theme", "国土・気象"]
    assert main(["opendata", "describe", str(target), "--out", str(out), *about]) == 0
    assert main(["opendata", "register", str(out), "--catalogue", str(folder)]) == 0
    capsys.readouterr()
    assert main(["opendata", "search", "地図 海南市", "--form", "geojson", "--catalogue", str(folder)]) == 0
    assert "map.geojson" in out.read_text(encoding="utf-8")
    assert "登記所備付地図データ 海南市" in capsys.readouterr().out
    assert main(["opendata", "rate", str(out), "--on", "2026-10-01"]) == 0
    assert "★★★" in capsys.readouterr().out

    odd = tmp_path / "map.shp"
    odd.write_bytes(b"x")
    assert main(["opendata", "describe", str(odd), "--out", str(out), *about]) == 1
    assert "of what kind map.shp is" in capsys.readouterr().err
    about[about.index("--title") + 1] = ""
    assert main(["opendata", "describe", str(target), "--out", str(out), *about]) == 1
    assert "dct:title" in capsys.readouterr().err
