"""Policies, logic models, indicators, review sheets, causal estimates (EBPM)."""

from kiban.evidence.logic import LogicModel, read_logic_model
from kiban.evidence.measures import Measure, read_plan
from kiban.evidence.model import Direction, Edge, Indicator, LogicNode, NodeKind, Observation, Policy

__all__ = [
    "Direction",
    "Edge",
    "Indicator",
    "LogicModel",
    "LogicNode",
    "Measure",
    "NodeKind",
    "Observation",
    "Policy",
    "read_logic_model",
    "read_plan",
]
