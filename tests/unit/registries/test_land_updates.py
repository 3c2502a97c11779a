"""Changes of the land register reach a ledger once each; what it has taken over already does not come again."""

from __future__ import annotations

import csv
import datetime as dt
import stat
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import pytest

from kiban.kernel.clock import SystemClock
from kiban.kernel.events import Event
from kiban.registries.engine import Source
from kiban.registries.engine.actions import Taken, Using, take_in
from kiban.registries.land import Area, LandCategory, Ledger, Owner, Parcel
from kiban.registries.land.placing import place
from kiban.registries.land.register import PARCEL, entries, parcel_of
from kiban.registries.land.updating import Update, updates
from kiban.registries.store import RecordStore
from kiban.registries.tables import REGISTRIES
from kiban.shell.cli import main

CODE, OLD, NEW = "302023", Owner("高橋一郎", "海南市日方1"), Owner("佐藤花", "海南市日方2")
FIRST, SECOND, THIRD = dt.date(2026, 4, 1), dt.date(2026, 5, 1), dt.date(2026, 6, 1)


class Sink:
    def __init__(self) -> None:
        self.events: list[Event] = []

    def emit(self, event: Event) -> None:
        self.events.append(event)


def parcel(source: str, lot: str, *owners: Owner, line: int = 2, number: str = "", area: str = "100") -> Parcel:
    where = place("海南市日方字東浜", lot, code=CODE)
    return Parcel(
        source, (line,), where, number, LandCategory.FIELD, area=Area.parse(area), owners=owners, ids=(f"T{line}",)
    )


def take(store: RecordStore, *parcels: Parcel, day: dt.date, whole: bool = True) -> Taken:
    source = Source(f"{day}.csv", day, "法務局", digest=str(day), whole=whole)
    return take_in(
        store, PARCEL, entries=entries(parcels, as_of=day), source=source, using=Using(SystemClock(), Sink())
    )


def ask(
    store: RecordStore, *rows: Parcel, name: str = "tax", sink: Sink | None = None
) -> list[tuple[str, str, tuple[str, ...]]]:
    handed: list[Sequence[Update]] = []
    told = updates(store, Ledger(name, rows), hand_over=handed.append, clock=SystemClock(), events=sink or Sink())
    assert handed == [told]
    return [(one.work, one.parcel.place.lot, one.fields) for one in told]


@pytest.fixture
def store() -> RecordStore:
    made = RecordStore(":memory:")
    take(
        made, parcel("register", "1番", OLD), parcel("register", "2番", OLD), parcel("register", "3番", OLD), day=FIRST
    )
    return made


ROWS = tuple(parcel("tax", f"{lot}番", OLD, line=lot + 1) for lot in (1, 2, 3))


def test_a_new_owner_reaches_each_ledger_once(store: RecordStore) -> None:
    assert ask(store, *ROWS) == []
    take(
        store,
        parcel("register", "1番", NEW),
        parcel("register", "2番", OLD),
        parcel("register", "3番", OLD),
        day=SECOND,
    )

    assert ask(store, *ROWS) == [("change", "1", ("owners",))]
    assert ask(store, *ROWS) == []
    assert ask(store, parcel("farm", "1番", OLD), name="farm") == [("change", "1", ("owners",))]


def test_what_the_ledger_has_already_does_not_come(store: RecordStore) -> None:
    take(store, parcel("register", "1番", NEW), day=SECOND, whole=False)

    assert ask(store, parcel("tax", "1番", NEW), *ROWS[1:]) == []


def test_several_changes_of_a_parcel_come_as_its_last_state(store: RecordStore) -> None:
    take(store, parcel("register", "1番", NEW), day=SECOND, whole=False)
    take(store, parcel("register", "1番", Owner("中村健", "日方9"), area="120"), day=THIRD, whole=False)
    told = updates(store, Ledger("tax", ROWS), hand_over=list, clock=SystemClock(), events=Sink())

    assert [(one.fields, one.parcel.owners[0].name, one.row and one.row.ids) for one in told] == [
        (("area", "owners"), "中村健", ("T2",))]  # fmt: skip
    assert {difference.item for difference in told[0].differences} == {"area", "owner"}


def test_a_divided_and_a_merged_parcel_are_to_be_added_and_ended(store: RecordStore) -> None:
    take(store, parcel("register", "1番1", OLD, area="60"), parcel("register", "1番2", OLD, area="40"),
         parcel("register", "2番", OLD, area="200"), day=SECOND)  # fmt: skip

    found = ask(store, *ROWS)

    assert sorted((work, lot) for work, lot, _ in found) == [
        ("add", "1-1"), ("add", "1-2"), ("change", "2"), ("end", "1"), ("end", "3")]  # fmt: skip


