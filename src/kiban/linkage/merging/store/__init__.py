"""A merger on disk."""
