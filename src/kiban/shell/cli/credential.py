"""`kiban credential`: issue, present, verify and revoke certificates that anybody can verify offline."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiban.kernel.clock import SystemClock
from kiban.kernel.errors import BadInput, Where
from kiban.shell.cli._extras import require

if TYPE_CHECKING:
    from kiban.credentials import Challenge, Reader, Verified
    from kiban.credentials.jose import PrivateKey
    from kiban.shell.cli import Subparsers

WORDS = {"revoke": "REVOKED", "suspend": "SUSPENDED", "restore": "VALID"}


def add(subparsers: Subparsers) -> None:
    """Add the commands of credentials."""
    group = subparsers.add_parser("credential", help="certificates that anybody can verify offline")
    verbs = group.add_subparsers(dest="verb", required=True, metavar="VERB")
    _add_office(verbs)
    _add_holder(verbs)
    made = verbs.add_parser("verify", help="verify a credential, a sealed page or a printed code, without any network")
    made.add_argument("file", type=Path, help="credential, PDF, or what was scanned (- for standard input)")
    made.add_argument("--trust", type=Path, required=True, help="published keys of issuers: a folder or a file")
    made.add_argument("--status", type=Path, help="folder of published status lists")
    made.add_argument("--kind", help="the type that is wanted (vct, or the id of a kind)")
    _add_challenge(made)
    made.set_defaults(func=verify)


def _add_office(verbs: Subparsers) -> None:
    made = verbs.add_parser("office", help="make an issuing office: keys, register, published keys")
    made.add_argument("folder", type=Path, help="where it is kept")
    made.add_argument("--uri", required=True, help="its address as an issuer, https://…")
    made.add_argument("--name", required=True, help="its name as certificates print it")
    made.set_defaults(func=office)
    made = verbs.add_parser("kinds", help="list the kinds of certificates, or show the fields of one")
    made.add_argument("kind", nargs="?", help="id of a kind, or a YAML file")
    made.set_defaults(func=list_kinds)
    made = verbs.add_parser("issue", help="issue a certificate and enter it in the register")
    made.add_argument("office", type=Path, help="folder of the issuing office")
    made.add_argument("kind", help="id of a kind (kiban credential kinds), or a YAML file")
    made.add_argument("values", type=Path, help="JSON with the values of the fields (- for standard input)")
    made.add_argument("--holder", help="the holder: did:jwk:… or a file with it; without one, whoever has it shows it")
    made.add_argument("--reference", default="", help="what it is issued for, e.g. the number of a case")
    made.add_argument("--to", type=Path, required=True, help="file for the credential")
    made.add_argument("--pdf", type=Path, help="also write the page, with the office's seal and a code, to this file")
    made.set_defaults(func=issue)
    made = verbs.add_parser("status", help="revoke, suspend or restore, and publish the status lists")
    made.add_argument("office", type=Path, help="folder of the issuing office")
    made.add_argument("number", nargs="?", help="number of the certificate; without one the lists are published anew")
    made.add_argument("change", nargs="?", choices=sorted(WORDS), help="what happens; without it the status is shown")
    made.add_argument("--reason", default="", help="why, with the article")
    made.set_defaults(func=status)


def _add_holder(verbs: Subparsers) -> None:
    made = verbs.add_parser("holder", help="make a holder's key")
    made.add_argument(
        "file", type=Path, help="file for the private key; the public one (DID) is written beside it as .did"
    )
    made.set_defaults(func=holder)
    made = verbs.add_parser("present", help="show only some claims, with the holder's proof for one reader")
    made.add_argument("file", type=Path, help="the credential as it was issued")
    made.add_argument("--show", action="append", default=[], help="a claim to show, e.g. birth_date or reasons.0")
    made.add_argument("--key", type=Path, help="the holder's private key")
    made.add_argument("--to", type=Path, help="file for the presentation; without it standard output")
    _add_challenge(made)
    made.set_defaults(func=present)


def _add_challenge(made: argparse.ArgumentParser) -> None:
    made.add_argument("--audience", help="the reader's identifier, of whose request this is")
    made.add_argument("--nonce", help="the random text of that request")


def _challenge(arguments: argparse.Namespace) -> Challenge | None:
    from kiban.credentials import Challenge

    if bool(arguments.audience) != bool(arguments.nonce):
        raise BadInput("--audience and --nonce belong together", remedy="give both as the reader asked")
    return Challenge(arguments.audience, arguments.nonce) if arguments.nonce else None


def office(arguments: argparse.Namespace) -> int:
    """Make an office and publish its first status list."""
    from kiban.credentials.office import PUBLIC, open_office

    now = SystemClock().now()
    made = open_office(arguments.folder, uri=arguments.uri, name=arguments.name, at=now)
    made.publish(at=now)
    print(f"{made.name} ({made.issuer.uri}) can issue; publish {arguments.folder / PUBLIC}")
    return 0


def list_kinds(arguments: argparse.Namespace) -> int:
    """The kinds, or one kind's fields with where they come from."""
    from kiban.credentials.certificates import kind, kinds

    if not arguments.kind:
        for one in kinds().values():
            print(f"{one.id:12} {one.title['ja']}  {one.law.title} {one.law.article}")
        return 0
    found = kind(arguments.kind)
    print(f"{found.title['ja']} ({found.vct})  {found.law.title} {found.law.article}")
    for name, verified, why in (("law", found.law.verified, found.law.why),
                                ("validity", found.validity.verified, found.validity.why)):  # fmt: skip
        print("" if verified else f"  not verified: {name}: {why}\n", end="")
    for field in found.fields:
        must = "required" if field.required else "when asked for" if field.asked else "when known"
        print(f"  {field.id:18} {field.kind:8} {field.label['ja']}  ← {field.source}  {field.article}  ({must})")
    return 0


