"""Case work's ports joined to the agencies' own nodes: each agency speaks through its own and no other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kiban.cases.ports import Question, RegisterChange
from kiban.exchange.client import NodeClient
from kiban.exchange.model import Change, Enquiry
from kiban.procedures.adapters import ask_node, exchange_errors
from kiban.procedures.errors import HolderDown
from kiban.procedures.model import Answer


@dataclass(frozen=True, slots=True)
class Nodes:
    """See OfficeData, Registers and Introductions of :mod:`kiban.cases.ports`; ``clients`` by agency id."""

    clients: Mapping[str, NodeClient]

    def ask(self, question: Question) -> Answer:
        enquiry = Enquiry(
            affair=question.affair,
            holder=question.holder,
            items=(question.item,),
            subjects=(question.subject,),
            key=question.key,
            case=question.case,
        )
        return ask_node(self._node(question.agency), enquiry)

    def apply(self, change: RegisterChange) -> str:
        sent = Change(kind=change.kind, person=change.person, data=change.data, key=change.key, case=change.case)
        with exchange_errors():
            return self._node(change.agency).apply_change(sent).receipt

    def open(self, link: str, *, agency: str) -> str:
        with exchange_errors():
            return self._node(agency).open_link(link)

    def _node(self, agency: str) -> NodeClient:
        try:
            return self.clients[agency]
        except KeyError:
            raise HolderDown(f"no node of {agency} is known here", remedy="start it, then restart the worker") from None
