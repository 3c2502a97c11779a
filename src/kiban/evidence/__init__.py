"""Policies, logic models, indicators, review sheets, causal estimates (EBPM)."""
