"""An issuing office: kinds of certificates as data, numbers, register and ledger, revocation as published."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential_sample import ASKED, NOW, key
from kiban.credentials import Reader, Status, StatusReader, load_trust, present, prove, verify
from kiban.credentials.certificates import kind, kinds, read_kind
from kiban.credentials.did import did_of, key_of_did
from kiban.credentials.errors import (
    BadTrustFile,
    CredentialError,
    Expired,
    NotBound,
    NotIssuable,
    Revoked,
    StatusUnknown,
    Suspended,
    UnknownIssuer,
)  # fmt: skip
from kiban.credentials.office import Office, StatusFolder, new_number, open_office, shuffled
from kiban.kernel.errors import BadInput
from kiban.kernel.values import IndividualNumber
from kiban.ledger.verify import verify as verify_ledger

URI = "https://www.city.example"
RESIDENT: dict[str, Any] = {
    "name": "海南花子", "birth_date": "1990-04-01", "sex": "女", "address": "和歌山県海南市日方1525番地6",
}  # fmt: skip


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = open_office(tmp_path / "office", uri=URI, name="海南市長", at=NOW)
    made.publish(at=NOW)
    return made


def reader(office: Office, *, statuses: bool = True) -> Reader:
    trust = load_trust(office.folder / "public")
    return Reader(trust, StatusReader(StatusFolder(office.folder / "public" / "status"), trust) if statuses else None)


def test_a_certificate_of_residence_shows_a_date_of_birth_alone(office: Office) -> None:
    holder = key()
    made = office.issue(kind("juminhyo"), RESIDENT, at=NOW, holder=holder.public_key(), reference="2026-000123")
    shown = prove(present(made.text, show=[("birth_date",)]), key=holder, challenge=ASKED, at=NOW)
    found = verify(shown, reader(office), at=NOW, challenge=ASKED, kind=kind("juminhyo").vct)

    assert {name: found.claims.get(name) for name in ("title", "office", "issued_on", "birth_date")} == {
        "title": "住民票の写し", "office": "海南市長", "issued_on": "2026-11-22", "birth_date": "1990-04-01",
    }  # fmt: skip
    assert not {"name", "address", "sex", "number"} & found.claims.keys()
    assert found.valid_until == NOW + dt.timedelta(days=90)
    with pytest.raises(Expired):
        verify(shown, reader(office), at=NOW + dt.timedelta(days=90), challenge=ASKED)


def test_a_qualification_holds_until_it_is_revoked_and_the_reader_learns_it_offline(office: Office) -> None:
    holder = key()
    given_values = {"qualification": "保育士", "name": "海南花子", "birth_date": "1990-04-01",
                    "registered_number": "和歌山-012345", "registered_on": "2015-03-31"}  # fmt: skip
    made = office.issue(kind("hoikushi"), given_values, at=NOW, holder=holder.public_key())
    others = [office.issue(kind("hoikushi"), given_values, at=NOW) for _ in range(3)]
    office.publish(at=NOW)
    only = prove(present(made.text, show=[]), key=holder, challenge=ASKED, at=NOW)

    found = verify(only, reader(office), at=NOW, challenge=ASKED)
    assert (found.claims["qualification"], found.valid_until) == ("保育士", None)
    assert "name" not in found.claims

    office.change(made.number, Status.REVOKED, reason="登録の取消し（児童福祉法18条の19）", at=NOW)
    verify(only, reader(office), at=NOW, challenge=ASKED)  # the reader has the list of before
    office.publish(at=NOW)
    with pytest.raises(Revoked):
        verify(only, reader(office), at=NOW, challenge=ASKED)
    for other in others:
        verify(other.text, reader(office), at=NOW)


def test_a_holder_makes_an_identifier_alone_and_proves_it(office: Office) -> None:
    holder, other = key(), key()
    did = did_of(holder)
    made = office.issue(kind("juminhyo"), RESIDENT, at=NOW, holder=key_of_did(did))

    with pytest.raises(NotBound):
        prove(present(made.text, show=[]), key=other, challenge=ASKED, at=NOW)
    found = verify(prove(present(made.text, show=[]), key=holder, challenge=ASKED, at=NOW), reader(office), at=NOW,
                   challenge=ASKED)  # fmt: skip
    assert (found.holder, did_of(other) == did) == (did, False)
    assert did_of(key_of_did(f"{did}#0")) == did
    for wrong in ("did:web:city.example", "did:jwk:", "did:jwk:e30", did + "A"):
        with pytest.raises(CredentialError):
            key_of_did(wrong)


def test_a_suspension_can_be_lifted_and_a_revocation_cannot(office: Office) -> None:
    made = office.issue(kind("juminhyo"), RESIDENT, at=NOW)
    office.change(made.number, Status.SUSPENDED, reason="調査中", at=NOW)
    office.publish(at=NOW)
    with pytest.raises(Suspended):
        verify(made.text, reader(office), at=NOW)
    office.change(made.number, Status.VALID, reason="調査終了", at=NOW)
    office.publish(at=NOW)
    verify(made.text, reader(office), at=NOW)

    office.change(made.number, Status.REVOKED, reason="転出", at=NOW)
    with pytest.raises(NotIssuable, match="for good"):
        office.change(made.number, Status.VALID, reason="誤り", at=NOW)
    with pytest.raises(NotIssuable, match="reason"):
        office.change(office.issue(kind("juminhyo"), RESIDENT, at=NOW).number, Status.REVOKED, reason=" ", at=NOW)
    with pytest.raises(StatusUnknown):
        office.change("AAAA-AAAA-AAAA-AAAA", Status.REVOKED, reason="x", at=NOW)


def test_each_issue_and_change_is_in_the_ledger_and_no_name_is_kept(office: Office) -> None:
    made = office.issue(kind("juminhyo"), RESIDENT, at=NOW, reference="2026-000123")
    office.change(made.number, Status.REVOKED, reason="転出", at=NOW)
    office.close()

    again = Office(office.folder)
    assert [one.kind for one in again.register.entries()] == ["credential_issued", "credential_status"]
    assert [one.number for one in again.register.of("2026-000123")] == [made.number]
    found = verify_ledger(again.register, again.log.signer.verifier)
    assert (found.entries, found.findings) == (2, [])
    stored = b"".join(path.read_bytes() for path in (office.folder / "register").iterdir())
    assert "海南花子".encode() not in stored
    assert b"1990-04-01" not in stored
    again.close()


def test_what_is_missing_unknown_or_of_another_kind_is_told_by_its_field(office: Office) -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        (RESIDENT | {"name": None}, "name"), (RESIDENT | {"name": " "}, "name"), (RESIDENT | {"name": 7}, "name"),
        (RESIDENT | {"birth_date": "1990-02-30"}, "birth_date"), (RESIDENT | {"birth_date": 5}, "birth_date"),
        (RESIDENT | {"shoe": 27}, "shoe"), (RESIDENT | {"name": "a\nb"}, "name"),
    ]  # fmt: skip
    for values, field in cases:
        with pytest.raises(NotIssuable) as found:
            office.issue(kind("juminhyo"), values, at=NOW)
        assert found.value.where.field == field
    with pytest.raises(NotIssuable):
        kind("kazei").values({"name": "a", "address": "b", "year": True, "total_income": 1, "tax": 1})
    assert office.register.size() == 0


@given(st.integers(0, 99_999_999_999), st.sampled_from(["", "番号 ", "住所"]), st.sampled_from(["", "-", " ", "－"]))
def test_an_individual_number_is_never_certified(first: int, before: str, gap: str) -> None:
    eleven = f"{first:011d}"
    digits = eleven + str(IndividualNumber.check_digit(eleven))
    text = before + gap.join((digits[:4], digits[4:8], digits[8:]))
    with pytest.raises(NotIssuable) as found:
        kind("juminhyo").values(RESIDENT | {"address": text})
    assert digits not in str(found.value)


def test_numbers_are_not_mixed_up_and_not_guessed() -> None:
    made = {new_number() for _ in range(500)}

    assert len(made) == 500
    assert all(len(one) == 19 and not set("01IO") & set(one) for one in made)


def test_places_are_each_given_once_and_not_in_order() -> None:
    places = [shuffled(serial, b"k" * 32, shard=0) for serial in range(1 << 20)]

    assert len(set(places)) == 1 << 20
    assert (min(places), max(places)) == (0, (1 << 20) - 1)
    follow = sum(abs(a - b) < 1024 for a, b in pairwise(places))
    assert follow < 4 * 2048  # of random places 1 in 512 lies so near
    assert places[:100] != [shuffled(serial, b"k" * 32, shard=1) for serial in range(100)]


def test_every_kind_of_the_package_is_whole() -> None:
    assert set(kinds()) >= {"juminhyo", "kazei", "hoikushi", "kettei"}
    for one in kinds().values():
        assert one.vct.startswith("urn:kiban:certificate:")
        assert all(field.source and ":" in field.source for field in one.fields)
    assert [one.id for one in kind("juminhyo").fields if one.asked] == [
        "head_of_household",
        "relation",
        "family_register",
    ]


FAULTS = {
    "{id: name,": "{id: number,", "{id: sex,": "{id: name,", "{id: address, ": "{id: Address, ",
    "{id: birth_date, kind: date": "{id: birth_date, kind: day", "validity: {days: 90,": "validity: {days: 0,",
    "validity: {days: 90, verified: false, why: ": "validity: {days: 90, verified: false, x: ",
    "statement:\n  ja: ": "statement:\n  xx: ", "title: {ja: ": "title: {xx: ",
}  # fmt: skip


@pytest.mark.parametrize("change", FAULTS.items())
def test_a_fault_in_a_kinds_file_is_told_with_its_line(tmp_path: Path, change: tuple[str, str]) -> None:
    import kiban.credentials as package

    source = (Path(package.__file__).parent / "kinds" / "juminhyo.yaml").read_text(encoding="utf-8")
    file = tmp_path / "own.yaml"
    file.write_text(source.replace(*change, 1), encoding="utf-8")

    with pytest.raises(BadInput) as found:
        read_kind(file)
    assert found.value.where.file == "own.yaml"
    assert found.value.where.line == source[: source.index(change[0])].count("\n") + 1


def test_an_office_is_made_once_and_told_what_it_is_not(tmp_path: Path) -> None:
    open_office(tmp_path / "a", uri=URI, name="市長", at=NOW).close()
    with pytest.raises(BadTrustFile):
        open_office(tmp_path / "a", uri=URI, name="市長", at=NOW)
    for uri in ("http://x.example", f"{URI}/", "city"):
        with pytest.raises(BadTrustFile):
            open_office(tmp_path / "b", uri=uri, name="市長", at=NOW)
    with pytest.raises(BadTrustFile):
        Office(tmp_path)
    assert (tmp_path / "a" / "issuer.pem").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"issuer": 1, "jwks": {"keys": []}}', '{"issuer": "x", "jwks": {"keys": [{}]}}',
             '{"issuer": "x", "jwks": {"keys": [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}]}}',
             '{"a": 1, "a": 2}'],
)  # fmt: skip
def test_a_file_of_keys_that_is_none_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "issuer.json").write_text(text)
    with pytest.raises(BadTrustFile) as found:
        load_trust(tmp_path)
    assert "issuer.json" in str(found.value)
    with pytest.raises(BadTrustFile):
        load_trust(tmp_path / "nowhere")


def test_another_offices_certificate_is_of_nobody_here(office: Office, tmp_path: Path) -> None:
    other = open_office(tmp_path / "other", uri="https://town.example", name="町長", at=NOW)
    made = other.issue(kind("juminhyo"), RESIDENT, at=NOW)

    with pytest.raises(UnknownIssuer):
        verify(made.text, reader(office), at=NOW)


def test_a_status_address_cannot_lead_out_of_the_folder(office: Office) -> None:
    folder = StatusFolder(office.folder / "public" / "status")
    for uri in (f"{URI}/status/../../issuer", f"{URI}/status/..", f"{URI}/status/", "x/.", "x/0.jwt"):
        with pytest.raises(CredentialError):
            folder.newest(uri)
    assert folder.newest(f"{URI}/status/0") == folder.newest(f"{URI}/status/0")
