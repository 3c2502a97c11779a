"""Effects of policies (因果推論, 政策効果の定量分析).

Estimators that tell what they assume and refuse what they cannot do.
"""

from kiban.evidence.effects.aggregate import Aggregate, Band, aggregate
from kiban.evidence.effects.checks import PreTrend, balance, pre_trend, unbalanced
from kiban.evidence.effects.money import YenEffect, in_yen
from kiban.evidence.effects.panel import Panel, read_panel
from kiban.evidence.effects.prepost import pre_post
from kiban.evidence.effects.rdd import Discontinuity, discontinuity
from kiban.evidence.effects.simple import Difference, difference_in_differences, mean_difference
from kiban.evidence.effects.staggered import GroupTime, Options, group_time_effects
from kiban.evidence.effects.synthetic import Synthetic, placebo_effects, placebo_rank, synthetic_control, synthetic_did
from kiban.evidence.effects.twfe import two_way_fixed_effects

__all__ = [
    "Aggregate",
    "Band",
    "Difference",
    "Discontinuity",
    "GroupTime",
    "Options",
    "Panel",
    "PreTrend",
    "Synthetic",
    "YenEffect",
    "aggregate",
    "balance",
    "difference_in_differences",
    "discontinuity",
    "group_time_effects",
    "in_yen",
    "mean_difference",
    "placebo_effects",
    "placebo_rank",
    "pre_post",
    "pre_trend",
    "read_panel",
    "synthetic_control",
    "synthetic_did",
    "two_way_fixed_effects",
    "unbalanced",
]
