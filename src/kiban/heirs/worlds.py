"""What is not known, taken one way and the other, so that only what changes the answer is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from kiban.heirs.errors import TooOpen

MOST = 256
"""So many possible courses are computed at the most."""
T = TypeVar("T")


class Question(NamedTuple):
    """A fact that is not known: its kind, whom it is about, and of whom or which event."""

    kind: str
    about: str
    other: str = ""


@dataclass
class World:
    """One way in which the unknown facts may be. What is asked of it is remembered in order."""

    taken: dict[Question, bool] = field(default_factory=dict)
    asked: dict[Question, bool] = field(default_factory=dict)

    def holds(self, question: Question, usual: bool) -> bool:
        """The fact in this world; ``usual`` is what the law takes as long as nothing else is shown."""
        return self.asked.setdefault(question, self.taken.get(question, usual))


class Course(NamedTuple, Generic[T]):
    """An answer, and the unknown facts that were taken the other way than usual to come to it."""

    answer: T
    turned: tuple[tuple[Question, bool], ...]


def courses(answer: Callable[[World], T]) -> list[Course[T]]:
    """The usual answer first, then that of every other way the unknown facts may be, none twice.

    Raises:
        TooOpen: more than :data:`MOST`.
    """
    found: list[Course[T]] = []
    waiting: list[dict[Question, bool]] = [{}]
    turns: list[tuple[tuple[Question, bool], ...]] = [()]
    while waiting:
        taken, turned = waiting.pop(0), turns.pop(0)
        world = World(dict(taken))
        found.append(Course(answer(world), turned))
        if len(found) > MOST:
            named = ", ".join(f"{one.kind} {one.about}" for one in list(world.asked)[:5])
            raise TooOpen(
                f"more than {MOST} courses are possible: too many facts are unknown ({named}, …)",
                remedy="find out first who is alive, when they were born and which renunciations were accepted",
            )
        before = dict(taken)
        for question, value in world.asked.items():
            if question not in taken:
                waiting.append({**before, question: not value})
                turns.append((*turned, (question, not value)))
                before[question] = value
    return found
