"""Writes tests/fixtures/umap.json: the fuzzy graph and the curve of umap-learn, and the trustworthiness of its maps by
scikit-learn, for small data that both sides make from the same formula.

    python3 -m venv /tmp/ref-umap
    /tmp/ref-umap/bin/pip install numpy==2.2.6 scikit-learn==1.7.2 umap-learn==0.5.9.post2
    /tmp/ref-umap/bin/python scripts/reference/people_map.py
"""
import json
import numpy as np
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness
from umap import UMAP
from umap.umap_ import find_ab_params, fuzzy_simplicial_set


def crowd(rows, columns=8, groups=5):
    """Five groups about centres of their own, on arcs, so that no straight view shows them all.

    Distances are small: compiled with fast mathematics, umap-learn 0.5.9 takes infinity for a number where the width of
    a point's surroundings is above one, and all its neighbours get weight 1.
    """
    row, column = np.arange(rows)[:, None], np.arange(columns)[None, :]
    group = row % groups
    along = np.sin(row * 0.37) * 2
    noise = np.sin(row * 12.9898 + column * 78.233) + np.sin(row * 3.7 + column * 1.3)
    return (0.25 * (3 * np.sin(group * 2.1 + column * 1.7) + np.sin(along + column) + 0.4 * noise)).astype(np.float32)


small = crowd(120)
small[7] = small[2]  # Two who are exactly alike.
# Distances by differences: those by products, scikit-learn's, are not zero for the two who are alike.
distances = np.sqrt(((small[:, None, :].astype(np.float64) - small[None, :, :]) ** 2).sum(2))
nearest = np.argsort(distances, axis=1, kind="stable")[:, :10]
graph, _, _ = fuzzy_simplicial_set(
    small, 10, np.random.RandomState(0), "euclidean", knn_indices=nearest, knn_dists=np.take_along_axis(distances, nearest, 1)
)
graph = graph.tocoo()
pairs = sorted((int(i), int(j), round(float(w), 6)) for i, j, w in zip(graph.row, graph.col, graph.data) if i < j)
view = UMAP(n_neighbors=10, random_state=1, n_jobs=1).fit_transform(small).astype(np.float32)

large = crowd(1000)
learned = [trustworthiness(large, UMAP(n_neighbors=15, random_state=s, n_jobs=1).fit_transform(large), n_neighbors=12) for s in (1, 2, 3)]
with open("tests/fixtures/umap.json", "w") as out:
    json.dump(
        {
            "script": "scripts/reference/people_map.py",
            "curves": [[d, *map(float, find_ab_params(1.0, d))] for d in (0.0, 0.1, 0.5)],
            "pairs": pairs,
            "view": [round(float(v), 5) for v in view.ravel()],
            "trustOfView": float(trustworthiness(small, np.round(view, 5), n_neighbors=8)),
            "trustOfLarge": {"umap": learned, "pca": float(trustworthiness(large, PCA(2).fit_transform(large), n_neighbors=12))},
        },
        out,
    )
    out.write("\n")
