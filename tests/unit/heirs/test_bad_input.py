"""Facts that no register can hold are refused by file, line, field and remedy."""

from __future__ import annotations

import datetime as dt
import json
import textwrap
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiban.heirs import BadFamily, BadFile, Family, Person, TooOpen, find, parse_family, read_family
from kiban.heirs.reading import all_faults
from kiban.kernel.errors import KibanError
from kiban.kernel.located import parse_located
from kiban.kernel.values import PartialDate

BASE = """\
decedent: d
persons:
  d: {death: 2024-05-01, birth: 1950-01-01}
  w: {birth: 1955-01-01}
  a: {birth: 1980-01-01, father: d, mother: w}
"""
CONTRADICTIONS = {
    "an id that is nobody's": ("  b: {father: x}\n", "persons.b.father", "there is no person 'x'"),
    "own forebear": ("  b: {father: c}\n  c: {father: b}\n", "persons.b", "own forebear"),
    "a mother who is male": ("  m: {sex: male}\n  b: {mother: m}\n", "persons.b.mother", "is male"),
    "a father who is female": ("  m: {sex: female}\n  b: {father: m}\n", "persons.b.father", "is female"),
    "one person as both parents": ("  b: {father: d, mother: d}\n", "persons.b.mother", "father and mother"),
    "born before the parent": ("  b: {birth: 1940-01-01, father: d}\n", "persons.b.father", "born before"),
    "born after the mother's death": (
        "  m: {death: 1990-01-01}\n  b: {birth: 1991-01-01, mother: m}\n",
        "persons.b.mother",
        "after the death",
    ),
    "born a year after the father's death": ("  b: {birth: 2025-05-01, father: d}\n", "persons.b.father", "too long"),
    "dead before birth": ("  b: {birth: 1990-01-01, death: 1989-01-01}\n", "persons.b.death", "before being born"),
    "no time": ("  b: {death: 1989-01-01, death_time: '25:00'}\n", "persons.b.death_time", "no time"),
    "unborn and born": ("  b: {unborn: true, birth: 2020-01-01, father: d}\n", "persons.b.unborn", "unborn and has"),
    "unborn of nobody": ("  b: {unborn: true}\n", "persons.b.unborn", "whose child"),
}
EVENTS = {
    "marriage before birth": ("{marriage: [d, w], on: 1954-01-01}", "before w was born"),
    "marriage after death": ("{marriage: [d, w], on: 2024-06-01}", "after d had died"),
    "marriage with oneself": ("{marriage: [d, d]}", "both sides"),
    "divorce without marriage": ("{divorce: [d, w]}", "without a marriage"),
    "adoption of somebody older": ("{adoption: w, by: [a]}", "older than the adopter"),
    "adoption by three": ("{adoption: z, by: [d, w, a]}", "one person or a couple"),
    "special adoption before 1988": ("{adoption: a, by: [w], on: 1985-01-01, special: true}", "before 1988"),
    "dissolution without adoption": ("{dissolution: a, by: [w]}", "without an adoption"),
    "renunciation before the death": ("{renunciation: a, of: d, on: 2024-04-01}", "before the death"),
    "renunciation of the living": ("{renunciation: a, of: w}", "is not dead"),
    "no such item": ("{disqualification: a, of: d, ground: 6}", "no item 6"),
    "two deaths": ("{failure_declared: d, deemed: 2020-01-01}", "declared missing"),
    "two fathers": ("{recognition: a, by: z}", "two fathers"),
    "an unknown id": ("{renunciation: x, of: d}", "no person 'x'"),
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_a_contradiction_of_persons_is_named_by_line_and_field(name: str) -> None:
    lines, field, what = CONTRADICTIONS[name]

    with pytest.raises(BadFamily) as caught:
        parse_family(BASE + lines, file="family.yaml")

    assert what in caught.value.what
    assert caught.value.where.field == field
    assert caught.value.where.file == "family.yaml"
    assert (caught.value.where.line or 0) >= 6
    assert caught.value.remedy


@pytest.mark.parametrize("name", EVENTS)
def test_a_contradiction_of_events_is_named_by_line_and_number(name: str) -> None:
    event, what = EVENTS[name]

    with pytest.raises(BadFamily) as caught:
        parse_family(f"{BASE}  z: {{}}\nevents:\n- {{marriage: [w, z], on: 1990-01-01, pending: true}}\n- {event}\n")

    assert what in caught.value.what
    assert (caught.value.where.line, caught.value.where.field) == (9, "events.1")
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("text", "line", "field"),
    [
        ("decedent: d\npersons:\n  d: {deth: 2024-05-01}\n", 3, "persons.d.deth"),
        ("decedent: d\npersons:\n  d: {death: 令和6年13月1日}\n", 3, "persons.d.death"),
        ("decedent: d\npersons:\n  d: {death: 2024-05-01, mother: [a, b]}\n", 3, "persons.d.mother"),
        ("decedent: d\npersons:\n  d: {sex: x}\n", 3, "persons.d.sex"),
        ("decedent: d\npersons:\n  d: {unborn: maybe}\n", 3, "persons.d.unborn"),
        ("decedent: d\npersons: [d]\n", 2, "persons"),
        ("decedent: d\npersons:\n  none: {}\n", 3, "persons.none"),
        ("decedent: [d]\npersons: {}\n", 1, "decedent"),
        ("decedent: d\npersons: {d: {death: 2024-05-01}}\nevents: {}\n", 3, "events"),
        ("decedent: d\npersons: {d: {death: 2024-05-01}}\nevents: [{wedding: [d, d]}]\n", 3, "events.0"),
        ("decedent: d\npersons: {d: {}}\nevents: [{marriage: [d]}]\n", 3, "events.0.marriage"),
        ("decedent: d\npersons: {d: {}}\nevents: [{marriage: [d, d], of: d}]\n", 3, "events.0.of"),
        ("decedent: d\npersons: {d: {}}\nevents: [{failure_declared: d}]\n", 3, "events.0"),
        ("decedent: d\npersons: {d: {}}\nevents: [{disqualification: d, of: d, ground: one}]\n", 3, "events.0.ground"),
        ("decedent: d\npersons: {d: {}}\nregisters: [{person: d, until: 2020}]\n", 3, "registers.0.until"),
        ("other: 1\n", 1, "other"),
        ("- 1\n", 1, None),
    ],
)
def test_another_form_is_named_by_line_and_field(text: str, line: int, field: str | None) -> None:
    with pytest.raises(BadFile) as caught:
        parse_family(text)

    assert (caught.value.where.line, caught.value.where.field) == (line, field)
    assert caught.value.remedy


