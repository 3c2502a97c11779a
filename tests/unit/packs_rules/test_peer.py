"""The national peer's cases: each equal, or in the report with the article that makes the peer's value wrong."""

from __future__ import annotations

import json
from pathlib import Path

from peer_cases import outcome
from shared_data import shared

REPORT = Path(__file__).with_name("peer_report.json")


def test_every_case_of_the_peer_is_equal_or_in_the_report_with_its_article() -> None:
    lines = shared("data/benefit-cases-dev.jsonl").read_text(encoding="utf-8").splitlines()
    cases = [case for case in map(json.loads, lines) if "id" in case]
    report = json.loads(REPORT.read_text(encoding="utf-8"))
    listed = {"differs": {one for group in report["differs"] for one in group["cases"]}}
    listed |= {kind: set(report[kind]["cases"]) for kind in ("unknown", "outside")}
    found: dict[str, set[str]] = {kind: set() for kind in ("equal", "differs", "unknown", "outside")}
    for case in cases:
        found[outcome(case)[0]].add(case["id"])
    for kind, ids in listed.items():
        assert found[kind] == ids, kind
    assert len(found["equal"]) > 100
    assert all(group["article"] and group["why"] for group in report["differs"])


def test_where_the_peers_value_was_not_in_force_ours_is_the_value_of_the_law() -> None:
    lines = shared("data/benefit-cases-dev.jsonl").read_text(encoding="utf-8").splitlines()
    conflicts = [case for case in map(json.loads, lines) if "law_conflict" in case]
    wrong = []
    for case in conflicts:
        kind, pairs = outcome(case)
        law = {one["law"] for one in case["law_conflict"]}
        if kind != "unknown" and not all(ours in law or ours == theirs for ours, theirs in pairs):
            wrong.append(case["id"])
    assert wrong == []
    assert len(conflicts) == 60
