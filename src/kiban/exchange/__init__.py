"""Lawful information exchange between agencies (情報連携) without a central pool."""
