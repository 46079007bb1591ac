"""Writes tests/fixtures/slim.json: the weights of SLIM by scikit-learn's ElasticNet, on the pairs of item-models.json.

ElasticNet minimises 1/(2n) ‖y − Xw‖² + alpha · l1_ratio ‖w‖₁ + ½ alpha (1 − l1_ratio) ‖w‖², so with n customers the
paper's λ is n · alpha · l1_ratio and its β is n · alpha · (1 − l1_ratio).

    python3 -m venv /tmp/slim && /tmp/slim/bin/pip install numpy==2.2.6 scikit-learn==1.6.1 && /tmp/slim/bin/python scripts/reference/slim.py
"""

import json
from pathlib import Path

import numpy as np
from sklearn.linear_model import ElasticNet

FOLDER = Path(__file__).parents[2] / "tests" / "fixtures"
BETA, LAMBDA = 4.0, 0.6


def weights(x, positive):
    users, items = x.shape
    model = ElasticNet(
        alpha=(BETA + LAMBDA) / users,
        l1_ratio=LAMBDA / (BETA + LAMBDA),
        fit_intercept=False,
        positive=positive,
        max_iter=100_000,
        tol=1e-12,
    )
    found = np.zeros((items, items))
    for item in range(items):
        if not x[:, item].any():
            continue
        others = x.copy()
        others[:, item] = 0
        found[:, item] = model.fit(others, x[:, item]).coef_
    return found.round(7).tolist()


given = json.loads((FOLDER / "item-models.json").read_text())
x = np.zeros((given["users"], given["items"]))
for user, item in given["pairs"]:
    x[user, item] = 1
fixture = {
    "from": "scripts/reference/slim.py, scikit-learn 1.6.1, numpy 2.2.6; pairs of item-models.json",
    "regularization": BETA,
    "sparsity": LAMBDA,
    "nonNegative": weights(x, positive=True),
    "signed": weights(x, positive=False),
}
(FOLDER / "slim.json").write_text(json.dumps(fixture) + "\n")
