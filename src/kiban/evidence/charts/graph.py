"""Pictures of causes and of money: logic models in layers, payments as flows."""

from __future__ import annotations

from collections.abc import Sequence

from kiban.evidence.charts.frame import Chart, frame, number, shown, text
from kiban.evidence.logic import LogicModel, layers

BOX_WIDTH, BOX_HEIGHT, GAP_X, GAP_Y = 180, 48, 24, 44
NAMES = {"activity": "活動", "output": "アウトプット", "outcome": "アウトカム", "impact": "インパクト"}


def logic_chart(model: LogicModel, *, title: str) -> Chart:
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
        body.append(text(x + 8, y + 18, words=NAMES[node.kind], kind="u"))
        body.append(text(x + 8, y + 38, words=_short(node.label)))
    widest = max((len(row) for row in rows), default=1)
    size = (32 + widest * (BOX_WIDTH + GAP_X) - GAP_X, 32 + len(rows) * (BOX_HEIGHT + GAP_Y) - GAP_Y)
    table = tuple((model.nodes[e.source].label, model.nodes[e.target].label, e.reason) for e in model.edges)
    sentence = f"{len(model.nodes)}の段階と{len(model.edges)}のつながりがあります。"
    return Chart(frame(body, size=size, title=title, description=sentence), ("原因", "結果", "理由"), table, sentence)


def _short(label: str, length: int = 12) -> str:
    return label if len(label) <= length else label[: length - 1] + "…"


def flow_chart(steps: Sequence[tuple[str, str, int]], *, title: str) -> Chart:
    """Money that flows: (from, to, yen) drawn as bands whose width is the amount; columns by distance from the source.

    A payee that both receives and pays on stands once; amounts passed on are not added to the total.
    """
    depth = _depths(steps)
    received: dict[str, int] = {}
    for _, to, yen in steps:
        received[to] = received.get(to, 0) + yen
    sources = {
        name: sum(yen for start, _, yen in steps if start == name) for name, level in depth.items() if level == 0
    }
    weight = {**received, **sources}
    total = sum(sources.values()) or 1
    place = _places(depth, weight, total=total)
    used = dict.fromkeys(place, 0.0)
    arrived = dict.fromkeys(place, 0.0)
    body = []
    for start, to, yen in sorted(steps, key=lambda step: (depth[step[0]], -step[2], step[1])):
        width = max(0.5, yen / total * 280)
        (x1, y1), (x2, y2) = place[start], place[to]
        a, b = y1 + used[start] + width / 2, y2 + arrived[to] + width / 2
        used[start] += width
        arrived[to] += width
        mid = (x1 + x2 + 12) / 2
        body.append(
            f'<path d="M{x1 + 12} {number(a)}C{number(mid)} {number(a)} {number(mid)} {number(b)} {x2} {number(b)}" '
            f'class="flow" stroke-width="{number(width)}"><title>{start} → {to} {shown(yen, "円")}</title></path>'
        )
    for name, (x, y) in place.items():
        height = number(max(1.0, weight[name] / total * 280))
        body.append(f'<rect x="{x}" y="{number(y)}" width="12" height="{height}" class="c1"/>')
        body.append(text(x + 16, y + 12, words=_short(name, 14)))
    rows = tuple((start, to, f"{yen:,}") for start, to, yen in steps)
    sentence = f"合計{total:,}円が{len(received)}の支払先に渡りました。"
    deepest = max(depth.values(), default=0) + 1
    size = (deepest * 220 + 40, 360 + 14 * len(place) // deepest)
    return Chart(frame(body, size=size, title=title, description=sentence), ("支払元", "支払先", "円"), rows, sentence)


def _depths(steps: Sequence[tuple[str, str, int]]) -> dict[str, int]:
    targets = {to for _, to, _ in steps}
    depth = {start: 0 for start, _, _ in steps if start not in targets}
    for _ in range(len(steps)):
        for start, to, _ in steps:
            if start in depth and to not in depth:
                depth[to] = depth[start] + 1
    return depth


def _places(depth: dict[str, int], weight: dict[str, int], *, total: int) -> dict[str, tuple[int, float]]:
    filled: dict[int, float] = {}
    place = {}
    for name in sorted(depth, key=lambda n: (depth[n], -weight.get(n, 0), n)):
        level = depth[name]
        place[name] = (16 + 220 * level, 16 + filled.get(level, 0.0))
        filled[level] = filled.get(level, 0.0) + max(14.0, weight.get(name, 0) / total * 280) + 6
    return place