def issue(arguments: argparse.Namespace) -> int:
    """Issue; the credential is the holder's file, the number stands in the register."""
    from kiban.credentials.certificates import kind
    from kiban.credentials.did import key_of_did
    from kiban.credentials.office import Office

    if arguments.pdf:
        require("credentials", "pyhanko", "cbor2", "segno", "typst")
    did = arguments.holder
    key = key_of_did(did if did.startswith("did:") else _read(Path(did)).strip()) if did else None
    values = _values(arguments.values)
    office, form = Office(arguments.office), kind(arguments.kind)
    made = office.issue(form, values, at=SystemClock().now(), holder=key, reference=arguments.reference)
    if arguments.pdf:
        from kiban.credentials.printing import sealed

        arguments.pdf.write_bytes(sealed(office, form, issued=made))
    arguments.to.write_text(made.text + "\n", encoding="ascii")
    print(f"{made.number}: {arguments.to}")
    return 0


def _values(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(_read(file))
    except ValueError as error:
        raise BadInput(f"this is no JSON: {error}", where=Where(str(file))) from None
    if not isinstance(found, dict):
        raise BadInput("the values are no JSON object", where=Where(str(file)), remedy='write {"name": …}')
    return found


def _read(file: Path) -> str:
    data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise BadInput("the file is no text", where=Where(str(file))) from None


def status(arguments: argparse.Namespace) -> int:
    """Change or show a status; every change publishes the lists."""
    from kiban.credentials import Status
    from kiban.credentials.errors import StatusUnknown
    from kiban.credentials.office import Office

    office, now = Office(arguments.office), SystemClock().now()
    if arguments.number and arguments.change:
        office.change(arguments.number, Status[WORDS[arguments.change]], reason=arguments.reason, at=now)
    if arguments.number:
        row = office.register.find(arguments.number)
        if row is None:
            raise StatusUnknown(f"no certificate {arguments.number[:40]!r} was issued here")
        print(
            f"{row.number} {row.kind}: {Status(row.status).name.lower()}" + (f" ({row.reason})" if row.reason else "")
        )
    if arguments.change or not arguments.number:
        print("published: " + ", ".join(map(str, office.publish(at=now))))
    return 0


def holder(arguments: argparse.Namespace) -> int:
    """A key of P-256: the private one for the holder alone, the public one for the issuer."""
    from cryptography.hazmat.primitives import serialization as s
    from cryptography.hazmat.primitives.asymmetric import ec

    from kiban.credentials.did import did_of
    from kiban.exchange.keys import write_secret

    if arguments.file.exists():
        raise BadInput("there is a key already", where=Where(str(arguments.file)), remedy="name another file")
    key = ec.generate_private_key(ec.SECP256R1())
    write_secret(arguments.file, key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption()))
    public = arguments.file.with_suffix(".did")
    public.write_text(did_of(key) + "\n", encoding="ascii")
    print(f"private: {arguments.file}, public: {public}")
    return 0


