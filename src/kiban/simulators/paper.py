"""Offices on paper: they answer from synthetic rows in memory, for trying a pack. MOCK of nodes, cards and the core.

Nothing is signed, encrypted or recorded here; the demo and the tests of the exchange use the real nodes.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from kiban.cases.ports import Question, RegisterChange
from kiban.kernel.clock import Clock
from kiban.procedures.errors import NotHeld
from kiban.procedures.model import Answer, Draft, Signature, Signer
from kiban.simulators.agencies.people import Tables

NAME = ("family", "given", "family_kana", "given_kana")
ITEM_TABLES = {
    "tax.income": "tax", "nhi.qualification": "nhi", "allowance.child": "allowance", "pension.category": "pension",
    "care.qualification": "care", "pension.benefit": "benefits", "health.qualification": "insurance",
    "school.enrolment": "school", "account.public": "accounts", "elderly.qualification": "elderly",
    "tax.levied": "levied", "family.register": "families",
}  # fmt: skip
YES_NO = (
    "insured",
    "recipient",
    "exempt",
    "employees",
    "number_recorded",
    "funeral",
    "fixed_asset",
    "resident",
    "represented",
)


@dataclass
class PaperOffices:
    """See the ports of kiban.procedures and kiban.cases; what is asked and changed is kept for counting."""

    tables: Tables
    clock: Clock
    asked: list[tuple[str, str]] = field(default_factory=list)
    changes: dict[str, RegisterChange] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rows: dict[tuple[str, str], dict[str, dict[str, Any]]] = defaultdict(dict)
        for agency, tables in self.tables.items():
            for table, found in tables.items():
                rows[agency, table] = {row["person"]: row for row in found}
        self._rows = rows

    def answer(self, holder: str, item: str, *, person: str) -> Answer:
        """Raises: NotHeld."""
        self.asked.append((holder, item))
        data = self._data(holder, item, person=_bare(person))
        if data is None:
            raise NotHeld(f"{holder} holds no {item}")
        return Answer(data=data, as_of=self.clock.now(), receipt=f"paper-{len(self.asked)}")

    def _data(self, holder: str, item: str, *, person: str) -> dict[str, Any] | None:
        table = ITEM_TABLES.get(item)
        if table is not None:
            row = self._rows[holder, table].get(person)
            return _yes_no(row) if row else None
        residents = self._rows[holder, "residents"]
        row = residents.get(person)
        if row is None:
            return None
        if item == "family.deceased":
            return self._kin(holder, person)
        if item == "resident.deceased":
            return _deceased(row, self._rows[holder, "removed"])
        return _household(row, residents) if item == "resident.household" else _basic(row)

    def _kin(self, holder: str, person: str) -> dict[str, Any] | None:
        mine = self._rows[holder, "kin"].get(person)
        if mine is None:
            return None
        dead = [one for one in self._rows[holder, "kin_deceased"].values() if one["family_id"] == mine["family_id"]]
        kept = ("relation", "birth_date", "sex", "died_on", "address", "municipality")
        listed = [{"link": one["person"], "name": {part: one[part] for part in NAME}, **{k: one[k] for k in kept}}
                  for one in dead]  # fmt: skip
        return {"deceased": listed}

    def own(self) -> PaperDoor:
        """The same offices as the person behind their door asks them."""
        return PaperDoor(self)

    def ask(self, question: Question) -> Answer:
        """See OfficeData."""
        return self.answer(question.holder, question.item, person=question.subject)

    def apply(self, change: RegisterChange) -> str:
        """See Registers."""
        self.changes.setdefault(change.key, change)
        return f"paper-{change.key}"

    def open(self, link: str, *, agency: str) -> str:
        """See Introductions."""
        return f"{agency}:{link}"

    def introduce(self, *, person: str, agency: str, door: str) -> str:  # noqa: ARG002 the port's names
        """See Codes."""
        return person

    def verify(self, signature: Signature, *, draft: Draft) -> Signer:  # noqa: ARG002 the port's names
        """See Signatures: on paper every signature holds."""
        return Signer(certificate_serial="paper", verified_at=self.clock.now())


@dataclass(frozen=True, slots=True)
class PaperDoor:
    """See OwnData."""

    offices: PaperOffices

    def ask(self, *, door: str, subject: str, holder: str, item: str) -> Answer:  # noqa: ARG002 the port's names
        """See OwnData."""
        return self.offices.answer(holder, item, person=subject)


def _bare(person: str) -> str:
    return person.rpartition(":")[2]


def _yes_no(row: dict[str, Any]) -> dict[str, Any]:
    return {name: bool(value) if name in YES_NO else value for name, value in row.items() if name != "person"}


def _basic(row: dict[str, Any]) -> dict[str, Any]:
    kept = ("birth_date", "sex", "address", "resident_since")
    return {"name": {part: row[part] for part in NAME}, **{name: row[name] for name in kept}}


def _household(row: dict[str, Any], residents: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {"household_id": row["household_id"], "members": _listed(row, residents)}


def _deceased(row: dict[str, Any], removed: dict[str, dict[str, Any]]) -> dict[str, Any]:
    listed = [{**one, "died_on": removed[one["link"]]["died_on"]} for one in _listed(row, removed)]
    return {"household_id": row["household_id"], "relation": row["relation"], "deceased": listed}


def _listed(row: dict[str, Any], of: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Those of the household in their order."""
    members = sorted(
        (one for one in of.values() if one["household_id"] == row["household_id"]),
        key=lambda one: int(one["position"]),
    )
    return [
        {"link": one["person"], "relation": one["relation"], "name": {part: one[part] for part in NAME},
         "birth_date": one["birth_date"], "sex": one["sex"]}
        for one in members
    ]  # fmt: skip
