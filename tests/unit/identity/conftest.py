from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kiban.identity.certificates import Verifier
from kiban.identity.model import Attributes, Form, Kind, Sex
from kiban.identity.profile import TEST_CARDS
from kiban.identity.revocation import RevocationChecker
from kiban.identity.trust import ListFolder, load_trust
from kiban.kernel.clock import JST, FixedClock
from kiban.kernel.events import Event
from kiban.simulators.card import Issuer, Pins

NOW = dt.datetime(2026, 11, 21, 10, 0, tzinfo=JST)
PERSON = Attributes(
    name="海南　花子", sex=Sex.FEMALE, birth_date=dt.date(1990, 4, 1), address="和歌山県海南市南赤坂１１"
)
PIN, PASSWORD = "1234", "ABC123XYZ"


@dataclass
class Sink:
    events: list[Event] = field(default_factory=list)

    def emit(self, event: Event) -> None:
        self.events.append(event)


@dataclass
class World:
    """A card issuer in a folder, one plastic card, one phone, and a verifier that trusts the issuer."""

    folder: Path
    clock: FixedClock
    issuer: Issuer

    @property
    def plastic(self):
        return self.issuer.card("plastic")

    @property
    def phone(self):
        return self.issuer.card("phone")

    def verifier(self) -> Verifier:
        return Verifier(TEST_CARDS, load_trust(self.issuer.trust), RevocationChecker(ListFolder(self.issuer.trust)))

    def at(self, **kwargs: int) -> dt.datetime:
        return self.clock.now() + dt.timedelta(**kwargs)


@pytest.fixture(scope="session")
def template(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("cards")
    issuer = Issuer(folder, clock=FixedClock(NOW))
    issuer.issue(PERSON, pins=Pins(PIN, PASSWORD), name="plastic")
    issuer.issue(PERSON, pins=Pins(PIN, PASSWORD), form=Form.PHONE, name="phone")
    return folder


@pytest.fixture
def world(template, tmp_path) -> World:
    import shutil

    folder = tmp_path / "cards"
    shutil.copytree(template, folder)
    clock = FixedClock(NOW)
    return World(folder, clock, Issuer(folder, clock=clock))


@pytest.fixture
def sink() -> Sink:
    return Sink()


@pytest.fixture
def certificates(world) -> dict[Kind, bytes]:
    return {
        Kind.AUTH: world.plastic.certificate(Kind.AUTH),
        Kind.SIGN: world.plastic.certificate(Kind.SIGN, secret=PASSWORD),
    }
