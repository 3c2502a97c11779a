from __future__ import annotations

import dataclasses
import random
import shutil
from pathlib import Path

import polars as pl
import pytest

from kiban.linkage import Check, Rules, asides, check, findings
from kiban.linkage.errors import BadFile, OtherCheck
from kiban.population.agencies import AGENCIES
from kiban.population.faults import Faults
from unit.linkage.nation import checked, judged, made

WRONG = {"two_items": 0.002, "wrong_number": 0.002, "family_mixup": 0.002}


def test_a_perfect_copy_gives_no_finding_and_no_difference() -> None:
    for agency in AGENCIES:
        out, done = checked(made(agency), agency)

        assert done.judged["certain"] == done.links > 300, agency
        assert findings(out) == []
        assert asides(out) == []


def test_wrong_links_are_found_among_ordinary_differences_with_the_right_person() -> None:
    folder = made("health", faults=dataclasses.replace(Faults(), **WRONG))
    out, done = checked(folder, "health")
    table = judged(folder, "health", out)
    wrong = table.filter(pl.col("wrong"))
    called = table.filter(pl.col("judgement") == "wrong")
    right = {record: str(person) for record, person in wrong.select("record", "person_id").iter_rows()}
    found = findings(out)
    hit = [f for f in found if f.record.record in right and f.candidates]

    assert len(wrong) > 25
    assert called["wrong"].mean() >= 0.97
    assert wrong["judgement"].is_in(["wrong", "suspicious"]).mean() >= 0.97
    assert sum(f.candidates[0].person.record == right[f.record.record] for f in hit) >= 0.95 * len(right)
    assert all(set(f.says) == {"ja", "ja-easy", "en"} and all(f.says.values()) for f in found)
    assert done.judged["wrong"] == len(called)


def test_order_and_cut_of_files_change_no_judgement(tmp_path: Path) -> None:
    folder = made("health", faults=dataclasses.replace(Faults(), **WRONG))
    first, _ = checked(folder, "health")
    other = tmp_path / "other"
    for side in ("register", "agencies/health"):
        rows = pl.read_parquet(folder / side / "*.parquet").sample(fraction=1, shuffle=True, seed=5)
        (other / side).mkdir(parents=True)
        for number, cut in enumerate((slice(0, 777), slice(777, 5000), slice(5000, None))):
            rows[cut].write_parquet(other / side / f"{9 - number}.parquet")
    again, _ = checked(other, "health")
    key = ["record", "judgement", "differences"]

    def table(out: Path) -> pl.DataFrame:
        return pl.read_parquet(out / "judgements" / "*.parquet").select(pl.col(key).cast(str)).sort("record")

    assert table(first).equals(table(again))
    assert findings(first) == findings(again)


def test_a_stopped_check_resumes_to_the_same_bytes(tmp_path: Path) -> None:
    folder = made("health", faults=dataclasses.replace(Faults(), **WRONG))
    whole, _ = checked(folder, "health")
    stop_at = random.Random(1).choice(["join", "search", "results"])

    def stop(stage: str) -> None:
        if stage == stop_at:
            raise KeyboardInterrupt

    job = Check(folder / "register", folder / "agencies/health", tmp_path)
    with pytest.raises(KeyboardInterrupt):
        check(job, report=stop)
    check(job)
    names = [p.relative_to(whole) for p in whole.rglob("*") if p.is_file() and p.name != "journal.json"]

    assert len(names) >= 4
    assert all((whole / name).read_bytes() == (tmp_path / name).read_bytes() for name in names)
    with pytest.raises(OtherCheck):
        check(dataclasses.replace(job, rules=Rules(wrong_from=0.5)))


def test_bad_rows_are_set_aside_with_row_column_and_reason_and_the_rest_is_judged(tmp_path: Path) -> None:
    folder = made("nhi")
    register = shutil.copytree(folder / "register", tmp_path / "register")
    people = pl.read_parquet(register / "*.parquet").head(50)
    lines = ["整理番号,個人番号,氏名,カナ氏名,生年月日,性別,メモ"]
    for at, one in enumerate(people.iter_rows(named=True)):
        number = one["individual_number"]
        number = {1: "", 2: number[:-1], 3: f"{number[:-1]}{(int(number[-1]) + 1) % 10}"}.get(at, number)
        birth = "1990-02-30" if at == 4 else one["birth_date"].isoformat()
        lines.append(
            f"{at},{number},{one['family']}　{one['given']},{one['family_kana']} {one['given_kana']},{birth},"
            f"{one['sex']},x"
        )
    text = [line.encode("cp932", errors="replace") if n % 2 else line.encode() for n, line in enumerate(lines)]
    (tmp_path / "agency.csv").write_bytes(b"\r\n".join(text))
    done = check(Check(register, tmp_path / "agency.csv", tmp_path / "out"))
    found = {(a.row, a.column): a.reason for a in asides(tmp_path / "out")}

    assert found[2, "個人番号"] == "no link key"
    assert found[3, "個人番号"] == "the link key is not 12 digits"
    assert found[4, "個人番号"] == "the link key's check digit does not fit"
    assert found[5, "生年月日"] == "no day of the calendar"
    assert done.judged["certain"] >= 40
    assert done.judged["set_aside"] == 4


def test_a_file_without_a_key_is_refused_by_name(tmp_path: Path) -> None:
    pl.DataFrame({"氏名": ["山田 太郎"]}).write_parquet(tmp_path / "a.parquet")

    with pytest.raises(BadFile, match="no column for key"):
        check(Check(tmp_path, tmp_path, tmp_path / "out"))


def test_double_keys_in_the_register_are_set_aside(tmp_path: Path) -> None:
    folder = made("nhi")
    (tmp_path / "register").mkdir()
    people = pl.read_parquet(folder / "register" / "*.parquet")
    key = pl.read_parquet(folder / "agencies/nhi/*.parquet")["individual_number"][0]
    pl.concat([people, people.filter(pl.col("individual_number") == key)]).write_parquet(
        tmp_path / "register/a.parquet"
    )
    done = check(Check(tmp_path / "register", folder / "agencies/nhi", tmp_path / "out"))

    assert done.set_aside == {"the register has the link key twice": 1}
