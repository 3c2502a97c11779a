"""Probabilistic search on Splink with Japanese comparison levels: for records without a key or a person."""

from kiban.linkage.probabilistic.actions import Match, Matching, match, matches
from kiban.linkage.probabilistic.levels import JAPANESE, Model

__all__ = ["JAPANESE", "Match", "Matching", "Model", "match", "matches"]
