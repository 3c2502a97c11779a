"""The pack format (三位一体): schema, loader, overlays, checks."""
