"""The other side of benchmarks/kmeans.mjs: fits by scikit-learn, one for each line on standard input.

    python3 -m venv /tmp/venv-clusters
    /tmp/venv-clusters/bin/pip install numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1
    node --import tsx benchmarks/kmeans.mjs /tmp/venv-clusters/bin/python

Arguments: the file of float32 points, columns, k, iterations. It answers each line with the seconds, the iterations and
the inertia of a fit from the first k points, as JSON.
"""
import json
import sys
import time

import numpy as np
import sklearn
from sklearn.cluster import KMeans

path, columns, k, iterations = sys.argv[1], *map(int, sys.argv[2:5])
points = np.fromfile(path, dtype=np.float32).reshape(-1, columns)
print(json.dumps({"version": sklearn.__version__}), flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    fit = KMeans(k, init=points[:k], n_init=1, max_iter=iterations, tol=0, algorithm="lloyd").fit(points)
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "iterations": int(fit.n_iter_), "inertia": float(fit.inertia_)}), flush=True)