def test_a_decedent_without_a_death_or_a_name_is_refused() -> None:
    with pytest.raises(BadFamily, match="no day of death"):
        parse_family("decedent: d\npersons: {d: {}}\n")
    with pytest.raises(BadFamily, match="nobody is named"):
        parse_family("persons: {d: {}}\n")


def test_all_faults_of_a_file_are_told_at_once() -> None:
    text = BASE + "  b: {father: d, mother: d}\nevents:\n- {divorce: [d, w]}\n- {renunciation: a, of: w}\n"

    found = all_faults(parse_located(text, file="f.yaml"), today=dt.date(2026, 1, 1))

    assert [fault.where.line for fault in found] == [6, 8, 9]


def test_a_day_after_today_is_a_fault_of_the_file() -> None:
    text = (
        BASE + "events:\n- {marriage: [d, w], on: 2924-01-01, pending: true}\n- {failure_declared: w, deemed: 2060}\n"
    )

    located = parse_located(text.replace("1980-01-01", "2060-01-01"), file="f.yaml")

    found = all_faults(located, today=dt.date(2026, 1, 1))

    late = [fault for fault in found if "not yet" in fault.what]
    assert [(fault.where.line, fault.where.field) for fault in late] == [
        (5, "persons.a.birth"),
        (7, "events.0"),
        (8, "events.1"),
    ]


