"""Reads bank files; a file with any fault is refused with the first one named."""

from __future__ import annotations

from kiban.benefits.payments import kana, layout
from kiban.benefits.payments.errors import BadPaymentFile
from kiban.benefits.payments.model import Batch, Finding, Payer, Transfer, TransferKind
from kiban.benefits.payments.validator import Line, check, lines_of
from kiban.kernel.errors import Where


def read(data: bytes, *, file: str = "") -> tuple[Batch, ...]:
    """The batches of a 総合振込 or 給与振込 file; one file may hold several.

    Raises: BadPaymentFile with rule, line and byte of the first fault.
    """
    fault = next(check(data), None)
    if fault is not None:
        raise refusal(fault, file=file)
    batches: list[Batch] = []
    head: dict[str, str] = {}
    found: list[Transfer] = []
    for line in lines_of(data):
        if line.body[:1] == b"1":
            head, found = values(layout.HEADER, line), []
        elif line.body[:1] == b"2":
            found.append(_transfer(values(layout.DATA, line)))
        elif line.body[:1] == b"8":
            batches.append(_batch(head, found))
    return tuple(batches)


def refusal(fault: Finding, *, file: str = "") -> BadPaymentFile:
    """The error that tells a fault."""
    where = Where(file or None, line=fault.line, column=fault.byte, field=fault.field or None)
    return BadPaymentFile(f"{fault.rule}: {fault.message}", where=where, remedy="ask the sender for a right file")


def values(shape: tuple[layout.Field, ...], line: Line) -> dict[str, str]:
    """The fields of a record as text; spaces at the end are filling."""
    return {part.name: kana.from_bytes(part.of(line.body)).rstrip(" ") for part in shape}


def _batch(head: dict[str, str], found: list[Transfer]) -> Batch:
    payer = Payer(
        code=head["payer_code"],
        name=head["payer_name"],
        bank=head["bank"],
        bank_name=head["bank_name"],
        branch=head["branch"],
        branch_name=head["branch_name"],
        kind=head["type"],
        number=head["number"],
    )
    return Batch(kind=TransferKind(head["kind"]), day=head["day"], payer=payer, transfers=tuple(found))


def _transfer(part: dict[str, str]) -> Transfer:
    return Transfer(
        bank=part["bank"],
        bank_name=part["bank_name"],
        branch=part["branch"],
        branch_name=part["branch_name"],
        kind=part["type"],
        number=part["number"],
        holder=part["holder"],
        yen=int(part["yen"]),
        key=part["key"],
    )
