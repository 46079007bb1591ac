"""Writes tests/fixtures/differences.json: area under the ROC curve with DeLong's interval (confidenceinterval), and
differences of shares with Newcombe's (statsmodels).

    python3 -m venv /tmp/ref && /tmp/ref/bin/pip install numpy==1.26.4 scipy==1.13.1 statsmodels==0.14.4 confidenceinterval==1.0.4
    /tmp/ref/bin/python scripts/reference/differences.py
"""
import json
import numpy as np
from confidenceinterval import roc_auc_score
from statsmodels.stats.proportion import confint_proportions_2indep

rng = np.random.default_rng(20261127)


def numbers(first, second):
    labels = np.r_[np.ones(len(first)), np.zeros(len(second))]
    area, (low, high) = roc_auc_score(labels, np.r_[first, second], confidence_level=0.95)
    return {"first": first.tolist(), "second": second.tolist(), "area": float(area), "low": float(low), "high": float(high)}


def shares(hits, of, other_hits, of_others):
    low, high = confint_proportions_2indep(hits, of, other_hits, of_others, method="newcomb", compare="diff", alpha=0.05)
    return {"hits": hits, "of": of, "otherHits": other_hits, "ofOthers": of_others, "low": float(low), "high": float(high)}


fixture = {
    "numbers": [
        numbers(rng.normal(0.4, 1, 60).round(6), rng.normal(0, 1, 90).round(6)),
        numbers(rng.poisson(3, 80).astype(float), rng.poisson(2, 50).astype(float)),
        numbers(rng.poisson(1, 40).astype(float), rng.poisson(1, 200).astype(float)),
    ],
    "shares": [shares(56, 70, 48, 80), shares(9, 10, 3, 10), shares(0, 20, 5, 400), shares(300, 1000, 2800, 19000)],
}
with open("tests/fixtures/differences.json", "w") as out:
    json.dump(fixture, out)
    out.write("\n")
