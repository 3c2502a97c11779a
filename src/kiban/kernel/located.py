"""YAML with places: plain values, and for every path in them the line where it stands.

Packs and rules are written by people; an error must name file and line. Keys that stand twice are refused, dates come
as dates, and nothing but plain YAML is read (no tags, no code).
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from kiban.kernel.errors import BadInput, Where

Place: TypeAlias = tuple[str | int, ...]
MOST_PLACES = 500_000
SURE = 2000
"""So many lists in each other are no danger; how many brackets, or signs before a line's first word, there may be."""
_LEAD = re.compile(r"^[ \-?:]+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Located:
    """The value of a YAML file and the line (from 1) of every place in it."""

    file: str
    value: Any
    lines: dict[Place, int]

    def where(self, place: Place) -> Where:
        """The nearest known line at or above a place, with the dotted place as the field."""
        for length in range(len(place), -1, -1):
            if place[:length] in self.lines:
                return Where(self.file, self.lines[place[:length]], field=dotted(place) or None)
        return Where(self.file, field=dotted(place) or None)


def dotted(place: Place) -> str:
    """``steps.0.role`` for ("steps", 0, "role")."""
    return ".".join(str(part) for part in place)


def read_located(path: Path, *, name: str = "") -> Located:
    """Read a YAML file; ``name`` is how errors call it (the file's name without one).

    Raises:
        BadInput: it is no UTF-8, no YAML, or a key stands twice.
    """
    file = name or path.name
    try:
        return parse_located(path.read_text(encoding="utf-8"), file=file)
    except UnicodeDecodeError as error:
        raise BadInput("the file is not UTF-8", where=Where(file), remedy="save it as UTF-8") from error


def parse_located(text: str, *, file: str) -> Located:
    """As :func:`read_located`, from text."""
    try:
        _check_depth(text)
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
        lines: dict[Place, int] = {}
        value = _value(node, (), lines=lines, file=file) if node is not None else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = Where(file, mark.line + 1, mark.column + 1) if mark else Where(file)
        raise BadInput(
            f"this is not YAML: {error.problem}", where=where, remedy="check indentation, colons and quotes"
        ) from None
    except yaml.reader.ReaderError as error:
        what = f"a character that YAML does not allow: {error.character!r}"
        raise BadInput(what, where=Where(file), remedy="remove it") from None
    except UnicodeEncodeError as error:
        what, line = "half a character (a surrogate)", text.count("\n", 0, error.start) + 1
        raise BadInput(what, where=Where(file, line), remedy="remove it") from None
    except RecursionError:
        what = "the lists and mappings stand in each other too deeply, or in themselves"
        raise BadInput(what, where=Where(file), remedy="write them flatter") from None
    return Located(file, value, lines)


def _check_depth(text: str) -> None:
    """LibYAML's composer recurses in C, where nobody counts: very deep text would end the process.

    Events are made without recursion; only a text that could be deep is walked through.
    """
    if text.count("[") + text.count("{") < SURE and max(map(len, _LEAD.findall(text)), default=0) < SURE:
        return
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > SURE:
                raise RecursionError
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _value(node: yaml.Node, place: Place, *, lines: dict[Place, int], file: str) -> Any:
    lines[place] = node.start_mark.line + 1
    if len(lines) > MOST_PLACES:  # an alias of an alias of an alias … is a small file and a huge value
        where = Where(file, lines[place])
        raise BadInput(f"more than {MOST_PLACES:,} values", where=where, remedy="use no aliases, or several files")
    if isinstance(node, yaml.MappingNode):
        return dict(_pairs(node, place, lines=lines, file=file))
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*place, number), lines=lines, file=file) for number, item in enumerate(node.value)]
    return _scalar(node, file=file)


def _pairs(
    node: yaml.MappingNode, place: Place, *, lines: dict[Place, int], file: str
) -> Iterator[tuple[Hashable, Any]]:
    seen: dict[Hashable, int] = {}
    for key_node, value_node in node.value:
        key = _scalar(key_node, file=file) if isinstance(key_node, yaml.ScalarNode) else None
        line = key_node.start_mark.line + 1
        if not isinstance(key, str | int):
            raise BadInput("a key must be a word", where=Where(file, line), remedy="quote it")
        if key in seen:
            raise BadInput(
                f"the key {key!r} stands twice (first in line {seen[key]})",
                where=Where(file, line),
                remedy="remove one of the two",
            )
        seen[key] = line
        value = _value(value_node, (*place, key), lines=lines, file=file)
        lines[*place, key] = line
        yield key, value


def _scalar(node: yaml.Node, *, file: str) -> Any:
    if node.tag == "tag:yaml.org,2002:bool" and node.value.lower() not in {"true", "false"}:
        return node.value  # yes, no, on, off are words, as in YAML 1.2
    if node.tag == "tag:yaml.org,2002:str":
        return node.value
    loader = yaml.CSafeLoader("")
    try:
        if node.tag == "tag:yaml.org,2002:int" and node.value.isdecimal() and not node.value.startswith("0"):
            return int(node.value)
        return loader.construct_object(node, deep=True)
    except (yaml.YAMLError, ValueError, LookupError, TypeError, OverflowError) as error:
        what, where = f"{node.value[:40]!r} cannot be read: {error}"[:200], Where(file, node.start_mark.line + 1)
        raise BadInput(what, where=where, remedy="quote it if it is a text") from None
