"""Formulas as a small typed graph of a closed list of nodes (`formula.py` reads them from scalar SQL).

No loops, no I/O, no code: what is not listed here does not exist. From this one graph follow the scalar evaluation with
trace, the array kernel and the SQL text. The nodes have a plain form (MessagePack), in which `kept.py` keeps them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct


class Const(Struct, frozen=True, array_like=True, tag=True, gc=False):
    """A number (text of exact digits for decimals), yes/no, text, or unknown (NULL)."""

    value: int | str | bool | None
    kind: str


class Name(Struct, frozen=True, array_like=True, tag=True, gc=False):
    """A fact, parameter or variable."""

    name: str


class Unary(Struct, frozen=True, array_like=True, tag=True, gc=False):
    """``-x`` or ``NOT x``."""

    op: str
    operand: Node


class Binary(Struct, frozen=True, array_like=True, tag=True, gc=False):
    """Arithmetic (+ - * /), comparison (= <> < <= > >=) or logic (AND OR)."""

    op: str
    left: Node
    right: Node


class Case(Struct, frozen=True, array_like=True, tag=True, gc=False):
    """``CASE WHEN … THEN … ELSE … END``: the first condition that holds decides."""

    branches: tuple[tuple[Node, Node], ...]
    otherwise: Node


class Call(Struct, frozen=True, array_like=True, tag=True, gc=False):
    """A function of the closed list."""

    name: str
    arguments: tuple[Node, ...]


class Over(Struct, frozen=True, array_like=True, tag=True, gc=False):
    """人数, 合計, いる, 最大, 最小 or 順位 over the members of an entity that meet ``condition``."""

    name: str
    entity: str
    of: Node | None
    condition: Node | None


Node: TypeAlias = Const | Name | Unary | Binary | Case | Call | Over

FUNCTIONS: dict[str, tuple[int, str]] = {
    "満年齢": (2, "integer"),
    "年後": (2, "date"),
    "月後": (2, "date"),
    "日後": (2, "date"),
    "月初": (1, "date"),
    "月末": (1, "date"),
    "年度末": (1, "date"),
    "年度": (1, "integer"),
    "年": (1, "integer"),
    "月": (1, "integer"),
    "月数": (2, "integer"),
    "日数": (2, "integer"),
    "切捨": (2, "integer"),
    "切上": (2, "integer"),
    "四捨五入": (2, "integer"),
    "小さい方": (2, "number"),
    "大きい方": (2, "number"),
    "分かる": (1, "boolean"),
}
"""Name → (number of arguments, type). 満年齢 counts the day before the birthday (年齢計算ニ関スル法律)."""
OVERS: dict[str, tuple[int, str]] = {
    "人数": (0, "integer"),
    "いる": (0, "boolean"),
    "合計": (1, "number"),
    "最大": (1, "number"),
    "最小": (1, "number"),
    "順位": (1, "integer"),
}


def children(node: Node) -> Iterator[Node]:
    """The nodes directly under a node."""
    if isinstance(node, Unary):
        yield node.operand
    elif isinstance(node, Binary):
        yield from (node.left, node.right)
    elif isinstance(node, Case):
        for condition, value in node.branches:
            yield from (condition, value)
        yield node.otherwise
    elif isinstance(node, Call):
        yield from node.arguments
    elif isinstance(node, Over):
        yield from (part for part in (node.of, node.condition) if part is not None)


def names(node: Node) -> Iterator[str]:
    """Every name in a formula."""
    if isinstance(node, Name):
        yield node.name
    for child in children(node):
        yield from names(child)
