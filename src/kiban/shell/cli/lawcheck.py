"""`kiban lawcheck`: analog clauses in laws, ordinances and drafts (アナログ規制点検, デジタル法制審査)."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiban.kernel.drafted import drafted
from kiban.kernel.tabular import Report
from kiban.lawcheck import Change, Finding, Scanned, check, compare, kinds, read_law, scan_files, telling
from kiban.lawcheck.paths import named
from kiban.shell.cli._answers import write_table

if TYPE_CHECKING:
    from kiban.shell.cli import Subparsers


def add(subparsers: Subparsers) -> None:
    """Add the group to the command line."""
    group = subparsers.add_parser("lawcheck", help="analog clauses in laws, ordinances and drafts (アナログ規制点検)")
    commands = group.add_subparsers(dest="command", required=True, metavar="COMMAND")
    first = commands.add_parser("scan", help="list the clauses that ask for eyes, paper, seals or presence, as CSV")
    _add_sources(first)
    first.add_argument("--out", type=Path, help="CSV or JSON file to write; without it CSV on standard output")
    first.set_defaults(func=run_scan)
    second = commands.add_parser("report", help="counts by kind, type, ministry and law, and the clauses, to read")
    _add_sources(second)
    second.add_argument("--out", type=Path, required=True, help="HTML, Markdown (.md) or JSON file to write")
    second.set_defaults(func=run_report)
    third = commands.add_parser("check", help="a draft against the five digital principles, with what to write instead")
    third.add_argument("draft", type=Path, help="法令標準XML or text with article numbers")
    third.add_argument("--json", action="store_true", help="JSON in place of a text to read")
    third.set_defaults(func=run_check)
    fourth = commands.add_parser("diff", help="analog clauses that a new version adds, opens or takes away")
    fourth.add_argument("old", type=Path, help="the version in force: 法令標準XML or text")
    fourth.add_argument("new", type=Path, help="the new version: 法令標準XML or text")
    fourth.add_argument("--json", action="store_true", help="JSON in place of a text to read")
    fourth.set_defaults(func=run_diff)


def _add_sources(command: argparse.ArgumentParser) -> None:
    forms = "法令標準XML, text with article numbers, CSV or Parquet with a row per article; folders are entered"
    command.add_argument("sources", type=Path, nargs="+", metavar="FILE", help=forms)
    command.add_argument("--laws", type=Path, nargs="*", default=[], help="tables of the laws: law_id, title, law_num")
    command.add_argument("--kinds", nargs="*", help=f"only these: {', '.join(kinds().by_id)}", metavar="KIND")
    command.add_argument("--seven", action="store_true", help="only the seven kinds of アナログ規制 (7項目)")
    command.add_argument("--all", action="store_true", help="also clauses that are open, punish, define, refer")


def _scanned(arguments: argparse.Namespace) -> tuple[Scanned, list[Finding]]:
    found = scan_files(arguments.sources, laws=arguments.laws, table=kinds(everything=arguments.all))
    for report in found.reports:
        if report.faults:
            print(report, file=sys.stderr)
    chosen = set(arguments.kinds or kinds().by_id)
    if arguments.seven:
        chosen &= {kind.id for kind in kinds().by_id.values() if kind.seven}
    findings = [one for one in found.findings if (arguments.all or one.stands) and one.kind in chosen]
    print(f"{found.articles:,} articles, {len(findings):,} clauses", file=sys.stderr)
    return found, findings


def run_scan(arguments: argparse.Namespace) -> int:
    """List the clauses; status 1 when something in the files could not be read."""
    found, findings = _scanned(arguments)
    if arguments.out is None:
        csv.writer(sys.stdout, lineterminator="\n").writerows(telling.rows(found, findings))
    elif arguments.out.suffix == ".json":
        _write(arguments.out, _json([telling.record(found, one) for one in findings]))
    else:
        write_table(arguments.out, telling.rows(found, findings), source=arguments.sources[0])
    return 1 if found.faults else 0


def run_report(arguments: argparse.Namespace) -> int:
    """Write the report; status 1 when something in the files could not be read."""
    found, findings = _scanned(arguments)
    if arguments.out.suffix == ".json":
        counted = {name: [_count(one) for one in rows] for name, rows in telling.counts(found, findings).items()}
        clauses = [telling.record(found, one) for one in findings]
        text = _json({"articles": found.articles, "counts": counted, "clauses": clauses})
    else:
        text = (telling.markdown if arguments.out.suffix == ".md" else telling.page)(found, findings)
    _write(arguments.out, text)
    return 1 if found.faults else 0


def _count(one: Any) -> dict[str, Any]:
    return {"heading": one.heading, "clauses": one.clauses, "articles": one.articles, "laws": one.laws}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _write(target: Path, text: str) -> None:
    with drafted(target) as draft:
        draft.write_text(text, encoding="utf-8")


def run_check(arguments: argparse.Namespace) -> int:
    """Tell what is against the principles; status 1 when there is something."""
    report = Report(arguments.draft.name)
    law = read_law(arguments.draft, report=report)
    if report.faults:
        print(report, file=sys.stderr)
    remarks = check(law)
    text = _json([telling.remark_record(one) for one in remarks]) if arguments.json else None
    print(text or telling.review(law.title or law.law_id, remarks), end="")
    return 1 if remarks or report.faults else 0


def run_diff(arguments: argparse.Namespace) -> int:
    """Tell what a new version does to analog clauses; status 1 when it adds some."""
    reports = [Report(arguments.old.name), Report(arguments.new.name)]
    old = read_law(arguments.old, report=reports[0])
    new = read_law(arguments.new, report=reports[1])
    for report in reports:
        if report.faults:
            print(report, file=sys.stderr)
    change = compare(old, new)
    found = Scanned({new.law_id: new, old.law_id: old})
    print(_json(_change_record(found, change)) if arguments.json else _change_text(change), end="")
    return 1 if change.added or any(report.faults for report in reports) else 0


def _change_record(found: Scanned, change: Change) -> dict[str, Any]:
    parts = {"added": change.added, "opened": change.opened, "removed": change.removed}
    return {name: [telling.record(found, one) for one in part] for name, part in parts.items()} | {"kept": change.kept}


def _change_text(change: Change) -> str:
    lines = []
    parts = (
        ("新たなアナログ条項", change.added),
        ("電子も認めることとなった条項", change.opened),
        ("なくなった条項", change.removed),
    )
    for heading, part in parts:
        lines += [f"## {heading}（{len(part)}）", ""]
        lines += [f"- {named(one.path)} {kinds().by_id[one.kind].ja}「{one.words}」：{one.sentence}" for one in part]
        lines.append("")
    return "\n".join([*lines, f"変わらない条項：{change.kept}", ""])
