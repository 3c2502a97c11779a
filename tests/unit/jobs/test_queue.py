"""The queue: at least once, one lease, growing pauses, aside in the end; the outbox in order."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import OperationalError, transaction

from kiban.jobs import Delivery, Job, Later, Retry, Worker
from kiban.jobs.store.outbox import Forwarder, Outbox
from kiban.jobs.store.queue import DatabaseQueue
from kiban.kernel.clock import JST, FixedClock
from kiban.kernel.errors import BadInput
from kiban.kernel.events import Event

pytestmark = pytest.mark.django_db
HOLD = dt.timedelta(seconds=60)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(dt.datetime(2026, 11, 20, 12, tzinfo=JST))


@pytest.fixture
def queue(clock: FixedClock) -> DatabaseQueue:
    return DatabaseQueue(clock)


def test_putting_twice_is_asking_once(queue: DatabaseQueue, clock: FixedClock) -> None:
    queue.put("a", "1")
    queue.put("a", "1")

    assert queue.counts(now=clock.now()).waiting == 1


def test_a_leased_job_is_nobody_elses_until_the_lease_runs_out(queue: DatabaseQueue, clock: FixedClock) -> None:
    queue.put("a", "1")
    assert queue.lease(now=clock.now(), hold=HOLD, kinds=("a",)) is not None
    assert queue.lease(now=clock.now(), hold=HOLD, kinds=("a",)) is None

    clock.advance(HOLD + dt.timedelta(seconds=1))  # the worker was killed
    again = queue.lease(now=clock.now(), hold=HOLD, kinds=("a",))

    assert again is not None
    assert again.attempts == 2


def test_a_job_put_again_while_it_runs_runs_again(queue: DatabaseQueue, clock: FixedClock) -> None:
    queue.put("a", "1")
    job = queue.lease(now=clock.now(), hold=HOLD, kinds=("a",))
    assert job is not None
    queue.put("a", "1")
    queue.finish(job)

    assert queue.lease(now=clock.now(), hold=HOLD, kinds=("a",)) is not None


def test_a_worker_that_lost_its_lease_cannot_finish_the_others_job(queue: DatabaseQueue, clock: FixedClock) -> None:
    queue.put("a", "1")
    slow = queue.lease(now=clock.now(), hold=HOLD, kinds=("a",))
    assert slow is not None
    clock.advance(HOLD * 2)
    fast = queue.lease(now=clock.now(), hold=HOLD, kinds=("a",))
    assert fast is not None
    queue.finish(slow)
    assert queue.counts(now=clock.now()).leased == 1

    queue.finish(fast)
    assert queue.counts(now=clock.now()) == type(queue.counts(now=clock.now()))()


def test_a_job_put_in_a_transaction_that_fails_was_never_put(queue: DatabaseQueue, clock: FixedClock) -> None:
    def broken() -> None:
        with transaction.atomic():
            queue.put("a", "1")
            raise BadInput("no")

    with pytest.raises(BadInput):
        broken()

    assert queue.counts(now=clock.now()).waiting == 0


def test_failures_pause_longer_and_longer_and_are_set_aside_in_the_end(queue: DatabaseQueue, clock: FixedClock) -> None:
    def fail(job: Job) -> Later | None:
        raise BadInput("secret value 山田")

    worker = Worker(queue, {"a": fail}, clock, Retry(limit=3))
    queue.put("a", "1")
    for pause in (2, 4):
        assert worker.run_until_idle() == 1
        clock.advance(dt.timedelta(seconds=pause - 1))
        assert worker.run_until_idle() == 0
        clock.advance(dt.timedelta(seconds=1))
    worker.run_until_idle()

    assert queue.counts(now=clock.now()).aside == 1

    queue.put("a", "1")  # somebody asks for it again
    worker.run_until_idle()
    assert queue.counts(now=clock.now()).aside == 0


def test_later_is_no_failure(queue: DatabaseQueue, clock: FixedClock) -> None:
    seen: list[int] = []

    def later(job: Job) -> Later | None:
        seen.append(job.attempts)
        return Later(clock.now() + dt.timedelta(hours=1)) if len(seen) < 3 else None

    queue.put("a", "1")
    worker = Worker(queue, {"a": later}, clock)
    for _ in range(4):
        worker.run_until_idle()
        clock.advance(dt.timedelta(hours=1))

    assert seen == [1, 1, 1]


def test_a_job_of_another_kind_is_left_to_another_worker(queue: DatabaseQueue, clock: FixedClock) -> None:
    queue.put("new-kind", "1")
    assert Worker(queue, {"a": lambda job: None}, clock).run_until_idle() == 0

    assert queue.counts(now=clock.now()).waiting == 1


def test_events_are_handed_on_in_order_and_again_after_a_failure(queue: DatabaseQueue, clock: FixedClock) -> None:
    outbox, got, broken = Outbox(queue), [], [True]

    def receive(delivery: Delivery) -> None:
        if len(got) == 2 and broken.pop():
            broken.append(False)
            raise OSError("ledger is away")
        got.append(delivery)

    for number in range(5):
        outbox.emit(Event(kind="x", occurred_at=clock.now(), agency="A", subject=str(number)))
    worker = Worker(queue, {"forward_events": Forwarder((receive,))}, clock)
    worker.run_until_idle()
    clock.advance(dt.timedelta(minutes=1))
    worker.run_until_idle()

    assert [one.subject for one in got] == ["0", "1", "2", "3", "4"]
    assert len({one.id for one in got}) == 5


class Away(DatabaseQueue):
    """A database that is not there for the first three times."""

    __slots__ = ()
    failures: list[str] = []  # noqa: RUF012 of this test alone

    def lease(self, *, now: dt.datetime, hold: dt.timedelta, kinds: object) -> Job | None:
        if len(self.failures) < 3:
            self.failures.append("lease")
            raise OperationalError("the database system is starting up: 山田 太郎")
        return super().lease(now=now, hold=hold, kinds=("a",))


def test_a_database_that_is_away_ends_no_worker(clock: FixedClock, caplog: pytest.LogCaptureFixture) -> None:
    queue, done, stop = Away(clock), [], threading.Event()
    queue.put("a", "1")

    def handle(job: Job) -> None:
        done.append(job.key)
        stop.set()

    Worker(queue, {"a": handle}, clock).run(stopped=stop.is_set, pause=0.001)

    assert (done, Away.failures) == (["1"], ["lease"] * 3)
    assert queue.counts(now=clock.now()).waiting == 0
    assert caplog.text.count("OperationalError") == 3
    assert "山田" not in caplog.text
