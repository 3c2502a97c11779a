"""The inspection's table as a page: by clerical work and by agency, with its sum, a picture, the figures of 2023."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from kiban.evidence.charts.frame import frame, number, text
from kiban.linkage.desk.progress import Row, affair_name, affairs, grouped, progress
from kiban.shell.console.link_screens import ProgressPage
from kiban.shell.locale import texts
from kiban.shell.screens import Option

NUMBERS = ("links", "findings", "open", "wrong", "share", "corrected", "informed", "in_effect")
WIDTH, BAR, STEP, SIZE = 640, 240, 30, 50
LABEL = 19
NO_PERSON = {"portal"}
"""Agencies that hold no records with a link."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose page it is, and which part of the table is wanted: one clerical work (all when empty), which page."""

    own: str
    affair: str
    page: int


def progress_page(rows: Sequence[Row], names: Mapping[str, str], *, asked: Asked) -> ProgressPage:
    """By clerical work as the inspection was published, then by agency; agencies without a check are named."""
    listed, whole = progress(rows)
    works = grouped(listed, "affair")
    affair = asked.affair if asked.affair in {row.affair for row in works} else ""
    agencies = grouped((row for row in listed if not affair or row.affair == affair), "agency")
    pages = max(1, -(-len(agencies) // SIZE))
    number = min(max(asked.page, 1), pages)
    svg, sentence = _picture(works, whole)
    known = {row.agency for row in listed} | NO_PERSON
    every = (Option("", texts.plain("links.every")), *(Option(row.affair, _affair(row.affair)) for row in works))
    return ProgressPage(
        heads=tuple(texts.plain(f"links.head.{one}") for one in NUMBERS),
        works=tuple((_affair(row.affair), *_numbers(row)) for row in works),
        total=(texts.plain("links.total"), *_numbers(whole)),
        agencies=tuple(
            (_agency(row.agency, names, own=asked.own), *_numbers(row))
            for row in sorted(agencies, key=lambda row: row.agency)[(number - 1) * SIZE : number * SIZE]
        ),
        number=number,
        pages=pages,
        affair=affair,
        affairs=every,
        svg=svg,
        sentence=sentence,
        as_of=whole.as_of,
        waiting=tuple(name for agency, name in names.items() if agency not in known),
        past=_past(),
    )


def _agency(agency: str, names: Mapping[str, str], *, own: str) -> str:
    name = names.get(agency, agency)
    return texts.plain("links.own", name=name) if agency == own else name


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


def _picture(works: Sequence[Row], whole: Row) -> tuple[str, str]:
    """One bar per clerical work: how much of its findings is decided."""
    done = whole.findings - whole.open
    sentence = texts.plain("links.sentence", done=f"{done:,}", all=f"{whole.findings:,}", wrong=f"{whole.wrong:,}")
    body = []
    for place, row in enumerate(works):
        y, decided = STEP * place + 8, row.findings - row.open
        full = decided / row.findings if row.findings else 1.0
        body.append(text(4, y + 14, words=_short(_affair(row.affair))))
        body.append(f'<rect x="260" y="{y}" width="{BAR}" height="18" class="box"/>')
        body.append(f'<rect x="260" y="{y}" width="{number(full * BAR)}" height="18" class="c1"/>')
        body.append(text(268 + BAR, y + 14, words=f"{decided:,} / {row.findings:,}"))
    size = (WIDTH, STEP * len(works) + 8)
    return (frame(body, size=size, title=texts.plain("links.picture"), description=sentence) if works else ""), sentence


def _short(name: str) -> str:
    """The name as far as it fits beside the bar; a Latin letter takes half of a Japanese one."""
    widths = list(accumulate(0.5 if char.isascii() else 1.0 for char in name))
    return name if not widths or widths[-1] <= LABEL else name[: sum(w < LABEL for w in widths)] + "…"
