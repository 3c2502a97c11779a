"""The printed page: sealed over every byte, with a code that anybody verifies offline; and what is refused of both."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential_sample import NOW
from kiban.credentials import Reader, Status, StatusReader, load_trust
from kiban.credentials.certificates import kind
from kiban.credentials.codes import PREFIX, base45, make_code, unbase45, verify_code
from kiban.credentials.cose import read_cbor, write_cbor
from kiban.credentials.errors import (
    CredentialError,
    Expired,
    Malformed,
    NotSealed,
    NotSigned,
    NotYetValid,
    Revoked,
    StatusUnknown,
    WrongType,
)  # fmt: skip
from kiban.credentials.office import Issued, Office, StatusFolder, open_office
from kiban.credentials.printing import code_of, printed, sealed, shown, verify_printed
from kiban.credentials.seal import make_seal, seal_pdf, verify_pdf
from kiban.credentials.trust import load_roots

RESIDENT = {"name": "海南　花子", "birth_date": "1990-04-01", "sex": "女", "address": "和歌山県海南市日方1525番地6"}
LONG = {
    "procedure": "児童手当 認定請求", "outcome": "決定しました。", "decided_on": "2026-11-20", "name": "海南花子",
    "reasons": [f"理由{n}: " + "".join(map(chr, range(0x4E00 + 97 * n, 0x4E00 + 97 * n + 60))) for n in range(9)],
    "results": [["支給額", "10,000円"]], "appeal": "審査請求をすることができます。",
}  # fmt: skip


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    made = open_office(
        tmp_path_factory.mktemp("city") / "office", uri="https://www.city.example", name="海南市長", at=NOW
    )
    made.publish(at=NOW)
    return made


@pytest.fixture(scope="module")
def issued(office: Office) -> Issued:
    return office.issue(kind("juminhyo"), RESIDENT, at=NOW)


@pytest.fixture(scope="module")
def page(office: Office, issued: Issued) -> bytes:
    return sealed(office, kind("juminhyo"), issued=issued)


def reader(office: Office) -> Reader:
    trust = load_trust(office.folder / "public")
    return Reader(trust, StatusReader(StatusFolder(office.folder / "public" / "status"), trust))


def read(office: Office, pdf: bytes, **more: Any) -> Any:
    given_roots = load_roots(office.folder / "public")
    return verify_printed(pdf, reader(office), **({"roots": given_roots, "at": NOW} | more))


def test_the_sealed_page_says_what_was_issued(office: Office, issued: Issued, page: bytes) -> None:
    seal, found = read(office, page)

    assert found.claims == issued.claims
    assert found.claims["name"] == "海南　花子"
    assert (seal.by, found.kind) == ("海南市長", "urn:kiban:certificate:juminhyo:1")
    assert b"pdfuaid:part>1<" in page
    assert found.valid_until == NOW + dt.timedelta(days=90)


def test_who_has_the_paper_alone_scans_the_code(office: Office, issued: Issued) -> None:
    code = code_of(office, kind("juminhyo"), issued=issued)

    assert len(code) < 1500
    assert verify_code(code, reader(office), at=NOW).claims == issued.claims
    for at, refusal in ((NOW + dt.timedelta(days=90), Expired), (NOW - dt.timedelta(hours=1), NotYetValid)):
        with pytest.raises(refusal):
            verify_code(code, reader(office), at=at)
    with pytest.raises(WrongType):
        verify_code(code, reader(office), at=NOW, kind="urn:another")
    with pytest.raises(StatusUnknown):
        verify_code(code, Reader(load_trust(office.folder / "public")), at=NOW)


def test_a_revoked_page_is_refused_though_its_seal_holds(office: Office) -> None:
    made = office.issue(kind("juminhyo"), RESIDENT, at=NOW)
    pdf = sealed(office, kind("juminhyo"), issued=made)
    office.change(made.number, Status.REVOKED, reason="転出", at=NOW)
    office.publish(at=NOW)

    assert verify_pdf(pdf, load_roots(office.folder / "public"), at=NOW).by == "海南市長"
    with pytest.raises(Revoked):
        read(office, pdf)


def test_long_fields_are_in_the_code_by_their_digest(office: Office) -> None:
    made = office.issue(kind("kettei"), LONG, at=NOW)
    code = code_of(office, kind("kettei"), issued=made)
    alone = verify_code(code, reader(office), at=NOW)
    _, found = read(office, sealed(office, kind("kettei"), issued=made))

    assert set(alone.claims) == {"number", "title", "office", "issued_on"}
    assert found.claims == made.claims
    with pytest.raises(NotSigned):
        verify_code(code, reader(office), at=NOW, claims=dict(made.claims) | {"outcome": "却下"})


def test_each_flipped_byte_of_a_sealed_page_is_refused(office: Office, page: bytes) -> None:
    """400 bytes by chance from the whole file, and every third of the signature's own space."""
    rng = random.Random(7)
    begin = page.rindex(b"/Contents <")
    space = range(begin, page.index(b">", begin) + 1, 3)
    places = {*rng.sample(range(len(page)), 400), *space}
    roots = load_roots(office.folder / "public")
    for place in sorted(places):
        flipped = bytearray(page)
        flipped[place] ^= 1 << place % 8
        with pytest.raises(NotSealed):
            verify_pdf(bytes(flipped), roots, at=NOW)
    assert len(places) > 800


