"""Law as expressions: one person explained, one nation computed, by the same text."""
