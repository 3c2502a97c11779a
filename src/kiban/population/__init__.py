"""A deterministic synthetic population: persons and households that exist nowhere, in places that do."""

from kiban.population.residents import Resident, residents

__all__ = ["Resident", "residents"]
