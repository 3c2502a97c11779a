"""Changes pushed to subscribers outside: signed, in order, at least once, from the beginning or again."""

from __future__ import annotations

import datetime as dt
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiban.kernel.clock import FixedClock, SystemClock
from kiban.registries.errors import BadPush, UnknownSubscriber
from kiban.registries.push import (
    Inbox,
    Key,
    Pusher,
    Subscriber,
    replay,
    send,
    subscribe,
    subscriber_named,
    unsubscribe,
    verify,
)
from kiban.registries.store import RecordStore
from registry_sample import Sink, line, load, number, serving

A, B = number(50001000001), number(50001000002)
HERE = SystemClock()


@pytest.fixture
def store(tmp_path: Path) -> RecordStore:
    made = RecordStore(tmp_path / "r.sqlite3")
    elsewhere = {"prefecture": "大阪府", "city": "大阪市北区", "prefecture_code": "27", "city_code": "127"}
    load(made, tmp_path / "a.csv", line(A, "01", "2015-10-05"), line(B, "01", "2015-10-05", **elsewhere))
    load(made, tmp_path / "b.csv", line(A, "12", "2024-05-01", street="日方１"))
    return made


@pytest.fixture
def key(tmp_path: Path) -> Key:
    return Key.kept(tmp_path / "push.key")


def test_a_late_subscriber_gets_everything_in_order_and_each_change_once(store: RecordStore, key: Key) -> None:
    with serving(key.public) as there:
        subscribe(store, Subscriber("bank", "corporation", there.url), clock=HERE, events=Sink())
        pusher = Pusher(store, key, HERE, send)

        assert (pusher.round(), pusher.round()) == (3, 0)
        assert [(c.seq, c.key, c.kind) for c in there.taken] == [
            (1, there.taken[0].key, "created"),
            (2, there.taken[1].key, "created"),
            (3, A, "changed"),
        ]
        assert there.taken[2].fields == {"street": ("南赤坂１１", "日方１")}
        assert there.taken[0].fields["corporate_number"][1] in {A, B}
        replay(store, "bank", clock=HERE, events=Sink())
        assert pusher.round() == 3
    assert [c.seq for c in there.taken] == [1, 2, 3]


def test_a_refusal_is_repeated_with_the_same_id_and_body_and_later_each_time(store: RecordStore, key: Key) -> None:
    clock = FixedClock(HERE.now())
    with serving(key.public) as there:
        there.answers = [503, 500]
        subscribe(store, Subscriber("bank", "corporation", there.url), clock=clock, events=Sink())
        pusher = Pusher(store, key, clock, send)

        assert (pusher.round(), pusher.round()) == (0, 0)
        assert (subscriber_named(store, "bank").refused, len(there.deliveries)) == ("HTTP 503", 1)
        clock.advance(dt.timedelta(seconds=6))
        load(store, Path(store.path).with_name("c.csv"), line(A, "12", "2025-05-01", street="名高１"))
        assert pusher.round() == 0
        clock.advance(dt.timedelta(seconds=6))
        assert pusher.round() == 0
        clock.advance(dt.timedelta(seconds=6))
        assert pusher.round() == 4
    assert there.deliveries[0] == there.deliveries[1] == there.deliveries[2]
    assert [c.seq for c in there.taken] == [1, 2, 3, 4]


def test_a_subscriber_that_is_not_there_keeps_nobody_else_waiting(store: RecordStore, key: Key) -> None:
    with serving(key.public) as there:
        subscribe(store, Subscriber("a-gone", "corporation", "http://127.0.0.1:9/x"), clock=HERE, events=Sink())
        subscribe(store, Subscriber("bank", "corporation", there.url), clock=HERE, events=Sink())

        assert Pusher(store, key, HERE, send).round() == 3
    assert subscriber_named(store, "a-gone").refused == "ConnectionRefusedError"


def test_only_what_concerns_a_subscriber_is_told(store: RecordStore, key: Key) -> None:
    with serving(key.public) as there:
        subscribe(store, Subscriber("kainan", "corporation", there.url, area="302023"), clock=HERE, events=Sink())
        subscribe(store, Subscriber("one", "corporation", there.url, keys=frozenset({B})), clock=HERE, events=Sink())
        Pusher(store, key, HERE, send).round()

    told = [identity for identity, _ in there.deliveries]
    assert [identity.rsplit("_", 1)[1] for identity in told] == ["2", "1"]


