"""Writes tests/fixtures/diversity.json: lists by maximal marginal relevance, and by greedy MAP of a determinantal point process.

The process is asked the slow way: at each step every candidate's log determinant of the whole kernel of the list with it,
by numpy.linalg.slogdet, whose formula shares nothing with an incremental Cholesky factor. The kernel is that of Chen,
Zhang & Zhou (NeurIPS 2018, equation 14): exp(a r_i) S_ij exp(a r_j) with a = t / (2 (1 - t)).

    python3 -m venv /tmp/diversity && /tmp/diversity/bin/pip install numpy==2.2.6 && /tmp/diversity/bin/python scripts/reference/diversity.py
"""

import json
from pathlib import Path

import numpy as np

FIXTURE = Path(__file__).parents[2] / "tests" / "fixtures" / "diversity.json"
rng = np.random.default_rng(20181203)


def mmr(relevance, likeness, amount, size):
    chosen = []
    while len(chosen) < size:
        left = [i for i in range(len(relevance)) if i not in chosen]
        value = {
            i: (1 - amount) * relevance[i] - (amount * max(likeness[i][j] for j in chosen) if chosen else 0) for i in left
        }
        chosen.append(max(left, key=lambda i: (value[i], -i)))
    return chosen


def dpp(relevance, likeness, amount, size):
    theta = 1 - amount
    quality = np.exp(theta / (2 * (1 - theta)) * relevance)
    kernel = quality[:, None] * likeness * quality[None, :]
    chosen = []
    while len(chosen) < size:
        left = [i for i in range(len(relevance)) if i not in chosen]
        gain = {i: np.linalg.slogdet(kernel[np.ix_([*chosen, i], [*chosen, i])])[1] for i in left}
        chosen.append(max(left, key=lambda i: gain[i]))
    return chosen


cases = []
for candidates, size, dimensions in [(12, 6, 5), (30, 12, 16), (60, 20, 40)]:
    vectors = rng.normal(size=(candidates, dimensions))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    # Away from rank deficiency, as categories with the item as their last level are.
    likeness = 0.8 * (vectors @ vectors.T) + 0.2 * np.eye(candidates)
    likeness = np.round(likeness, 6)
    relevance = np.round(rng.permutation(candidates) / candidates, 6)
    lists = [
        {"amount": amount, "mmr": mmr(relevance, likeness, amount, size), "dpp": dpp(relevance, likeness, amount, size)}
        for amount in [0.1, 0.3, 0.5, 0.9]
    ]
    cases.append({"relevance": relevance.tolist(), "likeness": likeness.ravel().tolist(), "lists": lists})

FIXTURE.write_text(json.dumps({"by": f"numpy {np.__version__}", "cases": cases}, separators=(",", ":")) + "\n")
