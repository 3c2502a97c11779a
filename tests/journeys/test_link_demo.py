"""The demo's link check at real processes: generated, checked, settled by two officers, read by the person."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from kiban.shell.demo.account import Account
from kiban.shell.demo.link_story import LinkStory
from kiban.shell.demo.place import running

pytestmark = [pytest.mark.xdist_group("processes"), pytest.mark.timeout(400), pytest.mark.long]


def test_two_officers_settle_a_wrong_link_that_a_real_check_found(tmp_path: Path) -> None:
    account = Account(quiet=True)
    with running(tmp_path, persons=40, today=dt.date.today(), tell=lambda _: None) as place:
        place.help("links", "kiban.shell.demo.links")
        LinkStory(place, account).play()

    assert account.held, account.as_data()["failed"]
    assert len(account.chapters[-1].checks) == 5
