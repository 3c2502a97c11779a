"""Certificates: what the profile knows is accepted, whatever else is refused."""

from __future__ import annotations

import datetime as dt
import secrets

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from hypothesis import given, settings
from hypothesis import strategies as st

from kiban.identity.attributes import der_utf8, same_person, utf8_string
from kiban.identity.errors import (
    BadCertificate,
    BadSignature,
    BadTrust,
    CertificateExpired,
    CertificateRevoked,
    CertificateSuspended,
    IdentityError,
    RevocationUnknown,
)
from kiban.identity.model import Form, Kind, Sex
from kiban.identity.revocation import read_list
from kiban.identity.trust import ListFolder, authority, authority_der, load_trust
from kiban.kernel.clock import FixedClock
from kiban.simulators.card import Issuer, Pins
from kiban.simulators.card.authority import new_authority, new_key
from unit.identity.conftest import NOW, PASSWORD, PERSON, PIN


def test_both_certificates_are_valid_and_only_the_signing_one_has_the_attributes(world, certificates):
    verifier = world.verifier()

    signer = verifier.certificate(certificates[Kind.SIGN], Kind.SIGN, at=NOW)
    visitor = verifier.certificate(certificates[Kind.AUTH], Kind.AUTH, at=NOW)

    assert signer.attributes.name == PERSON.name
    assert signer.attributes.address == PERSON.address
    assert signer.attributes.birth_date == PERSON.birth_date
    assert signer.attributes.sex is Sex.FEMALE
    assert set(signer.attributes.name_substitutes) == {"0"}
    assert visitor.attributes is None
    assert visitor.form is Form.PLASTIC
    assert PERSON.name not in repr(signer)


def test_a_phone_is_known_by_its_policy(world):
    held = world.verifier().certificate(world.phone.certificate(Kind.AUTH), Kind.AUTH, at=NOW)

    assert held.form is Form.PHONE


def test_a_certificate_of_one_kind_is_refused_as_the_other(world, certificates):
    for given_kind, asked in ((Kind.SIGN, Kind.AUTH), (Kind.AUTH, Kind.SIGN)):
        with pytest.raises(BadCertificate):
            world.verifier().certificate(certificates[given_kind], asked, at=NOW)


def test_an_expired_and_a_not_yet_valid_certificate(world, certificates):
    world.clock.advance(dt.timedelta(days=6 * 366))
    world.issuer.refresh()

    with pytest.raises(CertificateExpired):
        world.verifier().certificate(certificates[Kind.AUTH], Kind.AUTH, at=world.clock.now())
    with pytest.raises(CertificateExpired):
        world.verifier().certificate(certificates[Kind.AUTH], Kind.AUTH, at=NOW - dt.timedelta(days=1))


def test_suspension_resumption_and_revocation_take_effect_at_once(world, certificates):
    verifier = world.verifier()
    auth = certificates[Kind.AUTH]
    verifier.certificate(auth, Kind.AUTH, at=NOW)

    world.issuer.suspend("plastic")
    with pytest.raises(CertificateSuspended):
        verifier.certificate(auth, Kind.AUTH, at=NOW)
    world.issuer.resume("plastic")
    verifier.certificate(auth, Kind.AUTH, at=NOW)
    world.issuer.revoke("plastic")
    with pytest.raises(CertificateRevoked):
        verifier.certificate(auth, Kind.AUTH, at=NOW)
    with pytest.raises(IdentityError):
        verifier.certificate(certificates[Kind.SIGN], Kind.SIGN, at=NOW)


def test_only_the_revoked_kind_is_revoked(world, certificates):
    world.issuer.revoke("plastic", kinds=(Kind.SIGN,))

    with pytest.raises(CertificateRevoked):
        world.verifier().certificate(certificates[Kind.SIGN], Kind.SIGN, at=NOW)
    assert world.verifier().certificate(certificates[Kind.AUTH], Kind.AUTH, at=NOW)


