"""The registers that come with the package, taken into the registers of an installation: one version of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kiban.registries.code_register import CODE, embedded_codes
from kiban.registries.code_register import EMBEDDED as CODE_LIST
from kiban.registries.engine.actions import Taken, Using, take_in
from kiban.registries.engine.model import Entry, RegistryInfo, Source
from kiban.registries.municipality_register import EMBEDDED as MUNICIPALITIES
from kiban.registries.municipality_register import MUNICIPALITY, embedded_municipalities
from kiban.registries.postal import EMBEDDED as CODES
from kiban.registries.postal import POSTAL, embedded_postal
from kiban.registries.store.records import RecordStore
from kiban.registries.town import EMBEDDED as TOWNS
from kiban.registries.town import TOWN, embedded_towns

BASE: tuple[tuple[RegistryInfo, Callable[[], Iterable[Entry]], Source], ...] = (
    (MUNICIPALITY, embedded_municipalities, MUNICIPALITIES),
    (POSTAL, embedded_postal, CODES),
    (TOWN, embedded_towns, TOWNS),
    (CODE, embedded_codes, CODE_LIST),
)


def take_in_base(store: RecordStore, *, using: Using, only: frozenset[str] = frozenset()) -> dict[str, Taken]:
    """Take in what comes with the package where the register has no version yet; what each import did."""
    return {
        info.id: take_in(store, info, entries=entries(), source=source, using=using)
        for info, entries, source in BASE
        if (not only or info.id in only) and not store.version(info.id)
    }
