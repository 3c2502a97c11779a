"""The unfinished work of a bulk run: for which task it was begun, and that one run alone is at it."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from kiban.kernel.errors import BadInput, Where


@contextmanager
def unfinished(target: Path, *, task: str) -> Iterator[Path]:
    """Where the work for a target lies until it is whole; what was begun for another task is thrown away.

    A note beside it holds the task and the lock; it goes with the work that is done, and stays where a run was stopped.

    Raises:
        BadInput: another run is at this target.
    """
    part, note = (target.with_name(target.name + end) for end in (".part", ".job"))
    with _alone(note, target) as file:
        file.seek(0)
        if file.read() != task:
            shutil.rmtree(part) if part.is_dir() else part.unlink(missing_ok=True)
            file.truncate(0)
            file.write(task)
            file.flush()
        try:
            yield part
        except OSError as error:
            error.filename = error.filename or str(part)
            raise
        note.unlink()


@contextmanager
def _alone(note: Path, target: Path) -> Iterator[TextIO]:
    while True:
        with note.open("a+", encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise BadInput(
                    "another run is writing this file", where=Where(str(target)), remedy="wait for it, or name another"
                ) from None
            if note.exists() and os.path.samestat(note.stat(), os.fstat(file.fileno())):
                yield file
                return
