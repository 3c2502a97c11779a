"""All faults of a large file as a table beside the answer: a report in memory keeps the first ones only."""

from __future__ import annotations

import csv
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from kiban.kernel.tabular import Fault

TITLES = ("file", "line", "column", "what", "remedy")


class FaultFile:
    """Writes each fault as it comes (CSV, UTF-8 with its mark, for a spreadsheet); without any there is no file.

    Give it to a report: ``Report(name, every=fault_file)``. What an earlier run left under the name goes.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._out: IO[str] | None = None

    def __enter__(self) -> Self:
        self.path.unlink(missing_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._out is not None:
            self._out.close()

    def __call__(self, fault: Fault) -> None:
        """Write one."""
        if self._out is None:
            self._out = self.path.open("w", encoding="utf-8-sig", newline="")
            csv.writer(self._out, lineterminator="\n").writerow(TITLES)
        where = fault.where
        row = (where.file, where.line, where.field, fault.what, fault.remedy)
        csv.writer(self._out, lineterminator="\n").writerow(["" if cell is None else cell for cell in row])
