"""`kiban rules cases`: own cases of one pack, or cases of others over all rule files."""

from __future__ import annotations

import argparse
import datetime as dt
import json
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kiban.kernel.errors import BadInput, KibanError, Where

if TYPE_CHECKING:
    from kiban.rules import RuleSet
    from kiban.rules.peers import Outcome

OWN_FORM = '{"on": …, "facts": {…}, "expect": {…}}'
OTHERS_FORM = "asks, input, output, period a line; see docs/programmes.md"


def own(arguments: argparse.Namespace, *, rules: RuleSet) -> int:
    """Cases in the form of our facts; 1 when one differs or cannot be read."""
    from kiban.rules.errors import NotInForce
    from kiban.rules.peers import lines_of

    counts = {"pass": 0, "differ": 0, "unknown": 0}
    faults = 0
    for number, line in lines_of(arguments.file):
        where = Where(arguments.file.name, number)
        try:
            case = _own_case(line, rules=rules)
            plain = _determined(case, rules=rules, on=arguments.on)
            verdict = "unknown" if None in plain.values() else "pass" if plain == case["expect"] else "differ"
            said = f"{plain}, expected {case['expect']}"
        except NotInForce as error:
            verdict, said = "unknown", error.what
        except KibanError as error:
            print(f"fault: {where}: {error}")
            faults += 1
            continue
        counts[verdict] += 1
        if verdict != "pass":
            print(f"{where}: {verdict} {case.get('name', '')}: {said}")
    summary = ", ".join(f"{word} {count}" for word, count in counts.items())
    print(f"{summary}, faults {faults}" if faults else summary)
    return 1 if counts["differ"] or faults else 0


def _determined(case: Mapping[str, Any], *, rules: RuleSet, on: dt.date) -> dict[str, Any]:
    """Our values of what a case expects, as JSON has them."""
    from kiban.rules import evaluate

    days: dict[str, Any] = {"on": on}
    for key in ("on", "known"):
        try:
            days |= {key: dt.date.fromisoformat(case[key])} if case.get(key) else {}
        except (TypeError, ValueError):
            raise BadInput(f"{key} is no day: {case[key]!r}", remedy="dates as 2025-04-01") from None
    found = evaluate(rules, case["facts"], outputs=list(case["expect"]), **days)
    plain: dict[str, Any] = json.loads(json.dumps(found.outputs, default=str))
    return plain


def _own_case(line: str, *, rules: RuleSet) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"this is no JSON: {error}", remedy=OWN_FORM) from None
    parts = ("facts", "expect")
    if not isinstance(found, dict) or not all(isinstance(found.get(key), dict) for key in parts):
        raise BadInput("a case needs facts and expect", remedy=OWN_FORM)
    known = (rules.facts.keys() | set(rules.entities), rules.variables.keys())
    for key, names in zip(parts, known, strict=True):
        if unknown := sorted(found[key].keys() - names):
            raise BadInput(f"{rules.id} has no {unknown[0]} for {key}", remedy=f"it has {', '.join(sorted(names))}")
    return found


def of_others(arguments: argparse.Namespace) -> int:
    """Cases in the form of others; 1 when one differs that no report explains, or cannot be read."""
    from kiban.rules.peers import RuleFiles, Verdict, is_foreign, outcomes, read_patterns, read_report

    if not is_foreign(arguments.file):
        where, remedy = Where(arguments.file.name), f"add --pack ID, or {OTHERS_FORM}"
        raise BadInput("no case of others is in it, and own cases need their pack", where=where, remedy=remedy)
    if not any(arguments.packs.rglob("rules.yaml")):
        raise BadInput("there is no rules.yaml in this folder", where=Where(str(arguments.packs)))
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
