"""The validity report, and the tables beside the register: events, the dead, corporations."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from kiban.population.actions import Job, generate
from kiban.population.errors import BrokenPart
from kiban.population.model import Settings
from kiban.population.report import Marginal, as_text, marginals
from kiban.shell.cli import main


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("nation")
    generate(Job(Settings(60_000, seed=6), found, ("account",)))
    return found


def test_the_report_holds_the_nation_against_each_claim(folder: Path) -> None:
    found = {one.name: one for one in marginals(folder)}

    assert list(found) == [
        "age and sex", "household size", "municipality", "family name", "given name", "nationality",
        "wrong links of account",
    ]  # fmt: skip
    assert found["municipality"].distance == 0
    for name in ("age and sex", "nationality"):
        assert found[name].distance < 3 * found[name].by_chance
    assert found["household size"].distance < 0.03  # each municipality's last household is chosen so that it fits
    assert found["family name"].distance < 2 * found["family name"].by_chance
    assert found["given name"].distance < 1.2 * found["given name"].by_chance
    assert {one.name for one in found.values() if one.verified} == {"age and sex", "wrong links of account"}
    assert all(one.source and one.why for one in found.values())


def test_a_shifted_distribution_is_seen() -> None:
    shifted = Marginal("x", "s", True, "w", {"a": 0.5, "b": 0.5}, {"a": 0.52, "b": 0.48}, 100_000)

    assert shifted.distance > 10 * shifted.by_chance
    assert shifted.worst[0] in "ab"
    assert "0.02000" in as_text([shifted])


def register_rows(folder: Path) -> list[dict[str, Any]]:
    columns = ["person_id", "birth_date", "resident_since", "municipality", "family", "former_family"]
    return pq.read_table(folder / "register", columns=columns).to_pylist()


def test_events_lead_to_the_register(folder: Path) -> None:
    people = {row["person_id"]: row for row in register_rows(folder)}
    events = pq.read_table(folder / "events").to_pylist()

    assert {event["kind"] for event in events} == {"birth", "marriage", "move", "death"}
    for path in (folder / "events").glob("*.parquet"):
        assert pq.read_table(path)["day"].to_pylist() == sorted(pq.read_table(path)["day"].to_pylist())
    dead = {row["person_id"]: row["died_on"] for row in pq.read_table(folder / "deceased").to_pylist()}
    assert {e["person_id"]: e["day"] for e in events if e["kind"] == "death"} == dead
    for event in (event for event in events if event["kind"] != "death"):
        person = people[event["person_id"]]
        assert event["day"] <= dt.date(2026, 10, 1)
        if event["kind"] == "birth":
            assert person["birth_date"] == event["day"]
        elif event["kind"] == "move":
            assert person["resident_since"] == event["day"]
            assert event["from_municipality"][:2] == person["municipality"][:2]
        else:
            assert person["former_family"] == event["former_family"] is not None


def test_the_dead_are_old_and_not_in_the_register(folder: Path) -> None:
    dead = pq.read_table(folder / "deceased").to_pylist()
    ages = [(row["died_on"] - row["birth_date"]).days / 365.25 for row in dead]
    numbers = set(pq.read_table(folder / "register")["individual_number"].to_pylist())

    assert abs(len(dead) - 2286) <= 1
    assert min(ages) >= 0
    assert 74 < np.mean(ages) < 86
    assert not numbers & {row["individual_number"] for row in dead}
    assert len({row["person_id"] for row in dead}) == len(dead)


def test_corporations_have_a_resident_who_represents_them(folder: Path) -> None:
    firms = pq.read_table(folder / "corporations").to_pylist()
    people = {row["person_id"]: row for row in register_rows(folder)}

    assert 700 < len(firms) < 1200
    assert len({firm["corporate_number"] for firm in firms}) == len(firms)
    for firm in firms:
        digits = [int(char) for char in reversed(firm["corporate_number"][1:])]
        assert int(firm["corporate_number"][0]) == 9 - (sum(digits[0::2]) + 2 * sum(digits[1::2])) % 9
        assert people[firm["representative_id"]]["family"] in firm["name"]
        assert firm["municipality"] == people[firm["representative_id"]]["municipality"]


def test_the_commands_say_what_they_did(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "town"
    words = ["population", "generate", "--persons", "200000", "--municipality", "302023", "--out", str(out)]
    rates = tmp_path / "rates.yaml"
    rates.write_text("two_items: 0.0\n")
    assert main([*words, "--agencies", "all", "--errors", str(rates)]) == 0
    assert "persons in" in capsys.readouterr().out
    assert main(["population", "verify", str(out)]) == 0
    assert "as the manifest says" in capsys.readouterr().out
    assert main(["population", "report", str(out)]) == 0
    assert "| age and sex | 42 |" in capsys.readouterr().out
    assert main([*words, "--seed", "2"]) == 1
    assert "POP-002" in capsys.readouterr().err


def test_no_report_without_a_nation(tmp_path: Path) -> None:
    with pytest.raises(BrokenPart):
        list(marginals(tmp_path))


@pytest.mark.parametrize(("options", "said"), [
    (["--errors", "{}/utf16.yaml", "--agencies", "health"], "cannot be read"),
    (["--agencies", "health,tax office"], "no agency"),
    (["--on", "1900-01-01"], "the reference day"), (["--seed", "-1"], "seed -1"),
])  # fmt: skip
def test_what_cannot_be_generated_is_refused_in_words(
    options: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "utf16.yaml").write_bytes("kana: 0.1".encode("utf-16"))
    given = [one.format(tmp_path) for one in options]

    assert main(["population", "generate", "--persons", "10", "--out", str(tmp_path / "out"), *given]) == 1
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_what_changes_nothing_or_gives_nobody_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "rates.yaml").write_text("kana: 0.1")
    few = ["--persons", "10", "--out", str(tmp_path / "out"), "--municipality", "302015"]

    assert main(["population", "generate", *few, "--errors", str(tmp_path / "rates.yaml")]) == 0
    told = capsys.readouterr().err
    assert "without --agencies it changes nothing" in told
    assert "nobody lives there" in told