def test_a_row_that_could_be_several_parcels_is_to_be_looked_at(store: RecordStore) -> None:
    west = Parcel("register", (9,), place("海南市日方字西浜", "1番", code=CODE), owners=(OLD,))
    take(store, west, day=SECOND, whole=False)
    take(store, parcel("register", "1番", NEW), day=THIRD, whole=False)
    bare = Parcel("tax", (2,), place("海南市日方", "1番", code=CODE), owners=(OLD,))

    assert ask(store, bare) == [("look", "1", ("place", "owners")), ("look", "1", ("owners",))]


def test_what_could_not_be_handed_over_comes_again(store: RecordStore) -> None:
    take(store, parcel("register", "1番", NEW), day=SECOND, whole=False)

    def full(_: Sequence[Update]) -> None:
        raise OSError("no space")

    with pytest.raises(OSError, match="no space"):
        updates(store, Ledger("tax", ROWS), hand_over=full, clock=SystemClock(), events=Sink())

    assert ask(store, *ROWS) == [("change", "1", ("owners",))]


def test_the_event_counts_and_never_names(store: RecordStore) -> None:
    take(store, parcel("register", "1番", NEW), day=SECOND, whole=False)
    sink = Sink()
    ask(store, *ROWS, sink=sink)

    (event,) = sink.events
    assert (event.kind, event.subject, event.data["n_updates"]) == ("land_updates_listed", "tax", 1)
    assert "佐藤" not in repr(event)


def test_the_register_keeps_two_times_and_gives_back_what_it_was_given(store: RecordStore) -> None:
    half = Fraction(1, 2)
    shared = (Owner("佐藤花", "日方2", half), Owner("中村健", "", half))
    given = parcel("register", "2番", *shared, number="1700012345678", area="1反2畝")
    take(store, given, day=SECOND, whole=False)

    (state,) = store.history(PARCEL.id, "1700012345678")
    found = parcel_of(state)
    assert (found.place, found.owners, found.area, found.category) == (given.place, shared, given.area, given.category)
    take(store, parcel("register", "1番", NEW), day=THIRD, whole=False)
    key = f"{CODE}/日方/東浜/1"
    states = [store.at(PARCEL.id, key, on=day) for day in (FIRST, SECOND, THIRD)]
    assert [parcel_of(one).owners for one in states if one] == [(OLD,), (OLD,), (NEW,)]
    known = store.at(PARCEL.id, key, on=THIRD, known=1)
    assert known
    assert parcel_of(known).owners == (OLD,)


def test_owners_are_in_no_open_register() -> None:
    assert PARCEL.id not in REGISTRIES


def test_the_commands_take_the_register_and_list_updates_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head = "不動産番号,所在,地番,地目,地積,所有者,所有者住所\n"
    line = "1700012345678,海南市日方字東浜,1番,畑,100,{},海南市日方1\n"
    (tmp_path / "a.csv").write_text(head + line.format("高橋一郎"), "utf-8")
    (tmp_path / "b.csv").write_text(head + line.format("佐藤花"), "utf-8")
    (tmp_path / "tax.csv").write_text("物件番号,所在地番,所有者\nT7,海南市日方字東浜1,髙橋 一郎\n", "utf-8")
    store, out = tmp_path / "land" / "land.sqlite3", tmp_path / "out.csv"
    ask = ["land", "updates", "tax", f"{tmp_path}/tax.csv", str(out), "--store", str(store)]
    for name, day, status in (("a", "2026-04-01", 0), ("b", "2026-05-01", 1), ("b", "2026-05-01", 0)):
        assert main(["land", "take", f"{tmp_path}/{name}.csv", "--store", str(store), "--as-of", day, "--whole"]) == 0
        assert main(ask) == status
        rows = list(csv.DictReader(out.open(encoding="utf-8")))
        assert [(row["work"], row["fields"], row["ids"], row["lines"], row["owners"]) for row in rows] == [
            ("change", "owners", "T7", "2", "佐藤花 海南市日方1")][:status]  # fmt: skip

    assert "佐藤" not in "".join(capsys.readouterr())
    assert stat.S_IMODE(store.stat().st_mode) == 0o600
    assert b"land_updates_listed" in b"".join(
        path.read_bytes() for path in Path(f"{store}.ledger").rglob("*") if path.is_file())  # fmt: skip
