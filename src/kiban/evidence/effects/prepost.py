"""Before and after with controls: the change of the treated, adjusted for where everybody started."""

from __future__ import annotations

import numpy as np

from kiban.evidence.effects.panel import Flags, Floats
from kiban.evidence.effects.simple import Difference
from kiban.evidence.errors import BadStudy

SMALLEST = 10


def pre_post(before: Floats, after: Floats, *, treated: Flags) -> Difference:
    """Effect on ``after`` adjusted for ``before``, the slope free in each group (Lin 2013), with robust (HC2) errors.

    It is more precise than the difference of means and right under randomisation; without it, right only if units
    that started alike would have gone on alike. Units with a missing value on either side are left out.

    Raises:
        BadStudy: fewer than 10 complete units in a group, or nobody differs before.
    """
    seen = np.isfinite(before) & np.isfinite(after)
    x, y, d = before[seen], after[seen], treated[seen].astype(np.float64)
    if min(d.sum(), (1 - d).sum()) < SMALLEST:
        raise BadStudy(f"fewer than {SMALLEST} complete units in a group", remedy="widen the groups")
    if float(x.std()) == 0.0:
        raise BadStudy("all units have the same value before", remedy="compare the means after")
    centred = x - x.mean()
    design = np.column_stack([np.ones_like(x), d, centred, d * centred])
    bread = np.linalg.pinv(design.T @ design)
    beta = bread @ (design.T @ y)
    leverage = np.einsum("ij,jk,ik->i", design, bread, design)
    residual = (y - design @ beta) ** 2 / np.maximum(1e-12, 1 - leverage)
    variance = bread @ ((design.T * residual) @ design) @ bread
    means = {
        f"{name}_{when}": float(values[group].mean())
        for name, group in (("treated", d == 1), ("controls", d == 0))
        for when, values in (("before", x), ("after", y))
    }
    return Difference(float(beta[1]), float(np.sqrt(variance[1, 1])), means, len(x))
