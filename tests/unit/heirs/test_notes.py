"""Notes, registers that lack, and facts that are asked: what the answer rests on beside the shares."""

from __future__ import annotations

import textwrap
from fractions import Fraction

import pytest
from msgspec.structs import replace

from kiban.heirs import Extent, Found, OutOfScope, Person, Status, find, parse_family
from kiban.heirs.answer import Need
from kiban.heirs.case import Case
from kiban.heirs.days import died_first
from kiban.heirs.explaining import asked
from kiban.heirs.succession import bases_of, succeed
from kiban.heirs.worlds import Question, World, courses
from kiban.kernel.values import PartialDate

MARRIED = """
decedent: d
persons:
  d: {birth: 1940-01-01, death: 2024-05-01}
  w: {}
  a: {father: d, mother: w}
events: [{marriage: [d, w]}]
"""


def found_in(text: str) -> Found:
    return find(parse_family(textwrap.dedent(text)))


def remarks(found: Found) -> dict[str, str]:
    return {one.key: one.about for one in found.first.remarks}


def need(found: Found, person: str, extent: Extent) -> Need:
    return next(one for one in found.needs if (one.person, one.extent) == (person, extent))


def test_without_registers_everything_lacks_and_the_answer_is_incomplete() -> None:
    found = found_in(MARRIED)

    assert found.status is Status.INCOMPLETE
    assert {(one.person, one.extent.value) for one in found.lacking} == {
        ("d", "whole"),
        ("w", "after_death"),
        ("a", "after_death"),
    }


def test_registers_from_birth_to_death_and_after_it_make_the_answer_determined() -> None:
    found = found_in(
        MARRIED
        + """registers:
- {person: d, from: birth, to: 1965-03-04}
- {person: d, from: 1965-03-05, to: death}
- {person: w, from: 1965-03-04, to: 2024-06-01}
- {person: a, to: 2024-06-01}
"""
    )

    assert found.status is Status.DETERMINED
    assert found.lacking == ()


def test_the_days_of_which_no_register_was_seen_are_named() -> None:
    found = found_in(
        MARRIED
        + """registers:
- {person: d, from: 1945-01-01, to: 1965-03-04}
- {person: d, from: 1970-01-01, to: 2020-01-01}
- {person: w, to: 2024-04-01}
- {person: a, to: 2024-06-01}
"""
    )

    assert need(found, "d", Extent.WHOLE).gaps == (
        (PartialDate(1940, 1, 1), PartialDate(1945, 1, 1)),
        (PartialDate(1965, 3, 4), PartialDate(1970, 1, 1)),
        (PartialDate(2020, 1, 1), PartialDate(2024, 5, 1)),
    )
    assert not need(found, "w", Extent.AFTER_DEATH).seen
    assert need(found, "a", Extent.AFTER_DEATH).seen


def test_a_birth_that_is_not_known_leaves_an_open_beginning() -> None:
    found = found_in("decedent: d\npersons: {d: {death: 2024-05-01}, a: {father: d}}\n"
                     "registers: [{person: d, from: 1950-01-01, to: death}]\n")  # fmt: skip

    assert need(found, "d", Extent.WHOLE).gaps == ((None, PartialDate(1950, 1, 1)),)


def test_who_is_represented_and_both_parents_are_needed_whole_and_certificates_too() -> None:
    found = found_in(
        """
        decedent: d
        persons:
          d: {birth: 1940-01-01, death: 2024-05-01, father: f, mother: m}
          f: {death: 1990-01-01}
          m: {death: 1991-01-01}
          s: {father: f, mother: m}
          t: {father: f, mother: m, death: 2020-01-01}
          t1: {father: t}
          c: {father: d}
          u: {father: f, mother: m}
        events:
          - {renunciation: c, of: d, on: 2024-06-01}
          - {disqualification: u, of: d, ground: 5}
        """
    )

    wanted = {(one.person, one.extent.value) for one in found.lacking}
    assert {("d", "whole"), ("f", "whole"), ("m", "whole"), ("t", "whole"), ("u", "whole")} <= wanted
    assert {("c", "certificate"), ("u", "certificate"), ("t1", "after_death"), ("s", "after_death")} <= wanted
    # d was 84: the parents of f and m could have lived
    assert {("f", "parent"), ("m", "parent")} <= wanted


def test_certificates_are_seen_as_registers_are() -> None:
    text = (
        MARRIED.replace("events: [", "events: [{renunciation: a, of: d}, {disqualification: w, of: d}, ")
        + "registers: [{person: a, certificate: renunciation}, {person: w, certificate: disqualification}]\n"
    )

    found = found_in(text)

    assert need(found, "a", Extent.CERTIFICATE).seen
    assert need(found, "w", Extent.CERTIFICATE).seen


