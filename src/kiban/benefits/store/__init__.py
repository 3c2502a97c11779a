"""The tables of benefits; the only part that knows the database."""