def _private(file: Path) -> PrivateKey:
    from cryptography.hazmat.primitives import serialization as s
    from cryptography.hazmat.primitives.asymmetric import ec

    try:
        key = s.load_pem_private_key(file.read_bytes(), None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise BadInput("this is no private key of P-256", where=Where(str(file)), remedy="kiban credential holder")
    return key


def present(arguments: argparse.Namespace) -> int:
    """Leave out every claim that is not to be shown, and prove the key."""
    from kiban.credentials import present, prove

    show = [tuple(int(p) if p.isdecimal() else p for p in one.split(".")) for one in arguments.show]
    text = present(_read(arguments.file).strip(), show=show)
    challenge = _challenge(arguments)
    if challenge is not None:
        if not arguments.key:
            raise BadInput("a proof needs the holder's key", remedy="--key FILE (kiban credential holder)")
        text = prove(text, key=_private(arguments.key), challenge=challenge, at=SystemClock().now())
    if arguments.to:
        arguments.to.write_text(text + "\n", encoding="ascii")
    else:
        print(text)
    return 0


def verify(arguments: argparse.Namespace) -> int:
    """Verify a credential, a sealed page or a printed code, and say what it says; an error says what does not hold."""
    from kiban.credentials import Reader, StatusReader, load_trust
    from kiban.credentials.certificates import kinds
    from kiban.credentials.office import StatusFolder

    trust = load_trust(arguments.trust)
    reader = Reader(trust, StatusReader(StatusFolder(arguments.status), trust) if arguments.status else None)
    arguments.kind = kinds()[arguments.kind].vct if arguments.kind in kinds() else arguments.kind
    data = sys.stdin.buffer.read() if str(arguments.file) == "-" else arguments.file.read_bytes()
    found = (
        _page(data, reader, arguments=arguments)
        if data.startswith(b"%PDF-")
        else _text(data, reader, arguments=arguments)
    )
    print(f"valid: {found.kind} of {found.issuer}")
    until = found.valid_until.isoformat() if found.valid_until else "no end"
    print(f"valid until: {until}; status: " + ("valid" if found.status else "it has none"))
    hidden = {"iss", "vct", "iat", "nbf", "exp", "cnf", "status"}
    for name, value in found.claims.items():
        if name not in hidden:
            print(f"  {name}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}")
    return 0


def _page(data: bytes, reader: Reader, *, arguments: argparse.Namespace) -> Verified:
    from kiban.credentials.printing import verify_printed
    from kiban.credentials.trust import load_roots

    now, roots = SystemClock().now(), load_roots(arguments.trust)
    seal, found = verify_printed(data, reader, roots=roots, at=now, kind=arguments.kind)
    stamped = f"time-stamp {seal.stamped_at.isoformat()}" if seal.stamped_at else "no time-stamp"
    print(f"seal: {seal.by}, whole and unchanged; {stamped}")
    return found


def _text(data: bytes, reader: Reader, *, arguments: argparse.Namespace) -> Verified:
    from kiban.credentials import verify

    try:
        text, now = data.decode("utf-8").strip(), SystemClock().now()
    except UnicodeDecodeError:
        raise BadInput("the file is no text and no PDF", where=Where(str(arguments.file))) from None
    if text.startswith("KIBAN1:"):
        from kiban.credentials.codes import verify_code

        print("printed code: compare what it says with the page")
        return verify_code(text, reader, at=now, kind=arguments.kind)
    found = verify(text, reader, at=now, kind=arguments.kind, challenge=_challenge(arguments))
    print("holder: " + ("proved the key for this reader" if found.bound else "not asked for a proof"))
    return found
