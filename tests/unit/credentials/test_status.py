"""Token status lists: bits in their places, signed, fresh, of the right issuer; without one no status counts."""

from __future__ import annotations

import datetime as dt
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from credential_sample import ASKED, CITY, LIST, NOW, World, key
from kiban.credentials import Issuer, Reader, Status, StatusList, read_statuses, sign_statuses, verify
from kiban.credentials.errors import (
    CredentialError,
    Malformed,
    NotIssuable,
    NotSigned,
    Revoked,
    StatusUnknown,
    Suspended,
    UnknownIssuer,
)  # fmt: skip
from kiban.credentials.jose import b64url, sign_jws, write_json


def test_revocation_reaches_the_reader_with_the_next_list() -> None:
    world = World()
    shown, reader = world.presentation(("birthdate",)), world.reader
    verify(shown, reader, at=NOW, challenge=ASKED)

    for status, refusal in ((Status.REVOKED, Revoked), (Status.SUSPENDED, Suspended), (3, StatusUnknown)):
        world.statuses.set([77], status)
        world.publish()
        with pytest.raises(refusal):
            verify(shown, reader, at=NOW, challenge=ASKED)
    world.statuses.set([77], Status.VALID)
    world.statuses.set([76, 78], Status.REVOKED)
    world.publish()
    verify(shown, reader, at=NOW, challenge=ASKED)


def test_without_a_fresh_list_nothing_counts() -> None:
    world = World()
    text = world.credential(holder=None)

    verify(text, world.reader, at=NOW + dt.timedelta(hours=23))
    with pytest.raises(StatusUnknown, match="too old"):
        verify(text, world.reader, at=NOW + dt.timedelta(hours=25))
    with pytest.raises(StatusUnknown, match="no status list was given"):
        verify(text, Reader(world.trust), at=NOW)
    world.publish(NOW + dt.timedelta(minutes=2))
    with pytest.raises(StatusUnknown, match="future"):
        verify(text, world.reader, at=NOW)
    world.lists.texts.clear()
    with pytest.raises(StatusUnknown):
        verify(text, world.reader, at=NOW)


def test_a_list_of_another_address_or_signer_is_refused() -> None:
    world = World()
    text, evil = world.credential(holder=None), Issuer(CITY, key())
    for token, refusal in (
        (sign_statuses(evil, LIST, statuses=world.statuses, at=NOW), UnknownIssuer),
        (sign_statuses(Issuer(CITY, evil.key, world.city.key_name), LIST, statuses=world.statuses, at=NOW), NotSigned),
        (sign_statuses(world.city, f"{CITY}/status/2", statuses=world.statuses, at=NOW), NotSigned),
    ):
        world.lists.texts[LIST] = token
        with pytest.raises(refusal):
            verify(text, world.reader, at=NOW)


def test_each_flipped_character_of_a_list_is_refused() -> None:
    world = World()
    token = world.lists.texts[LIST]
    for place, old in enumerate(token):
        new = "B" if old != "B" else "C"
        with pytest.raises(CredentialError):
            read_statuses(token[:place] + new + token[place + 1 :], uri=LIST, issuer=CITY, trust=world.trust)


@pytest.mark.parametrize(
    "status_list",
    [
        None, {}, {"bits": 1}, {"bits": 3, "lst": "eNoDAAAAAAE"}, {"bits": True, "lst": "eNoDAAAAAAE"},
        {"bits": 1, "lst": "eNoDAAAAAAE"}, {"bits": 1, "lst": "AAAA"}, {"bits": 1, "lst": 7},
        {"bits": 1, "lst": b64url(zlib.compress(b"ab")[:-1])}, {"bits": 1, "lst": b64url(zlib.compress(b"ab") + b"x")},
        {"bits": 1, "lst": b64url(zlib.compress(bytes((1 << 25) + 1)))},
    ],
)  # fmt: skip
def test_a_list_of_another_form_is_refused_before_it_is_unpacked(status_list: object) -> None:
    world = World()
    claims = {"sub": LIST, "iat": int(NOW.timestamp()), "status_list": status_list}
    header = {"typ": "statuslist+jwt", "kid": world.city.key_name}

    with pytest.raises(Malformed):
        read_statuses(
            sign_jws(header, write_json(claims), key=world.city.key), uri=LIST, issuer=CITY, trust=world.trust
        )


def test_a_credential_cannot_serve_as_a_list() -> None:
    world = World()

    with pytest.raises(Malformed, match="no status list"):
        read_statuses(world.credential().split("~")[0], uri=LIST, issuer=CITY, trust=world.trust)


@given(st.sampled_from((1, 2, 4, 8)), st.lists(st.tuples(st.integers(0, 199), st.integers(0, 255)), max_size=60))
def test_what_is_set_is_read_and_nothing_else_moves(width: int, sets: list[tuple[int, int]]) -> None:
    statuses, expected = StatusList.empty(200, width=width), [0] * 200
    for place, value in sets:
        fitting = value & ((1 << width) - 1)
        statuses.set([place], fitting)
        expected[place] = fitting

    again = StatusList.unpack(width, statuses.compressed())
    assert [again[place] for place in range(200)] == expected


def test_many_places_are_set_at_once() -> None:
    statuses, chosen = StatusList.empty(1 << 20, width=1), np.arange(0, 1 << 20, 97)
    statuses.set(chosen, 1)

    assert [statuses[place] for place in (0, 1, 96, 97, 194)] == [1, 0, 0, 1, 1]
    assert int(np.unpackbits(statuses.packed).sum()) == len(chosen)


def test_places_and_statuses_that_do_not_exist() -> None:
    statuses = StatusList.empty(8)
    for places, status in (([8], 1), ([-1], 1), ([0], 4), ([0], -1)):
        with pytest.raises(NotIssuable):
            statuses.set(places, status)
    for place in (8, -1):
        with pytest.raises(StatusUnknown):
            statuses[place]
    for places, width in ((0, 1), (8, 3), (1 << 40, 1)):
        with pytest.raises(NotIssuable):
            StatusList.empty(places, width=width)
