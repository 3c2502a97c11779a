"""Reading laws from files, and scanning them: one law, a folder, or a whole corpus in tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from kiban.kernel.errors import Where
from kiban.kernel.tabular import Report, decode
from kiban.lawcheck import tables
from kiban.lawcheck.errors import BadLaw
from kiban.lawcheck.model import Finding, Law
from kiban.lawcheck.plain import read_plain
from kiban.lawcheck.scanning import scan
from kiban.lawcheck.terms import Kinds, kinds
from kiban.lawcheck.xml import read_xml

TABLES, TEXTS = (".parquet", ".csv"), (".xml", ".txt")


@dataclass(slots=True)
class Scanned:
    """What was found in files: laws by id (without their articles), how many articles, findings, what was wrong."""

    laws: dict[str, Law] = field(default_factory=dict)
    articles: int = 0
    findings: list[Finding] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)

    @property
    def faults(self) -> int:
        """Number of things wrong in the files."""
        return sum(report.n_faults for report in self.reports)

    def title(self, law_id: str) -> str:
        """The title of a law, or its id where the files do not tell."""
        law = self.laws.get(law_id)
        return law.title if law and law.title else law_id


def sources(paths: Iterable[Path]) -> Iterator[Path]:
    """The files that can be read, folders entered, by name.

    Raises:
        BadLaw: there is no such file, or a folder has none.
    """
    for path in paths:
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        found = [one for one in inside if one.is_file() and one.suffix.lower() in (*TABLES, *TEXTS)]
        if not found:
            what = "no file of laws" if path.exists() else "there is no such file"
            raise BadLaw(
                what, where=Where(str(path)), remedy=f"give {', '.join((*TABLES, *TEXTS))} files or a folder of them"
            )
        yield from found


def read_law(path: Path, *, report: Report) -> Law:
    """One law from 法令標準XML or plain text (UTF-8 or cp932).

    Raises:
        BadLaw: it cannot be read as that, or has no article.
        BadInput: the encoding is unknown.
    """
    text, report.encoding = decode(path.read_bytes(), file=path.name)
    if path.suffix.lower() == ".xml":
        law = read_xml(text, file=path.name, report=report)
    else:
        law = read_plain(text, law_id=path.stem, report=report)
    if not law.articles:
        remedy = "articles begin a line with their number, as 第一条"
        raise BadLaw("no article is found", where=Where(path.name, 1), remedy=remedy)
    return law


def scan_law(law: Law, *, table: Kinds | None = None) -> list[Finding]:
    """What stands in the articles of one law."""
    return [finding for article in law.articles for finding in scan(article, table=table)]


def scan_files(paths: Sequence[Path], *, laws: Sequence[Path] = (), table: Kinds | None = None) -> Scanned:
    """Scan files of laws; ``laws`` are tables with titles and numbers of the laws. A bad row or file leaves the others.

    Raises:
        BadLaw: there is no file, or a table has not the columns that are needed.
    """
    table = table or kinds()
    found = Scanned()
    for path in laws:
        report = Report(path.name)
        found.laws |= tables.laws(path, report=report)
        found.reports.append(report)
    for path in sources(paths):
        report = Report(path.name)
        found.reports.append(report)
        if path.suffix.lower() in TABLES:
            _scan_table(path, found, table=table)
        else:
            _scan_text(path, found, table=table)
    return found


def _scan_text(path: Path, found: Scanned, *, table: Kinds) -> None:
    report = found.reports[-1]
    try:
        law = read_law(path, report=report)
    except BadLaw as error:
        report.read += 1
        report.fault(error.where.line or 1, error.what, remedy=error.remedy)
        return
    found.laws[law.law_id] = replace(law, articles=())
    found.articles += len(law.articles)
    found.findings += scan_law(law, table=table)


def _scan_table(path: Path, found: Scanned, *, table: Kinds) -> None:
    report = found.reports[-1]
    words = list(table.terms)
    for piece in tables.pieces(path, ["law_id", "text"], report=report):
        _note_titles(piece.cells, found.laws)
        size = len(piece.cells["text"])
        before = report.n_faults
        at = tables.located(piece.cells["text"], words)
        rows = sorted({*at, *tables.empty(piece.cells)})
        for row, article in tables.articles(piece, rows, report=report):
            found.findings += scan(article, table=table, at=tables.characters(article.text, at.get(row, [])))
        kept = size - (report.n_faults - before)
        report.kept += kept
        found.articles += kept


def _note_titles(cells: tables.Cells, laws: dict[str, Law]) -> None:
    """Titles that stand in the rows of the articles themselves."""
    if "title" not in cells:
        return
    for law_id, title in {*zip(tables.taken(cells["law_id"]), tables.taken(cells["title"]), strict=True)}:
        if law_id and law_id not in laws:
            laws[law_id] = Law(law_id, title or "")
