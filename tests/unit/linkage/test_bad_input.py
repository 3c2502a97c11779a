"""Bad rows of the lists that offices send: by row and column, counted, set aside; the rest is judged."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from kiban.linkage import Check, asides, check, findings
from kiban.linkage.errors import BadFile
from unit.linkage.nation import made

HEAD = "整理番号,個人番号,氏名,カナ氏名,生年月日,性別,住所,メモ"


def people(count: int = 60) -> list[dict[str, object]]:
    return pl.read_parquet(made("nhi") / "register" / "*.parquet").head(count).rows(named=True)


def line(at: int, one: dict[str, object], **cells: str) -> str:
    home = f"{one['prefecture']}{one['city']}{one['town']}{one['number']}"
    found = {"整理番号": str(at), "個人番号": one["individual_number"], "氏名": f"{one['family']}　{one['given']}",
             "カナ氏名": f"{one['family_kana']} {one['given_kana']}", "生年月日": str(one["birth_date"]),
             "性別": one["sex"], "住所": home, "メモ": "x"} | cells  # fmt: skip
    return ",".join(map(str, found.values()))


def judge(folder: Path, lines: list[bytes]) -> tuple[dict[tuple[int, str], str], dict[str, int], Path]:
    (folder / "agency.csv").write_bytes(b"\r\n".join(lines))
    done = check(Check(made("nhi") / "register", folder / "agency.csv", folder / "out"))
    return {(a.row, a.column): a.reason for a in asides(folder / "out")}, done.judged, folder / "out"


def test_rows_in_two_encodings_are_both_read_and_broken_ones_set_aside(tmp_path: Path) -> None:
    lines = [HEAD.encode()]
    for at, one in enumerate(people()):
        plain = line(at, one)
        lines.append(
            plain.encode("cp932")
            if at % 2 and plain.encode("cp932", "replace").decode("cp932") == plain
            else plain.encode()
        )
    lines[5] = lines[5].replace(b",x", b",\xff\xfd\x80\x81")
    found, judged, _ = judge(tmp_path, lines)

    assert len(found) == 1
    assert found[5, "メモ"] == "characters that are neither UTF-8 nor Shift_JIS"
    assert judged["set_aside"] == 1
    assert judged["certain"] == 59


def test_rows_with_cells_too_few_or_too_many_are_set_aside_not_shifted(tmp_path: Path) -> None:
    lines = [HEAD, *(line(at, one) for at, one in enumerate(people()))]
    lines[3], lines[7] = lines[3].rpartition(",")[0], f"{lines[7]},one,more"
    found, judged, _ = judge(tmp_path, [one.encode() for one in lines])

    assert found == {(at, ""): "the row has more or fewer cells than there are columns" for at in (3, 7)}
    assert judged["certain"] == 58


def test_a_number_in_several_rows_is_told_and_each_row_judged(tmp_path: Path) -> None:
    whole = people()
    other = line(99, whole[20] | {"individual_number": whole[10]["individual_number"]})
    lines = [HEAD, *(line(at, one) for at, one in enumerate(whole)), other]
    found, judged, out = judge(tmp_path, [one.encode() for one in lines])
    reason = "the link key stands in several rows of the agency; each was judged"

    assert found == {(11, "個人番号"): reason, (61, "個人番号"): reason}
    assert judged["certain"] == 60
    assert [one.record.record for one in findings(out)] == ["99"]


def test_numbers_and_days_that_cannot_be_are_set_aside_by_row_and_column(tmp_path: Path) -> None:
    whole = people()
    number = str(whole[3]["individual_number"])
    stranger = next(n for n in (f"{12345678901:011}{d}" for d in range(10)) if _fits(n))
    slipped = f"{number[:-1]}{(int(number[-1]) + 1) % 10}"
    cells = {1: {"個人番号": ""}, 2: {"個人番号": number[:-1]}, 3: {"個人番号": slipped},
             4: {"生年月日": "1990-02-30"}, 5: {"生年月日": "平成40年"}, 6: {"個人番号": stranger}}  # fmt: skip
    lines = [HEAD, *(line(at, one, **cells.get(at, {})) for at, one in enumerate(whole))]
    found, judged, _ = judge(tmp_path, [one.encode() for one in lines])

    assert found == {
        (2, "個人番号"): "no link key", (3, "個人番号"): "the link key is not 12 digits",
        (4, "個人番号"): "the link key's check digit does not fit", (5, "生年月日"): "no day of the calendar",
        (6, "生年月日"): "no day of the calendar", (7, "個人番号"): "the link key is not in the register",
    }  # fmt: skip
    assert judged["set_aside"] == 6
    assert judged["certain"] == 54


def _fits(number: str) -> bool:
    rest = sum(int(d) * w for d, w in zip(number, (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2), strict=False)) % 11
    return int(number[-1]) == (0 if rest <= 1 else 11 - rest)


def test_columns_that_lack_or_are_not_read_are_named_and_the_rest_is_judged(tmp_path: Path) -> None:
    rows = [f"{one['individual_number']},{one['family']} {one['given']},{one['birth_date']},x" for one in people()]
    (tmp_path / "agency.csv").write_text("\n".join(["個人番号,氏名,生年月日,備考", *rows]), encoding="utf-8")
    done = check(Check(made("nhi") / "register", tmp_path / "agency.csv", tmp_path / "out"))

    assert done.columns["agency without"] == ("address", "kana", "sex")
    assert done.columns["agency not read"] == ("備考",)
    assert done.columns["register without"] == ()
    assert done.judged["certain"] == 60


def test_files_that_cannot_be_judged_at_all_are_refused_by_name(tmp_path: Path) -> None:
    for text, message in (
        ("", "empty"),
        ("個人番号,個人番号,氏名\n1,2,3", "one name"),
        ("氏名\n山田", "no column for key"),
    ):
        (tmp_path / "a.csv").write_text(text, encoding="utf-8")
        with pytest.raises(BadFile, match=message):
            check(Check(made("nhi") / "register", tmp_path / "a.csv", tmp_path / "out"))


def test_the_address_engine_settles_what_letters_cannot(tmp_path: Path) -> None:
    """A typing error beside a street name of Kyoto is no reason for the work list."""
    from kiban.linkage.settling import settled

    kyoto = "京都府京都市中京区寺町通御池上る上本能寺前町488番地", "京都市中京区上本能寺前町488"
    wards = "静岡県浜松市中区元城町103番地の2", "静岡県浜松市中央区元城町103-2"

    assert [settled(4 * 7, first=pair[0], second=pair[1]) for pair in (kyoto, wards)] == [4 * 7 + 2] * 2
    assert settled(4 * 7, first="和歌山県海南市日方1", second="和歌山県海南市船尾1") == 4 * 7
    assert settled(4 * 7 + 3, first="", second="和歌山県海南市船尾1") == 4 * 7 + 3


def test_a_link_that_only_the_address_engine_understands_stays_off_the_work_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = {"prefecture": "京都府", "city": "京都市中京区", "town": "寺町通御池上る上本能寺前町", "number": "488番地"}
    register = pl.read_parquet(made("nhi") / "register" / "*.parquet").with_columns(pl.col(pl.Categorical).cast(str))
    at = next(i for i, one in enumerate(register.rows(named=True)) if len(one["given"]) == 3 and i > 100)
    moved = [pl.when(pl.int_range(pl.len()) == at).then(pl.lit(text)).otherwise(pl.col(name)).alias(name)
             for name, text in home.items()]  # fmt: skip
    register.with_columns(moved).write_parquet(tmp_path / "register.parquet")
    one = register.row(at, named=True)
    born = f"1901-{1 + one['birth_date'].month % 12:02}-{1 + one['birth_date'].day % 28:02}"
    slip = {"氏名": f"別姓　{one['given']}", "カナ氏名": "", "生年月日": born, "性別": "",
            "住所": "京都市中京区上本能寺前町488"}  # fmt: skip
    rows = register.head(2000).rows(named=True)
    lines = [HEAD, *(line(i, other, **(slip if i == at else {})) for i, other in enumerate(rows))]
    (tmp_path / "agency.csv").write_text("\n".join(lines), encoding="utf-8")

    def listed(out: str) -> list[str]:
        check(Check(tmp_path / "register.parquet", tmp_path / "agency.csv", tmp_path / out))
        return [found.record.record for found in findings(tmp_path / out)]

    settled = listed("settled")
    monkeypatch.setattr("kiban.linkage.settling.settled", lambda pattern, **_: pattern)
    assert str(at) in listed("letters")
    assert str(at) not in settled
