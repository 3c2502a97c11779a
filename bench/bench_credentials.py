"""Credentials per CPU-second against sd-jwt and pymdoccbor on the same claims in the same run; status lists; pages."""

from __future__ import annotations

import json
import logging
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from cryptography.hazmat.primitives import serialization as s

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from credential_sample import ASKED, KIND, LIST, NOW, World
from kiban.credentials import StatusList, StatusReader, issue, present, prove, sign_statuses, verify
from kiban.credentials.certificates import kind
from kiban.credentials.codes import verify_code
from kiban.credentials.jose import jwk_of
from kiban.credentials.mdoc import present_mdoc
from kiban.credentials.office import open_office
from kiban.credentials.printing import code_of, printed, verify_printed
from kiban.credentials.seal import seal_pdf
from kiban.credentials.statuslist import SHARD
from kiban.credentials.trust import load_roots
from kiban.credentials.verifying import Reader
from mdoc_sample import CLAIMS, TRANSCRIPT, Phones


def main(*, full: bool = False) -> None:
    logging.disable(logging.WARNING)  # the other library says at each call that it checks no chain
    for count in (5, 20):
        _sd_jwt(count)
    _mdoc()
    _pages()
    _statuses(100_000_000 if full else 4_000_000)


def rate(work: Callable[[], Any], *, seconds: float = 0.4) -> float:
    """Calls per CPU-second of this process, the best of four slices."""
    best = 0.0
    for _ in range(4):
        begun, calls = time.process_time(), 0
        while (spent := time.process_time() - begun) < seconds:
            work()
            calls += 1
        best = max(best, calls / spent)
    return best


def _sd_jwt(count: int) -> None:
    from jwcrypto.jwk import JWK
    from sd_jwt.common import SDObj
    from sd_jwt.holder import SDJWTHolder
    from sd_jwt.issuer import SDJWTIssuer
    from sd_jwt.verifier import SDJWTVerifier

    world = World()
    claims = {f"claim_{n}": f"value {n}" for n in range(count)}
    show = [(f"claim_{n}",) for n in range(2)]
    terms, reader = world.terms(status=None), Reader(world.trust)
    make = lambda: issue(world.city, claims, hidden=[(name,) for name in claims], terms=terms)  # noqa: E731 a call to be timed
    text = make()
    give = lambda: prove(present(text, show=show), key=world.holder, challenge=ASKED, at=NOW)  # noqa: E731 a call to be timed
    shown = give()
    ours = rate(make), rate(give), rate(lambda: verify(shown, reader, at=NOW, challenge=ASKED))
    print(f"SD-JWT {count} claims       issue {ours[0]:7,.0f}  present {ours[1]:7,.0f}  verify {ours[2]:7,.0f}"
          f"  ({len(text):,} and {len(shown):,} characters)")  # fmt: skip

    pems = [
        key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption())
        for key in (world.city.key, world.holder)
    ]
    city, holder = (JWK.from_pem(pem) for pem in pems)
    public = JWK.from_json(json.dumps(jwk_of(world.city.key)))
    known = {"iss": world.city.uri, "vct": KIND, "iat": int(NOW.timestamp())}
    marked = lambda: {SDObj(name): value for name, value in claims.items()} | known  # noqa: E731 a call to be timed
    their = lambda: SDJWTIssuer(marked(), city, holder_key=holder).sd_jwt_issuance  # noqa: E731 a call to be timed
    issued = their()

    def answer() -> str:
        one = SDJWTHolder(issued)
        one.create_presentation(
            {"claim_0": True, "claim_1": True}, nonce=ASKED.nonce, aud=ASKED.audience, holder_key=holder
        )
        return str(one.sd_jwt_presentation)

    given = answer()
    theirs = rate(their), rate(answer), rate(
        lambda: SDJWTVerifier(given, lambda *_: public, ASKED.audience, ASKED.nonce).get_verified_payload()
    )  # fmt: skip
    print(f"  sd-jwt 0.10.4         issue {theirs[0]:7,.0f}  present {theirs[1]:7,.0f}  verify {theirs[2]:7,.0f}"
          f"  (ours: {' '.join(f'{a / b:.1f}' for a, b in zip(ours, theirs, strict=True))} times)")  # fmt: skip


