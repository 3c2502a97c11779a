from __future__ import annotations

import msgspec
import polars as pl
import pytest

from kiban.linkage import Person
from kiban.linkage.errors import NotFourAttributes
from kiban.linkage.lookup import Asked, Enquirer, Outcome, Register
from unit.linkage.nation import made


def test_all_four_the_same_after_folding_gives_one_answer_and_anything_less_none() -> None:
    folder = made("nhi")
    one = pl.read_parquet(folder / "register" / "*.parquet").row(11, named=True)
    register, log = Register.open(folder / "register"), list[Asked]()
    by = Enquirer("officer-1", "child_allowance", log.append)
    asked = Person(
        name=f"{one['family']}　{one['given']}", birth_date=one["birth_date"].strftime("%Y%m%d"), sex=one["sex"],
        address=f"{one['city']}{one['town']}{one['number']}".replace("番地", "-").replace("番", "-").replace("号", ""),
    )  # fmt: skip

    found = register.lookup(asked, by=by)

    assert found is not None
    assert found.record == str(one["person_id"])
    assert register.lookup(msgspec.structs.replace(asked, sex="2" if one["sex"] == "1" else "1"), by=by) is None
    assert [entry.outcome for entry in log] == [Outcome.FOUND, Outcome.NONE]
    assert one["family"] not in repr(log)
    with pytest.raises(NotFourAttributes):
        register.lookup(msgspec.structs.replace(asked, address=""), by=by)


def test_an_assisted_search_is_another_logged_action() -> None:
    folder = made("nhi")
    one = pl.read_parquet(folder / "register" / "*.parquet").row(20, named=True)
    log = list[Asked]()
    found = Register.open(folder / "register").search(
        Person(name=f"{one['family']} {one['given']}", birth_date=one["birth_date"].isoformat()),
        by=Enquirer("officer-1", "nhi", log.append),
    )

    assert found[0].record == str(one["person_id"])
    assert [entry.action for entry in log] == ["search"]
