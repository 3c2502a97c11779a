"""The only code of identity that knows the database."""
