"""The tables of cases; the only part that knows the database."""
