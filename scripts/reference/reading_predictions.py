"""Writes tests/fixtures/reading-predictions.json: intervals of AUC, curves, drift, amounts and times, computed by others.

    python3 -m venv /tmp/ref && /tmp/ref/bin/pip install numpy scipy scikit-learn==1.7.2 lifelines==0.30.0 MLstatkit
    /tmp/ref/bin/python scripts/reference/reading_predictions.py

DeLong's variance is written out here from the definition (a kernel over all pairs), not from ranks as Muster does.
"""
import json
import numpy as np
from lifelines import KaplanMeierFitter
from lifelines.utils import concordance_index
from scipy.stats import norm, spearmanr
from sklearn.metrics import mean_absolute_error, precision_recall_curve, roc_auc_score, roc_curve, root_mean_squared_error

rng = np.random.default_rng(20261127)


def kernel(scores, labels):
    yes, no = scores[labels == 1], scores[labels == 0]
    return (yes[:, None] > no[None, :]) + 0.5 * (yes[:, None] == no[None, :])


def delong(wins):
    by_yes, by_no = wins.mean(axis=1), wins.mean(axis=0)
    return wins.mean(), by_yes.var(ddof=1) / len(by_yes) + by_no.var(ddof=1) / len(by_no)


def interval(scores, labels):
    value, variance = delong(kernel(scores, labels))
    assert abs(value - roc_auc_score(labels, scores)) < 1e-12
    half = norm.ppf(0.975) * np.sqrt(variance)
    return {"value": value, "low": max(0, value - half), "high": min(1, value + half)}


def case(name, ours, theirs, labels):
    difference, variance = delong(kernel(ours, labels) - kernel(theirs, labels))
    half = norm.ppf(0.975) * np.sqrt(variance)
    x, y, _ = roc_curve(labels, ours, drop_intermediate=False)
    precision, recall, _ = precision_recall_curve(labels, ours)
    return {
        "name": name,
        "ours": ours.tolist(),
        "theirs": theirs.tolist(),
        "labels": labels.tolist(),
        "auc": interval(ours, labels),
        "difference": {"value": difference, "low": difference - half, "high": difference + half, "z": difference / np.sqrt(variance)},
        "roc": np.column_stack([x, y]).tolist(),
        # From the highest threshold on; scikit-learn's own first point has precision 1.
        "pr": np.column_stack([recall, precision])[::-1][1:].tolist(),
    }


def psi(then, now):
    edges = np.unique(np.quantile(then[~np.isnan(then)], np.arange(1, 10) / 10))
    edges = edges[edges > np.nanmin(then)]
    def shares(values):
        known = values[~np.isnan(values)]
        counts, _ = np.histogram(known, bins=[-np.inf, *edges, np.inf])
        return np.maximum(1e-4, np.append(counts, np.isnan(values).sum()) / len(values))
    a, b = shares(now), shares(then)
    return float(((a - b) * np.log(a / b)).sum())


truth = np.round(rng.uniform(size=90), 4)
labels = (rng.uniform(size=90) < truth).astype(int)
noisy = np.round(np.clip(truth + 0.4 * rng.normal(size=90), 0, 1), 2)
tied = np.round(truth, 1)
cases = [case("smooth against noisy", truth, noisy, labels), case("tied against smooth", tied, truth, labels)]

then = np.round(rng.gamma(2, 10, 400), 1)
then[rng.uniform(size=400) < 0.1] = np.nan
then[:60] = 0
now = np.round(rng.gamma(2, 14, 300), 1)

actual = np.round(np.where(rng.uniform(size=120) < 0.6, 0, rng.gamma(2, 30, 120)), 2)
predicted = np.round(np.maximum(0, 0.5 * actual + rng.gamma(2, 10, 120)), 2)
predicted[10:20] = predicted[10]


def gini(order_by):
    down = actual[np.lexsort((np.arange(len(actual)), -order_by))]
    curve = np.cumsum(down) / down.sum()
    return curve.mean() - (len(down) + 1) / (2 * len(down))


days = np.round(rng.exponential(40, 150)) + 1
happened = days <= 60
observed = np.minimum(days, 60)
# Some leave before the end.
leaves = rng.integers(1, 60, 150)
cut = rng.uniform(size=150) < 0.2
happened = np.where(cut & (leaves < observed), False, happened)
observed = np.where(cut & (leaves < observed), leaves, observed)
expected = np.round(days * rng.uniform(0.3, 2, 150))
km = KaplanMeierFitter().fit(observed, happened)

out = {
    "script": "scripts/reference/reading_predictions.py",
    "cases": cases,
    "psi": {
        "then": [None if np.isnan(v) else v for v in then.tolist()],
        "now": now.tolist(),
        "value": psi(then, now),
        "same": psi(then, then),
    },
    "amounts": {
        "predicted": predicted.tolist(),
        "actual": actual.tolist(),
        "rmse": root_mean_squared_error(actual, predicted),
        "mae": mean_absolute_error(actual, predicted),
        "spearman": float(spearmanr(predicted, actual).statistic),
        "gini": float(gini(predicted) / gini(actual)),
    },
    "times": {
        "days": observed.tolist(),
        "happened": happened.astype(int).tolist(),
        "expected": expected.tolist(),
        "concordance": concordance_index(observed, expected, happened),
        "by": [{"days": d, "share": float(1 - km.predict(d))} for d in (7, 30, 59)],
    },
}
with open("tests/fixtures/reading-predictions.json", "w") as file:
    json.dump(out, file)
    file.write("\n")

try:
    from MLstatkit import Delong_test
    print("MLstatkit:", Delong_test(labels, truth, noisy), "here:", cases[0]["difference"]["z"])
except ImportError:
    pass
