"""The web application on a real socket, and a browser before it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser

if TYPE_CHECKING:
    from journeys.town import Library, Town

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's own loop runs in the thread that writes sessions


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    from journeys.browser import CHROMIUM, chromium

    if not Path(CHROMIUM).exists():
        pytest.skip(f"Chromium is not at {CHROMIUM}; apt-get install chromium")
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Library]:
    """The packs with the example town in place of a real one, read once."""
    from journeys.town import read_shelf

    return read_shelf(tmp_path_factory.mktemp("town"))


@pytest.fixture
def town(shelf: tuple[Path, Library], monkeypatch: pytest.MonkeyPatch) -> Town:
    """The example town, as each test finds it."""
    from journeys.town import open_town

    return open_town(shelf, monkeypatch)