def test_parents_who_are_not_told_are_asked_only_when_their_rank_is_reached() -> None:
    with_child = found_in(MARRIED + "registers: complete\n")
    without = found_in("decedent: d\npersons: {d: {death: 2024-05-01}}\nregisters: complete\n")
    blank = found_in(
        "decedent: d\npersons: {d: {death: 2024-05-01, father: none, mother: none}}\nregisters: complete\n"
    )

    assert with_child.status is Status.DETERMINED
    assert [(one.person, one.extent) for one in without.lacking] == [("d", Extent.PARENT)]
    assert without.status is Status.INCOMPLETE
    assert blank.status is Status.DETERMINED
    assert remarks(blank) == {"nobody": ""}


def test_forebears_who_would_be_120_are_not_looked_for() -> None:
    text = """
    decedent: d
    persons:
      d: {birth: %s, death: 2024-05-01, father: f, mother: none}
      f: {death: 1990-01-01}
    registers: complete
    """

    assert found_in(text % "1934-01-01").status is Status.INCOMPLETE  # aged 90: a grandparent could be 119
    assert found_in(text % "1930-01-01").status is Status.DETERMINED


def test_a_question_is_put_in_words_and_both_answers_are_shown() -> None:
    found = found_in(MARRIED.replace("events: [", "events: [{renunciation: a, of: d, pending: true}, "))

    assert found.status is Status.OPEN
    assert [asked(found.family, one, language="en") for one in found.questions] == [
        "Did the renunciation of a take effect?"
    ]
    assert found.alternatives[0].heirs == {"w": Fraction(1)}


def test_unknown_order_of_adoption_and_birth_is_asked() -> None:
    found = found_in(
        """
        decedent: d
        persons: {d: {death: 2024-05-01}, b: {father: d}, y: {death: 2020-01-01}, y1: {father: y}}
        events: [{adoption: y, by: [d], on: 2000-01-01}]
        """
    )

    assert [one.kind for one in found.questions] == ["after_adoption"]
    assert found.alternatives[0].heirs == {"b": Fraction(1)}


def test_a_day_known_in_part_that_leaves_the_marriage_open_is_asked() -> None:
    found = found_in(MARRIED.replace("[d, w]}", '[d, w], on: "2024-05-00"}'))

    assert [one.kind for one in found.questions] == ["by_then"]


def test_legitimacy_that_is_not_told_is_asked_under_the_old_law() -> None:
    found = found_in(
        """
        decedent: d
        persons: {d: {death: 1990-01-01}, w: {}, a: {father: d, mother: w}, x: {father: d}}
        events: [{marriage: [d, w]}]
        """
    )

    assert [(one.kind, one.about) for one in found.questions] == [("nonmarital", "x")]
    assert found.alternatives[0].heirs == {"w": Fraction(1, 2), "a": Fraction(1, 3), "x": Fraction(1, 6)}


def test_the_other_view_on_a_spouse_who_is_a_sibling_is_shown_and_opens_nothing() -> None:
    found = found_in(
        """
        decedent: d
        persons:
          d: {birth: 1930-01-01, death: 2024-05-01, father: f, mother: m}
          f: {death: 1990-01-01}
          m: {death: 1991-01-01}
          s: {father: f, mother: m}
          h: {}
        events: [{marriage: [d, h]}, {adoption: h, by: [f, m], on: 1965-01-01}]
        registers: complete
        """
    )

    assert found.status is Status.DETERMINED
    assert remarks(found)["spouse_and_sibling"] == "h"
    assert found.alternatives[0].heirs == {"h": Fraction(7, 8), "s": Fraction(1, 8)}


def test_a_renunciation_without_effect_is_said() -> None:
    found = found_in(MARRIED.replace("a: {", "z: {}\n  a: {").replace("[{m", "[{renunciation: z, of: d}, {m"))

    assert remarks(found)["renounced_idle"] == "z"


def test_a_renunciation_in_the_place_of_a_dead_heir_is_said_and_not_computed() -> None:
    found = found_in(
        """
        decedent: d
        persons: {d: {death: 2024-05-01}, a: {father: d, death: 2024-05-20}, a1: {father: a}, b: {father: d}}
        events: [{renunciation: a1, of: d, on: 2024-07-01}]
        registers: complete
        """
    )

    assert remarks(found)["renounced_in_place"] == "a1"
    assert found.status is Status.INCOMPLETE


