"""Law check: right and wrong on clauses that others judged; CPU-seconds for all laws beside a plain regular expression.

Labels: 287 articles of Acts, judged by a language model (takahiroanno/ai-law-refactoring, MIT). The rules were made
with 69 of them; the other 218 were measured before they were read (``FIRST``), and read since.
"""

from __future__ import annotations

import csv
import os
import re
import statistics
import time
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
from tests.law_judged import DATA, judged, outcome, texts

from kiban.kernel.tabular import Report
from kiban.lawcheck import Grade, check, kinds, scan_files
from kiban.lawcheck.plain import read_plain

ROOT = Path(__file__).parents[1]
FOLDER = Path(os.environ.get("KIBAN_SHARED", ROOT.parent / "shared")) / "data/insight-law"
FIRST = Counter(hit=67, false=9, missed=28, none=100)
"""The 218 at the first run, with rules made of the 69 alone."""


def share(counted: Counter[str]) -> str:
    precision = counted["hit"] / max(counted["hit"] + counted["false"], 1)
    recall = counted["hit"] / max(counted["hit"] + counted["missed"], 1)
    what = f"{counted['hit']} right, {counted['false']} wrong, {counted['missed']} missed, {counted['absent']} absent"
    return f"precision {precision:.1%}, recall {recall:.1%} ({what})"


def accuracy() -> None:
    found = texts(FOLDER)
    print(f"218 held out, first run:      {share(FIRST)}")
    for part, name in (("held", "218 now (read since)"), ("dev", "69 of the rules' making")):
        print(f"{name + ':':<29} {share(outcome(part, found))}")
        for grade in (Grade.HIGH, Grade.MEDIUM):
            print(f"  grade {grade + ':':<21} {share(outcome(part, found, grades=(grade,)))}")
    known = [one for part in ("dev", "held") for one in judged(part) if (one["law"], one["article"]) in found]
    right = sum(one["label"] == "1" for one in known)
    print(f"the plain net:                precision {right / len(known):.1%}, recall 100 % (they were drawn from it)")


def speed() -> None:
    files = [FOLDER / "acts_articles.parquet", FOLDER / "ordinance_articles.parquet"]
    start = time.process_time()
    found = scan_files(files, table=kinds(everything=False))
    ours = time.process_time() - start
    size = f"{found.articles:,} articles, reading included"
    print(f"{size}: {ours:.2f} CPU-s, {len(found.findings):,} clauses that stand")
    with (DATA / "published_nets.tsv").open(encoding="utf-8") as file:
        nets = [re.compile(one["pattern"]) for one in csv.DictReader(file, delimiter="\t")]
    start = time.process_time()
    rows = [text for path in files for text in pq.read_table(path, columns=["text"])["text"].to_pylist()]
    hits = sum(bool(net.search(text)) for text in rows if text for net in nets)
    plain = time.process_time() - start
    print(f"18 plain expressions: {plain:.2f} CPU-s ({plain / ours:.1f} times), {hits:,} articles, nothing told apart")


def bill() -> None:
    rows = pq.read_table(FOLDER / "acts_articles.parquet", columns=["law_id", "text"]).to_pydict()
    by_law: dict[str, list[str]] = {}
    for law_id, text in zip(rows["law_id"], rows["text"], strict=True):
        by_law.setdefault(law_id, []).append(text or "")
    laws = sorted(("\n".join(articles) for articles in by_law.values()), key=len)
    for name, text in (
        ("median", laws[len(laws) // 2]),
        ("great (95 of 100 are shorter)", laws[len(laws) * 95 // 100]),
    ):
        spent = []
        for _ in range(9):
            start = time.process_time()
            remarks = check(read_plain(text, law_id="bill", report=Report("bill")))
            spent.append(time.process_time() - start)
        size = f"{name} length ({len(text):,} characters)"
        print(f"check of a law of {size}: {statistics.median(spent) * 1000:.1f} CPU-ms, {len(remarks)} remarks")


def main(*, full: bool = False) -> None:  # noqa: ARG001 all laws in either case
    accuracy()
    speed()
    bill()


if __name__ == "__main__":
    main()
