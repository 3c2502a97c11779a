"""Making agency folders: keys, configuration, mapping, an existing database with the caller's rows; and the core's.

Rows name a person by any text of the caller's (``person``); only here, where the simulation is set up, are such names
turned into each agency's own codes. No running process ever sees them.
"""

from __future__ import annotations

import secrets
import shutil
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from kiban.exchange.cards import card_hash
from kiban.exchange.codes import Codes
from kiban.exchange.errors import BadConfiguration
from kiban.exchange.keys import MASTER, load_keys, make_keys, public_text, write_secret
from kiban.exchange.model import AgencyKind
from kiban.exchange.store.core import TABLES as CORE_TABLES
from kiban.exchange.store.core import add_person, bind_card, holding
from kiban.kernel.clock import SystemClock
from kiban.ledger import Body, Draft, Log, milliseconds
from kiban.ledger.ports import Write
from kiban.ledger.store import SqliteStore
from kiban.simulators.agencies.kinds import CODE, DEMO, MAPPINGS, PARENT, TABLES, AgencySpec

PEOPLE, SPECS = "people.json", "agencies.json"
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class People:
    """Who is simulated and what the agencies hold.

    Attributes:
        rows: agency id → table → rows; each row has ``person`` and columns of the table (see `kinds.TABLES`).
        cards: person → the card's ``issuer:serial``.
    """

    rows: Mapping[str, Mapping[str, Sequence[Row]]] = field(default_factory=dict)
    cards: Mapping[str, str] = field(default_factory=dict)

    def names(self) -> list[str]:
        """All persons, each once, in order."""
        found: dict[str, None] = dict.fromkeys(self.cards)
        for tables in self.rows.values():
            for rows in tables.values():
                found |= dict.fromkeys(str(row["person"]) for row in rows)
                found |= dict.fromkeys(str(row[PARENT]) for row in rows if PARENT in row)
        return list(found)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A prepared folder: which agencies, and how the simulation's persons are called at each of them."""

    folder: Path
    agencies: tuple[AgencySpec, ...]
    codes: Codes = field(repr=False)
    people: dict[str, bytes] = field(repr=False)

    def code(self, person: str, agency: str) -> str:
        """An agency's own code of a simulated person."""
        return self.codes.code(self.people[person], agency=agency)

    @classmethod
    def load(cls, folder: Path) -> Prepared:
        """A folder that was prepared before.

        Raises:
            BadConfiguration: it was not.
        """
        try:
            people = msgspec.json.decode((folder / "core" / PEOPLE).read_bytes(), type=dict[str, bytes])
            specs = msgspec.json.decode((folder / SPECS).read_bytes(), type=tuple[AgencySpec, ...])
            master = (folder / "core" / "keys" / MASTER).read_bytes()
        except (OSError, msgspec.DecodeError) as error:
            raise BadConfiguration(f"{folder.name} is no prepared folder: {error}", remedy="prepare it first") from None
        return cls(folder, specs, Codes(master), people)


