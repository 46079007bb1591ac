# numpy 2.4.6, scipy 1.17.1
"""Two samples of scores and what scipy and numpy say of their distance, for tests/unit/exports/drift.test.ts."""
import json
import sys

import numpy as np
from scipy.stats import ks_2samp

random = np.random.default_rng(7)
cases = []
for name, then, now in [
    ("shifted", random.beta(2, 5, 700), random.beta(3, 5, 500)),
    ("the same law", random.beta(2, 5, 700), random.beta(2, 5, 500)),
    ("few values", random.integers(0, 6, 700) / 5, random.integers(1, 6, 500) / 5),
]:
    then, now = np.round(then, 4), np.round(now, 4)
    edges = np.unique([np.quantile(then, tenth / 10) for tenth in range(1, 10)])
    edges = edges[edges > then.min()]
    bins = lambda values: np.bincount(np.searchsorted(edges, values, side="right"), minlength=len(edges) + 1) / len(values)
    a, b = np.maximum(bins(now), 1e-4), np.maximum(bins(then), 1e-4)
    cases.append(
        {
            "name": name,
            "then": then.tolist(),
            "now": now.tolist(),
            "psi": float(np.sum((a - b) * np.log(a / b))),
            "ks": float(ks_2samp(then, now).statistic),
        }
    )
json.dump({"by": "scripts/reference/export_drift.py", "cases": cases}, sys.stdout)
