"""Writes tests/fixtures/propensity-metrics.json and propensity-logistic.json with scikit-learn.

    python3 -m venv /tmp/ref && /tmp/ref/bin/pip install numpy==2.2.6 scipy==1.15.3 scikit-learn==1.7.2
    /tmp/ref/bin/python scripts/reference/propensity_metrics.py
"""
import json
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, roc_auc_score

script = "scripts/reference/propensity_metrics.py"
rng = np.random.default_rng(20260501)


def measured(name, scores, baseline, labels):
    order = np.argsort(scores, kind="stable")
    down = [np.lexsort((np.arange(len(s)), -s)) for s in (scores, baseline)]
    overall = labels.mean()
    return {
        "name": name,
        "scores": scores.tolist(),
        "baseline": baseline.tolist(),
        "labels": labels.tolist(),
        "auc": roc_auc_score(labels, scores),
        "averagePrecision": average_precision_score(labels, scores),
        "logLoss": log_loss(labels, scores),
        "brier": brier_score_loss(labels, scores),
        "calibration": [
            {"predicted": scores[part].mean(), "observed": labels[part].mean(), "customers": len(part)}
            for part in np.array_split(order, 10)
        ],
        "lift": [
            {"positives": int(labels[a].sum()), "lift": labels[a].mean() / overall, "baselineLift": labels[b].mean() / overall}
            for a, b in zip(np.array_split(down[0], 10), np.array_split(down[1], 10))
        ],
    }


cases = []
truth = rng.uniform(size=203)
cases.append(measured("smooth", np.round(truth, 6), -rng.integers(1, 90, 203).astype(float), (rng.uniform(size=203) < truth).astype(int)))
tied = np.round(rng.uniform(size=150), 1)
cases.append(measured("tied, with exact 0 and 1", tied, -rng.integers(1, 6, 150).astype(float), (rng.uniform(size=150) < 0.15 + 0.6 * tied).astype(int)))
with open("tests/fixtures/propensity-metrics.json", "w") as out:
    json.dump({"script": script, "cases": cases}, out)
    out.write("\n")

rows = np.round(rng.normal(size=(300, 5)), 5)
rows[:, 1] = np.round(rows[:, 0] * 0.9 + 0.3 * rows[:, 1], 5)
logits = -1.2 + rows @ np.array([1.0, -0.5, 0.0, 2.0, 0.3])
labels = (rng.uniform(size=300) < 1 / (1 + np.exp(-logits))).astype(int)
fits = []
for regularization in (0.01, 1.0, 100.0):
    model = LogisticRegression(C=1 / regularization, tol=1e-10, max_iter=10000).fit(rows, labels)
    fits.append(
        {
            "regularization": regularization,
            "weights": model.coef_[0].tolist(),
            "intercept": float(model.intercept_[0]),
            "probabilities": model.predict_proba(rows)[:, 1].tolist(),
        }
    )
with open("tests/fixtures/propensity-logistic.json", "w") as out:
    json.dump({"script": script, "rows": rows.tolist(), "labels": labels.tolist(), "fits": fits}, out)
    out.write("\n")
