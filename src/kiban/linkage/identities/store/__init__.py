"""The results of a search for duplicates on disk."""
