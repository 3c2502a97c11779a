"""`kiban rules cases`: own cases of one pack, or cases of others over all rule files."""

from __future__ import annotations

import argparse
import datetime as dt
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from kiban.kernel.errors import BadInput, Where

if TYPE_CHECKING:
    from kiban.rules import RuleSet
    from kiban.rules.peers import Outcome

OWN_FORM = '{"on": …, "facts": {…}, "expect": {…}}'


def own(arguments: argparse.Namespace, *, rules: RuleSet) -> int:
    """Cases in the form of our facts; 1 when one differs."""
    from kiban.rules import evaluate

    counts = {"pass": 0, "differ": 0, "unknown": 0}
    for number, line in enumerate(arguments.file.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        case = _own_case(line, where=Where(arguments.file.name, number))
        days = {key: dt.date.fromisoformat(case[key]) for key in ("on", "known") if case.get(key)}
        found = evaluate(rules, case["facts"], outputs=list(case["expect"]), **{"on": arguments.on, **days})
        plain = json.loads(json.dumps(found.outputs, default=str))
        verdict = "unknown" if None in plain.values() else "pass" if plain == case["expect"] else "differ"
        counts[verdict] += 1
        if verdict != "pass":
            said = f"{arguments.file.name}:{number}: {verdict} {case.get('name', '')}"
            print(f"{said}: {plain}, expected {case['expect']}")
    print(", ".join(f"{word} {count}" for word, count in counts.items()))
    return 1 if counts["differ"] else 0


def _own_case(line: str, *, where: Where) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError as error:
        raise BadInput(f"this is no JSON: {error}", where=where) from None
    if not isinstance(found, dict) or not {"facts", "expect"} <= found.keys():
        raise BadInput("a case needs facts and expect", where=where, remedy=OWN_FORM)
    return found


def of_others(arguments: argparse.Namespace) -> int:
    """Cases in the form of others; 1 when one differs that no report explains, or cannot be read."""
    from kiban.rules.peers import RuleFiles, Verdict, is_foreign, outcomes, read_patterns, read_report

    if not is_foreign(arguments.file):
        raise BadInput("own cases need their pack", where=Where(arguments.file.name), remedy="add --pack ID")
    known = read_report(arguments.report) if arguments.report else {}
    patterns = read_patterns(arguments.report) if arguments.report else ()
    counts: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    for one in outcomes(arguments.file, RuleFiles(arguments.packs)):
        if one.verdict is Verdict.UNKNOWN:
            unknown[one.why] += 1
        kinds = (pattern.listed for pattern in patterns if pattern.fits(one))
        listed = known.get(one.case, next(kinds, None)) if one.verdict is Verdict.DIFFER else None
        counts["explained" if listed else one.verdict] += 1
        if one.verdict is Verdict.FAULT:
            print(f"fault: {one.why}")
        if one.verdict is Verdict.DIFFER:
            cited = f"{listed.article} ({listed.why})" if listed else ", ".join(one.articles)
            _print_difference(arguments.file.name, one, cited=cited)
    for why, count in unknown.most_common():
        print(f"unknown: {why} ({count})")
    summary = f"pass {counts['pass']}, differ {counts['differ']}, unknown {counts['unknown']}"
    summary += f", differ as the report explains {counts['explained']}" if known or patterns else ""
    print(f"{summary}, faults {counts['fault']}" if counts["fault"] else summary)
    return 1 if counts["differ"] or counts["fault"] else 0


def _print_difference(file: str, one: Outcome, *, cited: str) -> None:
    values = "; ".join(f"ours {ours}, theirs {theirs}" for ours, theirs in zip(one.ours, one.theirs, strict=True))
    print(f"{file}:{one.line}: differ {one.case} {one.asks}: {values} ← {cited}")
