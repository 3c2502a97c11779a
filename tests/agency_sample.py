"""A small country for tests: a family in 海南市, a stranger, and what the agencies hold on them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from kiban.exchange import Ask, CardProof, Door
from kiban.identity.cardapp import sign_in_message
from kiban.identity.model import Attributes, Kind, Sex
from kiban.simulators.agencies import People, Prepared, Running, prepare
from kiban.simulators.card import Issued, Issuer, Pins

A, B = "302023", "302015"
ORIGIN = "http://127.0.0.1:8000"
PIN, PASSWORD = "1234", "ABC123XYZ"
FAMILY = ("taro", "hanako", "kid")
ADDRESS = {"prefecture": "和歌山県", "city": "海南市", "town": "日方"}


def resident(person: str, position: int, **other: Any) -> dict[str, Any]:
    return {
        "person": person,
        "household_id": "H1",
        "position": position,
        "relation": ("世帯主", "妻", "子")[position],
        "family": "山田",
        "given": person,
        "family_kana": "ヤマダ",
        "given_kana": person,
        "birth_date": "1990-04-01",
        "sex": "1",
        "address": ADDRESS,
        "resident_since": "2020-01-01",
    } | other


def people(cards: dict[str, str] | None = None) -> People:
    stranger = resident("jiro", 0, household_id="H2", family="鈴木")
    residents = [resident(person, i) for i, person in enumerate(FAMILY)] + [stranger]
    residents += [resident(f"p{i}", 0, household_id=f"P{i}") for i in range(120)]
    incomes = [
        {"person": r["person"], "fiscal_year": 2026, "total_income": 1000 + i, "dependents": 1, "exempt": 0}
        for i, r in enumerate(residents)
    ]
    return People(
        rows={
            A: {
                "residents": residents,
                "tax": incomes,
                "nhi": [
                    {
                        "person": "taro",
                        "insured": 1,
                        "symbol": "海1",
                        "number": "12345",
                        "branch": "01",
                        "since": "2020-01-01",
                    }
                ],
                "allowance": [{"person": "taro", "recipient": 1, "monthly": 10000, "paid_through": "2026-10"}],
                "allowance_children": [{"person": "kid", "parent": "taro"}],
            },
            "nenkin": {"pension": [{"person": "taro", "category": "1", "since": "2012-04-01"}]},
            "education-302023": {
                "school": [
                    {
                        "person": "kid",
                        "school_name": "日方小学校",
                        "school_code": "B130210000001",
                        "grade": 3,
                        "since": "2024-04-01",
                    }
                ]
            },
            "digital-agency": {
                "accounts": [
                    {
                        "person": "taro",
                        "bank_code": "0001",
                        "bank": "みずほ",
                        "branch_code": "001",
                        "branch": "東京",
                        "type": "1",
                        "number": "1234567",
                        "holder_kana": "ヤマダタロウ",
                    }
                ]
            },
        },
        cards=cards or {},
    )


def issue(issuer: Issuer, name: str) -> Issued:
    person = Attributes(name=name, sex=Sex.MALE, birth_date=dt.date(1990, 4, 1), address="和歌山県海南市日方１")
    return issuer.issue(person, pins=Pins(pin=PIN, password=PASSWORD), name=name)


def country(folder: Path) -> tuple[Prepared, Issuer]:
    issuer = Issuer(folder / "issuer")
    cards = {name: issue(issuer, name).auth for name in ("taro", "jiro")}
    issue(issuer, "nobody")
    return prepare(folder / "agencies", people(cards), trust=issuer.trust, portal_origin=ORIGIN), issuer


def proof(issuer: Issuer, card: str, *, nonce: str, origin: str = ORIGIN) -> CardProof:
    message = sign_in_message(origin, nonce)
    soft = issuer.card(card)
    signature, certificate = soft.sign(Kind.AUTH, message, secret=PIN), soft.certificate(Kind.AUTH)
    return CardProof(message=message, signature=signature, certificate=certificate)


def open_door(running: Running, issuer: Issuer, card: str, *, nonce: str) -> Door:
    return running.client("portal").open_door(proof(issuer, card, nonce=nonce))


def own(holder: str, item: str, *, key: str, door: str) -> Ask:
    return Ask(holder=holder, item=item, affair="self", key=key, door=door)


def tax(key: str) -> Ask:
    return Ask(holder=A, item="tax.income", affair="child_allowance", key=key, case="C-17")
