"""Reads formulas: scalar SQL with Japanese names, parsed by SQLGlot into the nodes of `expression.py`.

What is not on the closed list is refused with its place.
"""

from __future__ import annotations

from collections.abc import Callable

import sqlglot
from sqlglot import exp

from kiban.kernel.errors import NOWHERE, Where
from kiban.rules.errors import BadRule
from kiban.rules.expression import FUNCTIONS, OVERS, Binary, Call, Case, Const, Name, Node, Over, Unary

MOST_NODES = 500
MOST_DEPTH = 200
MOST_CHARACTERS = 50_000
MOST_DIGITS = 300
BINARY: dict[type[exp.Expr], str] = {
    exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/", exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=",
    exp.GT: ">", exp.GTE: ">=", exp.And: "AND", exp.Or: "OR",
}  # fmt: skip


def parse(text: str, *, entities: tuple[str, ...] = (), where: Where = NOWHERE) -> Node:
    """Parse a formula.

    Raises:
        BadRule: it is no expression, or uses something outside the closed list.
    """
    if len(text) > MOST_CHARACTERS:
        what = f"the formula has more than {MOST_CHARACTERS:,} characters"
        raise BadRule(what, where=where, remedy="name a part of it")
    try:
        tree = sqlglot.parse_one(str(text), read="duckdb")
    except (sqlglot.errors.SqlglotError, RecursionError, ValueError) as error:
        first = str(error).splitlines()[0][:160]
        what = f"the formula cannot be read: {first}"
        raise BadRule(what, where=where, remedy="it is a scalar SQL expression") from None
    parts = list(tree.walk())
    if len(parts) > MOST_NODES:
        raise BadRule(f"the formula is longer than {MOST_NODES} parts", where=where, remedy="name a part of it")
    if max(part.depth for part in parts) > MOST_DEPTH:
        what = f"the formula is deeper than {MOST_DEPTH} parts in each other"
        raise BadRule(what, where=where, remedy="name a part of it")
    if any(isinstance(part, exp.Literal) and len(part.this) > MOST_DIGITS for part in parts):
        what = f"a number or text of the formula has more than {MOST_DIGITS} characters"
        raise BadRule(what, where=where, remedy="write it shorter")
    return _node(tree, entities, where=where)


def _node(tree: exp.Expr, entities: tuple[str, ...], *, where: Where) -> Node:
    def inner(part: exp.Expr) -> Node:
        return _node(part, entities, where=where)

    simple = _simple(tree)
    if simple is not None:
        return simple
    if isinstance(tree, exp.Paren):
        return inner(tree.this)
    if isinstance(tree, exp.Neg | exp.Not):
        return Unary("-" if isinstance(tree, exp.Neg) else "NOT", inner(tree.this))
    if type(tree) in BINARY:
        return Binary(BINARY[type(tree)], inner(tree.this), inner(tree.args["expression"]))
    if isinstance(tree, exp.Between):
        low = Binary(">=", inner(tree.this), inner(tree.args["low"]))
        return Binary("AND", low, Binary("<=", inner(tree.this), inner(tree.args["high"])))
    if isinstance(tree, exp.In) and tree.expressions:
        return _any([Binary("=", inner(tree.this), inner(one)) for one in tree.expressions])
    if isinstance(tree, exp.Case) and tree.this is None:
        branches = tuple((inner(branch.this), inner(branch.args["true"])) for branch in tree.args["ifs"])
        default = tree.args.get("default")
        return Case(branches, inner(default) if default is not None else Const(None, "unknown"))
    if isinstance(tree, exp.Anonymous | exp.Func):
        return _call(tree, entities, inner=inner, where=where)
    raise BadRule(
        f"{tree.sql(dialect='duckdb')[:60]!r} is not allowed in a formula",
        where=where,
        remedy="use names, numbers, + - * /, comparisons, AND, OR, NOT, IN, BETWEEN, CASE and the listed functions",
    )


def _any(conditions: list[Binary]) -> Node:
    joined: Node = conditions[0]
    for condition in conditions[1:]:
        joined = Binary("OR", joined, condition)
    return joined


def _simple(tree: exp.Expr) -> Node | None:
    if isinstance(tree, exp.Literal):
        if tree.is_string:
            return Const(tree.this, "text")
        return Const(int(tree.this), "integer") if tree.this.isdigit() else Const(tree.this, "number")
    if isinstance(tree, exp.Boolean):
        return Const(bool(tree.this), "boolean")
    if isinstance(tree, exp.Null):
        return Const(None, "unknown")
    if isinstance(tree, exp.Column) and not tree.table:
        return Name(tree.name)
    return None


def _call(tree: exp.Expr, entities: tuple[str, ...], *, inner: Callable[[exp.Expr], Node], where: Where) -> Node:
    name = str(tree.this) if isinstance(tree, exp.Anonymous) else tree.key.upper()
    arguments = tree.expressions if isinstance(tree, exp.Anonymous) else []
    if name in FUNCTIONS:
        wanted, _ = FUNCTIONS[name]
        if len(arguments) != wanted:
            raise BadRule(
                f"{name} takes {wanted} arguments, {len(arguments)} are given", where=where, remedy="see docs/rules.md"
            )
        return Call(name, tuple(inner(argument) for argument in arguments))
    if name in OVERS:
        return _over(name, arguments, entities=entities, inner=inner, where=where)
    raise BadRule(
        f"there is no function {name[:40]}", where=where, remedy=f"functions are {', '.join([*FUNCTIONS, *OVERS])}"
    )


def _over(
    name: str,
    arguments: list[exp.Expr],
    *,
    entities: tuple[str, ...],
    inner: Callable[[exp.Expr], Node],
    where: Where,
) -> Node:
    valued, _ = OVERS[name]
    entity = arguments[0].name if arguments and isinstance(arguments[0], exp.Column) else ""
    if entity not in entities:
        raise BadRule(
            f"{name} needs the name of an entity first, not {entity or 'nothing'!r}",
            where=where,
            remedy=f"entities are {', '.join(entities) or 'none'}",
        )
    rest = arguments[1:]
    if not valued <= len(rest) <= valued + 1:
        raise BadRule(
            f"{name} takes {'a value and ' if valued else ''}at most one condition",
            where=where,
            remedy=f"{name}({entity}{', value' if valued else ''}, condition)",
        )
    of = inner(rest[0]) if valued else None
    condition = inner(rest[valued]) if len(rest) > valued else None
    return Over(name, entity, of, condition)
