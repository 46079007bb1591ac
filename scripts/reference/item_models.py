"""Writes tests/fixtures/item-models.json: EASE weights and item-kNN neighbours by independent code.

EASE is Steck's own eight lines (WWW 2019, figure 1) in NumPy with float64. The neighbours are the k largest entries of
each row of the cosine with shrinkage, by SciPy's sparse products and NumPy's stable argsort.

    python3 -m venv /tmp/items && /tmp/items/bin/pip install numpy==2.2.6 scipy==1.15.3 && /tmp/items/bin/python scripts/reference/item_models.py
"""

import json
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix

USERS, ITEMS, LAMBDA, NEIGHBOURS, SHRINKAGE = 60, 25, 7.0, 6, 3.0


def main():
    rng = np.random.default_rng(5)
    popularity = 1 / (1 + np.arange(ITEMS))
    pairs = []
    for user in range(USERS):
        taste = popularity * np.where(np.arange(ITEMS) % 3 == user % 3, 6, 1)
        # The last item is nobody's.
        taste[-1] = 0
        for item in sorted(rng.choice(ITEMS, size=rng.integers(2, 8), replace=False, p=taste / taste.sum())):
            pairs.append([user, int(item)])
    rows, columns = np.array(pairs).T
    x = csr_matrix((np.ones(len(pairs)), (rows, columns)), shape=(USERS, ITEMS))

    gram = (x.T @ x).toarray()
    with_ridge = gram.copy()
    diagonal = np.diag_indices(ITEMS)
    with_ridge[diagonal] += LAMBDA
    inverse = np.linalg.inv(with_ridge)
    weights = inverse / (-np.diag(inverse))
    weights[diagonal] = 0
    scores = x @ weights

    counts = np.diag(gram)
    likeness = gram / (np.sqrt(np.outer(counts, counts)) + SHRINKAGE)
    likeness[diagonal] = 0
    nearest = np.argsort(-likeness, axis=1, kind="stable")[:, :NEIGHBOURS]
    kept = np.zeros_like(likeness)
    for item in range(ITEMS):
        kept[item, nearest[item]] = likeness[item, nearest[item]]
    neighbours = [[int(other) if likeness[item, other] > 0 else -1 for other in nearest[item]] for item in range(ITEMS)]

    fixture = {
        "from": "scripts/reference/item_models.py, numpy 2.2.6, scipy 1.15.3",
        "users": USERS,
        "items": ITEMS,
        "pairs": pairs,
        "ease": {"regularization": LAMBDA, "weights": weights.round(7).tolist(), "scores": scores[:5].round(7).tolist()},
        "itemKnn": {
            "options": {"neighbours": NEIGHBOURS, "shrinkage": SHRINKAGE},
            "neighbours": neighbours,
            "scores": (x @ kept)[:5].round(7).tolist(),
        },
    }
    path = Path(__file__).parents[2] / "tests" / "fixtures" / "item-models.json"
    path.write_text(json.dumps(fixture) + "\n")


main()
