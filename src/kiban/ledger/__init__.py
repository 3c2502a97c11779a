"""Append-only Merkle log with signed checkpoints and receipts (アクセスログ)."""
