"""Issuers, holders and credentials for tests: keys are made for each run, the person is invented."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from kiban.credentials import (
    Challenge,
    Issuer,
    Reader,
    StatusEntry,
    StatusList,
    StatusReader,
    Terms,
    Trust,
    issue,
    present,
    prove,
    sign_statuses,
)  # fmt: skip
from kiban.credentials.errors import StatusUnknown
from kiban.kernel.clock import JST

NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=JST)
CITY = "https://www.city.example"
LIST = f"{CITY}/status/1"
KIND = "urn:kiban:certificate:juminhyo"
ASKED = Challenge("https://bank.example", "n-1f7c9a")
PERSON: dict[str, Any] = {
    "family_name": "海南", "given_name": "花子", "birthdate": "1990-04-01",
    "address": {"region": "和歌山県", "locality": "海南市", "street": "日方1525番地6"},
    "nationalities": ["JP", "XX"], "household": [{"name": "海南太郎"}, {"name": "海南次郎"}],
}  # fmt: skip
HIDDEN = [
    ("family_name",), ("birthdate",), ("address",), ("address", "street"), ("nationalities", 0), ("nationalities", 1),
    ("household", 1, "name"),
]  # fmt: skip


def key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@dataclass
class Lists:
    """Status lists by address, as a folder or cache would hold them."""

    texts: dict[str, str] = field(default_factory=dict)

    def newest(self, uri: str) -> str:
        if uri not in self.texts:
            raise StatusUnknown("there is no such list")
        return self.texts[uri]


@dataclass
class World:
    """A city that issues, a holder, a reader."""

    city: Issuer = field(default_factory=lambda: Issuer(CITY, key()))
    holder: ec.EllipticCurvePrivateKey = field(default_factory=key)
    statuses: StatusList = field(default_factory=lambda: StatusList.empty(1 << 12))
    lists: Lists = field(default_factory=Lists)

    def __post_init__(self) -> None:
        self.publish()

    def publish(self, at: dt.datetime = NOW) -> None:
        self.lists.texts[LIST] = sign_statuses(self.city, LIST, statuses=self.statuses, at=at)

    @property
    def trust(self) -> Trust:
        return Trust({CITY: {self.city.key_name: self.city.key.public_key()}})

    @property
    def reader(self) -> Reader:
        return Reader(self.trust, StatusReader(self.lists, self.trust))

    def terms(self, **more: Any) -> Terms:
        known = {"expires_at": NOW + dt.timedelta(days=90), "holder": self.holder.public_key()}
        return Terms(KIND, NOW, **(known | {"status": StatusEntry(LIST, 77)} | more))

    def credential(self, **more: Any) -> str:
        return issue(self.city, PERSON, hidden=HIDDEN, terms=self.terms(**more))

    def presentation(self, *show: tuple[str | int, ...], challenge: Challenge = ASKED, at: dt.datetime = NOW) -> str:
        return prove(present(self.credential(), show=show), key=self.holder, challenge=challenge, at=at)