def _mdoc() -> None:
    from pymdoccbor.mdoc.verifier import MdocCbor

    phones = Phones()
    issued = phones.issued()
    show = {space: list(elements) for space, elements in CLAIMS.items()}
    give = lambda: present_mdoc(issued, show=show, device=phones.device, transcript=TRANSCRIPT)  # noqa: E731 a call to be timed
    response = give()
    ours = rate(phones.issued), rate(give), rate(lambda: phones.read(response))
    print(f"mdoc {sum(map(len, CLAIMS.values()))} elements        issue {ours[0]:7,.0f}  present {ours[1]:7,.0f}"
          f"  verify {ours[2]:7,.0f}  ({len(response):,} bytes; issuer, chain, device)")  # fmt: skip

    def other() -> None:
        one = MdocCbor()
        one.loads(response)
        one.verify()

    theirs = rate(other)
    print(f"  pymdoccbor 1.4.0   verify {theirs:7,.0f}  (issuer alone, no root; ours:"
          f" {ours[2] / theirs:.1f} times)")  # fmt: skip


def _pages() -> None:
    resident = {"name": "海南花子", "birth_date": "1990-04-01", "sex": "女", "address": "和歌山県海南市日方1525番地6"}
    with tempfile.TemporaryDirectory() as folder:
        office = open_office(Path(folder) / "office", uri="https://www.city.example", name="海南市長", at=NOW)
        form = kind("juminhyo")
        made = office.issue(form, resident, at=NOW)
        trust, roots = World().trust, load_roots(office.folder / "public")
        trust = type(trust)({office.issuer.uri: {office.issuer.key_name: office.issuer.key.public_key()}})
        lists = World().lists
        uri = made.status.uri
        lists.texts[uri] = sign_statuses(office.issuer, uri, statuses=StatusList.empty(), at=NOW)
        reader = Reader(trust, StatusReader(lists, trust))
        page, code = printed(office, form, issued=made), code_of(office, form, issued=made)
        pdf = seal_pdf(page, office.seal)
        durable, setting = (
            rate(lambda: office.issue(form, resident, at=NOW)),
            lambda: printed(office, form, issued=made),
        )
        sealing = lambda: seal_pdf(page, office.seal)  # noqa: E731 a call to be timed
        reading = lambda: verify_printed(pdf, reader, roots=roots, at=NOW)  # noqa: E731 a call to be timed
        print(f"certificate into register and ledger {durable:,.0f}; page set {rate(setting):.1f}, "
              f"sealed {rate(sealing):.1f}, verified {rate(reading):.0f} ({len(pdf):,} bytes)")  # fmt: skip
        print(f"printed code verified {rate(lambda: verify_code(code, reader, at=NOW)):,.0f} ({len(code)} letters)")
        office.close()


def _statuses(holders: int) -> None:
    """All lists of so many holders, 2^20 places of 2 bits each, one in a hundred revoked."""
    rng, world = np.random.default_rng(7), World()
    lists = -(-holders // SHARD)
    revoked = [rng.choice(SHARD, SHARD // 100, replace=False) for _ in range(lists)]
    begun, size = time.process_time(), 0
    for places in revoked:
        statuses = StatusList.empty()
        statuses.set(places, 1)
        token = sign_statuses(world.city, LIST, statuses=statuses, at=NOW)
        size += len(token)
    signed = time.process_time()
    world.lists.texts[LIST] = token
    StatusReader(world.lists, world.trust).token(LIST, issuer=world.city.uri)
    one = time.process_time() - signed
    print(f"{lists} status lists of 2^20 places, 1 % revoked: made, packed and signed in {signed - begun:.1f} s, "
          f"{size / 1e6:.2f} MB in all; one verified and unpacked in {one * 1000:.1f} ms")  # fmt: skip


if __name__ == "__main__":
    main(full="--full" in sys.argv)