def test_without_a_fresh_list_nobody_is_valid(world, certificates):
    verifier = world.verifier()
    with pytest.raises(RevocationUnknown):
        verifier.certificate(certificates[Kind.AUTH], Kind.AUTH, at=NOW + dt.timedelta(hours=25))

    world.clock.advance(dt.timedelta(hours=25))
    world.issuer.refresh()
    assert verifier.certificate(certificates[Kind.AUTH], Kind.AUTH, at=world.clock.now())

    for path in world.issuer.trust.glob("*.crl"):
        path.unlink()
    with pytest.raises(RevocationUnknown):
        world.verifier().certificate(certificates[Kind.AUTH], Kind.AUTH, at=world.clock.now())


def test_an_older_list_put_in_place_again_is_refused(world, certificates):
    verifier = world.verifier()
    path = next(world.issuer.trust.glob("auth-*.crl"))
    old = path.read_bytes()
    world.issuer.revoke("plastic")
    with pytest.raises(CertificateRevoked):
        verifier.certificate(certificates[Kind.AUTH], Kind.AUTH, at=NOW)

    path.write_bytes(old)

    with pytest.raises(RevocationUnknown):
        verifier.certificate(certificates[Kind.AUTH], Kind.AUTH, at=NOW)


def test_a_list_signed_by_another_is_refused(world, certificates, tmp_path):
    other = Issuer(tmp_path / "other", clock=FixedClock(NOW))
    mine, theirs = (next(i.trust.glob("auth-*.crl")) for i in (world.issuer, other))
    mine.write_bytes(theirs.read_bytes())

    with pytest.raises(RevocationUnknown):
        world.verifier().certificate(certificates[Kind.AUTH], Kind.AUTH, at=NOW)


def test_an_authority_with_the_same_name_but_another_key_is_not_trusted(world, tmp_path):
    other = Issuer(tmp_path / "other", clock=FixedClock(NOW))
    other.issue(PERSON, pins=Pins(PIN, PASSWORD), name="forged")
    forged = other.card("forged").certificate(Kind.AUTH)

    assert other.authorities[Kind.AUTH].certificate.subject == world.issuer.authorities[Kind.AUTH].certificate.subject
    with pytest.raises(BadCertificate):
        world.verifier().certificate(forged, Kind.AUTH, at=NOW)


def test_an_expired_generation_is_not_used(world, certificates):
    with pytest.raises(CertificateExpired):
        world.verifier().certificate(certificates[Kind.AUTH], Kind.AUTH, at=NOW + dt.timedelta(days=11 * 366))


def resigned(world, der: bytes, change, *, kind: Kind = Kind.AUTH) -> bytes:
    """The certificate with other extensions, signed anew by the true authority: only the profile can refuse it."""
    old = x509.load_der_x509_certificate(der)
    ca = world.issuer.authorities[kind]
    built = x509.CertificateBuilder(
        issuer_name=old.issuer,
        subject_name=old.subject,
        public_key=old.public_key(),
        serial_number=secrets.randbits(60) + 1,
        not_valid_before=old.not_valid_before_utc,
        not_valid_after=old.not_valid_after_utc,
    )
    for value, critical in change([(e.value, e.critical) for e in old.extensions]):
        built = built.add_extension(value, critical=critical)
    return built.sign(ca.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def without(kind):
    return lambda extensions: [(v, c) for v, c in extensions if not isinstance(v, kind)]


def plus(value, critical):
    return lambda extensions: [*extensions, (value, critical)]


def loose(kind):
    return lambda extensions: [(v, c and not isinstance(v, kind)) for v, c in extensions]


CHANGES = {
    "no policy": without(x509.CertificatePolicies),
    "policy not critical": loose(x509.CertificatePolicies),
    "no key usage": without(x509.KeyUsage),
    "key usage not critical": loose(x509.KeyUsage),
    "no issuer key": without(x509.AuthorityKeyIdentifier),
    "an authority": plus(x509.BasicConstraints(ca=True, path_length=None), True),
    "unknown critical": plus(x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), True),
    "name constraints": plus(x509.NameConstraints([x509.DNSName("a.example")], None), True),
    "server only": plus(x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.SERVER_AUTH]), True),
    "with attributes": plus(
        x509.SubjectAlternativeName(
            [x509.OtherName(x509.ObjectIdentifier("1.2.392.200149.8.5.5.1"), b"\x0c\x03abc")],
        ),
        False,
    ),
}


