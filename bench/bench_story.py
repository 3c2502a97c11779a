"""The story's time, and page times at 50 users at once, against a static file of the same server in the same run.

CPU is what the web process and its children used; the static file shows what socket and server cost without a page.
"""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from kiban.kernel.clock import SystemClock, today
from kiban.shell.demo.account import Account
from kiban.shell.demo.place import Place, running
from kiban.shell.demo.story import Story
from kiban.simulators.walker import Walker

USERS = 50
ROUNDS = {False: 6, True: 40}


def cpu_of(place: Place) -> float:
    """CPU seconds of the web process and its children."""
    web = psutil.Process(place.processes["web"].pid)
    times = [one.cpu_times() for one in (web, *web.children(recursive=True))]
    return sum(one.user + one.system for one in times)


def at_once(walkers: list[Walker], visit: Callable[[Walker], object], *, rounds: int) -> list[float]:
    """Seconds of each visit when all walkers go at the same time, one page after the other."""
    seconds: list[float] = []

    def go(walker: Walker) -> None:
        for _ in range(rounds):
            begun = time.perf_counter()
            visit(walker)
            seconds.append(time.perf_counter() - begun)

    threads = [threading.Thread(target=go, args=(walker,)) for walker in walkers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(seconds)


def signed_in(place: Place) -> Walker:
    """The family's father in a session."""
    head = place.family[0]
    walker = Walker()
    walker.open(f"{place.portal}/sign-in?next=/cases")
    walker.submit("sign-in")
    walker.submit("sign-in", button=f"{head.family}{head.given}")
    return walker


def users(session: Walker) -> list[Walker]:
    """Fifty browsers that share one session."""
    found = []
    for _ in range(USERS):
        walker = Walker(timeout=120)
        walker.cookies = {host: dict(jar) for host, jar in session.cookies.items()}
        walker.page = session.page
        found.append(walker)
    return found


def main(*, full: bool = False) -> None:
    """Print the story's time and a table of pages."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder), persons=2000, today=today(SystemClock()), tell=lambda _: None) as place,
    ):
        account = Account(quiet=True)
        Story(place, account, moved_on=today(SystemClock()).isoformat()).play()
        print(f"story: {account.measures['story_seconds']} s, every check held: {account.held}; "
              f"memory of all processes {place.memory() / 1e6:.0f} MB")  # fmt: skip
        session = signed_in(place)
        crowd = users(session)
        style = next(line for line in session.page.html.split('"') if line.endswith(".css"))
        case = session.page.link("/cases/").removeprefix(place.portal)
        pages = {"static file": style, "front page": "/", "my cases": "/cases", "one case": case,
                 "notices": "/notices", "evidence": "/evidence"}  # fmt: skip
        print(f"{'page':<14}{'p50 ms':>9}{'p95 ms':>9}{'CPU ms a page':>15}{'pages/CPU-s':>13}   ({USERS} users)")
        for name, path in pages.items():
            rounds, before = ROUNDS[full], cpu_of(place)
            seconds = at_once(crowd, lambda walker, path=path: walker.open(f"{place.portal}{path}"), rounds=rounds)
            cpu = (cpu_of(place) - before) / len(seconds)
            p95 = seconds[int(len(seconds) * 0.95)]
            print(
                f"{name:<14}{statistics.median(seconds) * 1e3:>9.0f}{p95 * 1e3:>9.0f}{cpu * 1e3:>15.2f}{1 / cpu:>13.0f}"
            )


if __name__ == "__main__":
    main()
