"""The URL table of the designers' entrance."""

from __future__ import annotations

from kiban.shell.routes import DESIGNER, Route
from kiban.shell.studio import views

ROUTES = (
    Route("studio", "studio", views.packs, DESIGNER),
    Route("studio/packs/<slug:pack>", "pack", views.pack, DESIGNER),
    Route("studio/packs/<slug:pack>/letters/<slug:letter>", "pack_letter", views.letter, DESIGNER),
)
