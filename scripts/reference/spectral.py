"""Writes tests/fixtures/spectral.json: singular vectors, and scores of PureSVD, GF-CF and BSPM, by NumPy and SciPy.

The three models are written down anew from their papers (Cremonesi, Koren & Turrin, RecSys 2010; Shen et al., CIKM 2021;
Choi et al., SIGIR 2023) as dense products in float64.

    python3 -m venv /tmp/venv-spectral && /tmp/venv-spectral/bin/pip install numpy==2.2.6 scipy==1.15.3
    /tmp/venv-spectral/bin/python scripts/reference/spectral.py
"""

import json
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.linalg import svds

USERS, ITEMS, FACTORS, SHOWN = 420, 300, 16, 6
ALPHA, BETA, TIME, STEPS = 0.3, 0.2, 1.5, 2


def main():
    rng = np.random.default_rng(11)
    popularity = 1 / (3 + np.arange(ITEMS))
    rows, columns, values = [], [], []
    for user in range(USERS):
        taste = popularity * np.where(np.arange(ITEMS) % 12 == user % 12, 25, 1)
        # The last item is nobody's.
        taste[-1] = 0
        for item in sorted(rng.choice(ITEMS, size=rng.integers(3, 14), replace=False, p=taste / taste.sum())):
            rows.append(user)
            columns.append(int(item))
            values.append(int(rng.integers(1, 4)))
    weighted = csr_matrix((np.array(values, float), (rows, columns)), shape=(USERS, ITEMS))
    _, sigma, vectors = svds(weighted, FACTORS, random_state=0)
    order = np.argsort(-sigma)

    x = np.zeros((USERS, ITEMS))
    x[rows, columns] = 1
    fixture = {
        "from": "scripts/reference/spectral.py, numpy 2.2.6, scipy 1.15.3",
        "users": USERS,
        "items": ITEMS,
        "pairs": [rows, columns, values],
        "factors": FACTORS,
        "singularValues": sigma[order].round(8).tolist(),
        "itemVectors": vectors[order].T.round(7).tolist(),
        "pureSvd": scores(x @ low_pass(x)),
        "gfCf": {"alpha": ALPHA, "scores": scores(gf_cf(x))},
        "bspm": {
            "beta": BETA,
            "time": TIME,
            "steps": STEPS,
            "rk4": scores(bspm(x, runge_kutta)),
            "euler": scores(bspm(x, euler)),
        },
    }
    path = Path(__file__).parents[2] / "tests" / "fixtures" / "spectral.json"
    path.write_text(json.dumps(fixture) + "\n")


def scores(all_of_them):
    return all_of_them[:SHOWN].round(8).tolist()


def low_pass(x):
    _, _, vt = np.linalg.svd(x, full_matrices=False)
    return vt[:FACTORS].T @ vt[:FACTORS]


def normalised(x):
    with np.errstate(divide="ignore"):
        left, right = x.sum(axis=1) ** -0.5, x.sum(axis=0) ** -0.5
    left[np.isinf(left)] = 0
    right[np.isinf(right)] = 0
    return left[:, None] * x * right, right


def ideal(x):
    r, right = normalised(x)
    # Nobody's items would be divided by zero; they have no part in the vectors.
    back = np.divide(1, right, out=np.zeros_like(right), where=right > 0)
    return right[:, None] * low_pass(r) * back


def gf_cf(x):
    r, _ = normalised(x)
    return x @ (r.T @ r) + ALPHA * (x @ ideal(x))


def bspm(x, step):
    r, _ = normalised(x)
    p = r.T @ r
    # One Euler step of length one of each blurring: y + (y P − y) = y P.
    y = x @ p + BETA * (x @ ideal(x))
    for _ in range(STEPS):
        y = step(lambda v: -v @ p, y, TIME / STEPS)
    return y


def euler(change, y, h):
    return y + h * change(y)


def runge_kutta(change, y, h):
    a = change(y)
    b = change(y + h / 2 * a)
    c = change(y + h / 2 * b)
    d = change(y + h * c)
    return y + h / 6 * (a + 2 * b + 2 * c + d)


main()
