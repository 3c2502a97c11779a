"""Files of a generated nation: parts, manifest, resuming."""
