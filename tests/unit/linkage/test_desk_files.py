"""From a real check to the corrected file: taken in, decided, corrected, applied, checked again."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from kiban.linkage import Check, check
from kiban.linkage.beside import compare
from kiban.linkage.correcting import Corrections, apply
from kiban.linkage.desk import Decision, Officer, Query, State, Verdict, confirm, correct, propose, take_check
from kiban.linkage.desk.model import How
from kiban.linkage.desk.taking import from_folder, read_inboxes
from kiban.linkage.errors import BadFile, NoRegister, NumberShown
from kiban.linkage.model import Person
from kiban.linkage.store.registers import RegisterFolder
from kiban.shell.cli import main
from kiban.shell.wiring.colleagues import Colleagues
from kiban.shell.wiring.links import LinkPages
from kiban.shell.wiring.words import Words
from linkage_sample import FIRST, SECOND, B, desk
from unit.linkage.nation import checked, faults, made

TWELVE = re.compile(r"\d{12}")
AFFAIR = "health_insurance"
RATES = faults(family_mixup=0.01, two_items=0.01, variant=0.2)


@pytest.mark.django_db
def test_a_check_is_taken_decided_corrected_applied_and_the_next_check_is_clean(tmp_path: Path) -> None:
    folder, here = made("nhi", faults=RATES), desk()
    out, done = checked(folder, "nhi")
    taken = from_folder(out, agency=B, affair=AFFAIR)
    assert take_check(here, taken) == (len(taken.items), 0)
    assert len(taken.items) >= 10
    listed = here.store.page(Query(agency=B, size=100)).items
    assert not any(TWELVE.search(str(one)) for one in listed)

    certain = [one for one in listed if one.judgement == "wrong"]
    for one in certain:
        best = one.choices[0]
        assert {line.how for line in best.lines} <= {How.SAME, How.VARIANT, How.MISSING, How.TOWN, How.NEAR}
        decided = propose(here, FIRST, item=one, decision=Decision(Verdict.WRONG, "attributes", best.person.record))
        correct(here, FIRST, item=confirm(here, SECOND, item=decided))
    body = LinkPages(here, Words(None), Colleagues()).corrections(_principal(FIRST))  # type: ignore[arg-type]  # a stand-in, or wrong on purpose
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    assert len(rows) == len(certain)
    assert not TWELVE.search(body.decode())

    (tmp_path / "corrections.csv").write_bytes(body)
    wanted = Corrections(tmp_path / "corrections.csv", AFFAIR)
    agency, register = folder / "agencies/nhi", folder / "register"
    applied = apply(agency, register, corrections=wanted, out=tmp_path / "agency")
    again = apply(tmp_path / "agency", register, corrections=wanted, out=tmp_path / "again")
    assert (applied.corrected, applied.otherwise, applied.missing) == (len(certain), 0, 0)
    assert (again.already, again.corrected) == (len(certain), 0)
    before, after = (pl.read_parquet(one / "*.parquet") for one in (agency, tmp_path / "agency"))
    assert before.drop("individual_number").equals(after.drop("individual_number"))

    check(Check(register, tmp_path / "agency", tmp_path / "next"))
    take_check(here, from_folder(tmp_path / "next", agency=B, affair=AFFAIR))
    (row,) = here.store.progress()
    assert (row.in_effect, row.wrong, row.links) == (len(certain), len(certain), done.links)
    assert here.store.corrections(B) == ()
    assert here.store.page(Query(agency=B, states=(State.OPEN,), judgement="wrong")).total == 0


def _principal(officer: Officer) -> object:
    from kiban.shell.principals import Principal

    return Principal(kind="staff", code=officer.id, agency=officer.agency, roles=tuple(officer.roles))


def test_a_link_without_a_known_person_is_taken_away_and_what_changed_meanwhile_is_left(tmp_path: Path) -> None:
    people = [("r1", "992032807634"), ("r2", "995907012524")]
    register = "".join(f"{record},{number},見本 花子\r\n" for record, number in people)
    (tmp_path / "register.csv").write_text("宛名番号,個人番号,氏名\r\n" + register, encoding="utf-8")
    agency = "整理番号,個人番号,氏名\r\n1,992032807634,見本 花子\r\n2,992032807634,別人 一郎\r\n"
    (tmp_path / "agency.csv").write_text(agency, encoding="utf-8")
    lines = ["affair,record,before,after", "x,1,r1,", "x,2,r2,r1", "x,3,r1,r2", "y,2,r1,"]
    (tmp_path / "c.csv").write_text("\n".join(lines), encoding="utf-8")
    done = apply(tmp_path / "agency.csv", tmp_path / "register.csv",
                 corrections=Corrections(tmp_path / "c.csv", "x"), out=tmp_path / "out")  # fmt: skip

    assert (done.corrected, done.already, done.otherwise, done.missing) == (1, 1, 0, 1)
    rows = list(csv.reader(io.StringIO((tmp_path / "out/agency.csv").read_text(encoding="utf-8"))))
    assert [row[1] for row in rows[1:]] == ["", "992032807634"]


def test_record_numbers_that_are_individual_numbers_are_refused(tmp_path: Path) -> None:
    folder = made("nhi", faults=RATES)
    people = pl.read_parquet(folder / "agencies/nhi/*.parquet")
    shown = people.with_columns(record_id=pl.col("individual_number"))
    (tmp_path / "agency").mkdir()
    shown.write_parquet(tmp_path / "agency/a.parquet")
    check(Check(folder / "register", tmp_path / "agency", tmp_path / "out"))
    with pytest.raises(NumberShown):
        from_folder(tmp_path / "out", agency=B, affair=AFFAIR)

    people.drop("record_id").write_parquet(tmp_path / "agency/a.parquet")
    check(Check(folder / "register", tmp_path / "agency", tmp_path / "none"))
    with pytest.raises(BadFile, match="no record number"):
        from_folder(tmp_path / "none", agency=B, affair=AFFAIR)
    with pytest.raises(BadFile, match="no finished check"):
        from_folder(tmp_path / "nowhere", agency=B, affair=AFFAIR)


def test_differences_side_by_side_are_those_of_the_check() -> None:
    one = Person("1", "髙橋 花子", "タカハシ ハナコ", "1988-04-12", "2", "和歌山県和歌山市七番丁23番地")
    other = replace_person(one, name="高橋 花子", birth_date="昭和63年4月21日", sex="1", address="和歌山市七番丁24")

    assert [line.how.value for line in compare(one, one)] == ["same"] * 5
    assert [line.how.value for line in compare(one, other)] == ["variant", "same", "part", "different", "same_town"]
    married = replace_person(one, name="見本 花子", kana="ミホン ハナコ", birth_date="", sex="", address="")
    assert [line.how.value for line in compare(one, married)] == [
        "family_differs", "family_differs", "missing", "missing", "missing",
    ]  # fmt: skip


def replace_person(one: Person, **items: str) -> Person:
    return Person(**{name: items.get(name, getattr(one, name)) for name in one.__struct_fields__})


def test_a_register_is_looked_up_for_its_own_office_only_and_noted_first(tmp_path: Path) -> None:
    (tmp_path / B).mkdir()
    head, row = (
        "宛名番号,個人番号,氏名,カナ氏名,生年月日,性別,住所",
        "7,992032807634,見本 花子,ミホン ハナコ,1988-04-02,2",
    )
    text = f"{head}\n{row},和歌山市七番丁23\n"
    (tmp_path / B / "register.csv").write_text(text, encoding="utf-8")
    registers, noted = RegisterFolder(tmp_path), list[tuple[str, int]]()
    asked = Person("", "見本 花子", "ミホン ハナコ", "1988-04-02", "2", "和歌山市七番丁23番地")
    found = registers.look_up(B, asked, note=lambda outcome, shown: noted.append((outcome, shown)))
    near = registers.search(B, replace_person(asked, address="", sex=""), note=lambda *what: noted.append(what))

    assert found is not None
    assert (found.record, [one.record for one in near]) == ("7", ["7"])
    assert noted == [("found", 1), ("several", 1)]
    (tmp_path / "nenkin").mkdir()
    for agency in ("302023", "nenkin", "", "..", f"../{tmp_path.name}/{B}"):
        with pytest.raises(NoRegister):
            registers.search(agency, asked, note=lambda *_: None)

    def refuse(outcome: str, shown: int) -> None:
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        registers.look_up(B, asked, note=refuse)


def test_inboxes_are_read_by_their_columns(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("record,person\n1,p1\n2,\n", encoding="utf-8-sig")
    (tmp_path / "b.csv").write_text("id,code\n1,p1\n", encoding="utf-8")

    assert read_inboxes(tmp_path / "a.csv") == [("1", "p1")]
    with pytest.raises(BadFile):
        read_inboxes(tmp_path / "b.csv")


@pytest.mark.django_db
def test_the_commands_import_once_and_print_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    out, done = checked(made("nhi", faults=RATES), "nhi")
    words = ["linkage", "import", str(out), "--agency", B, "--affair", AFFAIR]
    assert [main(words), main(words)] == [0, 0]
    told = capsys.readouterr().out
    assert "findings new" in told
    assert "imported before" in told

    assert main(["linkage", "progress"]) == 0
    table = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["agency"], row["affair"], row["links"]) for row in table] == [(B, AFFAIR, str(done.links))]


def test_the_web_process_loads_no_compiled_loops_before_somebody_searches() -> None:
    code = (
        "import django, sys; django.setup(); import kiban.shell.wiring.build, kiban.shell.urls\n"
        "loops = {'kiban.linkage.comparing', 'kiban.linkage.kernels', 'numba'}\n"
        "assert not loops & set(sys.modules), loops & set(sys.modules)\n"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "kiban.shell.settings"}
    run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)

    assert run.returncode == 0, run.stderr[-600:]
