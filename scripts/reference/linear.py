"""Writes tests/fixtures/linear.json with scikit-learn: logistic and linear regression with L1, L2, elastic net and weights.

    python3 -m venv /tmp/ref && /tmp/ref/bin/pip install numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1
    /tmp/ref/bin/python scripts/reference/linear.py
"""
import json
import warnings

import numpy as np
from sklearn.linear_model import ElasticNet, LogisticRegression, Ridge

warnings.filterwarnings("ignore")
rng = np.random.default_rng(20261127)
n = 250
rows = np.round(rng.normal(size=(n, 6)), 4)
rows[:, 1] = np.round(rows[:, 0] * 0.9 + 0.3 * rows[:, 1], 4)
rows[:, 5] = (rows[:, 5] > 1).astype(float)
# What learners are given is float32.
rows = rows.astype(np.float32).astype(np.float64)
score = -1.2 + rows @ np.array([1.0, -0.5, 0.0, 2.0, 0.3, 1.0])
labels = (rng.uniform(size=n) < 1 / (1 + np.exp(-score))).astype(int)
numbers = np.round(3 + 2 * score + rng.normal(size=n), 4)
weights = np.round(rng.uniform(0.2, 3, size=n), 3).astype(np.float32).astype(np.float64)

logistic = []
for l1_share in (0.0, 0.5, 1.0):
    for regularization in (0.1, 1.0, 10.0):
        for balanced in (False, True):
            for weighted in (False, True):
                model = LogisticRegression(
                    C=1 / regularization,
                    penalty="elasticnet" if l1_share else "l2",
                    l1_ratio=l1_share or None,
                    solver="saga" if l1_share else "newton-cholesky",
                    class_weight="balanced" if balanced else None,
                    tol=1e-10,
                    max_iter=200000,
                ).fit(rows, labels, sample_weight=weights if weighted else None)
                logistic.append(
                    {"l1Share": l1_share, "regularization": regularization, "balanced": balanced, "weighted": weighted}
                    | {"weights": model.coef_[0].tolist(), "intercept": float(model.intercept_[0])}
                )

linear = []
for l1_share in (0.0, 0.3, 1.0):
    for regularization in (0.5, 20.0, 100.0):
        for weighted in (False, True):
            total = weights.sum() if weighted else n
            model = (
                Ridge(alpha=regularization, tol=1e-12)
                if l1_share == 0
                else ElasticNet(alpha=regularization / total, l1_ratio=l1_share, tol=1e-12, max_iter=1000000)
            ).fit(rows, numbers, sample_weight=weights if weighted else None)
            linear.append(
                {"l1Share": l1_share, "regularization": regularization, "weighted": weighted}
                | {"weights": np.ravel(model.coef_).tolist(), "intercept": float(model.intercept_)}
            )

with open("tests/fixtures/linear.json", "w") as out:
    json.dump(
        {
            "script": "scripts/reference/linear.py",
            "rows": rows.tolist(),
            "labels": labels.tolist(),
            "numbers": numbers.tolist(),
            "rowWeights": weights.tolist(),
            "logistic": logistic,
            "linear": linear,
        },
        out,
    )
    out.write("\n")
