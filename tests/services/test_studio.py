"""The designer's pages say roles, offices and kinds in words, for the packs that there are."""

from __future__ import annotations

import re

import pytest
from django.utils import translation

from kiban.identity.staff import roles
from kiban.kernel.clock import SystemClock
from kiban.packs import load_packs
from kiban.packs.documents import HOLDERS
from kiban.shell.wiring.library import pack_library
from kiban.shell.wiring.studio import StudioDesk
from kiban.shell.wiring.words import Words
from shared_data import ROOT


@pytest.fixture(scope="module")
def studio() -> StudioDesk:
    library = pack_library(load_packs(ROOT / "packs"))
    return StudioDesk(library, Words(library.shelf), SystemClock())


@pytest.mark.parametrize("language", ["ja", "ja-easy", "en"])
def test_no_identifier_stands_where_people_read(studio: StudioDesk, language: str) -> None:
    code = re.compile(rf"\b({'|'.join({*HOLDERS, *roles()})})\b")
    with translation.override(language):
        views = [studio.pack(pack) for pack in studio.library.packs]
        words = [step[1] for view in views for step in view.steps]
        sources = [one.source for view in views for section in view.sections for one in section.fields]
        members = [title for view in views for _, title in view.members]

    if language != "en":
        assert [word for word in [*words, *sources, *members] if code.search(word)] == []
    assert len(words) > 30
    assert not [source for source in sources if "_" in source or source.startswith(("origin", "pension:"))]


def test_only_a_bundle_is_a_life_event(studio: StudioDesk) -> None:
    kinds = {card.id: card.kind for card in studio.packs()}

    assert kinds["hikkoshi"] == "bundle"
    assert kinds["jido-fuyo-teate"] == "procedure"
    assert sum(kind == "bundle" for kind in kinds.values()) < len(kinds) / 2
