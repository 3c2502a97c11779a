"""The small country with all its processes running, once per module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agency_sample import country
from kiban.simulators.agencies import Prepared, Running, start
from kiban.simulators.card import Issuer


@pytest.fixture(scope="module")
def land(tmp_path_factory: pytest.TempPathFactory) -> tuple[Prepared, Issuer]:
    return country(tmp_path_factory.mktemp("country"))


@pytest.fixture(scope="module")
def running(land: tuple[Prepared, Issuer]) -> Iterator[Running]:
    with start(land[0].folder) as nodes:
        yield nodes


@pytest.fixture(autouse=True)
def closed_clients(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    made = []
    original = Running.client

    def client(self: Running, agency: str) -> object:
        made.append(original(self, agency))
        return made[-1]

    monkeypatch.setattr(Running, "client", client)
    yield
    for one in made:
        one.close()
