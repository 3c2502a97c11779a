"""The URL table of the common pages."""

from __future__ import annotations

from kiban.shell.common import typed, views
from kiban.shell.routes import MACHINE, PUBLIC, Route

ROUTES = (
    Route("accessibility", "accessibility", views.accessibility, PUBLIC),
    Route("about", "about", views.about, PUBLIC),
    Route("help", "help", views.help_page, PUBLIC),
    Route("typed", "typed", typed.typed, PUBLIC, ("POST",)),
    Route("health", "health", views.health, MACHINE),
)