def test_a_caller_with_an_event_loop_seals_and_verifies_as_others_do(office: Office, issued: Issued) -> None:
    async def served() -> str:
        page = sealed(office, kind("juminhyo"), issued=issued)
        return verify_pdf(page, load_roots(office.folder / "public"), at=NOW).by

    with ThreadPoolExecutor(1) as thread:  # the thread of the tests may have a loop of its own
        assert thread.submit(lambda: asyncio.run(served())).result() == "海南市長"


def test_nothing_can_be_added_after_the_seal(office: Office, page: bytes) -> None:
    from pyhanko.pdf_utils.generic import pdf_name
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    roots = load_roots(office.folder / "public")
    import io

    writer = IncrementalPdfFileWriter(io.BytesIO(page))
    writer.root[pdf_name("/Lang")] = pdf_name("/en")
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    for changed in (page + b"\n", page + b"% more", out.getvalue(), page[:-1], b"%PDF-1.7\n" + page):
        with pytest.raises(NotSealed):
            verify_pdf(changed, roots, at=NOW)


def test_the_seal_must_be_of_a_trusted_root_and_valid(office: Office, issued: Issued, page: bytes) -> None:
    forged = make_seal("海南市長", at=NOW)
    other = seal_pdf(printed(office, kind("juminhyo"), issued=issued), forged)

    for pdf, roots, at in (
        (other, load_roots(office.folder / "public"), NOW),
        (page, (forged.root,), NOW),
        (page, (), NOW),
        (page, load_roots(office.folder / "public"), NOW + dt.timedelta(days=4 * 365)),
        (page, load_roots(office.folder / "public"), NOW - dt.timedelta(days=1)),
    ):
        with pytest.raises(NotSealed):
            verify_pdf(pdf, roots, at=at)


def test_a_sealed_pdf_of_something_else_is_no_certificate(office: Office) -> None:
    from kiban.credentials.typeset import typeset

    source = '#set document(title: "x")\n#set text(lang: "ja")\n= x'
    with pytest.raises(NotSealed, match="no code"):
        read(office, seal_pdf(typeset(source, {}), office.seal))


def test_a_page_is_sealed_once(office: Office, page: bytes) -> None:
    for wrong in (page, b"%PDF-1.7", b""):
        with pytest.raises(NotSealed):
            seal_pdf(wrong, office.seal)
    for wrong in (b"", b"%PDF-1.7", b"x" * 100):
        with pytest.raises(NotSealed):
            verify_pdf(wrong, (), at=NOW)


def test_a_time_stamp_shows_when_the_page_existed(office: Office, issued: Issued) -> None:
    """RFC 3161: three years later the seal's certificate is over, the stamp says that the page existed before."""
    from asn1crypto import keys
    from asn1crypto import x509 as asn1
    from cryptography.hazmat.primitives import serialization as s
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.x509 import ObjectIdentifier
    from pyhanko.sign.timestamps import DummyTimeStamper
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    from credential_sample import key
    from mdoc_sample import certificate

    root_key, own = key(), rsa.generate_private_key(65537, 2048)
    root = certificate("TEST TSA ROOT", root_key.public_key(), by="TEST TSA ROOT", signing=root_key, ca=True,
                       end=NOW + dt.timedelta(days=5000))  # fmt: skip
    stamping = certificate("TEST TSA", own.public_key(), by="TEST TSA ROOT", signing=root_key,
                           usage=ObjectIdentifier("1.3.6.1.5.5.7.3.8"), end=NOW + dt.timedelta(days=5000))  # fmt: skip
    stamper = DummyTimeStamper(
        asn1.Certificate.load(stamping.public_bytes(s.Encoding.DER)),
        keys.PrivateKeyInfo.load(own.private_bytes(s.Encoding.DER, s.PrivateFormat.PKCS8, s.NoEncryption())),
        SimpleCertificateStore(), fixed_dt=NOW,
    )  # fmt: skip
    pdf = sealed(office, kind("juminhyo"), issued=issued, timestamper=stamper)
    roots = (*load_roots(office.folder / "public"), root)

    assert verify_pdf(pdf, roots, at=NOW).stamped_at == NOW
    assert verify_pdf(pdf, roots, at=NOW + dt.timedelta(days=4 * 365)).stamped_at == NOW
    with pytest.raises(NotSealed):
        verify_pdf(pdf, roots[:-1], at=NOW)


