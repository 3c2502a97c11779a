"""Two persons side by side: item by item how they differ, in the words of the check's own levels."""

from __future__ import annotations

import numpy as np

from kiban.linkage.comparing import WRITTEN, levels, patterns
from kiban.linkage.desk.model import How, Line
from kiban.linkage.lookup import read_person
from kiban.linkage.model import Person

NAME = (How.DIFFERENT, How.GIVEN, How.NEAR, How.FAMILY, How.SAME, How.MISSING)
BIRTH = (How.DIFFERENT, How.PART, How.SAME, How.MISSING)
SEX = (How.DIFFERENT, How.SAME, How.MISSING)
ADDRESS = (How.DIFFERENT, How.TOWN, How.SAME, How.MISSING)


def compare(record: Person, person: Person) -> tuple[Line, ...]:
    """One line per item (name, kana, birth, sex, address): how the person differs from the agency's record."""
    pattern = patterns(read_person(record), read_person(person))
    name, kana, birth, sex, place = (int(one[0]) for one in levels(pattern))
    written = How.VARIANT if np.any(pattern & WRITTEN) else NAME[name]
    return (
        Line("name", written),
        Line("kana", NAME[kana]),
        Line("birth", BIRTH[birth]),
        Line("sex", SEX[sex]),
        Line("address", ADDRESS[place]),
    )
