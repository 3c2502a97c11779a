"""Land: one model of a parcel (一筆の土地) for the land register and the ledgers of tax, farm and forest, joined.

Owners are personal data: no ``repr``, fault or event of this package has a name or an address of one.
"""

from kiban.registries.land.area import Area
from kiban.registries.land.category import LandCategory
from kiban.registries.land.differing import Difference, Item
from kiban.registries.land.joining import Joined, Ledger, Suspicion, join
from kiban.registries.land.marks import OwnerMark
from kiban.registries.land.model import Owner, Parcel, Place
from kiban.registries.land.reading import propose, read_ledger

__all__ = [
    "Area",
    "Difference",
    "Item",
    "Joined",
    "LandCategory",
    "Ledger",
    "Owner",
    "OwnerMark",
    "Parcel",
    "Place",
    "Suspicion",
    "join",
    "propose",
    "read_ledger",
]
