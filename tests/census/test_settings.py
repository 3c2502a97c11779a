"""Every setting that the source reads is told in the operator's page, and every one told there is read."""

from __future__ import annotations

import re

from census.source import ROOT, SRC

NAME = re.compile(r"\bKIBAN_[A-Z][A-Z_]*\b")


def test_settings_and_the_operators_page_name_the_same_variables() -> None:
    read = {
        name
        for path in SRC.rglob("*.py")
        for name in re.findall(r'"(KIBAN_[A-Z_]+)"', path.read_text(encoding="utf-8"))
    }
    told = set(NAME.findall((ROOT / "docs" / "operator.md").read_text(encoding="utf-8")))

    assert read - told == set()
    assert told - read - {"KIBAN_SHARED", "KIBAN_TEST_POSTGRES", "KIBAN_TEST_RANDOM"} == set()