def test_two_spouses_at_once_are_refused_with_the_remedy() -> None:
    family = parse_family(BASE + "  v: {}\nevents: [{marriage: [d, w]}, {marriage: [d, v]}]\n")

    with pytest.raises(BadFamily, match="two spouses") as caught:
        find(family)

    assert "divorce" in caught.value.remedy


def test_a_sibling_cannot_have_been_disinherited() -> None:
    text = """\
    decedent: d
    persons:
      d: {death: 2024-05-01, birth: 1930-01-01, father: f, mother: m}
      f: {death: 1980-01-01}
      m: {death: 1980-01-01}
      s: {father: f, mother: m}
    events: [{disinheritance: s, by: d, on: 2020-01-01}]
    """

    with pytest.raises(BadFamily, match="892"):
        find(parse_family(textwrap.dedent(text)))


def test_a_library_user_gets_the_field_without_a_file() -> None:
    persons = {"d": Person(id="d", death=PartialDate(2024, 5, 1), father="x")}

    with pytest.raises(BadFamily) as caught:
        find(Family("d", persons))

    assert caught.value.where.field == "persons.d.father"


def test_more_generations_than_registers_tell_of_are_refused() -> None:
    persons: dict[str, Any] = {"p0": {"death": "2024-05-01"}}
    persons |= {f"p{n}": {"father": f"p{n - 1}", "death": "2000-01-01"} for n in range(1, 400)}

    with pytest.raises(BadFamily, match="399 generations"):
        parse_family(json.dumps({"decedent": "p0", "persons": persons}))

    few = dict(list(persons.items())[:50])
    few["p49"] = {"father": "p48"}
    assert set(find(parse_family(json.dumps({"decedent": "p0", "persons": few}))).first.shares()) == {"p49"}


def test_too_many_unknown_facts_are_refused_with_advice() -> None:
    children = {f"c{n}": {"father": "d", "death": "unknown"} for n in range(9)}
    family = {"decedent": "d", "persons": {"d": {"death": "2024-05-01"}, **children}}

    with pytest.raises(TooOpen) as caught:
        find(parse_family(json.dumps(family)))

    assert "alive" in caught.value.remedy


def test_json_is_read_as_yaml_is(tmp_path: Path) -> None:
    told = {
        "decedent": "d",
        "persons": {"d": {"name": "架空 太郎", "death": "令和6年5月1日"}, "a": {"father": "d", "birth": 1980}},
        "events": [{"renunciation": "a", "of": "d", "on": "2024-06-01"}],
    }
    path = tmp_path / "family.json"
    path.write_text(json.dumps(told), encoding="utf-8")

    family = read_family(path)

    assert family.persons["d"].death == PartialDate(2024, 5, 1)
    assert family.persons["a"].birth == PartialDate(1980)
    assert find(family).first.shares() == {}


NAMES = st.sampled_from(["d", "a", "b", "none", "x", "unknown"])
DAYS = st.one_of(
    st.none(), st.dates(dt.date(1900, 1, 1), dt.date(2030, 1, 1)).map(str), st.sampled_from(["?", 1950, True])
)
PERSON = st.dictionaries(
    st.sampled_from(["father", "mother", "birth", "death", "unborn", "sex", "death_time", "zzz"]),
    st.one_of(NAMES, DAYS, st.booleans(), st.lists(NAMES, max_size=2)),
    max_size=4,
)
EVENT = st.dictionaries(
    st.sampled_from(["marriage", "divorce", "adoption", "by", "of", "on", "renunciation", "recognition", "special"]),
    st.one_of(NAMES, DAYS, st.booleans(), st.lists(NAMES, max_size=3)),
    max_size=4,
)
ANY: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"decedent": NAMES, "persons": st.dictionaries(NAMES, PERSON, max_size=4), "events": st.lists(EVENT, max_size=4)}
)


@given(ANY)
def test_whatever_is_given_is_answered_or_refused_with_a_remedy(told: dict[str, Any]) -> None:
    refused, shares = "-", {}
    try:
        shares = find(parse_family(json.dumps(told))).first.shares()
    except KibanError as error:
        refused = error.remedy

    assert refused
    assert sum(shares.values()) in {0, 1}
