"""A card compares its PIN itself, locks, and stays locked."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest

from kiban.identity.model import Form, Kind
from kiban.simulators.card import SoftCard
from kiban.simulators.card.errors import BadPinForm, NeedsPin, PinLocked, UnknownCard, WrongPin
from unit.identity.conftest import PASSWORD, PIN


def test_the_right_pin_signs_and_a_wrong_one_tells_the_tries_left(world):
    card = world.plastic

    with pytest.raises(WrongPin) as refused:
        card.sign(Kind.AUTH, b"x", secret="0000")

    assert refused.value.left == 2
    assert len(card.sign(Kind.AUTH, b"x", secret=PIN)) == 256
    assert card.tries_left(Kind.AUTH) == 3


@pytest.mark.parametrize(
    ("kind", "wrong", "right", "tries"), [("auth", "0000", PIN, 3), ("sign", "ZZZZZZ", PASSWORD, 5)]
)
def test_lockout_survives_a_restart_and_the_right_pin(world, kind, wrong, right, tries):
    for left in reversed(range(tries)):
        with pytest.raises(WrongPin) as refused:
            SoftCard(world.plastic.path).sign(Kind(kind), b"x", secret=wrong)
        assert refused.value.left == left

    with pytest.raises(PinLocked):
        SoftCard(world.plastic.path).sign(Kind(kind), b"x", secret=right)
    assert world.issuer.card("plastic").tries_left(Kind(kind)) == 0


def test_one_key_locked_leaves_the_other_open(world):
    world.plastic.lock(Kind.AUTH)

    assert world.plastic.sign(Kind.SIGN, b"x", secret=PASSWORD)


def guess(path: str, secret: str, number: int) -> list[str]:
    results = []
    for _ in range(number):
        try:
            SoftCard(Path(path)).sign(Kind.SIGN, b"x", secret=secret)
            results.append("signed")
        except (WrongPin, PinLocked) as refused:
            results.append(type(refused).__name__)
    return results


def test_sixteen_processes_get_five_comparisons_together(world):
    with multiprocessing.get_context("spawn").Pool(16) as pool:
        runs = pool.starmap(guess, [(str(world.plastic.path), f"WRONG{n:02}", 4) for n in range(16)])

    outcomes = [one for run in runs for one in run]
    assert outcomes.count("WrongPin") == 5
    assert outcomes.count("PinLocked") == 59
    with pytest.raises(PinLocked):
        world.plastic.sign(Kind.SIGN, b"x", secret=PASSWORD)


def test_what_cannot_be_a_pin_costs_no_try(world):
    for kind, typed in ((Kind.AUTH, "12345"), (Kind.AUTH, "12a4"), (Kind.SIGN, "ABC12"), (Kind.SIGN, "ABC 1234")):
        with pytest.raises(BadPinForm):
            world.plastic.sign(kind, b"x", secret=typed)

    assert world.plastic.tries_left(Kind.AUTH) == 3
    assert world.plastic.tries_left(Kind.SIGN) == 5


def test_the_password_is_compared_in_upper_case(world):
    assert world.plastic.sign(Kind.SIGN, b"x", secret=PASSWORD.lower())


def test_a_phone_signs_in_by_gesture_but_signs_documents_by_password(world):
    assert world.phone.form is Form.PHONE
    assert world.phone.sign(Kind.AUTH, b"x", secret=None)
    with pytest.raises(NeedsPin):
        world.phone.sign(Kind.AUTH, b"x", secret=PIN)
    with pytest.raises(NeedsPin):
        world.phone.sign(Kind.SIGN, b"x", secret=None)
    with pytest.raises(NeedsPin):
        world.plastic.sign(Kind.AUTH, b"x", secret=None)


def test_the_signing_certificate_is_readable_only_with_its_password(world):
    with pytest.raises(NeedsPin):
        world.plastic.certificate(Kind.SIGN)
    with pytest.raises(WrongPin):
        world.plastic.certificate(Kind.SIGN, secret="WRONG1")


def test_changing_and_resetting_a_pin(world):
    card = world.plastic
    with pytest.raises(WrongPin):
        card.change_pin(Kind.AUTH, old="9999", new="4321")
    card.change_pin(Kind.AUTH, old=PIN, new="4321")
    with pytest.raises(WrongPin):
        card.sign(Kind.AUTH, b"x", secret=PIN)
    assert card.sign(Kind.AUTH, b"x", secret="4321")

    card.lock(Kind.AUTH)
    card.reset(Kind.AUTH, new="5555")

    assert card.sign(Kind.AUTH, b"x", secret="5555")


def test_the_files_are_only_for_their_owner_and_a_repr_tells_nothing(world):
    assert world.plastic.path.stat().st_mode & 0o077 == 0
    assert (world.folder / "ca" / "auth.key").stat().st_mode & 0o077 == 0
    assert repr(world.plastic) == "SoftCard('plastic')"
    with pytest.raises(UnknownCard):
        world.issuer.card("../ca/auth")
