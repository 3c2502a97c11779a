"""From an address to its place in space (空間ID)."""

from __future__ import annotations

from kiban.kernel.values import SpatialId
from kiban.registries.address.model import Address


def spatial_id(address: Address, *, zoom: int, height: float = 0.0) -> SpatialId | None:
    """The 空間ID of an address's point, at ``height`` metres; None where it has no point.

    The point is the representative one of the smallest part that has one: below level 7 that of the town, so a box of a
    high zoom says where that point is, not the house. Raises: BadValue: there is no such zoom or height.
    """
    if address.lat is None or address.lon is None:
        return None
    return SpatialId.of(address.lat, address.lon, height=height, zoom=zoom)
