"""The check from tokens: what it still finds, what it hides, how keys are kept."""

from __future__ import annotations

import dataclasses
import pickle
from functools import cache
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiban.linkage import Check, Finding, asides, findings
from kiban.linkage.errors import BadFile, BadKey, OtherCheck, OtherKey
from kiban.linkage.model import Rules, Summary
from kiban.linkage.salting import Form, Key, Salt, check_salted, is_salted, new_key, read_key, reveal, salt
from kiban.linkage.salting.store import files
from kiban.population.faults import NO_FAULTS, Faults
from kiban.shell.cli import main
from unit.linkage.nation import checked, made, scratch

KEY = Key(bytes(range(32)))
WRONG = {"two_items": 0.003, "wrong_number": 0.003, "family_mixup": 0.003}


def flawed() -> Path:
    return made("health", faults=dataclasses.replace(Faults(), **WRONG))


@cache
def salted(form: Form, *, perfect: bool = False) -> tuple[Path, Summary, list[Finding]]:
    folder, out = made("health", faults=NO_FAULTS) if perfect else flawed(), scratch("kiban-salt-")
    for side in ("register", "agencies/health"):
        salt(Salt(folder / side, out / side, form), KEY)
    done = check_salted(Check(out / "register", out / "agencies/health", out / "done"))
    return out, done, findings(out / "done")


def measured(folder: Path, found: dict[str, Finding]) -> tuple[float, float]:
    """Precision and recall of "wrong", by the agency's record numbers."""
    truth = pl.read_parquet(folder / "truth/health/*.parquet").filter(pl.col("person_id") != pl.col("linked_person_id"))
    wrong = {str(record) for record in truth["record_id"]}
    called = {record for record, one in found.items() if one.judgement == "wrong"}
    return len(called & wrong) / max(len(called), 1), len(called & wrong) / len(wrong)


@pytest.mark.parametrize("form", Form)
def test_wrong_links_are_found_from_tokens_with_a_measured_loss(form: Form) -> None:
    folder = flawed()
    plain, _ = checked(folder, "health")
    open_precision, open_recall = measured(folder, {one.record.record: one for one in findings(plain)})
    _, done, listed = salted(form)
    own = reveal(folder / "agencies/health", KEY, findings=listed)
    precision, recall = measured(folder, {own[one.record.record]: one for one in listed})

    assert done.links > 3000
    assert precision >= open_precision - 0.03
    assert recall >= open_recall - (0.03 if form is Form.BLOOM else 0.06)


@pytest.mark.parametrize("form", Form)
def test_a_perfect_copy_gives_no_finding(form: Form) -> None:
    _, done, listed = salted(form, perfect=True)

    assert listed == []
    assert done.judged["certain"] == done.links


def test_the_form_with_filters_tells_slips_from_other_values() -> None:
    _, filtered, _ = salted(Form.BLOOM)
    _, plain, _ = salted(Form.HMAC)

    assert filtered.differences["typing_birth"] > 0
    assert filtered.differences["typing_name"] > 0
    assert "typing_birth" not in plain.differences
    assert "typing_name" not in plain.differences


@pytest.mark.parametrize("form", Form)
def test_nothing_readable_is_handed_over(form: Form, tmp_path: Path) -> None:
    out, _, _ = salted(form)
    people = pl.read_parquet(flawed() / "register" / "*.parquet").head(200)
    given_over = b"".join(path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file())
    for column in ("individual_number", "family", "family_kana", "town"):
        for text in people[column].cast(str).unique():
            assert len(text) < 2 or text.encode() not in given_over, column
    assert bytes(range(32)).hex().encode() not in given_over
    assert bytes(range(32)) not in given_over
    salt(Salt(flawed() / "register", tmp_path, form), Key(bytes(32)))
    mine, other = files.rows(out / "register"), files.rows(tmp_path)
    for item in ("key", "record", "name", "kana", "place"):
        assert len(set(mine[item].tolist()) & set(other[item].tolist())) <= 3, item


def test_order_and_cut_of_files_change_no_byte(tmp_path: Path) -> None:
    rows = pl.read_parquet(flawed() / "register" / "*.parquet").sample(fraction=1, shuffle=True, seed=3)
    (tmp_path / "in").mkdir()
    rows[:900].write_parquet(tmp_path / "in" / "b.parquet")
    rows[900:].write_parquet(tmp_path / "in" / "a.parquet")
    salt(Salt(tmp_path / "in", tmp_path / "out", Form.BLOOM), KEY)

    for name in (files.ROWS, files.ABOUT):
        assert (tmp_path / "out" / name).read_bytes() == (salted(Form.BLOOM)[0] / "register" / name).read_bytes()


