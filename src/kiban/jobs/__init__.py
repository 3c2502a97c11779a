"""What must happen after a transaction, at least once: the job queue and the outbox of events."""
