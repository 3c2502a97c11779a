"""The URL table of the look-up pages: all public."""

from __future__ import annotations

from kiban.shell.registries import datasets, lookups
from kiban.shell.routes import PUBLIC, Route

ROUTES = (
    Route("registries", "registries", lookups.index, PUBLIC),
    Route("registries/address", "registry_address", lookups.address, PUBLIC),
    Route("registries/corporations", "registry_corporations", lookups.corporations, PUBLIC),
    Route("registries/corporations/<slug:number>", "registry_corporation", lookups.corporation, PUBLIC),
    Route("registries/postal", "registry_postal", lookups.postal, PUBLIC),
    Route("registries/codes", "registry_codes", lookups.codes, PUBLIC),
    Route("registries/datasets", "registry_datasets", datasets.datasets, PUBLIC),
    Route("registries/municipalities", "registry_municipalities", lookups.municipalities, PUBLIC),
)
