"""What every chart is: a picture with title and description, the same figures as a table, and one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture for those who see, a table for everybody, a sentence for those in a hurry.

    ``header`` and ``rows`` are the table twin; ``svg`` refers to classes ``c1 … c6`` whose colours the style
    sheet sets, so that dark mode, forced colours and print are the page's business.
    """

    svg: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    sentence: str


def number(value: float, digits: int = 1) -> str:
    """A coordinate with fixed digits and without trailing zeros or a negative zero, so that output is byte-stable."""
    text = f"{value:.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def shown(value: float | None, unit: str = "") -> str:
    """A figure for people: thousands separated, at most one decimal, with its unit; 「―」 when there is none."""
    if value is None:
        return "―"
    text = f"{value:,.1f}".removesuffix(".0")
    return f"{text}{unit}"


def frame(body: Sequence[str], *, size: tuple[int, int], title: str, description: str, kind: str = "plain") -> str:
    """The SVG element around a drawing; named for screen readers, scaled by the page.

    ``kind`` is a class for the page: ``wide`` pictures are scrolled rather than shrunk on a phone.
    """
    width, height = size
    own = f'width="{width}" height="{height}" ' if kind == "wide" else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" {own}role="img" '
        f'class="chart {kind}" aria-label="{escape(title)}: {escape(description)}">' + "".join(body) + "</svg>"
    )


def text(x: float, y: float, *, words: str, anchor: str = "start", kind: str = "t") -> str:
    """One line of text."""
    return f'<text x="{number(x)}" y="{number(y)}" text-anchor="{anchor}" class="{kind}">{escape(words)}</text>'
