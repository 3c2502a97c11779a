"""How a system of an agency speaks to its own node: synchronous, small, with retries that double nothing.

    node = NodeClient(endpoint)
    answer = node.ask("k3...", ask=Ask(holder="302023", item="tax.income", affair="child_allowance", key="case-17/tax"))
    answer.items["tax.income"]["total_income"]

Everything is sent over one kept connection per thread. A call that fails on its way is repeated once at once (each is
idempotent by its key); after that `HolderUnavailable` tells the caller to come back later.
"""

from __future__ import annotations

import datetime as dt
import http.client
import threading
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, urlencode, urlsplit

import msgspec

from kiban.exchange import errors
from kiban.exchange.model import (
    Answer,
    CardProof,
    Change,
    Changed,
    Door,
    Endpoint,
    Enquiry,
    Health,
    PersonAnswer,
    Usage,
)
from kiban.kernel.wire import UNREADABLE

T = TypeVar("T")


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """One item on one person from one holder, in the words of `Enquiry`."""

    holder: str
    item: str
    affair: str
    key: str
    door: str = ""
    case: str = ""


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """The body of every refusal of a node or the core: code of the error, what, and what to do."""

    code: str
    what: str
    remedy: str = ""


class _Opened(msgspec.Struct, frozen=True, kw_only=True):
    code: str


class _Codes(msgspec.Struct, frozen=True, kw_only=True):
    codes: tuple[str, ...]


class _Link(msgspec.Struct, frozen=True, kw_only=True):
    link: str


class NodeClient:
    """The way to one's own agency's node.

    Args:
        endpoint: address and local key file.
        timeout: seconds to wait for an answer of the node (which itself waits less for holder and core).
    """

    def __init__(self, endpoint: Endpoint, *, timeout: float = 10.0) -> None:
        self.endpoint = endpoint
        self._timeout = timeout
        self._key = Path(endpoint.key_file).read_text(encoding="ascii").strip()
        self._local = threading.local()

    def enquire(self, enquiry: Enquiry) -> Answer:
        """Ask a holder about 1..N persons.

        Raises:
            NotAllowed: the legal table has no row; or DoorShut for the affair ``self``.
            UnknownPerson: a subject is no code of this agency.
            HolderUnavailable: come back later with the same key.
        """
        return self._call("/local/v1/enquiries", msgspec.json.encode(enquiry), kind=Answer)

    def ask(self, subject: str, *, ask: Ask) -> PersonAnswer:
        """One item on one person; ``items[item]`` is None where the holder holds nothing. Raises as `enquire`."""
        question = Enquiry(
            affair=ask.affair,
            holder=ask.holder,
            items=(ask.item,),
            subjects=(subject,),
            key=ask.key,
            door=ask.door,
            case=ask.case,
        )
        return self.enquire(question).one

    def apply_change(self, change: Change) -> Changed:
        """Change the agency's own register by its mapping; once per key.

        Raises:
            UnknownItem: the mapping has no such kind.
            HolderUnavailable: the register cannot be written now.
        """
        return self._call("/local/v1/changes", msgspec.json.encode(change), kind=Changed)

    def usages(self, person: str, *, since: dt.datetime | None = None, limit: int = 100) -> tuple[Usage, ...]:
        """Who looked, by this agency's own ledger, newest first, each with its receipt."""
        query: dict[str, Any] = {"person": person, "limit": limit}
        if since is not None:
            query["since"] = since.isoformat()
        return self._call(f"/local/v1/usages?{urlencode(query)}", None, kind=tuple[Usage, ...])

    def receipt(self, receipt_id: str) -> bytes:
        """A receipt as a file for ``kiban ledger check``; also of a holder that answered this node."""
        return self._bytes(f"/local/v1/receipts/{quote(receipt_id, safe='')}")

    def introduce(self, person: str, *, agency: str, door: str) -> str:
        """A link to the person that only ``agency`` can read (its node opens it by `open_link`); needs their door."""
        body = msgspec.json.encode({"person": person, "agency": agency, "door": door})
        return self._call("/local/v1/introductions", body, kind=_Link).link

    def address(self, person: str) -> str:
        """A link by which this agency addresses a notice to a person of its own; only the portal's node opens it."""
        return self._call("/local/v1/addresses", msgspec.json.encode({"person": person}), kind=_Link).link

    def codes_of(self, *records: str) -> dict[str, str]:
        """The agency's own record numbers → its codes of these persons, by its mapping; unknown ones are left out.

        Raises:
            UnknownItem: the mapping does not say where record numbers stand.
        """
        return self._call("/local/v1/records", msgspec.json.encode({"records": records}), kind=dict[str, str])

    def open_link(self, link: str) -> str:
        """This agency's own code of the person that a link to it stands for."""
        return self._call("/local/v1/links", msgspec.json.encode({"link": link}), kind=_Opened).code

    def open_door(self, proof: CardProof) -> Door:
        """Open a person's door with their card (the portal's node only); the core verifies the card by itself.

        Raises:
            CardRefused: certificate or signature do not hold, or no person has this card.
        """
        return self._call("/local/v1/doors", msgspec.json.encode(proof), kind=Door)

    def close_door(self, door: str) -> None:
        """Close a door: every token issued in it dies. Closing a closed door is no error."""
        self._bytes("/local/v1/doors/close", msgspec.json.encode({"door": door}))

    def register_persons(self, count: int, *, key: str) -> tuple[str, ...]:
        """Codes for persons who are new to all registers of the country (a municipality's node only); once per key."""
        body = msgspec.json.encode({"count": count, "key": key})
        return self._call("/local/v1/persons", body, kind=_Codes).codes

    def health(self) -> Health:
        """How the node is."""
        return self._call("/health", None, kind=Health)

    def _call(self, path: str, body: bytes | None, *, kind: type[T]) -> T:
        return msgspec.json.decode(self._bytes(path, body), type=kind)

    def _bytes(self, path: str, body: bytes | None = None) -> bytes:
        for last in (False, True):
            try:
                status, data = self._send(path, body)
                break
            except (OSError, http.client.HTTPException) as error:
                self._drop()
                if last:
                    raise errors.HolderUnavailable(
                        f"the node of {self.endpoint.agency} does not answer at {self.endpoint.url}: {error}",
                        remedy="start it (kiban node), then repeat the call with the same key",
                    ) from error
        if status >= 400:
            raise refusal(status, data)
        return data

    def _send(self, path: str, body: bytes | None) -> tuple[int, bytes]:
        connection = self._connection()
        headers = {"authorization": f"Bearer {self._key}"}
        if body is not None:
            headers["content-type"] = "application/json"
        connection.request("GET" if body is None else "POST", path, body, headers)
        response = connection.getresponse()
        return response.status, response.read()

    def _connection(self) -> http.client.HTTPConnection:
        connection: http.client.HTTPConnection | None = getattr(self._local, "connection", None)
        if connection is None:
            address = urlsplit(self.endpoint.url)
            connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=self._timeout)
            self._local.connection = connection
        return connection

    def _drop(self) -> None:
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
        self._local.connection = None

    def close(self) -> None:
        """Close this thread's connection."""
        self._drop()


