"""The outside world for trying and testing: card reader, agencies, bank, mail."""
