"""The printed page of a certificate: its fields in words, a code that anybody can verify, both attached as files."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any, Final

from cryptography import x509

from kiban.credentials.certificates import Certificate
from kiban.credentials.codes import make_code, verify_code
from kiban.credentials.errors import Malformed, NotSealed
from kiban.credentials.jose import read_json, write_json
from kiban.credentials.model import Verified
from kiban.credentials.office import Issued, Office
from kiban.credentials.seal import Sealed, seal_pdf, verify_pdf
from kiban.credentials.typeset import typeset
from kiban.credentials.verifying import Reader

CODE, FIELDS = "code.txt", "fields.json"
WORDS: Final = {
    "where": "発行者の公開鍵と失効リスト",
    "number": "証明書番号",
    "alt": "この証明書の内容と署名が入ったコード",
    "how": (
        "この証明書は、左のコードで確かめられます。コードには証明の内容と発行者の電子署名が入っています。読み取った内容が"
        "紙面と同じこと、署名が発行者のものであること、失効していないことを、通信せずに確かめられます。"
        "PDFには発行者の電子署名が付いています。"
    ),
}


def code_of(office: Office, kind: Certificate, *, issued: Issued) -> str:
    """The code of a certificate that was issued."""
    return make_code(
        office.issuer, issued.claims, kind=kind.vct, status=issued.status, moments=(issued.issued_at, issued.expires_at)
    )


def printed(office: Office, kind: Certificate, *, issued: Issued) -> bytes:
    """The page as PDF/UA-1, not yet sealed.

    Raises:
        NotTypeset: the page cannot be set.
    """
    import segno

    code, drawn = code_of(office, kind, issued=issued), io.BytesIO()
    segno.make(code, error="m", micro=False).save(drawn, kind="svg", border=2)
    data = {
        "title": kind.title["ja"],
        "rows": [[one.label["ja"], shown(issued.claims[one.id], kind=one.kind)] for one in kind.fields
                 if one.id in issued.claims],
        "statement": kind.statement["ja"],
        "date": _day(issued.issued_at.date()),
        "office": office.name,
        "number": issued.number,
        "issuer": office.issuer.uri,
        "words": WORDS,
    }  # fmt: skip
    source = (files("kiban.credentials") / "certificate.typ").read_text(encoding="utf-8")
    attached = {"code.svg": drawn.getvalue(), CODE: code.encode(), FIELDS: write_json(_sorted(issued.claims))}
    return typeset(source, data, files=attached)


def sealed(office: Office, kind: Certificate, *, issued: Issued, timestamper: Any = None) -> bytes:
    """The page with the office's seal (PAdES), as it is handed out.

    Raises:
        NotTypeset, NotSealed: the page cannot be set or sealed.
    """
    page = printed(office, kind, issued=issued)
    return seal_pdf(page, office.seal, reason=f"{kind.title['ja']} {issued.number}", timestamper=timestamper)


def verify_printed(
    pdf: bytes, reader: Reader, *, roots: Sequence[x509.Certificate], at: dt.datetime, kind: str | None = None
) -> tuple[Sealed, Verified]:
    """A sealed page: its seal, its code, and that the fields in it are those of the code; status and validity too.

    Raises:
        NotSealed: the seal does not hold, or it is a PDF of something else.
        CredentialError: its kinds say what does not hold of the code.
    """
    found = verify_pdf(pdf, roots, at=at)
    try:
        code = found.attached[CODE].decode("ascii")
        fields = read_json(found.attached[FIELDS])
    except (KeyError, UnicodeDecodeError):
        raise NotSealed("the PDF is sealed, but is no certificate: it has no code") from None
    if not isinstance(fields, dict):
        raise Malformed("the fields in the PDF are no JSON object")
    return found, verify_code(code, reader, at=at, kind=kind, claims=fields)


def _sorted(claims: Mapping[str, Any]) -> dict[str, Any]:
    return {name: claims[name] for name in sorted(claims)}


def shown(value: Any, *, kind: str) -> str:
    """A value as the page writes it: days as 2026年10月1日, money as 12,300円."""
    if kind == "date":
        return _day(dt.date.fromisoformat(value))
    if kind == "money":
        return f"{value:,}円"
    if kind == "yes_no":
        return "はい" if value else "いいえ"
    if kind == "texts":
        return "\n".join(value)
    return "\n".join(": ".join(row) for row in value) if kind == "table" else str(value)


def _day(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