@pytest.mark.parametrize(
    ("data", "text"), [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"ietf!", "QED8WEX0")]
)
def test_base45_of_rfc_9285(data: bytes, text: str) -> None:
    assert (base45(data), unbase45(text)) == (text, data)


@given(st.binary(max_size=100))
def test_base45_there_and_back(data: bytes) -> None:
    assert unbase45(base45(data)) == data


@pytest.mark.parametrize("text", ["A", "::", ":::", "a", "BB8B", "あ"])
def test_base45_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        unbase45(text)


def test_each_changed_letter_of_a_code_is_refused(office: Office, issued: Issued) -> None:
    code, reading = code_of(office, kind("juminhyo"), issued=issued), reader(office)
    packed = zlib.decompress(unbase45(code.removeprefix(PREFIX)))
    for place, old in enumerate(code):
        changed = code[:place] + ("A" if old != "A" else "B") + code[place + 1 :]
        try:
            verify_code(changed, reading, at=NOW)
        except CredentialError:
            pass
        else:  # the very same bytes, packed otherwise
            assert zlib.decompress(unbase45(changed.removeprefix(PREFIX))) == packed
        with pytest.raises(CredentialError):
            verify_code(code[:place], reading, at=NOW)


def test_a_code_counts_however_it_was_packed_but_nothing_behind_it(office: Office, issued: Issued) -> None:
    code = code_of(office, kind("juminhyo"), issued=issued)
    packed = zlib.decompress(unbase45(code.removeprefix(PREFIX)))
    for level in range(10):  # other builds of zlib write other bytes for the same text
        again = PREFIX + base45(zlib.compress(packed, level))
        assert verify_code(again, reader(office), at=NOW).claims == issued.claims
    for other in (zlib.compress(packed, 9) + b"x", zlib.compress(bytes(100_000), 9), b"x"):
        with pytest.raises(Malformed):
            verify_code(PREFIX + base45(other), reader(office), at=NOW)
    parts = read_cbor(packed)
    opened = PREFIX + base45(zlib.compress(write_cbor([parts[0], {1: 2}, *parts[2:]]), 9))
    with pytest.raises(Malformed):
        verify_code(opened, reader(office), at=NOW)


def test_the_code_of_another_office_key_is_refused(office: Office, issued: Issued) -> None:
    from kiban.credentials import Issuer

    evil = Issuer(office.issuer.uri, make_seal("x", at=NOW).key, office.issuer.key_name)
    code = make_code(evil, issued.claims, kind="x", status=issued.status, moments=(NOW, None))
    with pytest.raises(NotSigned):
        verify_code(code, reader(office), at=NOW)


def test_values_are_printed_as_people_write_them() -> None:
    assert shown("2026-10-01", kind="date") == "2026年10月1日"
    assert shown(12300, kind="money") == "12,300円"
    assert shown([["額", "1円"], ["月", "4月"]], kind="table") == "額: 1円\n月: 4月"
    assert (shown(True, kind="yes_no"), shown(["a", "b"], kind="texts"), shown(3, kind="integer")) == (
        "はい",
        "a\nb",
        "3",
    )


def test_the_commands_print_and_verify(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import json

    from kiban.shell.cli import main

    (tmp_path / "v.json").write_text(json.dumps(RESIDENT), encoding="utf-8")
    place, pdf, trust = str(tmp_path / "o"), str(tmp_path / "page.pdf"), str(tmp_path / "o" / "public")
    assert main(["credential", "office", place, "--uri", "https://www.city.example", "--name", "海南市長"]) == 0
    issue = [
        "credential",
        "issue",
        place,
        "juminhyo",
        str(tmp_path / "v.json"),
        "--to",
        str(tmp_path / "c"),
        "--pdf",
        pdf,
    ]
    assert main(issue) == 0
    read_page = ["credential", "verify", pdf, "--trust", trust, "--status", f"{trust}/status", "--kind", "juminhyo"]
    assert main(read_page) == 0
    said = capsys.readouterr().out
    assert "seal: 海南市長, whole and unchanged; no time-stamp" in said
    assert "birth_date: 1990-04-01" in said

    data = Path(pdf).read_bytes()
    (tmp_path / "code").write_bytes(
        verify_pdf(data, load_roots(Path(trust)), at=dt.datetime.now(dt.UTC)).attached["code.txt"]
    )
    assert main([*read_page[:2], str(tmp_path / "code"), *read_page[3:]]) == 0
    assert "compare what it says" in capsys.readouterr().out
    Path(pdf).write_bytes(data.replace(b"/Lang", b"/Lamg", 1))
    assert main(read_page) == 1
    assert "CREDENTIAL-016" in capsys.readouterr().err
