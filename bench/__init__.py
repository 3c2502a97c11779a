"""Measures against named peers or physical limits in the same run; `make bench` runs them all."""
