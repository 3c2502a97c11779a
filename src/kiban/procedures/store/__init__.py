"""The tables of procedures; the only part that knows the database."""
