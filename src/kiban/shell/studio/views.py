"""The designers' pages: packs, what their checks say, and how form and letters will look."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from kiban.shell.components.environment import page
from kiban.shell.platform import platform
from kiban.shell.requests import download


def packs(request: HttpRequest) -> HttpResponse:
    """All packs with the number of faults that the checks found."""
    return page(request, "studio/packs.html", packs=platform().studio.packs())


def pack(request: HttpRequest, pack: str) -> HttpResponse:
    """One pack: check results, laws, steps, the form as an applicant will see it."""
    return page(request, "studio/pack.html", pack=platform().studio.pack(pack))


def letter(_request: HttpRequest, *, pack: str, letter: str) -> HttpResponse:
    """A letter of the pack with sample values, as PDF."""
    body = platform().studio.letter(pack, letter)
    return download(body, name=f"{pack}-{letter}.pdf", media_type="application/pdf", inline=True)
