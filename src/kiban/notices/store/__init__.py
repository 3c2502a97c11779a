"""The tables of notices; the only part that knows the database."""
