"""What payment runs need from their store."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from kiban.benefits.payments.model import Payer
from kiban.benefits.payments.runs import LineState, Run, RunLine, Work


class RunStore(Protocol):
    """Payment runs, their frozen lines, results and the work list; every query is by agency."""

    def atomic(self) -> AbstractContextManager[object]: ...

    def payer(self, agency: str) -> Payer | None: ...

    def set_payer(self, agency: str, payer: Payer) -> None: ...

    def reserve(self, agency: str) -> int:
        """A number for a new run; none is given twice."""
        ...

    def freeze(self, run: Run, lines: tuple[RunLine, ...]) -> None:
        """Keep a reserved run with its lines."""
        ...

    def run(self, number: int, *, agency: str) -> Run:
        """Raises: UnknownRun."""
        ...

    def runs(self, agency: str, *, limit: int = 50) -> tuple[Run, ...]:
        """The latest first."""
        ...

    def update(self, run: Run) -> Run:
        """Write the next version. Raises: NotInThisRunState when somebody else was faster."""
        ...

    def lines(self, number: int, *, agency: str) -> tuple[RunLine, ...]: ...

    def lines_by_key(self, agency: str, keys: tuple[str, ...]) -> dict[str, RunLine]: ...

    def mark(self, agency: str, keys: tuple[str, ...], *, state: LineState) -> None: ...

    def take(self, agency: str, digest: str) -> bool:
        """Remember a file of results; False when it was taken before."""
        ...

    def add_work(self, agency: str, work: tuple[Work, ...]) -> None: ...

    def work(self, agency: str, *, limit: int = 200) -> tuple[Work, ...]:
        """What nobody has done yet, the oldest first."""
        ...

    def open_work(self, agency: str, *, key: str) -> bool:
        """Whether a line with this key waits on the work list."""
        ...

    def close_work(self, work: int, *, agency: str, by: str) -> bool: ...
