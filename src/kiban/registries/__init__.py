"""Base registries (ベース・レジストリ) and pack registers: versioned records, search, bulk, delta, events."""
