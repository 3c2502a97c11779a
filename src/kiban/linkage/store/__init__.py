"""Files of a check: work folder, journal, results."""
