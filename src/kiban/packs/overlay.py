"""A municipality's pack over the national one: it says only what differs. Pure."""

from __future__ import annotations

from typing import Any


def merged(base: Any, over: Any) -> Any:
    """``over`` laid on ``base``: mappings key by key, lists of parts with an id part by part, the rest replaced.

    A part of a list that the base lacks is added at the end; a key set to null is taken away.
    """
    if isinstance(base, dict) and isinstance(over, dict):
        both = {**base, **{key: merged(base.get(key), value) for key, value in over.items()}}
        return {key: value for key, value in both.items() if value is not None}
    if _parts(base) and _parts(over):
        return _merged_parts(base, over)
    return over


def _parts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) and "id" in one for one in value)


def _merged_parts(base: list[dict[str, Any]], over: list[dict[str, Any]]) -> list[dict[str, Any]]:
    by_id = {one["id"]: one for one in over}
    kept = [merged(one, by_id.pop(one["id"])) if one["id"] in by_id else one for one in base]
    return [*kept, *by_id.values()]
