"""Migrations of identity's tables."""
