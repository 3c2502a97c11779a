"""Pictures of causes and of money: logic models in layers, payments as flows."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from kiban.evidence.charts.frame import Chart, frame, number, shown, text
from kiban.evidence.charts.words import say
from kiban.evidence.logic import LogicModel, layers
from kiban.evidence.sheets.flow import Step

BOX_WIDTH, BOX_HEIGHT, GAP_X, GAP_Y = 180, 48, 24, 44


def logic_chart(model: LogicModel, *, title: str, language: str = "ja") -> Chart:
    """A logic model from activities (top) to impacts (bottom); the table lists every edge."""
    rows = layers(model)
    place = {
        name: (16 + column * (BOX_WIDTH + GAP_X), 16 + level * (BOX_HEIGHT + GAP_Y))
        for level, row in enumerate(rows)
        for column, name in enumerate(row)
    }
    body = []
    for edge in model.edges:
        (x1, y1), (x2, y2) = place[edge.source], place[edge.target]
        start, end = (x1 + BOX_WIDTH / 2, y1 + BOX_HEIGHT), (x2 + BOX_WIDTH / 2, y2)
        middle = (start[1] + end[1]) / 2
        body.append(
            f'<path d="M{number(start[0])} {number(start[1])}C{number(start[0])} {number(middle)} '
            f'{number(end[0])} {number(middle)} {number(end[0])} {number(end[1])}" class="edge"/>'
        )
    for name, (x, y) in place.items():
        node = model.nodes[name]
        body.append(f'<rect x="{x}" y="{y}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="6" class="box {node.kind}"/>')
        body.append(text(x + 8, y + 18, words=say(node.kind.value, language), kind="u"))
        body.append(text(x + 8, y + 38, words=_short(node.label)))
    widest = max((len(row) for row in rows), default=1)
    size = (32 + widest * (BOX_WIDTH + GAP_X) - GAP_X, 32 + len(rows) * (BOX_HEIGHT + GAP_Y) - GAP_Y)
    table = tuple((model.nodes[e.source].label, model.nodes[e.target].label, e.reason) for e in model.edges)
    sentence = say("logic", language, nodes=len(model.nodes), edges=len(model.edges))
    heads = tuple(say(f"head.{name}", language) for name in ("cause", "effect", "reason"))
    return Chart(
        frame(body, size=size, title=title, description=sentence, kind="wide"),
        heads,
        table,
        sentence,
    )


def _short(label: str, length: int = 12) -> str:
    return label if len(label) <= length else label[: length - 1] + "…"


def flow_chart(steps: Sequence[Step], *, title: str, language: str = "ja") -> Chart:
    """Money that flows, drawn as bands whose width is the amount; columns by distance from the source.

    A payee that both receives and pays on stands once; amounts passed on are not added to the total.
    """
    ends = [(step.source, step.target, step.yen) for step in steps]
    depth = _depths(ends)
    weight = {name: max(_sum(ends, name, side=1), _sum(ends, name, side=0)) for name in depth}
    total = sum(step.yen for step in steps if step.direct)
    scale = 280 / max([1, total, *weight.values()])
    place = _places(depth, weight, scale=scale)
    body = [*_bands(ends, depth, place=place, scale=scale), *_nodes(place, weight, scale=scale)]
    passed = sum(step.yen for step in steps if not step.direct)
    sentence = say("flow", language, total=f"{total:,}")
    sentence += say("flow.passed", language, passed=f"{passed:,}") if passed else ""
    lowest = max(y + max(14.0, weight[name] * scale) for name, (_, y) in place.items())
    size = (max(depth.values()) * 220 + 260, round(lowest) + 16)
    part = say("flow.part", language)
    rows = tuple((step.source, step.target, f"{step.yen:,}", "" if step.direct else part) for step in steps)
    svg = frame(body, size=size, title=title, description=sentence, kind="wide")
    return Chart(svg, tuple(say(f"head.{name}", language) for name in ("from", "to", "yen", "part")), rows, sentence)


def _sum(ends: Sequence[tuple[str, str, int]], name: str, *, side: int) -> int:
    return sum(end[2] for end in ends if end[side] == name)


def _bands(
    ends: Sequence[tuple[str, str, int]],
    depth: dict[str, int],
    *,
    place: dict[str, tuple[int, float]],
    scale: float,
) -> list[str]:
    used, arrived, body = dict.fromkeys(place, 0.0), dict.fromkeys(place, 0.0), []
    for start, to, yen in sorted(ends, key=lambda end: (depth[end[0]], -end[2], end[1])):
        width = max(0.5, yen * scale)
        (x1, y1), (x2, y2) = place[start], place[to]
        a, b, mid = y1 + used[start] + width / 2, y2 + arrived[to] + width / 2, (x1 + x2 + 12) / 2
        used[start] += width
        arrived[to] += width
        body.append(
            f'<path d="M{x1 + 12} {number(a)}C{number(mid)} {number(a)} {number(mid)} {number(b)} {x2} {number(b)}" '
            f'class="flow" stroke-width="{number(width)}">'
            f"<title>{escape(start)} → {escape(to)} {shown(yen, '円')}</title></path>"
        )
    return body


def _nodes(place: dict[str, tuple[int, float]], weight: dict[str, int], *, scale: float) -> list[str]:
    body = []
    for name, (x, y) in place.items():
        height = number(max(1.0, weight[name] * scale))
        body.append(f'<rect x="{x}" y="{number(y)}" width="12" height="{height}" class="c1"/>')
        body.append(text(x + 16, y + 12, words=_short(name, 14)))
    return body


def _depths(steps: Sequence[tuple[str, str, int]]) -> dict[str, int]:
    targets = {to for _, to, _ in steps}
    depth = {start: 0 for start, _, _ in steps if start not in targets}
    for _ in range(len(steps)):
        for start, to, _ in steps:
            if start in depth and to not in depth:
                depth[to] = depth[start] + 1
    return depth


def _places(depth: dict[str, int], weight: dict[str, int], *, scale: float) -> dict[str, tuple[int, float]]:
    filled: dict[int, float] = {}
    place = {}
    for name in sorted(depth, key=lambda n: (depth[n], -weight.get(n, 0), n)):
        level = depth[name]
        place[name] = (16 + 220 * level, 16 + filled.get(level, 0.0))
        filled[level] = filled.get(level, 0.0) + max(14.0, weight.get(name, 0) * scale) + 6
    return place
