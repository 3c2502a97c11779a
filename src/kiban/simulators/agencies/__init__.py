"""Simulated agencies: folders with keys, existing databases and mapping files, and their nodes as real processes."""

from __future__ import annotations

from kiban.simulators.agencies.kinds import DEMO, AgencySpec
from kiban.simulators.agencies.prepare import People, Prepared, enter_card, prepare
from kiban.simulators.agencies.processes import Running, start

__all__ = ["DEMO", "AgencySpec", "People", "Prepared", "Running", "enter_card", "prepare", "start"]
