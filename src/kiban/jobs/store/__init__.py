"""The queue's and the outbox's tables."""
