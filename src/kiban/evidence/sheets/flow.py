"""The way of a sheet's money (資金の流れ) as steps from payer to payee, block by block.

A block that is named on the way but has no amount of its own is drawn all the same, with nothing received: the money
behind it must not look as if the ministry had paid it directly.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

OFFICE = "組織"
ARROW = "→"
PRIVATE = "（非公表）"


@dataclass(frozen=True, slots=True)
class Paid:
    """One payment: the chain of blocks it came through, the payee's name (None: not published) and yen."""

    chain: str
    name: str | None
    yen: int | None


@dataclass(frozen=True, slots=True)
class Step:
    """Money from one to another; ``direct`` when the ministry paid it."""

    source: str
    target: str
    yen: int
    direct: bool


@dataclass(slots=True)
class _Block:
    """A block with what it received and who stands in it."""

    before: str
    yen: int = 0
    names: dict[str, int] = field(default_factory=dict)

    def label(self, block: str) -> str:
        largest = max(self.names, key=lambda name: (name != PRIVATE, self.names[name]), default="")
        rest = f" ほか{len(self.names) - 1}者" if len(self.names) > 1 else ""
        return f"{block} {largest}{rest}".strip()


def money_flow(payer: str, paid: Iterable[Paid], *, most: int = 30) -> list[Step]:
    """The steps of the money, largest first; small last payees of one source are gathered, so that no yen is missing.

    The direct steps add up to what the ministry paid; the others are parts of it that were passed on.
    """
    blocks = _blocks(paid)
    passing = {one.before for one in blocks.values()}
    shown = sorted(blocks, key=lambda block: (block not in passing, -blocks[block].yen, block))
    kept = {block for place, block in enumerate(shown) if block in passing or place < most}
    labels = {block: one.label(block) for block, one in blocks.items()} | {"": payer}
    rest: dict[str, list[int]] = {}
    for block in shown:
        if block not in kept and blocks[block].yen:
            rest.setdefault(blocks[block].before, []).append(blocks[block].yen)
    steps = [Step(labels[blocks[b].before], labels[b], blocks[b].yen, not blocks[b].before) for b in kept]
    steps += [
        Step(labels[before], f"その他{len(sums)}（{labels[before]}）", sum(sums), not before)
        for before, sums in rest.items()
    ]
    return sorted(
        (step for step in steps if step.yen or _passes(step, steps)), key=lambda step: (-step.yen, step.target)
    )


def _passes(step: Step, steps: list[Step]) -> bool:
    return any(other.source == step.target for other in steps)


def _blocks(paid: Iterable[Paid]) -> dict[str, _Block]:
    blocks: dict[str, _Block] = {}
    for one in paid:
        way = [part for part in one.chain.split(ARROW) if part and part != OFFICE]
        for before, block in zip(["", *way], way, strict=False):
            blocks.setdefault(block, _Block(before))
        if way:
            last, name = blocks[way[-1]], one.name or PRIVATE
            last.yen += one.yen or 0
            last.names[name] = last.names.get(name, 0) + (one.yen or 0)
    return blocks
