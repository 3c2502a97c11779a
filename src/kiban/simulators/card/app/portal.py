"""The card app's side of the back channel: asks the portal and hands it the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

from kiban.identity.cardapp import (
    MAX_MESSAGE,
    AnswerTaken,
    CardAnswer,
    CardRequestView,
    Refused,
    answer_path,
    decode,
    encode,
    request_path,
)
from kiban.identity.errors import BadAnswer
from kiban.simulators.card.errors import NoPortal

TIMEOUT = 15


class Portal(Protocol):
    """A portal that asks cards."""

    @property
    def origin(self) -> str: ...

    def request(self, handle: str) -> CardRequestView: ...

    def answer(self, handle: str, answer: CardAnswer) -> AnswerTaken: ...


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_args: object, **_kwargs: object) -> None:
        return None


def _opener() -> OpenerDirector:
    return build_opener(ProxyHandler({}), _NoRedirect())


@dataclass(frozen=True, slots=True)
class HttpPortal:
    """The one portal that this card app serves; nothing else is ever asked.

    Args:
        origin: scheme, host and port, as the browser knows the portal too.
    """

    origin: str

    def request(self, handle: str) -> CardRequestView:
        """What is asked of the card; the portal must name itself by the origin that we know it by."""
        view = decode(self._send(request_path(handle), None), CardRequestView)
        if view.origin != self.origin:
            raise NoPortal("the portal calls itself by another origin than it is reached by")
        return view

    def answer(self, handle: str, answer: CardAnswer) -> AnswerTaken:
        """Hand the answer over; the browser may only be sent back to the same portal."""
        taken = decode(self._send(answer_path(handle), encode(answer)), AnswerTaken)
        parts = urlsplit(taken.return_url)
        if f"{parts.scheme}://{parts.netloc}" != self.origin:
            raise NoPortal("the portal sends the browser elsewhere")
        return taken

    def _send(self, path: str, body: bytes | None) -> bytes:
        request = Request(self.origin + path, data=body, headers={"Accept": "application/json"})  # noqa: S310 http by configuration
        if body is not None:
            request.add_header("Content-Type", "application/json")
        try:
            with _opener().open(request, timeout=TIMEOUT) as response:
                data: bytes = response.read(MAX_MESSAGE + 1)
                return data
        except HTTPError as refusal:
            raise NoPortal(
                f"the portal refuses ({refusal.code})", status=refusal.code, refusal=_code(refusal)
            ) from None
        except (URLError, TimeoutError, OSError) as error:
            raise NoPortal(f"the portal does not answer: {type(error).__name__}") from None


def _code(refusal: HTTPError) -> str:
    try:
        return decode(refusal.read(10_000), Refused).code
    except BadAnswer:
        return ""
