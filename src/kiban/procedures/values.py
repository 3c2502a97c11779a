"""Reads what an applicant gives for a fact by the fact's type; and writes a value as plain text. Pure."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, TypeGuard

from kiban.procedures.errors import BadValue
from kiban.procedures.inheritance import HEIRS, heir_plain, heirs_plain
from kiban.procedures.model import Value
from kiban.procedures.plan import FactPlan

LONGEST = 400
RECORDS = frozenset({"person_name", "address", "account", "school", "household", "member", "heirs", "heir"})
BOOLEANS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "0": False}


def read(fact: FactPlan, raw: Value) -> Value:
    """The value of a fact from what was given; text is trimmed and in NFC.

    Raises: BadValue, which names the type, never the value.
    """
    if raw is None or raw == "":
        return None
    return READERS.get(fact.type, _text)(fact, raw)


def _bad(fact: FactPlan, remedy: str) -> BadValue:
    return BadValue(f"{fact.id} is not a {fact.type}", remedy=remedy)


def _text(fact: FactPlan, raw: Value) -> Value:
    if not isinstance(raw, str):
        raise _bad(fact, "give text")
    text = unicodedata.normalize("NFC", raw).replace("\r\n", "\n").strip()
    if len(text) > LONGEST:
        raise _bad(fact, f"use at most {LONGEST} characters")
    if any(unicodedata.category(c) in {"Cc", "Cs", "Co"} and c != "\n" for c in text):
        raise _bad(fact, "remove the characters that cannot be seen")
    return text or None


def _date(fact: FactPlan, raw: Value) -> Value:
    try:
        return dt.date.fromisoformat(str(raw).strip()).isoformat()
    except ValueError:
        raise _bad(fact, "give a day of the calendar as YYYY-MM-DD") from None


def _integer(fact: FactPlan, raw: Value) -> Value:
    digits = unicodedata.normalize("NFKC", str(raw)).strip().replace(",", "").removesuffix("円")
    body = digits.removeprefix("-")
    if isinstance(raw, bool) or not (body.isascii() and body.isdigit()) or len(body) > 15:
        raise _bad(fact, "give a whole number")
    return int(digits)


def _boolean(fact: FactPlan, raw: Value) -> Value:
    if isinstance(raw, bool):
        return raw
    try:
        return BOOLEANS[str(raw).strip().lower()]
    except KeyError:
        raise _bad(fact, "choose yes or no") from None


def _choice(fact: FactPlan, raw: Value) -> Value:
    if raw not in fact.choices:
        raise _bad(fact, "choose one of those offered")
    return raw


def _record(fact: FactPlan, raw: Value) -> Value:
    if not isinstance(raw, dict) or not all(isinstance(key, str) for key in raw):
        raise _bad(fact, "choose it from the list")
    return {key: _inner(fact, value) for key, value in raw.items()}


def _inner(fact: FactPlan, value: Any) -> Value:
    return _text(fact, value) if isinstance(value, str) else value


ACCOUNT = re.compile(r"(\d{4})[-\s、,]+(\d{3})[-\s、,]*(普通|当座|貯蓄)?[-\s、,]*(\d{7})[\s、,]+(\D+)")
"""An account as one line: codes of bank and branch, kind, number, holder: 9998-101 普通 1234567 カイナン ハナコ."""
ACCOUNT_KINDS = {"普通": "1", "当座": "2", "貯蓄": "4"}


def _account(fact: FactPlan, raw: Value) -> Value:
    """A record, or a line of text read as one: who has no registered account writes it."""
    typed = raw.get("text") if isinstance(raw, dict) else None
    if not isinstance(typed, str):
        return _record(fact, raw)
    found = ACCOUNT.fullmatch(unicodedata.normalize("NFKC", typed).strip())
    if found is None:
        raise _bad(
            fact, "give codes of bank (4 digits) and branch (3), 普通, the number (7 digits) and the holder in kana"
        )
    bank, branch, kind, number, holder = found.groups()
    named = {"bank_code": bank, "bank": bank, "branch_code": branch, "branch": branch, "number": number}
    return {**named, "type": ACCOUNT_KINDS.get(kind or "普通", "1"), "holder_kana": holder.strip()}


READERS: dict[str, Callable[[FactPlan, Value], Value]] = {
    "text": _text,
    "date": _date,
    "integer": _integer,
    "money": _integer,
    "boolean": _boolean,
    "choice": _choice,
    **dict.fromkeys(RECORDS, _record),
    "account": _account,
}

ADDRESS_PARTS = ("prefecture", "county", "city", "ward", "town", "chome", "block", "house", "building", "room")
ACCOUNT_PARTS = ("bank", "branch", "number", "holder_kana")


def plain(value: Value) -> str:
    """A value as one line of Japanese text, the same for the same value: what is shown is what is signed."""
    if value is None:
        return "（なし）"
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    if isinstance(value, list):
        return "、".join(plain(one) for one in value) or "（なし）"
    if isinstance(value, dict):
        return _plain_record(value)
    return str(value).replace("\n", " ")


def counted(value: Value) -> str:
    """As :func:`plain`, numbers with thousands separators."""
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else plain(value)


def is_amount(value: Value, *, unit: str) -> TypeGuard[int]:
    """Whether a rule's value is an amount of money: its unit is 円, by itself or for something (円/月)."""
    return isinstance(value, int) and not isinstance(value, bool) and unit.partition("/")[0] == "円"


def full_name(name: Mapping[str, str]) -> str:
    """Family and given name without the reading."""
    return f"{name.get('family', '')} {name.get('given', '')}".strip()


def _plain_record(value: dict[str, Any]) -> str:
    if HEIRS in value:
        return heirs_plain(value)
    if "share" in value:
        return heir_plain(value)
    if "family" in value:
        name = full_name(value)
        kana = f"{value.get('family_kana', '')} {value.get('given_kana', '')}".strip()
        return f"{name}（{kana}）" if kana else name
    if "full_address" in value or "text" in value:
        return str(value.get("full_address") or value["text"])
    if "school_name" in value:
        grade = f"{value['grade']}年" if value.get("grade") else ""
        return " ".join(filter(None, (value["school_name"], grade)))  # a school may not be designated yet
    if "holder_kana" in value:
        return " ".join(str(value[key]) for key in ACCOUNT_PARTS if value.get(key))
    if "prefecture" in value:
        return "".join(str(value[key]) for key in ADDRESS_PARTS if value.get(key))
    return "、".join(f"{key}: {plain(value[key])}" for key in sorted(value) if value[key] not in (None, ""))
