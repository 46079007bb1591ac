"""Writes tests/fixtures/ratings.json: ratings of a small planted table, and what others predict of them.

The baseline is LensKit's BiasModel (2025.8.1); neighbours of items on residuals are Koren's formula (TKDD 2010), written
out in NumPy over whole matrices; RMSE and MAE are NumPy's, of predictions cut to the scale.

    python3 -m venv /tmp/venv-ratings
    /tmp/venv-ratings/bin/pip install lenskit==2025.8.1
    /tmp/venv-ratings/bin/python scripts/reference/ratings.py
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
from lenskit.basic.bias import BiasModel
from lenskit.data import from_interactions_df

USERS, ITEMS, DAMPING, NEIGHBOURS, SHRINKAGE = 40, 25, (7.0, 4.0), 6, 10
random = np.random.default_rng(3)
taste, kind = random.normal(size=(USERS, 2)), random.normal(size=(ITEMS, 2))
level = 3.4 + 0.5 * random.normal(size=(USERS, 1)) + 0.6 * random.normal(size=(1, ITEMS))
full = np.clip(np.round(level + 0.7 * taste @ kind.T + 0.3 * random.normal(size=(USERS, ITEMS))), 1, 5)
given = random.random((USERS, ITEMS)) < 0.45
held = given & (random.random((USERS, ITEMS)) < 0.2)
train = given & ~held
rows = [(int(u), int(i), float(full[u, i])) for u, i in np.argwhere(train)]
test = [(int(u), int(i), float(full[u, i])) for u, i in np.argwhere(held)]

frame = pd.DataFrame(rows, columns=["user_id", "item_id", "rating"])
model = BiasModel.learn(from_interactions_df(frame), DAMPING)
user_bias, item_bias = np.zeros(USERS), np.zeros(ITEMS)
user_bias[model.users.ids()] = model.user_biases
item_bias[model.items.ids()] = model.item_biases
baseline = model.global_bias + user_bias[:, None] + item_bias[None, :]

residual = np.where(train, full - baseline, 0.0)
both = train.T.astype(float) @ train.astype(float)
squares = (residual**2).T @ train.astype(float)
with np.errstate(divide="ignore", invalid="ignore"):
    likeness = residual.T @ residual / np.sqrt(squares * squares.T) * (both - 1) / (both - 1 + SHRINKAGE)
likeness = np.where(both >= 2, np.nan_to_num(likeness), 0.0)
np.fill_diagonal(likeness, 0.0)
neighbours = baseline.copy()
for u in range(USERS):
    for i in range(ITEMS):
        own = [(likeness[i, j], residual[u, j]) for j in np.flatnonzero(train[u]) if likeness[i, j] > 0]
        own = sorted(own, key=lambda pair: -pair[0])[:NEIGHBOURS]
        if own:
            neighbours[u, i] += sum(s * d for s, d in own) / sum(s for s, _ in own)


def errors(predicted):
    off = np.array([np.clip(predicted[u, i], 1, 5) - r for u, i, r in test])
    return {"rmse": float(np.sqrt(np.mean(off**2))), "mae": float(np.mean(np.abs(off)))}


fixture = {
    "from": "scripts/reference/ratings.py: LensKit 2025.8.1 BiasModel; NumPy",
    "users": USERS,
    "items": ITEMS,
    "userDamping": DAMPING[0],
    "itemDamping": DAMPING[1],
    "neighbours": NEIGHBOURS,
    "shrinkage": SHRINKAGE,
    "train": rows,
    "test": test,
    "bias": {"predicted": [float(baseline[u, i]) for u, i, _ in test], **errors(baseline)},
    "item-knn": {"predicted": [float(neighbours[u, i]) for u, i, _ in test], **errors(neighbours)},
    "noise": 0.3,
}
Path(__file__).parents[2].joinpath("tests/fixtures/ratings.json").write_text(json.dumps(fixture))
print(fixture["bias"]["rmse"], fixture["item-knn"]["rmse"], len(rows), len(test))