def test_the_certificate_signed_anew_unchanged_is_accepted(world, certificates):
    same = resigned(world, certificates[Kind.AUTH], lambda extensions: extensions)

    assert world.verifier().certificate(same, Kind.AUTH, at=NOW)


@pytest.mark.parametrize("name", CHANGES)
def test_a_certificate_outside_the_profile_is_refused(world, certificates, name):
    changed = resigned(world, certificates[Kind.AUTH], CHANGES[name])

    with pytest.raises(BadCertificate):
        world.verifier().certificate(changed, Kind.AUTH, at=NOW)


ATTRIBUTE_CHANGES = {
    "1": [b"\x13\x03abc", b"\x0c\x02\xff\xff", b"\x05\x00"],
    "3": [b"\x0c\x019", b"\x0c\x0211"],
    "4": [b"\x0c\x08H0101010", b"\x0c\x09419900231", b"\x0c\x09519900401"],
    "2": [b"\x0c\x0211", b"\x0c\x05abcde"],
}


@pytest.mark.parametrize(("last", "value"), [(k, v) for k, values in ATTRIBUTE_CHANGES.items() for v in values])
def test_attributes_that_are_not_of_their_form_are_refused(world, certificates, last, value):
    oid = f"1.2.392.200149.8.5.5.{last}"

    def change(extensions):
        made = []
        for v, c in extensions:
            if isinstance(v, x509.SubjectAlternativeName):
                others = [n if n.type_id.dotted_string != oid else x509.OtherName(n.type_id, value) for n in v]
                v = x509.SubjectAlternativeName(others)
            made.append((v, c))
        return made

    with pytest.raises(BadCertificate):
        world.verifier().certificate(
            resigned(world, certificates[Kind.SIGN], change, kind=Kind.SIGN), Kind.SIGN, at=NOW
        )


@pytest.mark.parametrize(
    "der", [b"", b"\x0c", b"\x0c\x04abc", b"\x0c\x02abc", b"\x0c\x81\x03abc", b"\x0c\x80abc", b"\x0c\x84\0\0\0\3abc"]
)
def test_a_string_that_is_not_in_der_is_refused(der):
    with pytest.raises(BadCertificate):
        utf8_string(der)


@given(st.text(max_size=400))
def test_a_string_comes_back_as_it_was_written(text):
    assert utf8_string(der_utf8(text)) == text


def test_a_signing_certificate_without_attributes_is_refused(world, certificates):
    bare = resigned(world, certificates[Kind.SIGN], without(x509.SubjectAlternativeName), kind=Kind.SIGN)

    with pytest.raises(BadCertificate):
        world.verifier().certificate(bare, Kind.SIGN, at=NOW)


