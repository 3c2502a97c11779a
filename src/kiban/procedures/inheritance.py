"""Heirs for a form: family registers become names, relations and shares; the registers are not kept. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from kiban.heirs import Capacity, Found, Heir, Status, find, parse_family
from kiban.heirs.explaining import called, fraction
from kiban.heirs.listing import relation_of
from kiban.kernel.errors import KibanError
from kiban.procedures.model import MEMBER, FactValue, Value

HEIRS = "heirs"
"""The type of a fact that holds heirs, and the list in its value."""
NOT_TOLD = "戸籍の記録からは分かりません"
NOT_CERTAIN = "（戸籍のうち、まだ確かめていないものがあります）"


def heirs_told(record: Value) -> dict[str, Value]:
    """The legal heirs by a family's record (docs/heirs.md), for people and rules.

    ``known`` is whether the facts give one answer, ``certain`` whether every register it rests on was seen as well;
    ``count`` heirs, and of each under ``heirs`` a key, name, relation, share and address. A record that is absent,
    broken, or of which an unknown fact changes the answer tells of nobody.
    """
    try:
        found = find(parse_family(msgspec.json.encode(record).decode(), file="family.register")) if record else None
    except KibanError:
        found = None
    if found is None or found.status is Status.OPEN:
        return {"known": False, "certain": False, "count": 0, HEIRS: []}
    stakes = {heir.person: heir for heir in found.heirs}
    ordered = sorted(found.final, key=lambda one: _place(found, one, first=stakes.get(one)))
    listed: list[Value] = [_heir(found, one, number=n, first=stakes.get(one)) for n, one in enumerate(ordered, 1)]
    return {"known": True, "certain": found.status is Status.DETERMINED, "count": len(listed), HEIRS: listed}


def _place(found: Found, person: str, *, first: Heir | None) -> tuple[bool, bool, Any]:
    """The order of a family: the spouse, then the older before the younger, who has no day of birth told at the end."""
    birth = found.family.persons[person].birth
    spouse = first is not None and first.stakes[0].capacity is Capacity.SPOUSE
    return (not spouse, birth is None, birth)


def _heir(found: Found, person: str, *, number: int, first: Heir | None) -> dict[str, Value]:
    """One who holds a share today; who holds it only through an heir that died since has no relation told."""
    return {
        "key": f"h{number}",
        "name": called(found.family, person),
        "relation": relation_of(found, person, stake=first.stakes[0]) if first else "",
        "share": fraction(found.final[person], "ja"),
        "address": found.family.persons[person].address,
    }


def heirs_of(facts: Mapping[str, FactValue], *, member: str) -> tuple[dict[str, Any], ...]:
    """The heirs of one who died, as a fact of the draft or case lists them; none where there is nobody to choose."""
    for key, fact in facts.items():
        if key.partition(MEMBER)[2] == member and isinstance(fact.value, dict) and HEIRS in fact.value:
            listed: Any = fact.value[HEIRS]
            return tuple(listed) if len(listed) > 1 else ()
    return ()


def heirs_plain(value: Mapping[str, Any]) -> str:
    """Heirs as one line: name, relation, share."""
    listed = "、".join(heir_plain(one) for one in value[HEIRS])
    return f"{listed}{'' if value['certain'] else NOT_CERTAIN}" if value["known"] else NOT_TOLD


def heir_plain(heir: Mapping[str, Any]) -> str:
    """One heir as text."""
    return f"{heir['name']}（{'、'.join(filter(None, (heir['relation'], heir['share'])))}）"
