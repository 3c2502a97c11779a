"""The machine interfaces."""
