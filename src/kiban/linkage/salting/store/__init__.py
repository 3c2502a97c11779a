"""Salted folders on disk."""
