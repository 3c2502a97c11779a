"""What the card app answers to a browser; a plain function of a request, without sockets."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlencode

from kiban.identity.cardapp import CardAnswer, CardRequestView, message_to_sign
from kiban.identity.errors import IdentityError
from kiban.identity.model import Kind, RequestKind
from kiban.simulators.card.app.portal import Portal
from kiban.simulators.card.app.render import LANGUAGES, page
from kiban.simulators.card.errors import BadPinForm, CardError, NoPortal, PinLocked, UnknownCard, WrongPin
from kiban.simulators.card.issuer import Issuer
from kiban.simulators.card.softcard import SoftCard

log = logging.getLogger("kiban.cardapp")
HERE = Path(__file__).parent
KINDS = {RequestKind.SIGN_IN: Kind.AUTH, RequestKind.SIGN: Kind.SIGN}
TEXT_BY_REFUSAL = {
    "IDENTITY-002": "expired",
    "IDENTITY-003": "revoked",
    "IDENTITY-004": "suspended",
    "IDENTITY-005": "later",
    "IDENTITY-007": "gone",
    "IDENTITY-008": "gone",
}


@dataclass(frozen=True, slots=True)
class Request:
    """One request of a browser. ``fields`` are the form's (POST) or the address's (GET)."""

    method: str
    path: str
    fields: Mapping[str, str] = field(repr=False)
    origin: str = ""
    fetch_site: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """An answer to a browser."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CardApp:
    """The card app over a folder of test cards and one portal."""

    issuer: Issuer
    portal: Portal

    @property
    def security_headers(self) -> tuple[tuple[str, str], ...]:
        """Headers of every answer; a form may lead back to the portal and nowhere else."""
        policy = f"default-src 'none'; style-src 'self'; form-action 'self' {self.portal.origin}"
        return (
            ("Content-Security-Policy", f"{policy}; frame-ancestors 'none'; base-uri 'none'"),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", "DENY"),
            ("Referrer-Policy", "same-origin"),
            ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Cache-Control", "no-store"),
        )

    def answer(self, request: Request) -> Response:
        """Route, and turn every refusal into a page that says what to do."""
        if (request.method, request.path) == ("GET", "/card.css"):
            return Response(200, (HERE / "card.css").read_bytes(), (("Content-Type", "text/css; charset=utf-8"),))
        if (request.method, request.path) == ("GET", "/health"):
            return Response(200, b'{"status":"ok"}', (("Content-Type", "application/json"),))
        kind = next((k for k in RequestKind if request.path == f"/{k.value}"), None)
        if kind is None or request.method not in {"GET", "POST"}:
            return self._problem(request, "nothing", status=404)
        if request.method == "POST" and not _same_origin(request):
            return self._problem(request, "foreign", status=403)
        try:
            self.issuer.refresh()
            view = self.portal.request(request.fields.get("request", ""))
            if view.kind is not kind:
                return self._problem(request, "gone", status=404)
            return self._form(request, view) if request.method == "GET" else self._submit(request, view)
        except NoPortal as error:
            log.warning("%s", error)
            return self._problem(request, TEXT_BY_REFUSAL.get(error.refusal, "portal"), status=_at_least_4xx(error))
        except IdentityError as error:
            log.warning("%s", error)
            return self._problem(request, "gone", status=400)

    def _submit(self, request: Request, view: CardRequestView) -> Response:
        handle = request.fields["request"]
        if request.fields.get("action") == "decline":
            return _redirect(self.portal.answer(handle, CardAnswer(outcome="declined")).return_url)
        kind = KINDS[view.kind]
        try:
            card = self._chosen(request, view)
            secret = None if card.by_gesture(kind) else request.fields.get("pin", "")
            value, certificate = card.sign_with_certificate(kind, message_to_sign(view), secret=secret)
        except PinLocked:
            return self._problem(request, f"locked_{kind.value}", status=403)
        except WrongPin as wrong:
            if not wrong.left:
                return self._problem(request, f"locked_{kind.value}", status=403)
            return self._form(request, view, error="wrong", left=wrong.left)
        except BadPinForm:
            return self._form(request, view, error=f"form_{kind.value}")
        except CardError:
            return self._form(request, view, error="choose")
        answer = CardAnswer(outcome="signed", certificate=certificate, signature=value)
        return _redirect(self.portal.answer(handle, answer).return_url)

    def _chosen(self, request: Request, view: CardRequestView) -> SoftCard:
        wanted = request.fields.get("card", "")
        for card in self._offered(view):
            if card.id == wanted:
                return card
        raise UnknownCard("this card is not one of those offered")

    def _offered(self, view: CardRequestView) -> list[SoftCard]:
        cards = self.issuer.cards()
        on_reader = self.issuer.on_reader(view.reader) if view.reader else None
        if on_reader is not None:
            cards = [card for card in cards if card.id == on_reader]
        serial = view.holder.partition(":")[2]
        same = [card for card in cards if serial and self._has(card, serial)]
        return same or cards

    def _has(self, card: SoftCard, serial: str) -> bool:
        return any(one.kind is Kind.AUTH and one.serial == serial for one in self.issuer.certificates(card.id))

    def _form(self, request: Request, view: CardRequestView, *, error: str = "", left: int = 0) -> Response:
        kind = KINDS[view.kind]
        cards = self._offered(view)
        html = page(
            f"{view.kind.value}.html",
            _language(request, view.language),
            view=view,
            handle=request.fields["request"],
            with_pin=[card for card in cards if not card.by_gesture(kind)],
            by_gesture=[card for card in cards if card.by_gesture(kind)],
            chosen=request.fields.get("card", ""),
            error=error,
            left=left,
            portal=self.portal.origin,
            query=_query(request),
        )
        return _html(html, 422 if error else 200)

    def _problem(self, request: Request, text: str, *, status: int) -> Response:
        language = _language(request, "ja")
        html = page("problem.html", language, text=text, portal=self.portal.origin, query=_query(request))
        return _html(html, status)


def _language(request: Request, default: str) -> str:
    chosen = request.fields.get("lang", "")
    return chosen if chosen in LANGUAGES else default


def _query(request: Request) -> str:
    handle = request.fields.get("request", "")
    return urlencode({"request": handle}) + "&" if handle else ""


def _same_origin(request: Request) -> bool:
    return request.fetch_site in {"", "same-origin"} and request.origin in {"", "same-origin"}


def _html(text: str, status: int) -> Response:
    return Response(status, text.encode(), (("Content-Type", "text/html; charset=utf-8"),))


def _redirect(url: str) -> Response:
    return Response(303, headers=(("Location", url),))


def _at_least_4xx(error: NoPortal) -> int:
    return error.status if 400 <= error.status < 600 else 502


def form_fields(data: str) -> dict[str, str]:
    """A form or query string as one value for each name; a name that stands twice keeps its first."""
    return {name: values[0] for name, values in parse_qs(data, keep_blank_values=True, max_num_fields=50).items()}
