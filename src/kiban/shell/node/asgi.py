"""The thin ASGI side: a request becomes a `Message`, a handler answers one, an error becomes a refusal."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from kiban.exchange.client import Refusal
from kiban.exchange.errors import BadMessage, ExchangeError, UnknownItem
from kiban.exchange.messages import MAX_BODY
from kiban.exchange.signing import Message
from kiban.kernel.errors import KibanError

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Handler = Callable[[Message], Awaitable[Message]]
Hook = Callable[[], Awaitable[None]]

log = logging.getLogger("kiban.node")


def answer(content: Any, *, status: int = 200) -> Message:
    """A JSON answer."""
    return Message({"content-type": "application/json"}, status=status, body=msgspec.json.encode(content))


def text(content: str) -> Message:
    """A plain answer."""
    return Message({"content-type": "text/plain; charset=utf-8"}, status=200, body=content.encode())


def refused(error: KibanError) -> Message:
    """The refusal that an error becomes."""
    status = error.status if isinstance(error, ExchangeError) else 500
    return answer(Refusal(code=error.code, what=error.what, remedy=error.remedy), status=status)


async def _body(receive: Receive) -> bytes:
    parts, size, more = [], 0, True
    while more:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise BadMessage("the caller hung up")
        part = event.get("body", b"")
        size += len(part)
        if size > MAX_BODY:
            raise BadMessage(f"a message of more than {MAX_BODY:,} bytes is too long")
        parts.append(part)
        more = event.get("more_body", False)
    return b"".join(parts)


async def _message(scope: Scope, receive: Receive) -> Message:
    headers: dict[str, str] = {}
    for raw, value in scope["headers"]:
        name = raw.decode("latin-1")
        if name in headers and name in {"signature", "signature-input", "content-digest", "host", "authorization"}:
            raise BadMessage(f"the header {name} stands twice")
        headers[name] = value.decode("latin-1")
    body = await _body(receive) if scope["method"] == "POST" else b""
    query = scope["query_string"].decode("latin-1")
    return Message(headers, scope["method"], headers.get("host", ""), scope["path"], query=query, body=body)


class App:
    """Routes by path; the longest prefix that ends in ``/`` takes the rest."""

    def __init__(self, routes: dict[str, Handler], *, start: Hook, stop: Hook) -> None:
        self._routes, self._start, self._stop = routes, start, stop

    def _handler(self, path: str) -> Handler | None:
        return self._routes.get(path) or self._routes.get(path[: path.rfind("/") + 1])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await _send(await self._respond(scope, receive), send)

    async def _respond(self, scope: Scope, receive: Receive) -> Message:
        try:
            handler = self._handler(scope["path"])
            if handler is None:
                raise UnknownItem("there is no such interface", remedy="see docs/exchange.md")
            return await handler(await _message(scope, receive))
        except ExchangeError as error:
            return refused(error)
        except KibanError as error:
            log.error("%s", error)
            return refused(error)
        except Exception:
            log.exception("a fault of the node itself")
            return answer(Refusal(code="EXCHANGE-000", what="a fault of the node itself"), status=500)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            event = await receive()
            if event["type"] == "lifespan.startup":
                await self._start()
                await send({"type": "lifespan.startup.complete"})
            else:
                await self._stop()
                await send({"type": "lifespan.shutdown.complete"})
                return


async def _send(message: Message, send: Send) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in message.headers.items()]
    headers.append((b"content-length", str(len(message.body)).encode()))
    await send({"type": "http.response.start", "status": message.status, "headers": headers})
    await send({"type": "http.response.body", "body": message.body})
