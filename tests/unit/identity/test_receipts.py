"""A signature receipt holds offline, and no changed one does."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from kiban.identity.errors import BadReceipt, IdentityError
from kiban.identity.model import Kind
from kiban.identity.profile import JPKI, TEST_CARDS
from kiban.identity.receipts import SignatureReceipt, make_receipt, verify_receipt
from kiban.identity.trust import load_trust
from kiban.kernel.clock import FixedClock
from kiban.kernel.errors import KibanError
from kiban.shell.cli import main
from kiban.simulators.card import Issuer
from unit.identity.conftest import NOW, PASSWORD

CONTENT = "転出届\n海南花子\n".encode()


@pytest.fixture
def receipt(world) -> bytes:
    value, certificate = world.plastic.sign_with_certificate(Kind.SIGN, CONTENT, secret=PASSWORD)
    return make_receipt(world.verifier(), CONTENT, signature=value, certificate=certificate, at=NOW)


def test_a_receipt_verifies_with_and_without_a_trust_folder(world, receipt):
    alone = verify_receipt(receipt, TEST_CARDS)
    known = verify_receipt(receipt, TEST_CARDS, trust=load_trust(world.issuer.trust))

    assert alone.content == known.content == CONTENT
    assert (alone.trusted, known.trusted) == (False, True)


def test_it_still_holds_after_the_certificate_is_revoked(world, receipt):
    world.issuer.revoke("plastic")

    assert verify_receipt(receipt, TEST_CARDS).holder.verified_at == NOW


@pytest.mark.parametrize("name", ["content", "signature", "certificate", "authority", "revocation_list"])
def test_one_changed_byte_of_any_part_is_found(receipt, name):
    made = msgspec.json.decode(receipt, type=SignatureReceipt)
    part = getattr(made, name)
    for place in (0, len(part) // 2, len(part) - 1):
        changed = part[:place] + bytes([part[place] ^ 1]) + part[place + 1 :]
        with pytest.raises(KibanError):
            verify_receipt(msgspec.json.encode(msgspec.structs.replace(made, **{name: changed})), TEST_CARDS)


def test_a_moment_outside_the_list_or_the_validity_does_not_hold(receipt):
    made = msgspec.json.decode(receipt, type=SignatureReceipt)
    for moment in (NOW + dt.timedelta(days=3), NOW - dt.timedelta(days=1), NOW + dt.timedelta(days=3000)):
        with pytest.raises(IdentityError):
            verify_receipt(msgspec.json.encode(msgspec.structs.replace(made, verified_at=moment)), TEST_CARDS)


def test_a_forged_authority_is_only_caught_by_the_trust_folder_and_said_so(world, receipt, tmp_path):
    other = Issuer(tmp_path / "other", clock=FixedClock(NOW))

    with pytest.raises(BadReceipt):
        verify_receipt(receipt, TEST_CARDS, trust=load_trust(other.trust))


@pytest.mark.parametrize("data", [b"", b"{}", b"[" * 100_000, b'{"format":"kiban-signature-2"}', b'{"\xf3":1}'])
def test_what_is_no_receipt(data):
    with pytest.raises(BadReceipt):
        verify_receipt(data, TEST_CARDS)


def test_a_test_card_is_never_taken_for_a_real_one(receipt):
    with pytest.raises(IdentityError):
        verify_receipt(receipt, JPKI)


def test_the_command(world, receipt, tmp_path, capsys):
    file = tmp_path / "receipt.json"
    file.write_bytes(receipt)

    assert main(["identity", "verify", str(file), "--trust", str(world.issuer.trust), "--content", "-"]) == 0
    assert "trusted" in capsys.readouterr().out
    file.write_bytes(receipt.replace(b'"signature":"', b'"signature":"A'))
    assert main(["identity", "verify", str(file)]) == 1
    assert main(["identity", "verify", str(tmp_path / "none")]) == 1


def test_the_receipt_of_an_application_verifies_with_a_trust_folder(world, receipt, tmp_path, capsys):
    made = msgspec.json.decode(receipt, type=SignatureReceipt)
    signed = {"content": made.content, "value": made.signature, "certificate": made.certificate}
    file = tmp_path / "received.json"
    file.write_bytes(msgspec.json.encode({"id": "r", "signature": signed, "signer": {"verified_at": NOW}}))

    assert main(["identity", "verify", str(file), "--trust", str(world.issuer.trust)]) == 0
    assert "revocation: not in this file" in capsys.readouterr().out
    file.write_bytes(
        msgspec.json.encode({"signature": {**signed, "content": b"other"}, "signer": {"verified_at": NOW}}),
    )
    assert main(["identity", "verify", str(file), "--trust", str(world.issuer.trust)]) == 1


def test_an_authority_of_any_bytes_is_refused(world, receipt):
    made, trust = msgspec.json.decode(receipt, type=SignatureReceipt), load_trust(world.issuer.trust)
    for place in range(0, len(made.authority), 3):
        for bit in (0, 5):
            changed = bytearray(made.authority)
            changed[place] ^= 1 << bit
            data = msgspec.json.encode(msgspec.structs.replace(made, authority=bytes(changed)))
            with pytest.raises(KibanError):
                verify_receipt(data, TEST_CARDS, trust=trust)