def test_a_later_succession_under_foreign_law_is_left_with_the_dead() -> None:
    found = found_in(
        """
        decedent: d
        persons: {d: {death: 2020-05-01}, w: {death: 2021-01-01, nationality: FR}, a: {father: d, mother: w}}
        events: [{marriage: [d, w]}]
        """
    )

    assert found.final == {"a": Fraction(1, 2), "w": Fraction(1, 2)}
    assert remarks(found)["later_law"] == "w"


def test_a_forebear_by_two_lines_counts_once() -> None:
    found = found_in(
        """
        decedent: d
        persons:
          d: {birth: 1990-01-01, death: 2024-05-01, father: f, mother: m}
          f: {birth: 1960-01-01, death: 2001-01-01, father: none, mother: h}
          m: {birth: 1962-01-01, death: 2001-01-01, father: g, mother: none}
          g: {}
          h: {}
        events: [{adoption: f, by: [g], on: 1985-01-01}]
        """
    )

    assert found.first.shares() == {"g": Fraction(1, 2), "h": Fraction(1, 2)}
    assert remarks(found)["one_head"] == "g"


def test_a_missing_person_and_one_deemed_dead_are_noted() -> None:
    found = found_in(
        """
        decedent: d
        persons: {d: {death: 2024-05-01}, a: {father: d, missing: true}, b: {father: d}}
        events: [{failure_declared: b, deemed: 2010-01-01}]
        """
    )

    assert remarks(found)["missing"] == "a"
    assert remarks(found)["deemed_dead"] == "b"


def test_a_death_of_which_the_day_leaves_the_law_open_is_refused_with_the_remedy() -> None:
    assert found_in('decedent: d\npersons: {d: {death: "1980-12-00"}, a: {father: d}}\n').heirs

    with pytest.raises(OutOfScope, match="law changed within") as caught:
        found_in('decedent: d\npersons: {d: {death: "2013-09-00"}, a: {father: d}}\n')

    assert "day of the death" in caught.value.remedy


def test_all_articles_of_an_answer_can_be_listed() -> None:
    assert [str(one) for one in bases_of(found_in(MARRIED).first)] == [
        "民法第890条",
        "民法第900条第1号",
        "民法第887条第1項",
    ]


def test_where_all_children_are_alike_nothing_is_said_of_wedlock() -> None:
    text = (
        "decedent: d\npersons: {d: {death: 1990-01-01}, y: {}, x: {father: d, mother: y}, z: {father: d, mother: y}}\n"
    )
    found = found_in(text)

    keys = {reason.key for heir in found.heirs for stake in heir.stakes for reason in stake.reasons}
    assert "nonmarital_half" not in keys


def test_times_of_days_that_are_not_known_decide_nothing() -> None:
    one = Person(id="a", death=PartialDate(2024, 5), death_time="10:00")
    other = Person(id="d", death=PartialDate(2024, 5), death_time="11:00")

    assert died_first(one, other) is None
    assert died_first(replace(one, death=PartialDate(2024, 5, 1)), replace(other, death=PartialDate(2024, 5, 1)))


def test_the_dead_of_a_lower_rank_are_not_listed() -> None:
    own = "d: {death: 2024-05-01, father: f, mother: m}"
    found = found_in(f"decedent: d\npersons: {{{own}, f: {{death: 1990-01-01}}, m: {{}}, a: {{father: d}}}}\n")

    assert [one.person for one in found.first.excluded] == ["m"]


def test_nobody_holds_anything_when_there_is_no_heir() -> None:
    found = found_in("decedent: d\npersons: {d: {death: 2024-05-01, father: none, mother: none}}\n")

    assert found.final == {}


def test_a_register_of_the_very_day_does_not_show_that_somebody_lived_on() -> None:
    text = MARRIED + "registers: [{person: a, to: %s}]\n"

    assert not need(found_in(text % "2024-05-01"), "a", Extent.AFTER_DEATH).seen
    assert need(found_in(text % "2024-05-02"), "a", Extent.AFTER_DEATH).seen


def test_what_is_only_told_beside_the_answer_is_no_question() -> None:
    text = MARRIED.replace("a: {", "z: {}\n  a: {").replace("[{m", "[{marriage: [a, z], pending: true}, {m")
    family = parse_family(text)

    assert find(family).questions == ()
    world = World()
    case = Case(family, family.persons["d"], world)
    succeed(case)
    assert world.asked == {}


def test_every_course_of_unknown_facts_is_taken_once() -> None:
    questions = [Question("dead_before", name) for name in "abc"]

    found = courses(lambda world: tuple(world.holds(one, False) for one in questions))

    assert len(found) == 8
    assert len({course.answer for course in found}) == 8
    assert (found[0].answer, found[0].turned) == ((False, False, False), ())
    assert all(len(course.turned) == sum(course.answer) for course in found)
