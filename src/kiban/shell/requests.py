"""What a view reads from a request."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse

from kiban.shell.ports import CardBack, Submitted
from kiban.shell.principals import Principal, principal, visitor


def resident(request: HttpRequest) -> Principal:
    """The resident of this request: signed in alone, or at the counter on an officer's screen."""
    return visitor(request)


def officer(request: HttpRequest) -> Principal:
    """The officer of this request."""
    return principal(request)


def submitted(request: HttpRequest) -> Submitted:
    """The form that was sent, files included."""
    files = {
        name: (file.name or "", file.read()) for name, file in request.FILES.items() if isinstance(file, UploadedFile)
    }
    return Submitted(
        values={name: str(value).strip() for name, value in request.POST.items()},
        lists={name: tuple(map(str, request.POST.getlist(name))) for name in request.POST},
        files=files,
        version=whole(request.POST.get("version")),
        typed=whole(request.POST.get("typed_characters")),
    )


def whole(text: str | None) -> int:
    """A whole number from a form; anything else is 0."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else 0


def own_path(text: str, *, default: str) -> str:
    """An address of ours to go on to; anything that leads elsewhere is dropped."""
    parts = urlsplit(text)
    safe = text.startswith("/") and not text.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return text if safe else default


def card_session(request: HttpRequest) -> str:
    """The secret that binds a request at the card app to this browser's session."""
    if "card_session" not in request.session:
        request.session["card_session"] = secrets.token_urlsafe(32)
    return str(request.session["card_session"])


def came_back(request: HttpRequest) -> CardBack:
    """The browser that the card app sent back."""
    return CardBack(session=card_session(request), answer=request.GET.get("answer", ""))


def download(body: bytes, *, name: str, media_type: str, inline: bool = False) -> HttpResponse:
    """A file for the person; shown in the browser when it is a letter."""
    response = HttpResponse(body, content_type=media_type)
    response.headers["Content-Disposition"] = f'{"inline" if inline else "attachment"}; filename="{name}"'
    return response
