"""Writes tests/fixtures/neighbour-models.json: neighbours of items and customers, and RP3beta, by independent code.

Weights of TF-IDF and BM25 and the products are implicit's own (`tfidf_weight`, `bm25_weight`, `all_pairs_knn`); Jaccard,
the asymmetric cosine and RP3beta are a few lines of NumPy after their papers. Of each row the k largest entries are kept,
equal ones in the order of their columns (NumPy's stable argsort).

    python3 -m venv /tmp/knn && /tmp/knn/bin/pip install numpy==2.2.6 scipy==1.15.3 implicit==0.7.2 && /tmp/knn/bin/python scripts/reference/neighbour_models.py
"""

import json
from pathlib import Path

import numpy as np
from implicit.nearest_neighbours import all_pairs_knn, bm25_weight, normalize, tfidf_weight
from scipy.sparse import csr_matrix

USERS, ITEMS, K, SHRINKAGE, K1, B, ASYMMETRY, ALPHA, BETA = 40, 22, 5, 2.0, 20.0, 0.7, 0.3, 0.8, 0.4


def strongest(likeness, itself):
    likeness = likeness.copy()
    if not itself:
        np.fill_diagonal(likeness, 0)
    kept = np.zeros_like(likeness)
    for row, order in enumerate(np.argsort(-likeness, axis=1, kind="stable")[:, :K]):
        kept[row, order] = likeness[row, order]
    return kept


def products(weighted):
    """implicit's product of all rows with all rows; `weighted` has rows that are compared."""
    return all_pairs_knn(csr_matrix(weighted.T), K=weighted.shape[0], show_progress=False).toarray()


def likenesses(x):
    """Every likeness between the rows of x."""
    binary = (x.toarray() > 0).astype(float)
    shared, counts = binary @ binary.T, binary.sum(axis=1)
    return {
        "cosine": products(csr_matrix(normalize(x))),
        "tf-idf": products(csr_matrix(normalize(tfidf_weight(x)))),
        "bm25": products(csr_matrix(bm25_weight(x, K1, B))),
        "jaccard": shared / (counts[:, None] + counts[None, :] - shared + SHRINKAGE),
        "asymmetric": shared / (counts[:, None] ** ASYMMETRY * counts[None, :] ** (1 - ASYMMETRY) + SHRINKAGE),
    }


def main():
    rng = np.random.default_rng(11)
    popularity = 1 / (2 + np.arange(ITEMS))
    pairs = []
    for user in range(USERS):
        taste = popularity * np.where(np.arange(ITEMS) % 3 == user % 3, 5, 1)
        for item in sorted(rng.choice(ITEMS, size=rng.integers(2, 9), replace=False, p=taste / taste.sum())):
            pairs.append([user, int(item), int(rng.integers(1, 6))])
    rows, columns, values = np.array(pairs).T
    x = csr_matrix((values.astype(float), (rows, columns)), shape=(USERS, ITEMS))
    dense = x.toarray()
    binary = (dense > 0).astype(float)

    options = {
        "cosine": {"likeness": "cosine", "shrinkage": 0, "asymmetry": 0.5, "strengths": True},
        "tf-idf": {"likeness": "tf-idf", "shrinkage": 0, "asymmetry": 0.5, "strengths": True},
        "bm25": {"likeness": "bm25", "strengths": True, "bm25K1": K1, "bm25B": B},
        "jaccard": {"likeness": "jaccard", "shrinkage": SHRINKAGE},
        "asymmetric": {"likeness": "cosine", "shrinkage": SHRINKAGE, "asymmetry": ASYMMETRY},
    }
    of_items, of_users = likenesses(csr_matrix(dense.T)), likenesses(x)

    item_degree, user_degree = binary.sum(axis=0), binary.sum(axis=1)
    to_user = (binary / item_degree).T ** ALPHA
    to_item = (binary / user_degree[:, None]) ** ALPHA
    walks = strongest(np.nan_to_num(to_user @ to_item) * item_degree**-BETA, itself=False)

    fixture = {
        "from": "scripts/reference/neighbour_models.py, implicit 0.7.2, numpy 2.2.6, scipy 1.15.3",
        "users": USERS,
        "items": ITEMS,
        "pairs": pairs,
        "neighbours": K,
        "itemKnn": [
            {"options": options[name], "scores": (binary @ strongest(like, False)).round(6).tolist()}
            for name, like in of_items.items()
        ],
        "userKnn": [
            {"options": options[name], "scores": (strongest(like, True) @ binary).round(6).tolist()} for name, like in of_users.items()
        ],
        "rp3beta": {"options": {"walkPower": ALPHA, "popularityPenalty": BETA}, "scores": (binary @ walks).round(6).tolist()},
    }
    path = Path(__file__).parents[2] / "tests" / "fixtures" / "neighbour-models.json"
    path.write_text(json.dumps(fixture) + "\n")


main()
