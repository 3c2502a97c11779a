"""`kiban credential`: from an office to a reader and back to the revocation, as commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kiban.shell.cli import main

CHALLENGE = ["--audience", "https://bank.example", "--nonce", "n-1"]
VALUES = {"name": "海南花子", "birth_date": "1990-04-01", "sex": "女", "address": "和歌山県海南市日方1525番地6"}


def run(*words: str | Path) -> int:
    return main(["credential", *map(str, words)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "values.json").write_text(json.dumps(VALUES), encoding="utf-8")
    assert run("office", tmp_path / "office", "--uri", "https://www.city.example", "--name", "海南市長") == 0
    assert run("holder", tmp_path / "holder.pem") == 0
    made = ("issue", tmp_path / "office", "juminhyo", tmp_path / "values.json", "--to", tmp_path / "credential")
    assert run(*made, "--holder", tmp_path / "holder.did") == 0
    return tmp_path


def verified(folder: Path, file: str, *more: str) -> int:
    public = folder / "office" / "public"
    return run("verify", folder / file, "--trust", public, "--status", public / "status", *more)


def presented(folder: Path, *show: str) -> int:
    chosen = [word for one in show for word in ("--show", one)]
    return run(
        "present", folder / "credential", *chosen, "--key", folder / "holder.pem", "--to", folder / "shown", *CHALLENGE
    )


def test_issue_present_verify_revoke(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verified(folder, "credential") == 0
    number = capsys.readouterr().out.partition("number: ")[2][:19]
    assert presented(folder, "birth_date") == 0
    assert verified(folder, "shown", "--kind", "juminhyo", *CHALLENGE) == 0
    said = capsys.readouterr().out
    assert "valid: urn:kiban:certificate:juminhyo:1 of https://www.city.example" in said
    assert "birth_date: 1990-04-01" in said
    assert "海南花子" not in said

    assert run("status", folder / "office", number, "revoke", "--reason", "転出") == 0
    assert verified(folder, "shown", *CHALLENGE) == 1
    assert "CREDENTIAL-006" in capsys.readouterr().err
    assert run("status", folder / "office", number) == 0
    assert "revoked (転出)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ([], "CREDENTIAL-010"), (["--audience", "https://shop.example", "--nonce", "n-1"], "CREDENTIAL-010"),
        (["--nonce", "n-1"], "KIBAN-001"), (["--kind", "hoikushi", *CHALLENGE], "CREDENTIAL-011"),
    ],
)  # fmt: skip
def test_refusals_name_their_reason(
    folder: Path, words: list[str], code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    presented(folder, "birth_date")

    assert verified(folder, "shown", *words) == 1
    assert code in capsys.readouterr().err


def test_a_changed_file_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    presented(folder, "birth_date")
    text = (folder / "shown").read_text()
    (folder / "shown").write_text(text[:50] + ("A" if text[50] != "A" else "B") + text[51:])

    assert verified(folder, "shown", *CHALLENGE) == 1
    assert "CREDENTIAL-0" in capsys.readouterr().err


def test_wrong_files_are_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "bad.json").write_text("{", encoding="utf-8")
    (folder / "list.json").write_text("[]", encoding="utf-8")
    (folder / "raw").write_bytes(b"\xff\xfe")
    office = folder / "office"

    for words in (
        ("issue", office, "juminhyo", folder / "bad.json", "--to", folder / "x"),
        ("issue", office, "juminhyo", folder / "list.json", "--to", folder / "x"),
        ("issue", office, "nothing", folder / "values.json", "--to", folder / "x"),
        ("issue", office, "juminhyo", folder / "values.json", "--holder", folder / "list.json", "--to", folder / "x"),
        ("present", folder / "credential", "--key", folder / "values.json", *CHALLENGE),
        ("present", folder / "credential", *CHALLENGE),
        ("present", folder / "raw", "--show", "name"),
        ("holder", folder / "holder.pem"),
        ("status", office, "AAAA-AAAA-AAAA-AAAA", "revoke", "--reason", "x"),
        ("status", office, "AAAA-AAAA-AAAA-AAAA"),
    ):
        assert run(*words) in {1, 3}, words
        assert "Traceback" not in capsys.readouterr().err


def test_kinds_are_listed_with_what_is_not_sure(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("kinds") == 0
    assert run("kinds", "kazei") == 0
    said = capsys.readouterr().out
    assert "児童福祉法 18_18" in said
    assert "not verified: law" in said
    assert run("kinds", "nothing") == 1
