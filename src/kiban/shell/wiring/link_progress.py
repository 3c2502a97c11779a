"""The inspection's table as a page: by agency and clerical work, with its sum, a picture, and the figures of 2023."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kiban.evidence.charts.frame import frame, number, text
from kiban.linkage.desk.progress import Row, affair_name, affairs, progress
from kiban.shell.console.link_screens import ProgressPage
from kiban.shell.locale import texts

HEADS = ("agency", "affair", "links", "findings", "open", "wrong", "share", "corrected", "informed", "in_effect")
WIDTH, BAR, STEP = 640, 300, 30
NO_PERSON = {"portal"}
"""Agencies that hold no records with a link."""


def progress_page(rows: Sequence[Row], names: Mapping[str, str], *, own: str) -> ProgressPage:
    """The table; the officer's own agency is marked, agencies without a check are named."""
    listed, whole = progress(rows)
    svg, sentence = _picture(listed, whole, names=names)
    known = {row.agency for row in listed} | NO_PERSON
    return ProgressPage(
        heads=tuple(texts.plain(f"links.head.{one}") for one in HEADS),
        rows=tuple(_cells(row, names, own=own) for row in listed),
        total=("", texts.plain("links.total"), *_numbers(whole)),
        svg=svg,
        sentence=sentence,
        as_of=whole.as_of,
        waiting=tuple(name for agency, name in names.items() if agency not in known),
        past=_past(),
    )


def _cells(row: Row, names: Mapping[str, str], *, own: str) -> tuple[str, ...]:
    agency = names.get(row.agency, row.agency)
    shown = texts.plain("links.own", name=agency) if row.agency == own else agency
    return (shown, _affair(row.affair), *_numbers(row))


def _numbers(row: Row) -> tuple[str, ...]:
    counts = (row.links, row.findings, row.open, row.wrong)
    after = (row.corrected, row.informed, row.in_effect)
    return (*(f"{n:,}" for n in counts), f"{row.share:.3%}", *(f"{n:,}" for n in after))


def _affair(affair: str) -> str:
    return texts.RUBY.sub(r"\1", affair_name(affair, language=texts.language()))


def _past() -> tuple[tuple[str, ...], ...]:
    """The result of 2023 as it was published."""
    found = [
        (_affair(name), texts.plain("links.rounded", n=f"{one.links:,}") if one.rounded else f"{one.links:,}",
         f"{one.wrong:,}", f"{one.wrong / one.links:.3%}")
        for name, one in affairs().items()
    ]  # fmt: skip
    return tuple(found)


def _picture(rows: Sequence[Row], whole: Row, *, names: Mapping[str, str]) -> tuple[str, str]:
    """One bar per agency: how much of its findings is decided."""
    sums: dict[str, tuple[int, int]] = {}
    for row in rows:
        done, every = sums.get(row.agency, (0, 0))
        sums[row.agency] = (done + row.findings - row.open, every + row.findings)
    done = whole.findings - whole.open
    sentence = texts.plain("links.sentence", done=f"{done:,}", all=f"{whole.findings:,}", wrong=f"{whole.wrong:,}")
    body = []
    for place, (agency, (decided, every)) in enumerate(sums.items()):
        y, full = STEP * place + 8, decided / every if every else 1.0
        body.append(text(4, y + 14, words=names.get(agency, agency)))
        body.append(f'<rect x="200" y="{y}" width="{BAR}" height="18" class="box"/>')
        body.append(f'<rect x="200" y="{y}" width="{number(full * BAR)}" height="18" class="c1"/>')
        body.append(text(208 + BAR, y + 14, words=f"{decided:,} / {every:,}"))
    size = (WIDTH, STEP * len(sums) + 8)
    return (frame(body, size=size, title=texts.plain("links.picture"), description=sentence) if sums else ""), sentence
