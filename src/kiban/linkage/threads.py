"""Work on two cores in a fixed order: what is compiled or in Arrow runs beside each other, results come in turn."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")
WORKERS = min(4, os.cpu_count() or 1)


def ahead(work: Callable[[A], B], items: Iterable[A]) -> Iterator[B]:
    """``map`` by a few threads; few items are under way at a time, so memory is bounded.

    The results come in the order of the items, whatever the number of threads.
    """
    waiting: deque[Future[B]] = deque()
    with ThreadPoolExecutor(WORKERS) as pool:
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) > WORKERS:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
