"""What must happen after a transaction, at least once: the job queue and the outbox of events."""

from kiban.jobs.model import Counts, Delivery, Job, Later, Retry
from kiban.jobs.ports import Deliver, Queue
from kiban.jobs.worker import Handler, Worker

__all__ = ["Counts", "Deliver", "Delivery", "Handler", "Job", "Later", "Queue", "Retry", "Worker"]
