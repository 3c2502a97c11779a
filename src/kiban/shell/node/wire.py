"""A small HTTP/1.1 client for one event loop: kept connections, httptools, nothing that the exchange does not need."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from typing import cast

import httptools

from kiban.exchange.errors import HolderUnavailable
from kiban.exchange.messages import MAX_BODY
from kiban.exchange.signing import Message

MAX_IDLE = 32


class _Connection(asyncio.Protocol):
    """One connection; one request at a time."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.closed = False
        self._begin()

    def _begin(self) -> None:
        self.parser = httptools.HttpResponseParser(self)
        self.headers: dict[str, str] = {}
        self.body: list[bytes] = []
        self.size = 0
        self.done: asyncio.Future[Message] | None = None

    async def send(self, data: bytes) -> Message:
        self._begin()
        self.done = asyncio.get_running_loop().create_future()
        assert self.transport is not None
        self.transport.write(data)
        return await self.done

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is none by inheritance

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        self._fail(exc or ConnectionResetError("the other side hung up"))

    def data_received(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._fail(ConnectionResetError(f"no HTTP: {error}"))
            self.close()

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        self.size += len(body)
        if self.size > MAX_BODY:
            self._fail(ConnectionResetError("the answer is too long"))
            self.close()
        self.body.append(body)

    def on_message_complete(self) -> None:
        if not self.parser.should_keep_alive():
            self.close()
        if self.done is not None and not self.done.done():
            message = Message(self.headers, status=self.parser.get_status_code(), body=b"".join(self.body))
            self.done.set_result(message)

    def _fail(self, error: Exception) -> None:
        if self.done is not None and not self.done.done():
            self.done.set_exception(error)

    def close(self) -> None:
        self.closed = True
        if self.transport is not None:
            self.transport.close()


def _raw(message: Message) -> bytes:
    lines = [f"{message.method} {message.path} HTTP/1.1", f"host: {message.authority}"]
    lines += [f"{name}: {value}" for name, value in message.headers.items()]
    lines += [f"content-length: {len(message.body)}", "", ""]
    return "\r\n".join(lines).encode("latin-1") + message.body


class Pool:
    """Connections to other nodes, by host and port."""

    def __init__(self, *, timeout: float) -> None:
        self._timeout = timeout
        self._idle: dict[str, list[_Connection]] = defaultdict(list)

    async def exchange(self, make: Callable[[], Message]) -> tuple[Message, Message]:
        """Send a request and return it with its response; made anew (signed anew) if a kept connection was stale.

        Raises:
            HolderUnavailable: nobody answers, or not in time.
        """
        request = make()
        try:
            async with asyncio.timeout(self._timeout):
                while (connection := self._kept(request.authority)) is not None:
                    try:
                        return request, await self._use(connection, request)
                    except ConnectionError:
                        request = make()
                connection = await self._connect(request.authority)
                return request, await self._use(connection, request)
        except (OSError, TimeoutError) as error:
            what = "not in time" if isinstance(error, TimeoutError) else type(error).__name__
            raise HolderUnavailable(
                f"the node at {request.authority} does not answer ({what})", remedy="repeat later with the same key"
            ) from None

    def _kept(self, authority: str) -> _Connection | None:
        idle = self._idle[authority]
        while idle:
            connection = idle.pop()
            if not connection.closed:
                return connection
        return None

    async def _connect(self, authority: str) -> _Connection:
        host, _, port = authority.rpartition(":")
        _, connection = await asyncio.get_running_loop().create_connection(_Connection, host, int(port))
        return connection

    async def _use(self, connection: _Connection, request: Message) -> Message:
        try:
            answer = await connection.send(_raw(request))
        except BaseException:
            connection.close()
            raise
        if not connection.closed and len(self._idle[request.authority]) < MAX_IDLE:
            self._idle[request.authority].append(connection)
        else:
            connection.close()
        return answer

    def close(self) -> None:
        """Close all kept connections."""
        for idle in self._idle.values():
            for connection in idle:
                connection.close()
