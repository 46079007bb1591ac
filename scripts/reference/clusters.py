"""Writes tests/fixtures/clusters.json: what scikit-learn and scipy make of small sets of points.

    python3 -m venv /tmp/venv-clusters
    /tmp/venv-clusters/bin/pip install numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1
    /tmp/venv-clusters/bin/python scripts/reference/clusters.py
"""
import json
import numpy as np
from scipy.cluster.hierarchy import cut_tree, linkage
from sklearn.cluster import HDBSCAN, KMeans
from sklearn.datasets import make_moons
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score, silhouette_samples, silhouette_score
from sklearn.mixture import GaussianMixture

random = np.random.default_rng(7)


def exactly(values, digits=3):
    """Numbers that are the same in the fixture, in float32 and here."""
    return np.round(values, digits).astype(np.float32).astype(np.float64)


def rounded(values, digits=6):
    return np.round(np.asarray(values, dtype=float), digits).ravel().tolist()


def kmeans(points, first, tolerance):
    fit = KMeans(len(first), init=points[first], n_init=1, max_iter=100, tol=tolerance, algorithm="lloyd").fit(points)
    return {
        "first": first,
        "tolerance": tolerance,
        "labels": fit.labels_.tolist(),
        "inertia": round(float(fit.inertia_), 6),
        "iterations": int(fit.n_iter_),
        "centres": rounded(fit.cluster_centers_),
    }


def mixture(points, labels, covariance):
    """From the mixture that one maximisation step makes of hard labels, as scikit-learn begins after k-means."""
    k, columns = labels.max() + 1, points.shape[1]
    weights = np.bincount(labels) / len(points)
    means = np.array([points[labels == c].mean(axis=0) for c in range(k)])
    covariances = [np.cov(points[labels == c].T, bias=True) + 1e-6 * np.eye(columns) for c in range(k)]
    if covariance == "full":
        precisions = np.array([np.linalg.inv(c) for c in covariances])
    else:
        precisions = np.array([1 / np.diag(c) for c in covariances])
    fit = GaussianMixture(
        k, covariance_type={"full": "full", "diagonal": "diag"}[covariance], tol=1e-4, max_iter=200, reg_covar=1e-6,
        weights_init=weights, means_init=means, precisions_init=precisions,
    ).fit(points)
    likely = fit.predict_proba(points)
    return {
        "covariance": covariance,
        "weights": rounded(fit.weights_),
        "means": rounded(fit.means_),
        "covariances": rounded(fit.covariances_),
        "logLikelihood": round(float(fit.score(points)), 6),
        "bic": round(float(fit.bic(points)), 4),
        "iterations": int(fit.n_iter_),
        "labels": likely.argmax(axis=1).tolist(),
        "certainties": rounded(likely.max(axis=1), 5),
    }


def hdbscan(points, size, samples):
    fit = HDBSCAN(min_cluster_size=size, min_samples=samples, copy=True).fit(points)
    return {
        "minClusterSize": size,
        "minSamples": samples,
        "labels": fit.labels_.tolist(),
        "probabilities": rounded(fit.probabilities_, 5),
    }


centres = np.array([[0, 0, 0, 0], [3, 0, 1, 0], [0, 3, 0, -2], [2.5, 2.5, 2, 1]])
blobs = exactly(centres[random.integers(0, 4, 200)] + random.normal(size=(200, 4)) * [1, 0.7, 1.2, 0.5])
first = [0, 1, 2, 3, 4]
fitted = KMeans(5, init=blobs[first], n_init=1, max_iter=100, tol=0, algorithm="lloyd").fit(blobs)
pca = PCA(3, svd_solver="full").fit(blobs)
tree = linkage(blobs[:80], method="ward")
moons = make_moons(120, noise=0.06, random_state=3)[0] * [1, 1.3]
dense = exactly(np.vstack([moons, random.normal(size=(40, 2)) * 0.12 + [3, 0.5], random.uniform(-2, 4, size=(25, 2))]))

result = {
    "script": "scripts/reference/clusters.py",
    "points": {"columns": 4, "values": rounded(blobs, 3)},
    "dense": {"columns": 2, "values": rounded(dense, 3)},
    "kmeans": [kmeans(blobs, first, 0), kmeans(blobs, first, 1e-2), kmeans(blobs, [10, 20], 0)],
    "pca": {
        "components": rounded(pca.components_),
        "variances": rounded(pca.explained_variance_),
        "ratios": rounded(pca.explained_variance_ratio_),
        "means": rounded(pca.mean_),
        "projected": rounded(pca.transform(blobs[:10])),
    },
    "silhouette": {
        "labels": fitted.labels_.tolist(),
        "values": rounded(silhouette_samples(blobs, fitted.labels_), 5),
        "mean": round(float(silhouette_score(blobs, fitted.labels_)), 6),
    },
    "mixtures": [mixture(blobs, KMeans(4, init=blobs[:4], n_init=1).fit(blobs).labels_, c) for c in ["full", "diagonal"]],
    "mixtureStart": KMeans(4, init=blobs[:4], n_init=1).fit(blobs).labels_.tolist(),
    "ward": {
        "rows": 80,
        "left": tree[:, 0].astype(int).tolist(),
        "right": tree[:, 1].astype(int).tolist(),
        "heights": rounded(tree[:, 2]),
        "sizes": tree[:, 3].astype(int).tolist(),
        "cuts": {str(k): cut_tree(tree, k).ravel().tolist() for k in [2, 5, 9]},
    },
    "hdbscan": [hdbscan(dense, 10, 5), hdbscan(dense, 4, 1), hdbscan(dense, 5, 2), hdbscan(dense, 15, 3), hdbscan(blobs, 3, 3), hdbscan(blobs, 8, 5)],
    "adjustedRand": [
        {"a": a.tolist(), "b": b.tolist(), "index": round(float(adjusted_rand_score(a, b)), 8)}
        for a, b in [(random.integers(0, p, 40), random.integers(0, q, 40)) for p, q in [(2, 3), (5, 5), (1, 4)]]
        + [(np.arange(12) // 4, np.array([2, 2, 2, 2, 0, 0, 0, 0, 1, 1, 1, 0]))]
    ],
}
with open("tests/fixtures/clusters.json", "w") as out:
    json.dump(result, out)
    out.write("\n")
for fit in result["hdbscan"]:
    print("hdbscan", fit["minClusterSize"], np.unique(fit["labels"], return_counts=True))
print([(f["iterations"], f["inertia"]) for f in result["kmeans"]], [(m["iterations"], m["bic"]) for m in result["mixtures"]])
