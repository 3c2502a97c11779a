"""空間ID: what the common libraries of the standard give, and what holds for every point and box."""

from __future__ import annotations

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kiban.kernel.values import BadValue, Place, SpatialId
from kiban.kernel.values.spatial_id import MOST_LATITUDE

LAT = st.floats(-MOST_LATITUDE, MOST_LATITUDE)
LON = st.floats(-180, 180)
HEIGHT = st.floats(-(2**25), 2**25, exclude_max=True) | st.floats(-200, 4000)
ZOOM = st.integers(0, 35)
BOXES = st.builds(
    lambda lat, lon, height, zoom: SpatialId.of(lat, lon, height=height, zoom=zoom), LAT, LON, HEIGHT, ZOOM
)
# lat, lon, height, zoom of x and y, x, y, zoom of f, f: as the tests of ouranos-gex-lib-for-Python have them
NATIONAL = (
    (35.685371, 139.753098, 0.0, 18, 232837, 103222, 25, 0),
    (35.685371, 139.753098, 10.0, 16, 58209, 25805, 25, 10),
    (35.685371, 139.753098, 100.0, 5, 28, 12, 25, 100),
    (64.147209, -21.942400, 100.0, 9, 224, 136, 25, 100),
    (-34.608510, -58.373490, -1300.0, 14, 5535, 9872, 25, -1300),
    (85.05112877, -180.0, -1300.0, 24, 0, 0, 25, -1300),
    (-85.05112877, 179.99999999, -1300.0, 10, 1023, 1023, 25, -1300),
    (0.0, 0.0, -1300.0, 9, 256, 256, 25, -1300),
    (-85.05112877, 180.0, -1300.0, 10, 0, 1023, 25, -1300),
    (-85.05112877, 180.0, 1.0, 10, 0, 1023, 35, 1024),
)


@pytest.mark.parametrize(("lat", "lon", "height", "zoom", "x", "y", "vertical", "f"), NATIONAL)
def test_points_lie_where_the_common_library_of_the_standard_has_them(
    lat: float, lon: float, height: float, zoom: int, x: int, y: int, vertical: int, f: int
) -> None:
    flat = SpatialId.of(lat, lon, height=height, zoom=zoom)
    assert (flat.x, flat.y) == (x, y)
    assert SpatialId.of(lat, lon, height=height, zoom=vertical).f == f


@pytest.mark.parametrize(
    ("lat", "lon", "height", "expected"),
    [
        (0.0, 0.0, 10.0, "25/10/16777216/16777216"),
        (35.6242681254456, 139.74258640456, 0.01258640981, "25/0/29802169/13219531"),
        (0.0000011, 0.0000012, 1.3, "25/1/16777216/16777215"),
    ],
)
def test_whole_ids_are_those_of_other_implementations(lat: float, lon: float, height: float, expected: str) -> None:
    assert str(SpatialId.of(lat, lon, height=height, zoom=25)) == expected


@pytest.mark.parametrize(
    ("text", "west", "north", "east", "south"),
    [
        ("1/0/0/0", -180.0, 85.0511287798066, 0.0, 0.0),
        ("25/0/29803304/13212456", 139.75476264953613, 35.68595383239409, 139.7547733783722, 35.68594511814803),
        ("22/0/3725212/1650923", 139.73751068115234, 35.73014024024556, 139.73759651184082, 35.73007056488394),
        ("22/6/3725284/1651062", 139.74369049072266, 35.720454780411565, 139.74377632141113, 35.7203850965781),
    ],
)
def test_boxes_have_the_bounds_of_other_implementations(
    text: str, west: float, north: float, east: float, south: float
) -> None:
    box = SpatialId.parse(text).box
    assert (box.west, box.north, box.east, box.south) == pytest.approx((west, north, east, south), abs=1e-12)


def test_heights_centres_and_parents_of_other_implementations() -> None:
    box = SpatialId.parse("22/6/3725284/1651062").box
    assert (box.bottom, box.top) == (48, 56)
    assert SpatialId.parse("1/0/0/0").centre == Place(pytest.approx(66.51326044311186), -90, 8388608)
    assert [SpatialId.parse(f"20/{f}/0/0").centre.height for f in (0, 1, 10)] == [16, 48, 336]
    assert str(SpatialId.parse("25/0/29803304/13212456").parent(14)) == "14/0/14552/6451"
    assert SpatialId.parse("25/0/29803304/13212456").parent(0) == SpatialId(0, 0, 0, 0)


def test_neighbours_are_those_of_another_implementation_but_none_lies_beyond_a_pole() -> None:
    one = SpatialId.parse("25/0/29802274/13208496")
    around = [(f, x, y) for f in (-1, 0, 1) for x in (-1, 0, 1) for y in (-1, 0, 1) if (f, x, y) != (0, 0, 0)]
    assert set(one.neighbours()) == {SpatialId(25, f, 29802274 + x, 13208496 + y) for f, x, y in around}
    corner = SpatialId.parse("10/0/0/0").neighbours()
    assert {near.x for near in corner} == {0, 1, 1023}
    assert {near.y for near in corner} == {0, 1}
    assert len(corner) == 17
    assert [str(near) for near in SpatialId(0, 0, 0, 0).neighbours()] == ["0/-1/0/0"]