def test_a_short_key_is_refused(world, certificates):
    from cryptography.hazmat.primitives.asymmetric import rsa

    old = x509.load_der_x509_certificate(certificates[Kind.AUTH])
    built = x509.CertificateBuilder(
        old.issuer,
        old.subject,
        rsa.generate_private_key(public_exponent=65537, key_size=1024).public_key(),
        5,
        old.not_valid_before_utc,
        old.not_valid_after_utc,
    )
    for e in old.extensions:
        built = built.add_extension(e.value, critical=e.critical)
    der = built.sign(world.issuer.authorities[Kind.AUTH].key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    with pytest.raises(BadCertificate):
        world.verifier().certificate(der, Kind.AUTH, at=NOW)


@settings(max_examples=120, deadline=None)
@given(place=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_no_flipped_bit_of_a_certificate_passes(template, place, bit):
    from kiban.identity.certificates import Verifier
    from kiban.identity.profile import TEST_CARDS
    from kiban.identity.revocation import RevocationChecker
    from kiban.identity.trust import ListFolder
    from kiban.simulators.card import SoftCard

    der = bytearray(SoftCard(template / "cards" / "plastic.card").certificate(Kind.AUTH))
    der[place % len(der)] ^= 1 << bit
    verifier = Verifier(TEST_CARDS, load_trust(template / "trust"), RevocationChecker(ListFolder(template / "trust")))

    with pytest.raises(IdentityError):
        verifier.certificate(bytes(der), Kind.AUTH, at=NOW)


@settings(max_examples=200, deadline=None)
@given(data=st.binary(max_size=300))
def test_bytes_that_are_no_certificate_are_refused_cleanly(data):
    from kiban.identity.certificates import parse

    with pytest.raises(BadCertificate):
        parse(data)


def test_a_signature_belongs_to_one_content_and_one_certificate(world, certificates):
    verifier = world.verifier()
    value = world.plastic.sign(Kind.SIGN, b"content", secret=PASSWORD)
    with_auth = world.plastic.sign(Kind.AUTH, b"content", secret=PIN)
    sign = certificates[Kind.SIGN]

    assert verifier.signature(sign, b"content", value=value, kind=Kind.SIGN, at=NOW)
    for content, wrong in ((b"Content", value), (b"content", with_auth), (b"content", value[:-1]), (b"content", b"")):
        with pytest.raises(BadSignature):
            verifier.signature(sign, content, value=wrong, kind=Kind.SIGN, at=NOW)


def test_a_folder_without_authorities_and_a_file_that_is_none(tmp_path):
    with pytest.raises(BadTrust):
        load_trust(tmp_path)
    key = new_key()
    ca = new_authority(Kind.AUTH, since=NOW)
    leaf = (
        x509.CertificateBuilder(ca.certificate.subject, ca.certificate.subject, key.public_key(), 7, NOW, NOW)
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
    for bad in (b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", leaf):
        with pytest.raises(BadTrust):
            authority(Kind.AUTH, bad)


def test_the_same_person_is_recognised_over_spaces_and_substituted_characters(world, tmp_path):
    from dataclasses import replace

    rare = replace(PERSON, name="𠮷田　花子")
    world.issuer.issue(rare, pins=Pins(PIN, PASSWORD), name="rare")
    der = world.issuer.card("rare").certificate(Kind.SIGN, secret=PASSWORD)
    found = world.verifier().certificate(der, Kind.SIGN, at=NOW).attributes

    assert found.name == "〓田　花子"
    assert found.name_substitutes == "10000"
    assert same_person(found, name="𠮷田 花子", birth_date=dt.date(1990, 4, 1), address=PERSON.address)
    assert not same_person(found, name="𠮷田 花代", birth_date=dt.date(1990, 4, 1), address=PERSON.address)
    assert not same_person(found, name="𠮷田 花子", birth_date=dt.date(1990, 4, 2), address=PERSON.address)
    assert not same_person(found, name="𠮷田 花子", birth_date=dt.date(1990, 4, 1), address="和歌山県海南市")


def test_the_issuer_answers_which_signing_certificate_is_on_the_same_card(world, certificates):
    auth, sign = (x509.load_der_x509_certificate(certificates[k]).serial_number for k in (Kind.AUTH, Kind.SIGN))

    assert world.issuer.pair(f"{auth:x}") == f"{sign:x}"
    world.issuer.revoke("plastic", kinds=(Kind.SIGN,))
    assert world.issuer.pair(f"{auth:x}") is None


def spoilt(data: bytes) -> list[bytes]:
    """The bytes with each one turned in several ways, and cut at each place."""
    turned = [
        data[:at] + bytes([data[at] ^ bits]) + data[at + 1 :] for at in range(len(data)) for bits in (1, 0x20, 0xFF)
    ]
    return turned + [data[:at] for at in range(len(data))]


# the library warns of a serial number that is not positive before the signature is found wrong
@pytest.mark.filterwarnings("ignore:Parsed a serial number:cryptography.utils.CryptographyDeprecationWarning")
def test_a_spoilt_list_or_authority_is_refused_by_name(world):
    (_, key_id), known = next(iter(load_trust(world.issuer.trust).authorities.items()))
    listed = ListFolder(world.issuer.trust).newest(key_id)
    assert read_list(listed, known).number > 0
    signed = x509.load_der_x509_crl(listed).tbs_certlist_bytes
    for data in spoilt(listed):
        try:
            read_list(data, known)
        except RevocationUnknown:
            continue
        # the count of unused bits before the signature is no part of what is signed
        assert x509.load_der_x509_crl(data).tbs_certlist_bytes == signed
    for data in spoilt(known.certificate.public_bytes(serialization.Encoding.DER)):
        try:
            found = authority_der(known.kind, data)
        except BadTrust:
            continue
        assert found.certificate.tbs_certificate_bytes == known.certificate.tbs_certificate_bytes
