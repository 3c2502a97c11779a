"""The 158 cases written from statements of agencies and the text of the law, apart from this repository."""

from __future__ import annotations

from kiban.rules.peers import Verdict, outcomes
from packs_rules_files import RULES
from shared_data import shared


def test_every_independent_case_holds() -> None:
    found = list(outcomes(shared("data/benefit-golden-independent.jsonl"), RULES))
    assert [one for one in found if one.verdict is not Verdict.PASS] == []
    assert len(found) == 158
