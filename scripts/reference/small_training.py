"""Writes tests/fixtures/small-training.json: 30 steps of Adam on a tiny network, gradients written out by hand.

    python3 -m venv /tmp/ref && /tmp/ref/bin/pip install numpy==2.2.6
    /tmp/ref/bin/python scripts/reference/small_training.py
"""
import json
import numpy as np

fixed = lambda rows, columns, shift: np.sin(np.arange(rows * columns) * 1.7 + shift).reshape(rows, columns)
weights = [fixed(6, 4, 0), fixed(4, 3, 1), fixed(3, 1, 2)]
indexes = np.array([0, 1, 2, 3, 4, 5, 0, 3, 3])
labels = np.array([1, 0, 1, 0, 1, 0, 1, 1, 0.0]).reshape(-1, 1)
first = [np.zeros_like(w) for w in weights]
second = [np.zeros_like(w) for w in weights]
losses = []
for step in range(1, 31):
    table, layer, head = weights
    rows = table[indexes]
    pre = rows @ layer
    hidden = np.maximum(pre, 0)
    logits = hidden @ head
    losses.append(float(np.mean(np.logaddexp(0, logits) - labels * logits)))
    d_logits = (1 / (1 + np.exp(-logits)) - labels) / len(labels)
    d_pre = (d_logits @ head.T) * (pre > 0)
    d_table = np.zeros_like(table)
    np.add.at(d_table, indexes, d_pre @ layer.T)
    for i, g in enumerate([d_table, rows.T @ d_pre, hidden.T @ d_logits]):
        first[i] = 0.9 * first[i] + 0.1 * g
        second[i] = 0.999 * second[i] + 0.001 * g * g
        weights[i] = weights[i] - 0.05 * (first[i] / (1 - 0.9**step)) / (np.sqrt(second[i] / (1 - 0.999**step)) + 1e-7)
with open("tests/fixtures/small-training.json", "w") as out:
    json.dump({"script": "scripts/reference/small_training.py", "losses": [round(x, 8) for x in losses]}, out)
    out.write("\n")
