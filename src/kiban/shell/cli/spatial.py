"""`kiban spatial id|show`: places and boxes in space (空間ID)."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiban.kernel.values import SpatialId
    from kiban.shell.cli import Subparsers


def add(subparsers: Subparsers) -> None:
    """Add the ``spatial`` commands."""
    group = subparsers.add_parser("spatial", help="places and boxes in space (空間ID)")
    verbs = group.add_subparsers(dest="what", required=True, metavar="WHAT")
    one = verbs.add_parser("id", help="the 空間ID of a point, or of an address")
    one.add_argument("address", nargs="?", help="an address; its representative point is taken")
    one.add_argument("--lat", type=float, help="degrees north, to ±85.0511")
    one.add_argument("--lon", type=float, help="degrees east")
    one.add_argument("--height", type=float, default=0.0, help="metres")
    one.add_argument("--zoom", type=int, default=20, help="0 to 35; at 25 a box is about a metre")
    one.set_defaults(func=make)
    box = verbs.add_parser("show", help="bounds, centre, parent, children and neighbours of a 空間ID")
    box.add_argument("id", help="zoom/f/x/y")
    box.set_defaults(func=show)


def make(arguments: argparse.Namespace) -> int:
    """Print the id, and of an address how exact its point is; 1 when it has none."""
    from kiban.kernel.errors import BadInput
    from kiban.kernel.values import SpatialId

    point = (arguments.lat, arguments.lon)
    if (arguments.address is None) == (point == (None, None)) or point.count(None) == 1:
        raise BadInput("no place, or two", remedy="give an address, or --lat and --lon")
    if arguments.address is None:
        print(SpatialId.of(*point, height=arguments.height, zoom=arguments.zoom))
        return 0
    return _of_address(arguments)


def _of_address(arguments: argparse.Namespace) -> int:
    from kiban.registries import normalise
    from kiban.registries.address.model import Level
    from kiban.registries.address.space import spatial_id

    address = normalise(arguments.address)
    found = spatial_id(address, zoom=arguments.zoom, height=arguments.height)
    if found is None:
        print("the address has no point", file=sys.stderr)
        return 1
    print(found)
    print(f"point of: {address} (level {Level(address.level).name.lower()})", file=sys.stderr)
    return 0


def show(arguments: argparse.Namespace) -> int:
    """Print what is known of a box."""
    from kiban.kernel.values import SpatialId

    one = SpatialId.parse(arguments.id)
    box, centre = one.box, one.centre
    print(f"id: {one}")
    print(f"latitude: {box.south:.9f} to {box.north:.9f}")
    print(f"longitude: {box.west:.9f} to {box.east:.9f}")
    print(f"height: {box.bottom:g} to {box.top:g} m")
    print(f"centre: {centre.lat:.9f} {centre.lon:.9f} {centre.height:g}")
    print(f"parent: {one.parent() if one.zoom else '-'}")
    print(f"children: {_listed(one.children()) if one.zoom < 35 else '-'}")
    print(f"neighbours: {_listed(one.neighbours())}")
    return 0


def _listed(boxes: tuple[SpatialId, ...]) -> str:
    return " ".join(map(str, boxes))
