"""Articles of laws in force that were judged clause by clause, and what the law check says of them."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow.parquet as pq

from kiban.lawcheck import Article, Finding, Grade, scan
from kiban.lawcheck.tables import article_of

DATA = Path(__file__).parent / "unit/lawcheck/data"
CONCEPTS = {
    "C01": "presence", "C02": "onsite", "C03": "paper", "C04": "original", "C05": "seal", "C06": "visit",
    "C07": "posting", "C08": "gazette", "C09": "carry", "C10": "resident", "C11": "periodic", "C12": "training",
    "C13": "medium", "C14": "mail", "C15": "oral", "C16": "stamp", "C17": "through", "C18": "bring",
}  # fmt: skip
Texts = Mapping[tuple[str, str], Article]


def texts(folder: Path) -> Texts:
    """Articles of the Acts by title of the Act and number of the article."""
    titles = pq.read_table(folder / "acts.parquet", columns=["law_id", "title"]).to_pydict()
    by_id = dict(zip(titles["law_id"], titles["title"], strict=True))
    rows = pq.read_table(folder / "acts_articles.parquet").to_pydict()
    wanted = {(one["law"], one["article"]) for part in ("dev", "held") for one in judged(part)}
    found = zip(rows["law_id"], rows["article"], rows["caption"], rows["text"], strict=True)
    return {
        (by_id[law], number): article_of(law, number, caption=caption, text=text)
        for law, number, caption, text in found
        if (by_id[law], number) in wanted
    }


def judged(part: str) -> Iterator[dict[str, str]]:
    """Rows of ``dev`` (the rules were made with them) or ``held``: concept, title of the law, article, 1 or 0."""
    with (DATA / f"judged_{part}.tsv").open(encoding="utf-8") as file:
        yield from csv.DictReader(file, ["concept", "law", "article", "label"], delimiter="\t")


def of_concept(finding: Finding, concept: str) -> bool:
    """Whether a finding is of the kind that a concept is about; 帳簿の備付け is one of C06, 目視 of C02."""
    also = (concept == "C06" and finding.purpose == "帳簿の備付け") or (concept == "C02" and finding.kind == "visual")
    return also or finding.kind == CONCEPTS[concept]


def outcome(part: str, articles: Texts, *, grades: tuple[Grade, ...] = (Grade.HIGH, Grade.MEDIUM)) -> Counter[str]:
    """How many of a part were found rightly (hit), wrongly (false), not (missed) and rightly not (none)."""
    counted: Counter[str] = Counter()
    for one in judged(part):
        article = articles.get((one["law"], one["article"]))
        if article is None:
            counted["absent"] += 1
            continue
        found = any(f.stands and f.grade in grades and of_concept(f, one["concept"]) for f in scan(article))
        counted[{"11": "hit", "10": "missed", "01": "false", "00": "none"}[one["label"] + str(int(found))]] += 1
    return counted
