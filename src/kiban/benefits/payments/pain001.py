"""ISO 20022 customer credit transfer (pain.001.001.09) of a batch, and a check of such a document's structure.

Agents are named by 全銀 codes (clearing system ``JPZGN``, bank and branch together), accounts by number and kind.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from kiban.benefits.payments.errors import BadPaymentFile
from kiban.benefits.payments.model import Batch, Payer, Transfer

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
TYPES = {"1": "SVGS", "2": "CACC", "4": "SVGS", "9": "OTHR"}


@dataclass(frozen=True, slots=True)
class Message:
    """What the message says beyond the batch: its id (≤ 35), when it was made, the day of payment."""

    id: str
    made_at: dt.datetime
    pay_on: dt.date


def export(batch: Batch, message: Message) -> bytes:
    """The batch as pain.001; the same batch and message give the same bytes."""
    root = ET.Element("Document", {"xmlns": NAMESPACE})
    start = ET.SubElement(root, "CstmrCdtTrfInitn")
    count, total = str(len(batch.transfers)), str(batch.yen)
    head = ET.SubElement(start, "GrpHdr")
    _texts(head, {"MsgId": message.id, "CreDtTm": message.made_at.isoformat(timespec="seconds"),
                  "NbOfTxs": count, "CtrlSum": total})  # fmt: skip
    _deep(head, "InitgPty/Nm", text=batch.payer.name)
    info = ET.SubElement(start, "PmtInf")
    _texts(info, {"PmtInfId": message.id, "PmtMtd": "TRF", "BtchBookg": "true", "NbOfTxs": count, "CtrlSum": total})
    if batch.kind.salary:
        _deep(info, "PmtTpInf/CtgyPurp/Cd", text="SALA")
    _deep(info, "ReqdExctnDt/Dt", text=message.pay_on.isoformat())
    _deep(info, "Dbtr/Nm", text=batch.payer.name)
    _account(info, "DbtrAcct", whose=batch.payer)
    _agent(info, "DbtrAgt", whose=batch.payer)
    for transfer in batch.transfers:
        _transfer(ET.SubElement(info, "CdtTrfTxInf"), transfer)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _transfer(at: ET.Element, transfer: Transfer) -> None:
    _deep(at, "PmtId/EndToEndId", text=transfer.key)
    _deep(at, "Amt/InstdAmt", text=str(transfer.yen)).set("Ccy", "JPY")
    _agent(at, "CdtrAgt", whose=transfer)
    _deep(at, "Cdtr/Nm", text=transfer.holder)
    _account(at, "CdtrAcct", whose=transfer)


def _agent(at: ET.Element, name: str, *, whose: Payer | Transfer) -> None:
    member = _deep(at, f"{name}/FinInstnId/ClrSysMmbId")
    _deep(member, "ClrSysId/Cd", text="JPZGN")
    _deep(member, "MmbId", text=whose.bank + whose.branch)


def _account(at: ET.Element, name: str, *, whose: Payer | Transfer) -> None:
    account = ET.SubElement(at, name)
    _deep(account, "Id/Othr/Id", text=whose.number)
    _deep(account, "Tp/Cd", text=TYPES[whose.kind])


def _texts(at: ET.Element, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        _deep(at, name, text=text)


def _deep(at: ET.Element, path: str, *, text: str = "") -> ET.Element:
    for name in path.split("/"):
        at = ET.SubElement(at, name)
    if text:
        at.text = text
    return at


ORDER: dict[str, tuple[str, ...]] = {
    "Document": ("CstmrCdtTrfInitn",),
    "CstmrCdtTrfInitn": ("GrpHdr", "PmtInf"),
    "GrpHdr": ("MsgId", "CreDtTm", "NbOfTxs", "CtrlSum", "InitgPty"),
    "PmtInf": ("PmtInfId", "PmtMtd", "BtchBookg", "NbOfTxs", "CtrlSum", "PmtTpInf", "ReqdExctnDt", "Dbtr", "DbtrAcct",
               "DbtrAgt", "CdtTrfTxInf"),
    "CdtTrfTxInf": ("PmtId", "Amt", "CdtrAgt", "Cdtr", "CdtrAcct"),
    "ClrSysMmbId": ("ClrSysId", "MmbId"),
}  # fmt: skip
FORMS = {
    "MsgId": r".{1,35}",
    "PmtInfId": r".{1,35}",
    "EndToEndId": r".{1,35}",
    "NbOfTxs": r"[0-9]{1,15}",
    "CtrlSum": r"[0-9]{1,18}",
    "InstdAmt": r"[1-9][0-9]{0,17}",
    "MmbId": r"[0-9]{7}",
    "Nm": r".{1,140}",
    "PmtMtd": r"TRF",
    "Dt": r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
}
OPTIONAL = frozenset({"PmtTpInf"})


def faults(document: bytes) -> Iterator[str]:
    """What departs from the structure that we export: order, presence, forms, counts, sums.

    Not a validation against the XSD of ISO 20022, which is not shipped. Raises: BadPaymentFile when it is no XML.
    """
    if b"<!" in document or b"\0" in document:  # no document type, and no UTF-16 that could hide one
        raise BadPaymentFile("a document type or comment is not allowed", remedy="send plain elements")
    try:
        root = ET.fromstring(document)  # noqa: S314  # no document type gets here, so there is no entity
    except (ET.ParseError, ValueError, LookupError) as error:
        raise BadPaymentFile("the document is no well-formed XML", remedy="ask the sender") from error
    if not root.tag.startswith(f"{{{NAMESPACE}}}"):
        yield "the namespace is not that of pain.001.001.09"
        return
    for element in root.iter():
        yield from _element_faults(element)
    yield from _sum_faults(root)


def _element_faults(element: ET.Element) -> Iterator[str]:
    name = _name(element)
    children = [_name(child) for child in element]
    if name in ORDER:
        wanted = ORDER[name]
        places = [wanted.index(child) for child in children if child in wanted]
        if places != sorted(places) or len(places) != len(children):
            yield f"{name}: the elements are not in their order"
        yield from (f"{name}: {missing} is missing" for missing in wanted if missing not in {*children, *OPTIONAL})
    if name in FORMS and not re.fullmatch(FORMS[name], element.text or ""):
        yield f"{name}: the value has not its form"


def _sum_faults(root: ET.Element) -> Iterator[str]:
    amounts = [element.text or "" for element in root.iter(f"{{{NAMESPACE}}}InstdAmt")]
    total = sum(int(text) for text in amounts if text.isascii() and text.isdecimal())
    told = {"NbOfTxs": str(len(amounts)), "CtrlSum": str(total)}
    for name, value in told.items():
        head = root.find(f"*/{{{NAMESPACE}}}GrpHdr/{{{NAMESPACE}}}{name}")
        if head is None or head.text != value:
            yield f"GrpHdr: {name} differs from the payments"


def _name(element: ET.Element) -> str:
    return str(element.tag).rpartition("}")[2]
