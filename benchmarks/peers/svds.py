"""The other side of benchmarks/svd.mjs: SciPy's truncated SVD, one for each line on standard input.

Arguments: files of row starts and columns (int32), rows, columns, factors. It answers each line with seconds, processor
seconds and the singular values, as JSON.
"""

import json
import sys
import time

import numpy as np
import scipy
from scipy.sparse import csr_matrix
from scipy.sparse.linalg import svds

starts, columns = (np.fromfile(path, dtype=np.int32) for path in sys.argv[1:3])
shape, factors = (int(sys.argv[3]), int(sys.argv[4])), int(sys.argv[5])
matrix = csr_matrix((np.ones(len(columns), np.float32), columns, starts), shape=shape)
print(json.dumps({"version": scipy.__version__}), flush=True)
for line in sys.stdin:
    tolerance = float(line)
    wall, processor = time.perf_counter(), time.process_time()
    _, values, _ = svds(matrix, factors, tol=tolerance, random_state=1)
    answer = {"seconds": time.perf_counter() - wall, "processor": time.process_time() - processor}
    print(json.dumps({**answer, "values": np.sort(values)[::-1].tolist()}), flush=True)
