"""The one model behind sheets, dashboards, follow-up and studies.

`Policy → logic nodes → edges → observations`. A review sheet, a dashboard, the follow-up of a plan's measures and a
causal study are views of it. Facts are append-only: an observation is never changed, only followed by a revision.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class NodeKind(StrEnum):
    """Stage of a logic model (ロジックモデル)."""

    ACTIVITY = "activity"
    OUTPUT = "output"
    OUTCOME = "outcome"
    IMPACT = "impact"


class Direction(StrEnum):
    """Which way is better."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy, measure (施策) or project, with its owner and how far it is."""

    id: str
    title: str
    owner: str = ""
    plan: str = ""
    section: str = ""
    status: str = ""
    deadline: dt.date | None = None


@dataclass(frozen=True, slots=True)
class LogicNode:
    """One stage: what is measured, in which unit, which way is better, from which source, with which target.

    ``horizon`` is short, middle or long for outcomes. ``indicator`` is None where the plan sets none (未設定).
    """

    id: str
    policy: str
    kind: NodeKind
    label: str
    indicator: str | None = None
    unit: str = ""
    direction: Direction | None = None
    source: str = ""
    target: float | None = None
    target_year: int | None = None
    horizon: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """One stage leads to another, with the reason."""

    source: str
    target: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Indicator:
    """What is observed month by month. ``scale`` turns numerator/denominator into the unit shown (100 for %)."""

    id: str
    title: str
    unit: str
    direction: Direction
    source: str
    scale: float = 1.0
    stale_after_days: int = 62


@dataclass(frozen=True, slots=True)
class Observation:
    """One figure of one area and month; the denominator is None for plain counts.

    ``area`` is "00" for the nation, a 2-digit prefecture or a 5-digit municipality code. ``month`` is its first day.
    ``as_of`` is the day on which the figure was known, ``revision`` counts corrections from 0.
    """

    indicator: str
    area: str
    month: dt.date
    numerator: float
    denominator: float | None
    as_of: dt.date
    revision: int = 0
