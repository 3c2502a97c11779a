"""What the pages refer to is there: other pages and their headings, files of the repository, tests by name."""

from __future__ import annotations

import re
from pathlib import Path

from census.source import ROOT

PAGES = [
    *ROOT.glob("*.md"),
    *(path for folder in ("docs", "packs", "bench", "tests") for path in (ROOT / folder).rglob("*.md")),
]
LINK = re.compile(r"\]\(([^)\s]+)\)")
BLOCK = re.compile(r"^ *```.*?^ *```", re.S | re.M)
FILE = re.compile(r"`((?:src|tests|bench|tools|packs|docs)/[\w./*-]+)")
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)")


def prose(page: Path) -> str:
    return BLOCK.sub("", page.read_text(encoding="utf-8"))


def anchor(heading: str) -> str:
    """The anchor that a page's heading gets where Markdown is shown with anchors (GitHub's rule)."""
    words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", words).replace(" ", "-")


def anchors(page: Path) -> set[str]:
    return {anchor(line) for line in re.findall(r"^#+ (.*)$", prose(page), re.M)}


def fault(page: Path, link: str) -> bool:
    place, _, heading = link.partition("#")
    target = page.parent / place if place else page
    return not target.exists() or bool(heading and heading not in anchors(target))


def test_relative_links_lead_somewhere() -> None:
    found = [
        f"{page.relative_to(ROOT)}: {link}"
        for page in PAGES
        for link in LINK.findall(prose(page))
        if not link.startswith(("https://", "http://", "mailto:")) and fault(page, link)
    ]

    assert found == []
    assert len(PAGES) > 30


def test_files_and_tests_that_the_pages_name_are_there() -> None:
    faults = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        faults += [
            f"{page.name}: {name}" for name in FILE.findall(prose(page)) if not any(ROOT.glob(name.rstrip("/.")))
        ]
        faults += [
            f"{page.name}: {file}::{test}"
            for file, test in TEST.findall(text)
            if not re.search(rf"\b{test}\b", (ROOT / file).read_text(encoding="utf-8"))
        ]

    assert faults == []


def test_every_page_is_reached_from_the_readme() -> None:
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached or page.suffix != ".md":
            continue
        reached.add(page)
        places = [link.partition("#")[0] for link in LINK.findall(prose(page))]
        waiting += [(page.parent / place).resolve() for place in places if place and (page.parent / place).is_file()]

    wanted = set((ROOT / "docs").glob("*.md"))
    assert sorted(page.name for page in wanted - reached) == []
