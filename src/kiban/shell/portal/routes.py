"""The URL table of the residents' entrance."""

from __future__ import annotations

from kiban.shell.portal import home
from kiban.shell.routes import PUBLIC, Route

ROUTES = (Route("", "home", home.home, PUBLIC),)