@pytest.mark.parametrize("url", ["http://example.jp/x", "ftp://example.jp", "https://u:p@example.jp/", "x", ""])
def test_addresses_are_https(store: RecordStore, url: str) -> None:
    with pytest.raises(BadPush):
        subscribe(store, Subscriber("x", "corporation", url), clock=HERE, events=Sink())


def test_names_are_taken_once_and_end(store: RecordStore) -> None:
    one = Subscriber("x", "corporation", "https://example.jp/x")
    subscribe(store, one, clock=HERE, events=Sink())
    with pytest.raises(BadPush):
        subscribe(store, one, clock=HERE, events=Sink())
    unsubscribe(store, "x", clock=HERE, events=Sink())
    for act in (unsubscribe, replay):
        with pytest.raises(UnknownSubscriber):
            act(store, "x", clock=HERE, events=Sink())
    with pytest.raises(UnknownSubscriber):
        subscriber_named(store, "x")


def test_the_key_stays_in_its_file(tmp_path: Path, key: Key) -> None:
    file = tmp_path / "push.key"

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert Key.kept(file).public == key.public
    assert file.read_text() not in repr(key)
    file.write_text("no key")
    with pytest.raises(BadPush):
        Key.kept(file)


def test_a_forged_changed_or_old_delivery_is_refused(key: Key, tmp_path: Path) -> None:
    now = HERE.now()
    good = key.headers("corporation_1_1_1", b"{}", at=now)
    other = Key.kept(tmp_path / "other.key")

    assert verify(key.public, headers=good, body=b"{}", now=now) == "corporation_1_1_1"
    for public, headers, body, moment in (
        (other.public, good, b"{}", now),
        (key.public, good, b"{ }", now),
        (key.public, {**good, "webhook-id": "x"}, b"{}", now),
        (key.public, good, b"{}", now + dt.timedelta(minutes=6)),
        (key.public, {}, b"{}", now),
        ("whpk_x", good, b"{}", now),
    ):
        with pytest.raises(BadPush):
            verify(public, headers=headers, body=body, now=moment)
    with pytest.raises(BadPush):
        Inbox(key.public, lambda *_: None).receive(good, b"{}", now=now)


@given(
    st.dictionaries(st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature"]), st.text()), st.binary()
)
def test_no_delivery_crashes_a_subscriber(headers: dict[str, str], body: bytes) -> None:
    with pytest.raises(BadPush):
        verify("whpk_" + "A" * 43 + "=", headers=headers, body=body, now=HERE.now())


@pytest.mark.parametrize("stamp", ["9" * 13, "9" * 18, "-" + "9" * 18, "9" * 400, "１", "", "x", "1e3"])
def test_a_time_that_no_clock_shows_is_refused(key: Key, stamp: str) -> None:
    headers = key.headers("one", b"{}", at=HERE.now()) | {"webhook-timestamp": stamp}

    with pytest.raises(BadPush):
        verify(key.public, headers=headers, body=b"{}", now=HERE.now())


def test_an_id_with_half_a_character_is_refused(key: Key) -> None:
    headers = key.headers("one", b"{}", at=HERE.now()) | {"webhook-id": "one\ud800"}

    with pytest.raises(BadPush):
        verify(key.public, headers=headers, body=b"{}", now=HERE.now())


@pytest.mark.parametrize(
    "body", [b"[" * 200_000, b'{"changes": ' * 50_000, b'{"\xff": 1}', b"\xff", b"{}", b"", b"9" * 400]
)
def test_a_signed_body_that_is_no_delivery_is_refused_and_nothing_is_taken(key: Key, body: bytes) -> None:
    taken: list[object] = []
    inbox = Inbox(key.public, lambda *change: taken.append(change))

    with pytest.raises(BadPush, match="no delivery"):
        inbox.receive(key.headers("one", body, at=HERE.now()), body, now=HERE.now())
    assert (taken, inbox.seen) == ([], {})


def test_a_refused_address_says_how_one_is_given(store: RecordStore) -> None:
    with pytest.raises(BadPush) as told:
        subscribe(store, Subscriber("bank", "corporation", "http://example.jp/x"), clock=HERE, events=Sink())
    assert "https://" in told.value.remedy
