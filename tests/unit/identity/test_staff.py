"""Staff accounts: two factors, waiting, roles, four eyes."""

from __future__ import annotations

import datetime as dt

import pytest

from kiban.identity import totp
from kiban.identity.errors import (
    AccountClosed,
    BadTrust,
    FourEyes,
    SignInRefused,
    SignInThrottled,
    UnknownRole,
    WeakPassword,
)
from kiban.identity.secrets_at_rest import Sealer
from kiban.identity.staff import Grant, StaffDesk, StaffMember, four_eyes, roles, wait_after
from kiban.identity.store.staff import DjangoStaff
from kiban.kernel.clock import FixedClock
from unit.identity.conftest import NOW

PASSWORD = "four words not together"
RFC6238 = [
    (59, "94287082", "46119246", "90693936"),
    (1111111109, "07081804", "68084774", "25091201"),
    (1111111111, "14050471", "67062674", "99943326"),
    (1234567890, "89005924", "91819424", "93441116"),
    (2000000000, "69279037", "90698825", "38618901"),
    (20000000000, "65353130", "77737706", "47863826"),
]
SEEDS = {"sha1": 20, "sha256": 32, "sha512": 64}


@pytest.mark.parametrize(("seconds", "sha1", "sha256", "sha512"), RFC6238)
def test_the_vectors_of_rfc_6238(seconds, sha1, sha256, sha512):
    for algorithm, expected in (("sha1", sha1), ("sha256", sha256), ("sha512", sha512)):
        seed = (b"1234567890" * 7)[: SEEDS[algorithm]]
        assert totp.code(seed, seconds // 30, digits=8, algorithm=algorithm) == expected


@pytest.fixture
def desk(db, sink):
    return StaffDesk(DjangoStaff(), Sealer(b"k" * 32), FixedClock(NOW), sink)


@pytest.fixture
def secret(desk):
    made = desk.create("suzuki", name="鈴木", password=PASSWORD, by="admin")
    desk.grant("suzuki", Grant("302023", "officer"), by="admin")
    return made


def now_code(desk, secret, *, later: int = 0) -> str:
    return totp.code(secret, int(desk.clock.now().timestamp()) // 30 + later)


def test_both_factors_open_the_account_with_its_roles(desk, secret, sink):
    member = desk.sign_in("suzuki", password=PASSWORD, code=now_code(desk, secret))

    assert member.may("officer", agency="302023")
    assert not member.may("officer", agency="302015")
    assert sink.events[-1].kind == "staff_signed_in"
    assert PASSWORD not in str(sink.events)


def test_a_wrong_account_password_or_code_gives_the_same_refusal(desk, secret):
    code = now_code(desk, secret)
    tries = [("sato", PASSWORD, code), ("suzuki", "another long password", code), ("suzuki", PASSWORD, "000000")]
    said = set()
    for account, password, typed in tries:
        with pytest.raises(SignInRefused) as refused:
            desk.sign_in(account, password=password, code=typed)
        said.add(str(refused.value))

    assert len(said) == 1


def test_no_code_works_twice_nor_an_earlier_one_after_it(desk, secret):
    desk.sign_in("suzuki", password=PASSWORD, code=now_code(desk, secret))
    for later in (0, -1):
        with pytest.raises(SignInRefused):
            desk.sign_in("suzuki", password=PASSWORD, code=now_code(desk, secret, later=later))

    desk.clock.advance(dt.timedelta(seconds=30))
    assert desk.sign_in("suzuki", password=PASSWORD, code=now_code(desk, secret))


def test_after_five_wrong_tries_even_the_right_ones_wait(desk, secret, sink):
    for _ in range(5):
        with pytest.raises(SignInRefused):
            desk.sign_in("suzuki", password=PASSWORD, code="000000")
    with pytest.raises(SignInThrottled) as refused:
        desk.sign_in("suzuki", password=PASSWORD, code=now_code(desk, secret))
    assert refused.value.remedy == f"wait until {desk.clock.now() + dt.timedelta(seconds=30):%H:%M:%S}"
    assert sink.events[-1].kind == "staff_sign_in_throttled"

    desk.clock.advance(dt.timedelta(seconds=31))
    assert desk.sign_in("suzuki", password=PASSWORD, code=now_code(desk, secret))


def test_waiting_doubles_to_an_hour():
    assert wait_after(4) == dt.timedelta(0)
    assert wait_after(6) == dt.timedelta(seconds=60)
    assert wait_after(1000) == dt.timedelta(hours=1)


def test_a_closed_account_and_a_renewed_secret(desk, secret):
    new = desk.new_totp("suzuki", by="admin")
    with pytest.raises(SignInRefused):
        desk.sign_in("suzuki", password=PASSWORD, code=now_code(desk, secret))
    desk.close("suzuki", by="admin")
    with pytest.raises(AccountClosed):
        desk.sign_in("suzuki", password=PASSWORD, code=now_code(desk, new))


def test_changing_a_password(desk, secret):
    desk.change_password("suzuki", new="other words than those", by="suzuki")

    with pytest.raises(SignInRefused):
        desk.sign_in("suzuki", password=PASSWORD, code=now_code(desk, secret))
    assert desk.sign_in("suzuki", password="other words than those", code=now_code(desk, secret))


@pytest.mark.parametrize("weak", ["short", "aaaaaaaaaaaaaa", "password12345", "123456123456"])
def test_weak_passwords_are_refused(desk, weak):
    with pytest.raises(WeakPassword):
        desk.create("x", name="x", password=weak, by="admin")


def test_roles_are_data_and_only_known_ones_are_granted_and_taken(desk, secret):
    with pytest.raises(UnknownRole):
        desk.grant("suzuki", Grant("302023", "emperor"), by="admin")
    with pytest.raises(UnknownRole):
        desk.grant("nobody", Grant("302023", "officer"), by="admin")
    with pytest.raises(UnknownRole):
        desk.create("suzuki", name="x", password=PASSWORD, by="admin")
    desk.take("suzuki", Grant("302023", "officer"), by="admin")

    assert desk.sign_in("suzuki", password=PASSWORD, code=now_code(desk, secret)).roles == {}
    assert all({"ja", "ja-easy", "en", "may"} == set(entry) for entry in roles().values())


def test_four_eyes_are_two_officers_of_the_agency():
    first = StaffMember("a", "a", {"302023": frozenset({"officer"})})
    second = StaffMember("b", "b", {"302023": frozenset({"approver"})})
    elsewhere = StaffMember("c", "c", {"302015": frozenset({"approver"})})

    four_eyes(first, second, agency="302023", role="approver")
    for one, two in ((second, second), (first, elsewhere), (second, first), (elsewhere, second)):
        with pytest.raises(FourEyes):
            four_eyes(one, two, agency="302023", role="approver")


def test_a_sealed_secret_opens_only_under_its_key_and_for_its_account():
    sealed = Sealer(b"a").seal(b"secret", of="x")

    assert Sealer(b"a").open(sealed, of="x") == b"secret"
    for key, of in ((b"b", "x"), (b"a", "y")):
        with pytest.raises(BadTrust):
            Sealer(key).open(sealed, of=of)
    assert totp.enrolment_address(b"\0" * 20, account="a b", issuer="基盤").startswith("otpauth://totp/%E5%9F%BA")
