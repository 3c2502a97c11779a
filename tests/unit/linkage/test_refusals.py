"""What the commands and the desk refuse: by name, with a remedy, never with a traceback, and nothing is changed."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from kiban.linkage import Rules
from kiban.linkage.desk import Decision, Query, Verdict, propose, send_back, take_check
from kiban.linkage.errors import BadRules, NotTwoItems, NumberInNote
from kiban.linkage.lookup import Asked, Enquirer, Register
from kiban.linkage.model import Person
from kiban.shell.cli import main
from linkage_sample import FIRST, B, desk, found, item
from unit.linkage.elsewhere import Rates, made, written
from unit.linkage.nation import scratch

NUMBERS = (
    "992032807634",
    "9920-3280-7634",
    "９９２０ ３２８０ ７６３４",
    "控えは992032807634でした",
    "9.9.2.0.3.2.8.0.7.6.3.4",
)


@cache
def files() -> Path:
    folder = scratch("kiban-refused-")
    written(made(60, rates=Rates(wrong=0.05), seed=2), folder)
    return folder


def side(name: str) -> list[str]:
    return [f"--{name}", str(files() / name)]


@pytest.mark.parametrize("levels", [(7.0, 0.05), (0.1, 0.5), (float("nan"), 0.05), (0.9, 0.0), (0.9, -1.0)])
def test_thresholds_are_probabilities_in_order(levels: tuple[float, float], tmp_path: Path) -> None:
    with pytest.raises(BadRules, match="suspicious from"):
        Rules(wrong_from=levels[0], suspicious_from=levels[1])
    options = ["--wrong-from", str(levels[0]), "--suspicious-from", str(levels[1]), "--out", str(tmp_path / "out")]
    assert main(["linkage", "check", *side("register"), *side("agency"), *options]) == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("rate", ["2", "-0.1", "1", "nan"])
def test_a_split_rate_is_a_share(rate: str, tmp_path: Path) -> None:
    assert main(["linkage", "duplicates", *side("register"), "--out", str(tmp_path), "--split-rate", rate]) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_register_without_rows_has_no_duplicates_and_nobody_is_found_in_it(tmp_path: Path) -> None:
    head = (files() / "register/a.csv").read_text(encoding="utf-8").splitlines()[0]
    (tmp_path / "r.csv").write_text(f"{head}\n", encoding="utf-8")

    assert main(["linkage", "duplicates", "--register", str(tmp_path / "r.csv"), "--out", str(tmp_path / "d")]) == 0
    job = ["--register", str(tmp_path / "r.csv"), "--records", str(files() / "agency"), "--out", str(tmp_path / "m")]
    assert main(["linkage", "match", *job]) == 1


@pytest.mark.parametrize(("given", "name"), [
    (Person(name="佐藤 健太"), "name"), (Person(sex="1"), "name"), (Person(), "name"),
    (Person(name="佐藤", kana="サトウ"), "name"),
    (Person(name="佐藤 健太", birth_date="1990-02-30"), "birth_date"),
    (Person(birth_date="1990-02-03", sex="1"), "name"),
])  # fmt: skip
def test_a_search_that_would_find_nobody_is_refused_and_not_logged(given: Person, name: str) -> None:
    log: list[Asked] = []
    with pytest.raises(NotTwoItems) as refused:
        Register.open(files() / "register").search(given, by=Enquirer("o", "p", log.append))

    assert refused.value.where.field == name
    assert log == []


def test_a_question_says_who_asks_and_what_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--name", "佐藤 健太", "--birth-date", "1990-02-03", "--log", str(tmp_path / "log")]
    for who in (("", "x"), ("x", " ")):
        job = ["linkage", "search", *side("register"), *asked, "--officer", who[0], "--purpose", who[1]]
        assert main(job) == 1
        assert "LINK-015" in capsys.readouterr().err
    assert not (tmp_path / "log").exists()


@pytest.mark.parametrize(
    "content", [b"\xff\xfe\x00", b"", b"a,b\n1,2\n", b"affair,record,before,after\nx,R000000,P000000\n"]
)
def test_a_broken_file_of_corrections_takes_no_link_away(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "c.csv").write_bytes(content)
    job = ["--corrections", str(tmp_path / "c.csv"), "--affair", "x", "--out", str(tmp_path / "out")]

    assert main(["linkage", "correct", *side("register"), *side("agency"), *job]) == 1
    assert "LINK-001" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_results_that_somebody_changed_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("summary.json", "work-list.jsonl"):
        (tmp_path / name).write_text('{"a":', encoding="utf-8")
    (tmp_path / "inboxes.csv").write_bytes(b"\xff\xff\n")

    for job in (["report", str(tmp_path)], ["table", str(tmp_path)],
                ["import", str(tmp_path), "--agency", B, "--affair", "x"]):  # fmt: skip
        assert main(["linkage", *job]) == 1
        assert "not what a check wrote" in capsys.readouterr().err


@pytest.mark.django_db
@pytest.mark.parametrize("note", NUMBERS)
def test_a_note_with_an_individual_number_is_not_kept(note: str) -> None:
    here = desk()
    take_check(here, found(item(1)))
    (one,) = here.store.page(Query(agency=B)).items
    with pytest.raises(NumberInNote) as refused:
        propose(here, FIRST, item=one, decision=Decision(Verdict.ENQUIRE, "ask_person", note=note))
    proposed = propose(here, FIRST, item=one, decision=Decision(Verdict.RIGHT, "moved", note="電話 073-482-4111"))
    with pytest.raises(NumberInNote):
        send_back(here, FIRST, item=proposed, note=note)

    assert "7634" not in str(refused.value)
    assert [step.note for step in here.store.item(one.id, agency=B).history] == ["電話 073-482-4111"]
