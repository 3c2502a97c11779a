"""The letter of an offer by post (確認書): what is offered, what only the person can confirm, and the ways back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from kiban.cases.letters.render import compile_letter
from kiban.kernel.clock import JST
from kiban.notices.model import Offer
from kiban.procedures.plan import Origin, Shelf


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who gets the letter, as the agency's register has them, and which office sends it."""

    name: str
    address: str
    office: str


def confirmation(offer: Offer, shelf: Shelf, *, to: Addressee) -> bytes:
    """PDF/UA-1 of the letter; the same offer gives the same bytes."""
    source = files("kiban.notices").joinpath("confirmation.typ").read_text(encoding="utf-8")
    return compile_letter(source, letter_data(offer, shelf, to=to))


def letter_data(offer: Offer, shelf: Shelf, *, to: Addressee) -> dict[str, Any]:
    """What the template reads."""
    plan = shelf.plan(offer.pack)
    asked = [fact for fact in plan.facts.values() if fact.origin is Origin.ASK]
    return {
        "title": shelf.text(offer.pack, "title", lang="ja"),
        "date": _day(offer.made_at.astimezone(JST).date()),
        "number": "-".join(offer.number[at : at + 4] for at in range(0, len(offer.number), 4)),
        "addressee": to.name,
        "address": to.address,
        "office": to.office,
        "yen": f"{offer.yen:,}円" if offer.yen else "",
        "questions": [
            {"text": shelf.text(offer.pack, f"facts.{fact.id}", lang="ja"), "yes_no": fact.type == "boolean"}
            for fact in asked
        ],
        "account": bool(plan.benefit and plan.benefit.account),
        "until": _day(offer.answer_by) if offer.answer_by else "",
    }


def _day(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
