"""The account of the story: what happened step by step, with checks; as text for people and JSON for machines."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Check:
    """Something that must hold, and whether it did."""

    what: str
    held: bool
    detail: str = ""


@dataclass(slots=True)
class Chapter:
    """One step of the story with its lines and checks."""

    title: str
    lines: list[str] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    seconds: float = 0.0


@dataclass(slots=True)
class Account:
    """The whole account; printed while it grows."""

    quiet: bool = False
    chapters: list[Chapter] = field(default_factory=list)
    measures: dict[str, Any] = field(default_factory=dict)
    _began: float = field(default_factory=time.perf_counter)

    def chapter(self, title: str) -> None:
        """Begin a step."""
        self._close()
        self.chapters.append(Chapter(title))
        self._began = time.perf_counter()
        self._print(f"\n■ {title}")

    def _close(self) -> None:
        if self.chapters:
            self.chapters[-1].seconds = round(time.perf_counter() - self._began, 3)

    def say(self, line: str) -> None:
        """A line of the present step."""
        self.chapters[-1].lines.append(line)
        self._print(f"  {line}")

    def check(self, what: str, held: bool, *, detail: str = "") -> bool:
        """Record whether something holds; the detail is shown when it does not."""
        self.chapters[-1].checks.append(Check(what, bool(held), "" if held else detail))
        self._print(f"  {'✓' if held else '✗'} {what}" + (f" — {detail}" if detail and not held else ""))
        return bool(held)

    def _print(self, line: str) -> None:
        if not self.quiet:
            print(line, flush=True)  # noqa: T201 the account is the demo's output

    @property
    def held(self) -> bool:
        """Whether every check held (and there were some)."""
        checks = [check for chapter in self.chapters for check in chapter.checks]
        return bool(checks) and all(check.held for check in checks)

    def as_data(self) -> dict[str, Any]:
        """The account for machines."""
        self._close()
        return {
            "held": self.held,
            "checks": sum(len(chapter.checks) for chapter in self.chapters),
            "failed": [c.what for chapter in self.chapters for c in chapter.checks if not c.held],
            "measures": self.measures,
            "chapters": [
                {
                    "title": chapter.title,
                    "seconds": chapter.seconds,
                    "lines": chapter.lines,
                    "checks": [{"what": c.what, "held": c.held, "detail": c.detail} for c in chapter.checks],
                }
                for chapter in self.chapters
            ],
        }
