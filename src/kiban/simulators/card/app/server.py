"""The card app's process: raw ASGI on uvicorn, loopback by default."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

from kiban.simulators.card.app.handler import CardApp, Request, Response, form_fields
from kiban.simulators.card.app.portal import HttpPortal
from kiban.simulators.card.issuer import Issuer

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
MAX_FORM = 20_000
REFRESH_SECONDS = 600


class Application:
    """The card app as an ASGI application."""

    def __init__(self, app: CardApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; cards and portal are asked in a thread."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        request = await _request(scope, receive)
        response = await asyncio.to_thread(self.app.answer, request) if request else Response(413)
        headers = [*self.app.security_headers, *response.headers, ("Content-Length", str(len(response.body)))]
        encoded = [(name.lower().encode(), value.encode()) for name, value in headers]
        await send({"type": "http.response.start", "status": response.status, "headers": encoded})
        body = b"" if scope["method"] == "HEAD" else response.body
        await send({"type": "http.response.body", "body": body})

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        refresher = asyncio.create_task(self._keep_lists_fresh())
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            else:
                refresher.cancel()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _keep_lists_fresh(self) -> None:
        while True:
            await asyncio.to_thread(self.app.issuer.refresh)
            await asyncio.sleep(REFRESH_SECONDS)


async def _request(scope: Scope, receive: Receive) -> Request | None:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > MAX_FORM:
            return None
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    method = "GET" if scope["method"] == "HEAD" else scope["method"]
    fields = form_fields(scope["query_string"].decode("latin-1"))
    if method == "POST":
        fields |= form_fields(body.decode("utf-8", "replace"))
    own = {f"http://{headers.get('host', '')}", f"https://{headers.get('host', '')}"}
    origin = headers.get("origin", "")
    return Request(
        method=method,
        path=scope["path"],
        fields=fields,
        origin="same-origin" if origin in own else origin,
        fetch_site=headers.get("sec-fetch-site", ""),
    )


def application(folder: Path, portal: str) -> Application:
    """The card app over a folder of cards, for one portal."""
    return Application(CardApp(Issuer(folder), HttpPortal(portal.rstrip("/"))))


def serve(folder: Path, portal: str, *, host: str, port: int) -> None:
    """Serve until stopped."""
    import uvicorn

    uvicorn.run(application(folder, portal), host=host, port=port, log_level="warning", server_header=False)