def prepare(
    folder: Path,
    people: People,
    *,
    agencies: Iterable[AgencySpec] = DEMO,
    trust: Path | None = None,
    portal_origin: str = "http://127.0.0.1:8000",
) -> Prepared:
    """Make a fresh folder with the core and all agencies; what was there is removed.

    ``trust`` is the folder that the card issuer publishes; without it the core opens no door.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    specs = tuple(agencies)
    core = folder / "core"
    make_keys(core / "keys", AgencyKind.CORE)
    write_secret(core / "keys" / MASTER, secrets.token_bytes(32))
    known = {name: secrets.token_bytes(16) for name in people.names()}
    write_secret(core / PEOPLE, msgspec.json.encode(known))
    (folder / SPECS).write_bytes(msgspec.json.encode(specs))
    prepared = Prepared(folder, specs, Codes((core / "keys" / MASTER).read_bytes()), known)
    _write_core(prepared, trust=trust, portal_origin=portal_origin)
    for spec in specs:
        _write_agency(prepared, spec, rows=people.rows.get(spec.id, {}))
    _enter(prepared, people)
    return prepared


def _write_core(prepared: Prepared, *, trust: Path | None, portal_origin: str) -> None:
    lines = ["listen: 127.0.0.1:1", f"portal_origin: {portal_origin}"]
    lines += [f"trust: {trust.resolve()}", "profile: test-cards"] if trust else []
    (prepared.folder / "core" / "core.yaml").write_text("\n".join([*lines, ""]), encoding="utf-8")


def _write_agency(prepared: Prepared, spec: AgencySpec, *, rows: Mapping[str, Sequence[Row]]) -> None:
    folder = prepared.folder / spec.id
    make_keys(folder / "keys", spec.id)
    core_key = public_text(load_keys(prepared.folder / "core" / "keys", AgencyKind.CORE).signing)
    lines = [f'agency: "{spec.id}"', f"kind: {spec.kind}", "listen: 127.0.0.1:1", f"core_key: {core_key}"]
    if spec.kind in MAPPINGS:
        lines.append("mapping: mapping.yaml")
        (folder / "mapping.yaml").write_text(MAPPINGS[spec.kind], encoding="utf-8")
    (folder / "node.yaml").write_text("\n".join([*lines, ""]), encoding="utf-8")
    if TABLES[spec.kind]:
        _write_store(prepared, spec, rows=rows)
    folder.chmod(0o700)


def _write_store(prepared: Prepared, spec: AgencySpec, *, rows: Mapping[str, Sequence[Row]]) -> None:
    connection = sqlite3.connect(prepared.folder / spec.id / "register.sqlite")
    connection.execute("PRAGMA journal_mode=WAL")
    for table, columns in TABLES[spec.kind].items():
        listed = ", ".join(f'"{column}"' for column in columns)
        connection.execute(f'CREATE TABLE "{table}" ({CODE} TEXT PRIMARY KEY, {listed})')
        marks = ", ".join("?" * (len(columns) + 1))
        connection.executemany(
            f'INSERT INTO "{table}" VALUES ({marks})',  # noqa: S608 our own names, bound values
            [_values(prepared, spec.id, row=row, columns=columns) for row in rows.get(table, ())],
        )
    if "residents" in TABLES[spec.kind]:
        connection.execute('CREATE INDEX residents_household ON "residents" (household_id)')
        connection.execute('CREATE INDEX removed_household ON "removed" (household_id)')
        connection.execute('CREATE INDEX children_parent ON "allowance_children" (parent)')
    connection.commit()
    connection.close()


def _values(prepared: Prepared, agency: str, *, row: Row, columns: Sequence[str]) -> list[Any]:
    values: list[Any] = [prepared.code(str(row["person"]), agency)]
    for column in columns:
        value = row.get(column, 1 if column == "active" else None)
        if column == PARENT:
            value = prepared.code(str(value), agency)
        values.append(msgspec.json.encode(value).decode() if isinstance(value, dict | list) else value)
    return values


def _enter(prepared: Prepared, people: People) -> None:
    """Enter persons, cards and holdings into the core."""
    writes: list[Write] = [add_person(secret) for secret in prepared.people.values()]
    for agency, tables in people.rows.items():
        names = {str(row["person"]) for rows in tables.values() for row in rows}
        writes += [holding(prepared.people[name], agency, held=True) for name in names]
    writes += [bind_card(card_hash(card), prepared.people[name]) for name, card in people.cards.items()]
    _core_writes(prepared.folder, writes)


def _core_writes(folder: Path, writes: Sequence[Write]) -> None:
    ledger = folder / "core" / "ledger"
    ledger.mkdir(mode=0o700, exist_ok=True)
    store = SqliteStore(ledger, schema=CORE_TABLES)
    log = Log(store, load_keys(folder / "core" / "keys", AgencyKind.CORE).signer)
    body = Body.of({"writes": len(writes), "by": "simulation"})
    log.append([Draft(kind="set_up", at=milliseconds(SystemClock().now()), body=body)], writes=writes)
    store.close()


def enter_card(prepared: Prepared, person: str, *, card: str) -> None:
    """Enter another card of a simulated person; the core must not be running."""
    _core_writes(prepared.folder, [bind_card(card_hash(card), prepared.people[person])])
