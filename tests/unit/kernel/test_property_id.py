"""不動産ID: the rules of the guideline, by the kind of property."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiban.kernel.values import BadValue, Floor, Part, PropertyId

NUMBER = "1234567890123"
NUMBERS = st.text("0123456789", min_size=13, max_size=13)


@pytest.mark.parametrize(
    ("made", "expected", "part"),
    [
        (PropertyId.parse(NUMBER), f"{NUMBER}-0000", Part.REGISTERED),  # a lot, a house, a unit of a condominium
        (PropertyId.of_floor(NUMBER, Floor(18)), f"{NUMBER}-G018", Part.FLOOR),
        (PropertyId.of_floor(NUMBER, Floor(2, between=True)), f"{NUMBER}-GM02", Part.FLOOR),
        (PropertyId.of_floor(NUMBER, Floor(1, below=True)), f"{NUMBER}-B001", Part.FLOOR),
        (PropertyId.of_floor(NUMBER, Floor(1, below=True, between=True)), f"{NUMBER}-BM01", Part.FLOOR),
        (PropertyId.of_room(NUMBER, "101号室"), f"{NUMBER}-0101", Part.ROOM),
        (PropertyId.of_room(NUMBER, "１８０２"), f"{NUMBER}-1802", Part.ROOM),
        (PropertyId.of_room(NUMBER, "a-12"), f"{NUMBER}-0A12", Part.ROOM),
        (PropertyId.of_room(NUMBER, "2号棟203号室"), f"{NUMBER}-0203", Part.ROOM),
        (PropertyId.of_room(NUMBER, "B棟 5"), f"{NUMBER}-0005", Part.ROOM),
        (PropertyId.of_building(NUMBER), f"{NUMBER}-000B", Part.BUILDING),
    ],
)
def test_each_rule_of_the_guideline(made: PropertyId, expected: str, part: Part) -> None:
    assert str(made) == expected
    assert made.part is part
    assert PropertyId.parse(expected) == made
    assert str(made.registered) == f"{NUMBER}-0000"


@pytest.mark.parametrize("room", ["", "号室", "10101", "B001", "G025", "B", "000B", "0", "角部屋"])
def test_a_room_that_the_rules_cannot_tell_is_refused(room: str) -> None:
    with pytest.raises(BadValue) as caught:
        PropertyId.of_room(NUMBER, room)
    assert caught.value.where.field == "部屋番号"
    assert caught.value.remedy


@pytest.mark.parametrize("number", [0, -1, 100])
def test_floors_count_from_1(number: int) -> None:
    with pytest.raises(BadValue):
        Floor(number)


@given(number=NUMBERS, floor=st.builds(Floor, st.integers(1, 99), st.booleans(), st.booleans()))
def test_a_floor_is_read_back(number: str, floor: Floor) -> None:
    made = PropertyId.of_floor(number, floor)
    assert made.floor == floor
    assert made.number == number
    assert made.part is Part.FLOOR


@given(number=NUMBERS, room=st.integers(1, 9999))
def test_a_room_of_digits_is_read_back_and_is_no_floor(number: str, room: int) -> None:
    made = PropertyId.of_room(number, f"{room}号室")
    assert int(made.code) == room
    assert made.floor is None


@given(text=st.from_regex(r"[0-9]{13}-[0-9A-Z]{4}", fullmatch=True), between=st.sampled_from(["", " ", "－", "　"]))
def test_width_and_what_stands_between_say_nothing(text: str, between: str) -> None:
    wide = "".join(chr(ord(one) + 0xFEE0) if one.isalnum() else between for one in text.lower())
    assert str(PropertyId.parse(wide)) == text
