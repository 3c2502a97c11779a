"""Lines and bars."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from kiban.evidence.charts.frame import Chart, frame, number, shown, text
from kiban.evidence.charts.words import say

WIDTH, HEIGHT = 640, 320
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 16, 36
MARKS = ("", "6 3", "2 3", "8 3 2 3", "1 4", "10 4")


def nice_ticks(low: float, high: float, *, count: int = 5) -> list[float]:
    """Round axis values that cover low … high: steps of 1, 2 or 5 times a power of ten."""
    smallest = 1e-9 * max(1.0, abs(low))
    if high - low < smallest:  # all the same, or too close to tell apart on an axis
        high = low + smallest * 1e9
    raw = (high - low) / count
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= raw)
    first = math.floor(low / step)
    last = math.ceil(high / step)
    return [index * step for index in range(first, last + 1)]


def line_chart(
    series: Mapping[str, Sequence[float | None]], labels: Sequence[str], *, title: str, unit: str, language: str = "ja"
) -> Chart:
    """One line a series over the same labels; gaps stay gaps. Lines differ by dash as well as by colour."""
    values = [value for line in series.values() for value in line if value is not None]
    ticks = nice_ticks(min([0.0, *values]), max(values, default=1.0))
    body = _axis(ticks, unit)
    step = (WIDTH - LEFT - RIGHT) / max(1, len(labels) - 1)
    for index, label in enumerate(labels):
        if index % max(1, math.ceil(len(labels) / 6)) == 0:
            last = index == len(labels) - 1 > 0  # its middle stands at the edge
            x = WIDTH - 2 if last else LEFT + index * step
            body.append(text(x, HEIGHT - 12, words=label, anchor="end" if last else "middle"))
    for place, line in enumerate(series.values()):
        points = [(LEFT + index * step, _height(value, ticks)) for index, value in enumerate(line) if value is not None]
        path = " ".join(f"{number(x)},{number(y)}" for x, y in points)
        dash = MARKS[place % len(MARKS)]
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        body.append(f'<polyline points="{path}" class="line c{place % 6 + 1}"{dashed}/>')
    rows = tuple((label, *(shown(line[index]) for line in series.values())) for index, label in enumerate(labels))
    sentence = "".join(
        _line_sentence(name, _ends(line, labels), unit=unit, language=language) for name, line in series.items()
    )
    svg = frame(body, size=(WIDTH, HEIGHT), title=title, description=sentence)
    return Chart(svg, (say("head.time", language), *(f"{name} ({unit})" for name in series)), rows, sentence)


def _axis(ticks: Sequence[float], unit: str) -> list[str]:
    lines = []
    for tick in ticks:
        y = _height(tick, ticks)
        lines.append(f'<path d="M{LEFT} {number(y)}H{WIDTH - RIGHT}" class="grid"/>')
        lines.append(text(LEFT - 6, y + 4, words=shown(tick), anchor="end"))
    lines.append(text(4, TOP - 4, words=unit, kind="u"))
    return lines


def _height(value: float, ticks: Sequence[float]) -> float:
    span = ticks[-1] - ticks[0]
    return HEIGHT - BOTTOM - (value - ticks[0]) / span * (HEIGHT - TOP - BOTTOM)


Ends = tuple[tuple[str, float], tuple[str, float]]


def _ends(line: Sequence[float | None], labels: Sequence[str]) -> Ends | None:
    """The first and the last known value with their labels."""
    known = [(label, value) for label, value in zip(labels, line, strict=True) if value is not None]
    return (known[0], known[-1]) if known else None


def _line_sentence(name: str, ends: Ends | None, *, unit: str, language: str) -> str:
    if ends is None:
        return say("line.none", language, name=name)
    (first, start), (last, end) = ends
    trend = say("up" if end > start else "down" if end < start else "same", language)
    values = {"start": shown(start, unit), "end": shown(end, unit)}
    return say("line", language, name=name, first=first, last=last, trend=trend, **values)


def bar_chart(bars: Sequence[tuple[str, float | None]], *, title: str, unit: str, language: str = "ja") -> Chart:
    """Horizontal bars in the order given, each with its figure; readable on a phone."""
    known = [value for _, value in bars if value is not None]
    largest = max([abs(value) for value in known] or [1.0]) or 1.0
    height = 28 * len(bars) + 8
    body = []
    for index, (label, value) in enumerate(bars):
        y = 28 * index + 8
        width = 0 if value is None else abs(value) / largest * 340
        body.append(text(4, y + 14, words=label))
        body.append(f'<rect x="200" y="{y}" width="{number(width)}" height="18" class="c1"/>')
        body.append(text(206 + width, y + 14, words=shown(value, unit)))
    rows = tuple((label, shown(value)) for label, value in bars)
    sentence = _bar_sentence([(label, value) for label, value in bars if value is not None], unit, language=language)
    svg = frame(body, size=(WIDTH, height), title=title, description=sentence)
    return Chart(svg, (say("head.what", language), unit), rows, sentence)


def _bar_sentence(known: Sequence[tuple[str, float]], unit: str, *, language: str) -> str:
    if not known:
        return say("none", language)
    (most, high), (least, low) = max(known, key=lambda one: one[1]), min(known, key=lambda one: one[1])
    if high == low and len(known) > 1:
        return say("bar.same", language, high=shown(high, unit))
    return say("bar", language, most=most, high=shown(high, unit), least=least, low=shown(low, unit))
