"""Writes tests/fixtures/lookalike-lift.json: lift of held-out members at several sizes without ties, with Wilson
intervals by statsmodels.

    python3 -m venv /tmp/ref && /tmp/ref/bin/pip install numpy==1.26.4 scipy==1.13.1 statsmodels==0.14.4
    /tmp/ref/bin/python scripts/reference/lookalike_lift.py
"""
import json
import numpy as np
from statsmodels.stats.proportion import proportion_confint

rng = np.random.default_rng(20261126)
people = 1000
members = (rng.uniform(size=people) < 0.08).astype(int)
scores = np.round(rng.normal(size=people) + 1.2 * members, 12)
assert len(set(scores)) == people
order = np.argsort(-scores)
positives = int(members.sum())

points = []
for size in [0.01, 0.05, 0.1, 0.2, 0.5]:
    customers = round(size * people)
    hits = int(members[order[:customers]].sum())
    low, high = proportion_confint(hits, positives, alpha=0.05, method="wilson")
    share = customers / people
    points.append({"size": size, "customers": customers, "hits": hits, "lift": hits / positives / share, "low": low / share, "high": high / share})

with open("tests/fixtures/lookalike-lift.json", "w") as out:
    json.dump({"scores": scores.tolist(), "members": members.tolist(), "points": points}, out)
    out.write("\n")
