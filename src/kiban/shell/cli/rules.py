"""`kiban rules`: check, coverage, explain, ask, compute, sql, cases."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiban.kernel.errors import BadInput, KibanError, Where
from kiban.kernel.wire import UNREADABLE
from kiban.shell.cli._given import as_day

if TYPE_CHECKING:
    from kiban.rules import Determination, RuleSet
    from kiban.rules.batch import Summary
    from kiban.shell.cli import Subparsers

ROOT = Path(os.environ.get("KIBAN_PACKS", Path(__file__).resolve().parents[4] / "packs"))


def add(subparsers: Subparsers) -> None:
    """Add the group to the command line."""
    group = subparsers.add_parser(
        "rules", help="law as expressions: check, coverage, explain, ask, compute, sql, cases"
    )
    verbs = group.add_subparsers(dest="verb", required=True, metavar="VERB")
    checking = verbs.add_parser("check", help="every rules.yaml of a folder; 1 when one has a fault")
    checking.add_argument("folder", type=Path, nargs="?", default=ROOT, help="a folder with rules.yaml files below it")
    checking.set_defaults(func=check)
    covering = verbs.add_parser("coverage", help="what of the rules no golden case reaches; 1 for a way never taken")
    covering.add_argument("folder", type=Path, nargs="?", default=ROOT, help="a folder with rules.yaml files below it")
    covering.add_argument("--strict", action="store_true", help="1 also for a limit or a number that no case reaches")
    covering.set_defaults(func=cover)
    explaining = _verb(verbs.add_parser("explain", help="one household in plain words with articles"), several=True)
    explaining.add_argument("--facts", type=Path, required=True, help="a JSON object; see docs/rules.md")
    explaining.add_argument("--language", choices=("ja", "ja-easy", "en"), default="ja", help="language of the words")
    explaining.add_argument("--tree", action="store_true", help="every step, for the officer")
    explaining.set_defaults(func=explain_one)
    asking = _verb(verbs.add_parser("ask", help="ask only what can still change the answer"))
    asking.add_argument("--facts", type=Path, help="what is known already")
    asking.add_argument("--why", action="store_true", help="two answers that would give different results")
    asking.set_defaults(func=ask)
    computing = verbs.add_parser("compute", help="all households of a folder of Parquet or CSV files")
    _verb(computing, several=True)
    computing.add_argument("--facts", type=Path, required=True, help="folder with 世帯*.parquet and the entities'")
    computing.add_argument("--out", type=Path, required=True, help="folder for the results")
    computing.set_defaults(func=compute_all)
    text = _verb(verbs.add_parser("sql", help="the same rules as SQL text"))
    text.add_argument("--dialect", default="duckdb", help="duckdb, postgres or spark")
    text.set_defaults(func=print_sql)
    comparing = _verb(verbs.add_parser("cases", help="a file of cases: pass, differ, unknown"), pack=False)
    comparing.add_argument("file", type=Path, help="JSON lines: own cases (--pack), or those of others")
    comparing.add_argument("--report", type=Path, help="differences that are explained, with their articles")
    comparing.add_argument("--packs", type=Path, default=ROOT, help="folder of the rule files for cases of others")
    comparing.set_defaults(func=cases)


def _verb(parser: argparse.ArgumentParser, *, pack: bool = True, several: bool = False) -> argparse.ArgumentParser:
    words = "id of a pack, or a folder or file with rules.yaml"
    if several:
        words += "; as often as wanted, each with a day of its own as ID@2026-01-01"
    parser.add_argument("--pack", required=pack, action="append" if several else "store", help=words)
    parser.add_argument("--on", type=as_day, default=None, help="基準日; today without it")
    parser.add_argument("--known", type=as_day, default=None, help="day of decision; everything known without it")
    parser.add_argument("--output", action="append", default=[], help="a result; the rule set's own without it")
    return parser


def _rules(arguments: argparse.Namespace) -> RuleSet:
    from kiban.kernel.clock import SystemClock, today

    if getattr(arguments, "on", None) is None:
        arguments.on = today(SystemClock())
    rules = _found(arguments.pack)
    unknown = [name for name in arguments.output if name not in rules.variables]
    if unknown:
        raise BadInput(f"there is no result {unknown[0]}", remedy=f"results are {', '.join(rules.variables)}")
    return rules


def _found(pack: str) -> RuleSet:
    from kiban.rules import load_rules

    given = Path(pack)
    for path in (
        given,
        given / "rules.yaml",
        ROOT / given / "rules.yaml",
        *sorted(ROOT.glob(f"**/{given.name}/rules.yaml")),
    ):
        if path.is_file():
            return load_rules(path)
    raise BadInput("there is no such pack with rules", where=Where(pack), remedy="kiban rules check lists them")


def _each(arguments: argparse.Namespace) -> dict[str, argparse.Namespace]:
    """The arguments for each pack, by the name that it has in the results; `rules` is its rule set."""
    made: dict[str, argparse.Namespace] = {}
    outputs = set(arguments.output)
    for given in arguments.pack:
        name, at, day = str(given).rpartition("@")
        try:
            own = {"pack": name, "on": as_day(day)} if at else {"pack": given}
        except argparse.ArgumentTypeError:
            own = {"pack": given}  # an @ of the folder's name
        one = argparse.Namespace(**{**vars(arguments), **own, "output": []})
        one.rules = _rules(one)
        one.output = [output for output in arguments.output if output in one.rules.variables]
        outputs -= set(one.output)
        if one.output or not arguments.output:
            made[given if one.rules.id in made else one.rules.id] = one
    if outputs:
        results = sorted({name for pack in arguments.pack for name in _found(pack.split("@")[0]).variables})
        raise BadInput(f"there is no result {min(outputs)}", remedy=f"results are {', '.join(results)}")
    return made


def _facts(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        remedy = "check the way to the file"
        raise BadInput(f"the file cannot be read: {error.strerror}", where=Where(path.name), remedy=remedy) from None
    except UNREADABLE as error:
        line = getattr(error, "lineno", None)
        raise BadInput(
            f"this is no JSON: {error}", where=Where(path.name, line), remedy="one object a household"
        ) from None
    if not isinstance(found, dict):
        raise BadInput("one JSON object is needed", where=Where(path.name, 1), remedy="see docs/rules.md")
    return found


def check(arguments: argparse.Namespace) -> int:
    """Check the rule files of a folder."""
    from kiban.rules import load_rules

    paths = sorted(arguments.folder.glob("**/rules.yaml"))
    if not paths:
        raise BadInput("there is no rules.yaml in this folder", where=Where(str(arguments.folder)))
    faults = 0
    for path in paths:
        name = str(path.relative_to(arguments.folder))
        try:
            rules = load_rules(path, name=name)
        except KibanError as error:
            faults += 1
            print(error)
        else:
            print(f"{path.parent.relative_to(arguments.folder)}: {rules.title}, {len(rules.variables)} results")
    return 1 if faults else 0


def cover(arguments: argparse.Namespace) -> int:
    """Print what no golden case reaches."""
    from kiban.shell.cli import _rules_coverage

    return _rules_coverage.cover(arguments)


def explain_one(arguments: argparse.Namespace) -> int:
    """Explain one household, by one programme or several."""
    facts, each = _facts(arguments.facts), _each(arguments)
    for one in each.values():
        if len(each) > 1:
            print(f"## {one.rules.title} ({one.rules.id}), {one.on}")
        _explain(one, facts)
    return 0


def _explain(arguments: argparse.Namespace, facts: dict[str, Any]) -> None:
    from kiban.rules import evaluate, explain
    from kiban.rules.changes import changes, next_change
    from kiban.rules.explain import shown, tree
    from kiban.rules.grounds import whose

    rules: RuleSet = arguments.rules
    asked = arguments.output
    found = evaluate(rules, facts, on=arguments.on, known=arguments.known, outputs=asked)
    if arguments.tree:
        print(tree(found))
    else:
        for line in explain(rules, found, language=arguments.language):
            about = whose(rules.variables[line.step.name].of, line.step.member, facts=facts)
            print(f"{about}{': ' if about else ''}{line.text}（{line.basis}）{line.address}")
        _print_grounds(arguments, rules, found=found, facts=facts)
    for name, value in found.outputs.items():
        print(f"= {_outputs(rules, {name: value}, language=arguments.language)}")
    for fact in (rules.facts[name] for name in found.unknown if name in rules.facts):
        print(f"? {fact.name} ← {fact.source or 'ask'}")
    if not found.unknown and arguments.known is None:
        for change in changes(rules, facts, on=arguments.on, outputs=asked):
            about = whose(rules.facts[change.fact].of, change.member, facts=facts)
            other = shown(change.other, language=arguments.language)
            answer = _outputs(rules, change.outputs, language=arguments.language)
            print(f"~ {about}{': ' if about else ''}{change.fact} = {other} → {answer}")
        then = next_change(rules, facts, on=arguments.on, outputs=asked)
        print(f"~ {then} →" if then else "~ no change within two years")
    print(f"# {found.id}")


def _print_grounds(
    arguments: argparse.Namespace, rules: RuleSet, *, found: Determination, facts: dict[str, Any]
) -> None:
    """Each fact that was used, whose it is and who supplies it; each number that was not compared with the law."""
    from kiban.rules.explain import shown
    from kiban.rules.grounds import doubts, grounds, whose
    from kiban.shell.locale.texts import catalogue

    words = catalogue()
    for ground in grounds(rules, found, facts=facts, on=arguments.on, known=arguments.known):
        source = ground.fact.source or "ask"
        said = words.get("source.ask" if source == "ask" else f"item.{source}", {}).get(arguments.language, "")
        said = said.replace("《", "(").replace("》", ")")
        whom = whose(ground.fact.of, ground.member, facts=facts)
        value = shown(ground.value, language=arguments.language)
        print(f"+ {whom}{': ' if whom else ''}{ground.fact.name} = {value} ← {said} ({source})")
    for doubt in doubts(rules, found, on=arguments.on, known=arguments.known):
        print(f"! {doubt.name}: {doubt.why} ({doubt.basis})")


def _outputs(rules: RuleSet, outputs: Mapping[str, Any], *, language: str = "ja") -> str:
    from kiban.rules.explain import shown

    def said(name: str, value: Any) -> str:
        many = value if isinstance(value, tuple) else (value,)
        return f"{name}: {', '.join(shown(one, rules.variables[name].unit, language=language) for one in many)}"

    return ", ".join(said(name, value) for name, value in outputs.items())


def ask(arguments: argparse.Namespace) -> int:
    """Ask until the answer stands; every question says what hangs on it."""
    from kiban.rules.interview import answered
    from kiban.rules.questions import standing

    rules = _rules(arguments)
    facts = _facts(arguments.facts) if arguments.facts else {}
    while (stands := standing(rules, facts, on=arguments.on, outputs=arguments.output)).question is not None:
        question = stands.question
        if arguments.why and question.witness is not None:
            one, other = question.witness.outcomes
            answers = (_outputs(rules, one), _outputs(rules, other))
            print(f"~ {question.witness.one} → {answers[0]}; {question.witness.other} → {answers[1]}")
        print(f"{question}? ", end="", flush=True)
        line = sys.stdin.readline()
        if not line:
            raise BadInput("the answers ended before the question did", remedy="answer each question, or press Ctrl-C")
        try:
            facts = answered(rules, facts, question=question, text=line.strip())
        except KibanError as error:
            print(error)
    print(_outputs(rules, stands.outputs))
    print(json.dumps(facts, ensure_ascii=False, default=str))
    return 0


def compute_all(arguments: argparse.Namespace) -> int:
    """Compute a folder by one programme, or by several in one read; 1 when rows were left out."""
    from kiban.rules.batch import run_folder
    from kiban.rules.plan import plan, reasons
    from kiban.rules.together import together

    def progress(part: str, so_far: Summary) -> None:
        print(f"\r{part}: {so_far.households:,} households", end="", file=sys.stderr, flush=True)

    plans = {
        name: plan(one.rules, one.on, known=one.known, outputs=one.output) for name, one in _each(arguments).items()
    }
    ready = together(plans) if len(plans) > 1 else next(iter(plans.values()))
    total = run_folder(ready, arguments.facts, out=arguments.out, progress=progress)
    print(file=sys.stderr)
    meanings = json.dumps(reasons(ready), ensure_ascii=False, indent=1)
    (arguments.out / "reasons.json").write_text(meanings, encoding="utf-8")
    print(f"{total.households:,} households, {total.bad:,} rows with faults left out (see bad*.csv)")
    for name, value in total.sums.items():
        print(f"{name}: {value:,}, undecided {total.undecided.get(name, 0):,}")
    return 1 if total.bad else 0


def print_sql(arguments: argparse.Namespace) -> int:
    """Print the SQL text."""
    from kiban.rules.plan import plan
    from kiban.rules.sql import sql

    ready = plan(_rules(arguments), arguments.on, known=arguments.known, outputs=arguments.output)
    for text in sql(ready, arguments.dialect).values():
        print(f"{text};\n")
    return 0


def cases(arguments: argparse.Namespace) -> int:
    """Compare a file of cases, own or of others; 1 when one differs unexplained."""
    from kiban.shell.cli import _rules_cases

    if arguments.pack:
        return _rules_cases.own(arguments, rules=_rules(arguments))
    return _rules_cases.of_others(arguments)
