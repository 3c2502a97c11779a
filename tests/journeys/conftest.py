"""The web application on a real socket, and a browser before it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's own loop runs in the thread that writes sessions


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    from journeys.browser import CHROMIUM, chromium

    if not Path(CHROMIUM).exists():
        pytest.skip(f"Chromium is not at {CHROMIUM}; apt-get install chromium")
    with chromium() as started:
        yield started
