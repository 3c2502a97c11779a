"""Pseudonymised tables (仮名加工情報): codes in place of persons, for one recipient the same for the same person.

個人情報の保護に関する法律施行規則 31条: (1) what identifies a person and (2) 個人識別符号 are deleted or replaced
by what no rule leads back from, (3) what can be misused for money (card numbers, passwords) is deleted. The codes are
made with a key: who has it can make the code of a known person again, so it stays with the office (法41条2項).

Threats: guessing (12-digit numbers are few, and without a key each could be tried; 256 random bits stop it), joining
two recipients' tables (the recipient's name goes into each code), a key that leaked (that office's codes can be
tried: make a new one, tell the recipients).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kiban.disclosure.errors import BadPlan
from kiban.disclosure.plan import Plan
from kiban.disclosure.releasing import check_columns, refuse_numbers
from kiban.linkage.salting.keys import Key


def pseudonymise(
    columns: Mapping[str, Sequence[str]], plan: Plan, *, key: Key, recipient: str
) -> tuple[list[str], list[list[str]]]:
    """Header and rows, in their order: codes in place of pseudonyms, what is dropped left out, the rest as it is.

    Raises:
        BadPlan: a column of which the plan says nothing, none that becomes a pseudonym, or 個人番号 as they are.
    """
    check_columns(columns, plan)
    if not plan.of("pseudonym"):
        raise BadPlan("no column becomes a pseudonym", remedy="write `pseudonym` for the column that names the person")
    refuse_numbers(columns, plan)
    item = f"pseudonym\0{recipient}"
    told = {
        name: [key.code(item, value.encode()) if value else "" for value in columns[name]]
        for name in plan.of("pseudonym")
    }
    header = [name for name in columns if plan.columns[name] != "drop"]
    return header, [list(row) for row in zip(*(told.get(name, columns[name]) for name in header), strict=True)]
