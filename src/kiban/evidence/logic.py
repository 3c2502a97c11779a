"""Logic models as graphs (ロジックモデル): read from YAML, checked, and asked where an effect stops."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec

from kiban.evidence.errors import BadLogicModel
from kiban.evidence.model import Edge, LogicNode, NodeKind
from kiban.kernel.errors import BadInput, Where
from kiban.kernel.located import read_located

ORDER = list(NodeKind)


@dataclass(frozen=True, slots=True)
class LogicModel:
    """Nodes by id and the edges between them, of one policy."""

    policy: str
    nodes: Mapping[str, LogicNode]
    edges: tuple[Edge, ...]

    def next_of(self, node: str) -> list[str]:
        """The nodes that a node leads to."""
        return [edge.target for edge in self.edges if edge.source == node]

    def before(self, node: str) -> list[str]:
        """The nodes that lead to a node."""
        return [edge.source for edge in self.edges if edge.target == node]


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of a logic model: where, what, what to do; ``kind`` and ``missing`` are for translations."""

    node: str
    what: str
    remedy: str
    kind: str
    missing: tuple[str, ...] = ()


def read_logic_model(path: Path) -> LogicModel:
    """Read a logic model from YAML: ``policy``, ``nodes`` (id → fields) and ``edges`` ([from, to, reason]).

    Raises:
        BadLogicModel: the file is not of that form; the line is named.
    """
    try:
        tree = read_located(path)
    except BadInput as error:
        raise BadLogicModel(f"not YAML: {error.what}", where=error.where, remedy=error.remedy) from error
    content, remedy = tree.value, "policy: …, nodes: {id: {kind, label, …}}, edges: [[from, to, reason]]"
    if not isinstance(content, dict) or not {"policy", "nodes", "edges"} <= content.keys():
        raise BadLogicModel("policy, nodes and edges are needed", where=Where(path.name, 1), remedy=remedy)
    given, pairs = content["nodes"], content["edges"]
    if not isinstance(given, dict) or not all(isinstance(fields, dict) for fields in given.values()):
        raise BadLogicModel("a node is a mapping of fields", where=tree.where(("nodes",)), remedy=remedy)
    if not isinstance(pairs, list) or not all(isinstance(pair, list) and 2 <= len(pair) <= 3 for pair in pairs):
        raise BadLogicModel("an edge is a list of two nodes and a reason", where=tree.where(("edges",)), remedy=remedy)
    if not given:
        raise BadLogicModel("a model has at least one stage", where=tree.where(("nodes",)), remedy=remedy)
    policy = str(content["policy"])
    nodes = {str(name): _node(str(name), policy, fields=fields, file=path.name) for name, fields in given.items()}
    edges = tuple(Edge(*map(str, edge)) for edge in pairs)
    unknown = sorted({end for edge in edges for end in (edge.source, edge.target)} - nodes.keys())
    if unknown:
        raise BadLogicModel(
            f"edges name nodes that do not exist: {', '.join(unknown)}", where=Where(path.name), remedy=remedy
        )
    return LogicModel(policy, nodes, edges)


def _node(name: str, policy: str, *, fields: dict[str, Any], file: str) -> LogicNode:
    known = set(LogicNode.__slots__) - {"id", "policy"}
    unknown = sorted(fields.keys() - known)
    if unknown:
        raise BadLogicModel(
            f"unknown fields {', '.join(unknown)}",
            where=Where(file, record=name),
            remedy=f"fields are: {', '.join(sorted(known))}",
        )
    empty = {"direction"} if not fields.get("direction") else set()
    given = {key: value for key, value in fields.items() if key not in empty} | {"id": name, "policy": policy}
    try:
        return msgspec.convert(given, LogicNode)
    except msgspec.ValidationError as error:
        raise BadLogicModel(
            f"a field is wrong or missing: {error}",
            where=Where(file, record=name),
            remedy=f"kinds: {', '.join(NodeKind)}; directions: up, down",
        ) from error


def check(model: LogicModel) -> list[Finding]:
    """Everything that makes a logic model unusable for measuring, node by node; empty when it is sound."""
    return [*_cycles(model), *_backward_edges(model), *_unreached(model), *_incomplete(model.nodes.values())]


def _cycles(model: LogicModel) -> list[Finding]:
    waiting = {node: len(model.before(node)) for node in model.nodes}
    ready = deque(node for node, count in waiting.items() if count == 0)
    while ready:
        for following in model.next_of(ready.popleft()):
            waiting[following] -= 1
            if waiting[following] == 0:
                ready.append(following)
    return [
        Finding(node, "stands in a circle of causes", "remove the edge that leads back", "circle")
        for node, count in waiting.items()
        if count > 0
    ]


def _backward_edges(model: LogicModel) -> list[Finding]:
    return [
        Finding(
            edge.source,
            f"leads back from {model.nodes[edge.source].kind} to {model.nodes[edge.target].kind}",
            "causes run activity → output → outcome → impact",
            "backward",
        )
        for edge in model.edges
        if ORDER.index(model.nodes[edge.source].kind) > ORDER.index(model.nodes[edge.target].kind)
    ]


def reached_from_activities(model: LogicModel) -> set[str]:
    """The nodes that some activity leads to, activities included."""
    seen = {name for name, node in model.nodes.items() if node.kind is NodeKind.ACTIVITY}
    ready = deque(seen)
    while ready:
        for following in model.next_of(ready.popleft()):
            if following not in seen:
                seen.add(following)
                ready.append(following)
    return seen


def _unreached(model: LogicModel) -> list[Finding]:
    return [
        Finding(name, "no activity leads to it", "add the edge, or the activity that should cause it", "unreached")
        for name in model.nodes
        if name not in reached_from_activities(model)
    ]


def _incomplete(nodes: Iterable[LogicNode]) -> list[Finding]:
    findings = []
    for node in nodes:
        if node.indicator is None:
            findings.append(Finding(node.id, "the indicator is not set (未設定)", "name what is measured", "unset"))
            continue
        missing = [
            name
            for name in ("unit", "direction", "source", "target")
            if not getattr(node, name) and getattr(node, name) != 0
        ]
        if missing:
            findings.append(
                Finding(
                    node.id,
                    f"without {', '.join(missing)}",
                    "add them: a figure without them proves nothing",
                    "incomplete",
                    tuple(missing),
                )
            )
    return findings


@dataclass(frozen=True, slots=True)
class Stop:
    """Where an effect stops: the last node on its way that still moved, and the first that did not."""

    moved: str
    stopped: str


def where_it_stops(model: LogicModel, on_track: Mapping[str, bool | None]) -> list[Stop]:
    """Edges whose cause is on track but whose effect is not; unknown (None) nodes are neither.

    ``on_track`` tells for each node id whether its indicator moved as planned.
    """
    return [
        Stop(edge.source, edge.target)
        for edge in model.edges
        if on_track.get(edge.source) is True and on_track.get(edge.target) is False
    ]


def layers(model: LogicModel) -> Sequence[Sequence[str]]:
    """Nodes by stage for drawing, each stage ordered so that edges cross little (barycentre, two sweeps)."""
    rows = [[name for name, node in model.nodes.items() if node.kind is kind] for kind in ORDER]
    for _ in range(2):
        for upper, lower in pairwise(rows):
            place = {name: index for index, name in enumerate(upper)}
            lower.sort(key=lambda name: _barycentre(model, name, place=place))
    return [row for row in rows if row]


def _barycentre(model: LogicModel, name: str, *, place: Mapping[str, int]) -> float:
    known = [place[cause] for cause in model.before(name) if cause in place]
    return sum(known) / len(known) if known else float(len(place))
