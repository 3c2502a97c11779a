"""Kiban (基盤): the common digital platform of state and municipalities."""

__version__ = "0.1.0"
