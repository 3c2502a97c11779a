"""`kiban linkage`: check every link of an agency's files, read the report, look a person up by four attributes."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from kiban.linkage import Check, Judgement, Person, Rules, check, findings, summary
from kiban.linkage.columns import NAMES
from kiban.linkage.errors import BadFile
from kiban.linkage.lookup import Asked, Enquirer, Register
from kiban.linkage.model import Summary
from kiban.linkage.salting import check_salted, is_salted
from kiban.shell.cli import _links, _registers, _salting

if TYPE_CHECKING:
    from kiban.shell.cli import Subparsers

LOG = "lookups.jsonl"


ITEMS = {
    "name": "氏名",
    "birth-date": "生年月日, as 1990-04-01 or 平成2年4月1日",
    "sex": "1 male, 2 female",
    "address": "住所",
    "kana": "the name's reading",
}


def add(subparsers: Subparsers) -> None:
    """Add ``linkage check``, ``report``, ``table``, ``lookup`` and ``search``."""
    group = subparsers.add_parser("linkage", help="find wrong links; look persons up by four attributes")
    verbs = group.add_subparsers(dest="verb", required=True, metavar="VERB")
    one = verbs.add_parser("check", help="judge every link of an agency's files against the register")
    one.add_argument("--register", type=Path, required=True, help="folder of the register's .parquet or .csv files")
    one.add_argument("--agency", type=Path, required=True, help="folder of the agency's files")
    one.add_argument("--out", type=Path, required=True, help="folder of the results; a stopped check resumes there")
    one.add_argument("--wrong-from", type=float, default=Rules.wrong_from, help="probability called wrong")
    one.add_argument(
        "--suspicious-from", type=float, default=Rules.suspicious_from, help="probability called suspicious"
    )
    one.add_argument("--column", action="append", default=[], metavar="ITEM=COLUMN[+COLUMN]",
                     help="which column holds an item (key, record, name, kana, birth, sex, address)")  # fmt: skip
    one.set_defaults(func=run_check)
    told = verbs.add_parser("report", help="the numbers and the work list of a finished check")
    told.add_argument("folder", type=Path, help="results of a finished check")
    told.add_argument("--language", choices=("ja", "ja-easy", "en"), default="ja", help="language of the report")
    told.add_argument("--most", type=int, default=20, help="so many findings")
    told.set_defaults(func=run_report)
    table = verbs.add_parser("table", help="several finished checks as one table (点検対象件数, 紐付け誤り件数, 割合)")
    table.add_argument("folders", type=Path, nargs="+", help="results of finished checks")
    table.set_defaults(func=run_table)
    wide = verbs.add_parser("match", help="probabilistic search of persons without trusting the key (needs splink)")
    wide.add_argument("--register", type=Path, required=True, help="folder of the register's .parquet or .csv files")
    wide.add_argument("--records", type=Path, required=True, help="folder of the agency's files")
    wide.add_argument("--out", type=Path, required=True, help="folder of the results")
    wide.add_argument("--undecided", type=Path, help="a finished check: search only its records without a clear person")
    wide.add_argument("--listed-from", type=float, default=0.5, help="least probability")
    wide.set_defaults(func=run_match)
    for verb, help_text in (("lookup", "four attributes, one answer or none"), ("search", "assisted search, logged")):
        _add_lookup(verbs.add_parser(verb, help=help_text), verb)
    _registers.add(verbs)
    _links.add(verbs)
    _salting.add(verbs)


def _add_lookup(verb: argparse.ArgumentParser, name: str) -> None:
    verb.add_argument("--register", type=Path, required=True, help="folder of the register's .parquet or .csv files")
    for item, text in ITEMS.items():
        verb.add_argument(f"--{item}", default="", help=text)
    verb.add_argument("--officer", required=True, help="who asks")
    verb.add_argument("--purpose", required=True, help="the affair it is for")
    verb.add_argument("--log", type=Path, default=Path(LOG), help="file to which each question is appended")
    verb.set_defaults(func=run_lookup, verb=name)


def run_check(arguments: argparse.Namespace) -> int:
    """Check; 0 = no link is wrong or suspicious, 1 = there is work, or most rows could not be judged."""
    rules = Rules(wrong_from=arguments.wrong_from, suspicious_from=arguments.suspicious_from)
    job = Check(arguments.register, arguments.agency, arguments.out, rules, _columns(arguments.column))
    run = check_salted if is_salted(arguments.register) and is_salted(arguments.agency) else check
    done = run(job, report=lambda stage: print(f"... {stage}", file=sys.stderr, flush=True))
    _print(done)
    if mostly := 2 * done.judged[Judgement.SET_ASIDE] > done.links:
        aside = job.out / "set-aside.jsonl"
        print(f"kiban: most rows could not be judged; {aside} says why", file=sys.stderr)
    return 1 if mostly or done.judged[Judgement.WRONG] or done.judged[Judgement.SUSPICIOUS] else 0


def _columns(texts: list[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """``name=氏+名`` → (("name", ("氏", "名")),)."""
    found = []
    for text in texts:
        item, _, columns = text.partition("=")
        if item not in NAMES or not columns:
            raise BadFile(f"--column {text}", remedy=f"write ITEM=COLUMN with an item of {', '.join(NAMES)}")
        found.append((item, tuple(columns.split("+"))))
    return tuple(found)


def _print(done: Summary) -> None:
    print(f"{done.links:,} links against {done.register_rows:,} persons")
    for title, counts in (("judged", done.judged), ("differences", done.differences), ("causes", done.causes),
                          ("set aside", done.set_aside)):  # fmt: skip
        for name, count in counts.items():
            print(f"  {title:12} {name:34} {count:>12,}")
    for level in done.thresholds:
        if not level.flagged:
            print(f"  at {level.probability:4.0%}: none flagged")
            continue
        print(
            f"  at {level.probability:4.0%}: {level.flagged:,} flagged, expected precision "
            f"{level.expected_precision:.1%}, expected recall {level.expected_recall:.1%}"
        )


def run_match(arguments: argparse.Namespace) -> int:
    """Search; 0 = somebody was found."""
    from kiban.linkage.probabilistic import Matching, match

    job = Matching(
        arguments.register, arguments.records, arguments.out, undecided=arguments.undecided,
        listed_from=arguments.listed_from,
    )  # fmt: skip
    found = match(job)
    for one in found[:20]:
        lead = f"{one.lead:.1f} bits before the next" if one.lead >= 0 else "nobody else is near"
        print(f"{one.record} → {one.person}: {one.probability:.4f}, {lead}")
    print(f"{len(found):,} records with a person in {arguments.out}")
    return 0 if found else 1


def run_report(arguments: argparse.Namespace) -> int:
    """Print a finished check."""
    _print(summary(arguments.folder))
    for finding in findings(arguments.folder)[: arguments.most]:
        best = finding.candidates[0].person.record if finding.candidates else "-"
        print(f"{finding.number} {finding.judgement}: {finding.record.record}, {finding.linked.record} → {best}")
        print(f"  {finding.says[arguments.language]}")
    return 0


def run_table(arguments: argparse.Namespace) -> int:
    """Print one line per check and the total, as the inspection of 2023 reported by affair."""
    done = [(folder.name, summary(folder)) for folder in arguments.folders]
    rows = [(name, one.links, one.judged[Judgement.WRONG], one.judged[Judgement.SUSPICIOUS]) for name, one in done]
    rows.append(("total", sum(row[1] for row in rows), sum(row[2] for row in rows), sum(row[3] for row in rows)))
    print("check\tlinks\twrong\tsuspicious\twrong share")
    for name, links, wrong, suspicious in rows:
        print(f"{name}\t{links}\t{wrong}\t{suspicious}\t{wrong / max(links, 1):.3%}")
    return 0


def run_lookup(arguments: argparse.Namespace) -> int:
    """Look one person up; 0 = found. The question is logged before the answer is shown."""

    def log(asked: Asked) -> None:
        with arguments.log.open("ab") as out:
            out.write(msgspec.json.encode(asked) + b"\n")

    asked = Person("", arguments.name, arguments.kana, arguments.birth_date, arguments.sex, arguments.address)
    by = Enquirer.named(arguments.officer, arguments.purpose, log=log)
    register = Register.open(arguments.register)
    if arguments.verb == "search":
        found = register.search(asked, by=by)
    else:
        one = register.lookup(asked, by=by)
        found = [one] if one else []
    for person in found:
        print(msgspec.json.encode(person).decode())
    print(f"{len(found)} found", file=sys.stderr)
    return 0 if found else 1
