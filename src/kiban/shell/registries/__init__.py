"""Public pages that look up addresses, corporations and municipalities."""
