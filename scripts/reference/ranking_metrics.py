"""Writes tests/fixtures/ranking-metrics.json: lists, relevant items and what independent code says of them.

ranx 0.3.21 computes precision, recall, f1, hit rate, MRR and NDCG. Its average precision divides by |R|, where we
divide by min(|R|, k) as RecBole does, so that one is the formula of recbole/evaluator/metrics.py (7b02be5) in NumPy.

    python3 -m venv /tmp/ranx && /tmp/ranx/bin/pip install ranx==0.3.21 && /tmp/ranx/bin/python scripts/reference/ranking_metrics.py
"""

import json
import random
from pathlib import Path

import numpy as np
from ranx import Qrels, Run, evaluate


def average_precision(hits, relevant, k):
    """RecBole's MAP: the running precision at each hit, over min(|R|, k)."""
    hits = np.array(hits[:k] + [0] * (k - len(hits[:k])), dtype=float)
    precision = hits.cumsum() / np.arange(1, k + 1)
    return float((precision * hits).sum() / min(relevant, k))


def main():
    rng = random.Random(11)
    cases = []
    for _ in range(40):
        items = rng.sample(range(60), 60)
        ranked = items[: rng.choice([3, 10, 20, 30])]
        relevant = sorted(rng.sample(range(60), rng.choice([1, 2, 5, 25])))
        cutoffs = sorted(rng.sample([1, 3, 5, 10, 20], 2))
        qrels = Qrels({"u": {str(item): 1 for item in relevant}})
        run = Run({"u": {str(item): float(len(ranked) - rank) for rank, item in enumerate(ranked)}})
        metrics = {}
        for k in cutoffs:
            for ours, theirs in (("recall", "recall"), ("precision", "precision"), ("f1", "f1"), ("ndcg", "ndcg"), ("hr", "hit_rate")):
                metrics[f"{ours}@{k}"] = float(evaluate(qrels, run, f"{theirs}@{k}"))
            metrics[f"map@{k}"] = average_precision([int(item in relevant) for item in ranked], len(relevant), k)
        metrics["mrr"] = float(evaluate(qrels, run, f"mrr@{cutoffs[-1]}"))
        cases.append({"list": ranked, "relevant": relevant, "cutoffs": cutoffs, "metrics": metrics})
    path = Path(__file__).parents[2] / "tests" / "fixtures" / "ranking-metrics.json"
    path.write_text(json.dumps({"madeBy": "scripts/reference/ranking_metrics.py, ranx 0.3.21", "cases": cases}) + "\n")


main()
