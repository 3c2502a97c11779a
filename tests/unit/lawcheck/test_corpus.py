"""The laws in force: published counts, and clauses that others judged."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

pytest.importorskip("polars")

from kiban.kernel.tabular import Report
from kiban.lawcheck import kinds, scan_files
from kiban.lawcheck.tables import articles, located, pieces
from law_judged import DATA, outcome, texts
from shared_data import shared

NETS = [
    one
    for one in csv.DictReader((DATA / "published_nets.tsv").open(encoding="utf-8"), delimiter="\t")
    if one["articles"]
]


@pytest.fixture(scope="module")
def folder() -> Path:
    return shared("data/insight-law")


@pytest.mark.parametrize("part", ["dev", "held"])
def test_judged_clauses_are_found_and_others_are_not(part: str, folder: Path) -> None:
    """Language-model judgements of 287 articles; the net they were drawn from is right in 51 of 100."""
    counted = outcome(part, texts(folder))

    assert counted["absent"] == {"dev": 3, "held": 14}[part], "seven large Acts are not in the data"
    assert counted["hit"] / (counted["hit"] + counted["false"]) >= 0.95
    assert counted["hit"] / (counted["hit"] + counted["missed"]) >= 0.87


@pytest.mark.long
@pytest.mark.parametrize("net", NETS, ids=[one["concept"] for one in NETS])
def test_articles_are_read_whole_so_that_published_counts_come_out(net: dict[str, str], folder: Path) -> None:
    search = re.compile(net["pattern"]).search
    hits = []
    for piece in pieces(folder / "acts_articles.parquet", ["law_id", "text"], report=Report("acts")):
        rows = range(len(piece.cells["text"]))
        hits += [one.law_id for _, one in articles(piece, rows, report=Report("acts")) if search(one.text)]

    assert (len(hits), len(set(hits))) == (int(net["articles"]), int(net["laws"]))


@pytest.mark.long
def test_no_article_with_a_word_is_passed_over(folder: Path) -> None:
    words = list(kinds().terms)
    for piece in pieces(folder / "ordinance_articles.parquet", ["law_id", "text"], report=Report("ordinances")):
        texts_ = piece.cells["text"].to_pylist()
        having = {row for row, text in enumerate(texts_) if text and any(word in text for word in words)}

        assert set(located(piece.cells["text"], words)) == having


@pytest.mark.long
def test_the_whole_corpus_is_scanned_and_empty_articles_are_told(folder: Path) -> None:
    files = [folder / "acts_articles.parquet", folder / "ordinance_articles.parquet"]
    found = scan_files(files, laws=[folder / "acts.parquet", folder / "ordinances.parquet"])

    quick = scan_files(files, table=kinds(everything=False))

    assert quick.findings == [one for one in found.findings if one.stands]
    assert found.articles == 162_517 - found.faults
    assert found.faults == 9
    assert len({one.kind for one in found.findings if one.stands}) == 19
    assert {one.law_id for one in found.findings} <= set(found.laws)