_BY_CODE = {kind.code: kind for kind in vars(errors).values() if isinstance(kind, type) and hasattr(kind, "code")}


def refusal(status: int, body: bytes) -> errors.ExchangeError:
    """The error that a node's refusal stands for; an unreadable one, or a fault of the node, is `HolderUnavailable`."""
    try:
        told = msgspec.json.decode(body, type=Refusal)
    except UNREADABLE:
        return errors.HolderUnavailable(f"an answer with status {status} that is none of a node's")
    kind = _BY_CODE.get(told.code, errors.ExchangeError)
    if not issubclass(kind, errors.ExchangeError):
        kind = errors.ExchangeError
    if kind is errors.ExchangeError and status >= 500:  # its disk is full, its files are locked: not for ever
        kind = errors.HolderUnavailable
    return kind(told.what, remedy=told.remedy)


def load_endpoints(path: Path) -> dict[str, Endpoint]:
    """Agency id → endpoint, from the JSON list that whoever starts the nodes writes (``endpoints.json``).

    Raises:
        BadConfiguration: the file is missing or no such list.
    """
    try:
        listed = msgspec.json.decode(path.read_bytes(), type=list[Endpoint])
    except (OSError, *UNREADABLE) as error:
        told = error.strerror if isinstance(error, OSError) else error
        raise errors.BadConfiguration(
            f"{path.name} is no list of endpoints: {told}",
            remedy="a JSON list of the lines that `kiban exchange agency` printed",
        ) from None
    return {endpoint.agency: endpoint for endpoint in listed}