def test_only_one_key_and_form_can_be_compared(tmp_path: Path) -> None:
    out, done, _ = salted(Form.HMAC)
    salt(Salt(flawed() / "agencies/health", tmp_path / "other", Form.HMAC), Key(bytes(32)))
    for agency in (tmp_path / "other", salted(Form.BLOOM)[0] / "agencies/health"):
        with pytest.raises(OtherKey):
            check_salted(Check(out / "register", agency, tmp_path / "done"))
    with pytest.raises(OtherCheck):
        check_salted(Check(out / "register", out / "agencies/health", out / "done", Rules(wrong_from=0.5)))
    assert check_salted(Check(out / "register", out / "agencies/health", out / "done")) == done
    with pytest.raises(BadFile):
        check_salted(Check(tmp_path, tmp_path, tmp_path / "done"))


def test_rows_that_cannot_be_judged_are_told_by_row_and_column_without_values(tmp_path: Path) -> None:
    one = pl.read_parquet(flawed() / "register" / "*.parquet").row(5, named=True)
    number = one["individual_number"]
    good = f"{number},{one['family']} {one['given']},{one['birth_date']}"
    bad = [f"{number[:-1]},山田,1990-01-01", f"{number},山田,1990-02-31", f"{number},山田", ",山田,1990-01-01"]
    lines = ["個人番号,氏名,生年月日", good, *bad]
    (tmp_path / "a.csv").write_text("\n".join(lines), encoding="utf-8")
    about = salt(Salt(tmp_path / "a.csv", tmp_path / "out"), KEY)

    assert about.rows == 1
    assert [(one.row, one.column) for one in about.set_aside] == [
        (2, "個人番号"),
        (3, "生年月日"),
        (4, ""),
        (5, "個人番号"),
    ]
    done = check_salted(Check(salted(Form.HMAC)[0] / "register", tmp_path / "out", tmp_path / "done"))
    assert done.links == 5
    assert done.judged["set_aside"] == 4
    assert len(asides(tmp_path / "done")) == 4
    assert number not in (tmp_path / "out" / files.ABOUT).read_text(encoding="utf-8")


def test_a_key_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "key"
    new_key(path)
    text = path.read_text().strip()

    assert path.stat().st_mode & 0o077 == 0
    assert text not in repr(read_key(path))
    with pytest.raises(TypeError):
        pickle.dumps(read_key(path))
    with pytest.raises(BadKey, match="exists"):
        new_key(path)
    path.chmod(0o640)
    with pytest.raises(BadKey, match="others may read"):
        read_key(path)
    path.chmod(0o600)
    path.write_text("short")
    with pytest.raises(BadKey, match="64") as refused:
        read_key(path)
    assert "short" not in str(refused.value)
    with pytest.raises(BadKey):
        read_key(tmp_path / "none")


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=20), st.binary(max_size=20))
def test_tokens_depend_on_key_item_and_value(secret: bytes, one: bytes, other: bytes) -> None:
    key = Key(secret)

    assert (key.token("name", one) == key.token("name", other)) == (one == other)
    assert key.token("name", one) != key.token("kana", one)
    assert key.token("name", one) != Key(bytes(32 * [secret[0] ^ 1])).token("name", one)


def test_salt_check_and_reveal_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, key = flawed(), str(tmp_path / "key")
    assert main(["linkage", "salt", "--new-key", key]) == 0
    assert main(["linkage", "salt", "--key-file", key]) == 2
    for side in ("register", "agencies/health"):
        words = ["--source", str(folder / side), "--out", str(tmp_path / side), "--key-file", key]
        assert main(["linkage", "salt", *words]) == 0
        assert is_salted(tmp_path / side)
    done = str(tmp_path / "done")
    asked = ["--register", str(tmp_path / "register"), "--agency", str(tmp_path / "agencies/health"), "--out", done]
    assert main(["linkage", "check", *asked]) == 1
    capsys.readouterr()
    assert (
        main(["linkage", "reveal", "--source", str(folder / "agencies/health"), "--key-file", key, "--results", done])
        == 0
    )
    told = capsys.readouterr()
    own = {str(one) for one in pl.read_parquet(folder / "agencies/health/*.parquet")["record_id"]}

    lines = [line.split() for line in told.out.splitlines()]
    assert len(lines) == len(findings(Path(done))) > 20
    assert all(line[2] in own for line in lines)
    assert Path(key).read_text().strip() not in told.out + told.err
