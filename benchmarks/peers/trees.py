"""LightGBM on the rows that benchmarks/trees.ts has written; the last line is what it took, as JSON."""

import json
import sys
import time

import lightgbm
import numpy
from sklearn.metrics import roc_auc_score

folder = sys.argv[1]
rows, held_out, columns, trees, leaves, threads = (int(each) for each in sys.argv[2:])
read = lambda name, count: (
    numpy.fromfile(f"{folder}/{name}.values", dtype=numpy.float32).reshape(count, columns),
    numpy.fromfile(f"{folder}/{name}.labels", dtype=numpy.uint8),
)
values, labels = read("train", rows)
test_values, test_labels = read("test", held_out)
settings = {
    "objective": "binary",
    "num_leaves": leaves,
    "learning_rate": 0.1,
    "lambda_l2": 1,
    "min_data_in_leaf": 20,
    "max_bin": 255,
    "num_threads": threads,
    "force_row_wise": True,
    "verbose": -1,
}
cpu = time.process_time()
marks = [time.perf_counter()]
data = lightgbm.Dataset(values, labels, params=settings)
data.construct()
marks.append(time.perf_counter())
model = lightgbm.train(settings, data, num_boost_round=trees)
marks.append(time.perf_counter())
cpu = time.process_time() - cpu
predicted = model.predict(test_values, num_threads=threads)
marks.append(time.perf_counter())
steps = [after - before for before, after in zip(marks, marks[1:])]
area = roc_auc_score(test_labels, predicted)
print(json.dumps({"who": f"LightGBM {lightgbm.__version__}, {threads} threads", "bin": steps[0], "grow": steps[1], "predict": steps[2], "cpu": cpu, "auc": area}))
