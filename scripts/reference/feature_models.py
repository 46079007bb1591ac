"""Writes tests/fixtures/feature-models.json: scores of a factorisation machine by the double sum over all pairs of inputs
(Rendle, ICDM 2010, equation 1), and the loss of a batch of two towers (Yi et al., RecSys 2019), in NumPy with float64.

    python3 -m venv /tmp/features && /tmp/features/bin/pip install numpy==2.2.6 && /tmp/features/bin/python scripts/reference/feature_models.py
"""

import json
from pathlib import Path

import numpy as np

rng = np.random.default_rng(6)
USERS, ITEMS, D = 3, 4, 3
# Rows of (term, x); the last of either has none.
USER_TERMS = [[[0, 1.0]], [[1, 0.6], [0, 0.8]], []]
ITEM_TERMS = [[[0, 1.0], [2, 0.5]], [[1, 1.0]], [[0, 0.6], [1, 0.8], [2, 1.0]], []]
CONTEXTS = [[0, 2], [1], []]


def table(*shape):
    return rng.normal(size=shape).round(4)


machine = {name: table(rows, D) for name, rows in [("users", USERS), ("items", ITEMS), ("ofUserTerms", 2), ("ofItemTerms", 3), ("ofContexts", 3)]}
machine |= {"itemWeights": table(ITEMS), "itemTermWeights": table(3)}


def score(user, item):
    """Linear terms of the item's side, and the products of all pairs; those within the customer's side are left out, being equal for all items."""
    of_user = [machine["users"][user]] + [x * machine["ofUserTerms"][t] for t, x in USER_TERMS[user]] + [machine["ofContexts"][c] for c in CONTEXTS[user]]
    of_item = [machine["items"][item]] + [x * machine["ofItemTerms"][t] for t, x in ITEM_TERMS[item]]
    linear = machine["itemWeights"][item] + sum(x * machine["itemTermWeights"][t] for t, x in ITEM_TERMS[item])
    across = sum(v @ w for v in of_user for w in of_item)
    within = sum(of_item[a] @ of_item[b] for a in range(len(of_item)) for b in range(a + 1, len(of_item)))
    return float(linear + across + within)


towers = {
    "history": table(ITEMS, D), "userTerms": table(2, D), "userBias": table(1, D), "item": table(ITEMS, D),
    "itemTerms": table(3, D), "itemBias": table(ITEMS, 1), "itemTermBias": table(3, 1),
}  # fmt: skip
histories = np.array([[0.7071, 0, 0.7071, 0], [0, 1, 0, 0]])
customers = np.array([[1, 0], [0.6, 0.8]])
found = [1, 3]
item_terms = np.array([[0, 1, 0], [0.5, 0, 1]])
own_vector = np.array([[1.0], [0.0]])
rates = np.array([0.4, 1.3])
targets = np.array([[0.5, 0.5], [0, 1]])
weights = np.array([[2 / 3], [1 / 3]])
penalty = 0.01

u = np.tanh(histories @ towers["history"] + customers @ towers["userTerms"] + towers["userBias"])
v = towers["item"][found] * own_vector + item_terms @ towers["itemTerms"]
bias = towers["itemBias"][found] * own_vector + item_terms @ towers["itemTermBias"]
correction = -np.log(1 - np.exp(-rates))
logits = u @ v.T + bias.T + correction
log_shares = logits - np.log(np.exp(logits).sum(1, keepdims=True))
loss = -(targets * log_shares * weights).sum() + penalty * ((towers["history"] ** 2).sum() + (towers["item"][found] ** 2).sum())

fixture = {
    "from": "scripts/reference/feature_models.py, numpy 2.2.6",
    "machine": {
        "factors": D, "userTerms": USER_TERMS, "itemTerms": ITEM_TERMS, "contexts": CONTEXTS,
        **{name: values.ravel().tolist() for name, values in machine.items()},
        "scores": [[score(user, item) for item in range(ITEMS)] for user in range(USERS)],
    },
    "towers": {
        **{name: values.tolist() for name, values in towers.items()},
        "histories": histories.ravel().tolist(), "customers": customers.ravel().tolist(), "found": found,
        "itemTermsOfFound": item_terms.ravel().tolist(), "ownVector": own_vector.ravel().tolist(), "correction": correction.tolist(),
        "targets": targets.ravel().tolist(), "weights": weights.ravel().tolist(), "penalty": penalty, "loss": float(loss),
    },
}  # fmt: skip
path = Path(__file__).parents[2] / "tests" / "fixtures" / "feature-models.json"
path.write_text(json.dumps(fixture) + "\n")
