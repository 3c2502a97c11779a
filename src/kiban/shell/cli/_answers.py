"""Tables that a command answers with."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from kiban.kernel.drafted import drafted
from kiban.kernel.errors import BadInput, Where


def write_table(target: Path, rows: Iterable[Sequence[str]], *, source: Path) -> None:
    """A CSV file (UTF-8, header first) that is whole or not there: a run that is stopped leaves what was there before.

    Raises:
        BadInput: it would replace its source, or cannot be a file there.
    """
    if target.exists() and target.samefile(source):
        raise BadInput("the answer would replace its source", where=Where(str(target)), remedy="name another file")
    if target.exists() and not target.is_file():
        raise BadInput("the answer must be a file", where=Where(str(target)), remedy="name a file, no folder or pipe")
    if not target.parent.is_dir():
        raise BadInput(f"there is no folder {target.parent}", where=Where(str(target)), remedy="make it first")
    with drafted(target) as draft, draft.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\r\n").writerows(rows)