@given(lat=LAT, lon=LON, height=HEIGHT, zoom=ZOOM)
@example(lat=MOST_LATITUDE, lon=180.0, height=0.0, zoom=35)
@example(lat=-MOST_LATITUDE, lon=-180.0, height=-(2.0**25), zoom=35)
@example(lat=0.0, lon=0.0, height=math.nextafter(2.0**25, 0), zoom=35)
def test_a_point_lies_within_the_bounds_of_its_box_at_every_zoom(
    lat: float, lon: float, height: float, zoom: int
) -> None:
    found = SpatialId.of(lat, lon, height=height, zoom=zoom)
    box, east = found.box, -180.0 if lon == 180 else lon
    assert box.south - 1e-9 <= lat <= box.north + 1e-9
    assert box.west - 1e-9 <= east <= box.east + 1e-9
    assert box.bottom <= height < box.top
    assert found.contains(Place(lat, lon, height))


@given(lat=LAT, lon=LON, height=HEIGHT, zoom=st.integers(1, 35))
def test_the_box_of_a_point_is_in_its_box_at_every_lower_zoom(lat: float, lon: float, height: float, zoom: int) -> None:
    fine = SpatialId.of(lat, lon, height=height, zoom=zoom)
    for lower in range(zoom):
        coarse = SpatialId.of(lat, lon, height=height, zoom=lower)
        assert fine.parent(lower) == coarse
        assert coarse.contains(fine)
        assert not fine.contains(coarse)


@given(one=BOXES.filter(lambda box: box.zoom < 35))
def test_eight_children_fill_their_parent(one: SpatialId) -> None:
    children = one.children()
    assert len(set(children)) == 8
    assert {child.parent() for child in children} == {one}
    assert all(one.contains(child) for child in children)
    size = (one.box.top - one.box.bottom) / 2
    assert {child.box.top - child.box.bottom for child in children} == {size}


@given(one=BOXES)
def test_the_centre_lies_in_its_box(one: SpatialId) -> None:
    assert one.contains(one.centre)


@given(one=BOXES)
def test_neighbours_know_each_other_across_the_antimeridian_too(one: SpatialId) -> None:
    around = one.neighbours()
    assert len(around) <= 26
    assert all(one in near.neighbours() for near in around)
    edge = SpatialId(one.zoom, one.f, 0, one.y)
    if one.zoom > 1:
        assert SpatialId(one.zoom, one.f, 2**one.zoom - 1, one.y) in edge.neighbours()


@pytest.mark.parametrize("lat", [90.0, -90.0, 85.0512, -85.06, 85.05112878])
def test_the_poles_are_refused_by_name(lat: float) -> None:
    with pytest.raises(BadValue, match="end before the poles") as caught:
        SpatialId.of(lat, 139.0, zoom=20)
    assert caught.value.where.field == "緯度"


@pytest.mark.parametrize(
    ("lat", "lon", "height", "zoom", "field"),
    [
        (35.0, 180.1, 0.0, 20, "経度"),
        (35.0, -181.0, 0.0, 20, "経度"),
        (35.0, math.nan, 0.0, 20, "経度"),
        (35.0, math.inf, 0.0, 20, "経度"),
        (math.nan, 139.0, 0.0, 20, "緯度"),
        (10**400, 139.0, 0.0, 20, "緯度"),
        (True, 139.0, 0.0, 20, "緯度"),
        ("35", 139.0, 0.0, 20, "緯度"),
        (35.0, 139.0, 2.0**25, 20, "高さ"),
        (35.0, 139.0, -(2.0**25) - 1, 20, "高さ"),
        (35.0, 139.0, 0.0, 36, "zoom"),
        (35.0, 139.0, 0.0, -1, "zoom"),
        (35.0, 139.0, 0.0, 20.0, "zoom"),
        (35.0, 139.0, 0.0, True, "zoom"),
    ],
)
def test_what_is_no_point_of_the_map_is_refused_by_its_field(
    lat: float, lon: float, height: float, zoom: int, field: str
) -> None:
    with pytest.raises(BadValue) as caught:
        SpatialId.of(lat, lon, height=height, zoom=zoom)
    assert caught.value.where.field == field
    assert caught.value.remedy


def test_there_is_nothing_above_zoom_0_and_below_zoom_35() -> None:
    with pytest.raises(BadValue):
        SpatialId(0, 0, 0, 0).parent()
    with pytest.raises(BadValue):
        SpatialId(10, 0, 0, 0).parent(11)
    with pytest.raises(BadValue):
        SpatialId(35, 0, 0, 0).children()
