"""Writes tests/fixtures/pairwise.json: how well implicit's BPR finds held-out items, over several seeds.

    python3 -m venv /tmp/venv-pairwise && /tmp/venv-pairwise/bin/pip install numpy==2.2.6 scipy==1.15.3 implicit==0.7.2
    OPENBLAS_NUM_THREADS=1 /tmp/venv-pairwise/bin/python scripts/reference/pairwise.py
"""

import json
from pathlib import Path

import numpy as np
from implicit.bpr import BayesianPersonalizedRanking
from scipy.sparse import csr_matrix

USERS, ITEMS, SEEDS = 600, 240, 8


def main():
    rng = np.random.default_rng(17)
    popularity = 1 / (5 + np.arange(ITEMS))
    train, test = [], []
    for user in range(USERS):
        taste = popularity * np.where(np.arange(ITEMS) % 8 == user % 8, 12, 1)
        chosen = rng.choice(ITEMS, size=rng.integers(8, 20), replace=False, p=taste / taste.sum())
        test += [[user, int(item)] for item in chosen[:3]]
        train += [[user, int(item)] for item in chosen[3:]]
    rows, columns = np.array(train).T
    matrix = csr_matrix((np.ones(len(train), np.float32), (rows, columns)), shape=(USERS, ITEMS))
    held = [{item for user, item in test if user == each} for each in range(USERS)]

    recalls = []
    for seed in range(SEEDS):
        model = BayesianPersonalizedRanking(
            factors=16, learning_rate=0.05, regularization=0.1, iterations=60, num_threads=1, random_state=seed
        )
        model.fit(matrix, show_progress=False)
        ids, _ = model.recommend(np.arange(USERS), matrix, N=10, filter_already_liked_items=True)
        recalls.append(np.mean([len(held[user] & set(map(int, ids[user]))) / 3 for user in range(USERS)]))

    fixture = {
        "from": "scripts/reference/pairwise.py, implicit 0.7.2, numpy 2.2.6, scipy 1.15.3",
        "users": USERS,
        "items": ITEMS,
        "train": [rows.tolist(), columns.tolist()],
        "test": np.array(test).T.tolist(),
        "recallAt10": {"mean": float(np.mean(recalls)), "deviation": float(np.std(recalls, ddof=1)), "seeds": SEEDS},
    }
    path = Path(__file__).parents[2] / "tests" / "fixtures" / "pairwise.json"
    path.write_text(json.dumps(fixture) + "\n")
    print(recalls)


main()
