"""Writes tests/fixtures/metric-definitions.json: the same lists, measured by five libraries.

Recorded from the libraries themselves: RecBole 1.2.1, LensKit 2025.8.1, ranx 0.3.21, recommenders 1.2.1, implicit 0.7.3.
Intra-list diversity (by co-occurrence cosine) is recommenders', the Gini coefficient and popularity ranks are LensKit's,
AUC per person is scikit-learn's and novelty and calibration are NumPy.

    python3 -m venv /tmp/venv-metrics
    /tmp/venv-metrics/bin/pip install ranx==0.3.21 implicit==0.7.3 lenskit==2025.8.1 scikit-learn
    /tmp/venv-metrics/bin/pip install --no-deps recbole==1.2.1 recommenders==1.2.1
    /tmp/venv-metrics/bin/pip install pandas colorlog colorama tqdm tabulate pyyaml tensorboard texttable thop psutil
    /tmp/venv-metrics/bin/python scripts/reference/metric_definitions.py
"""

import json
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import scipy.sparse as sparse
from implicit.evaluation import ranking_metrics_at_k
from lenskit.data import ItemList, from_interactions_df
from lenskit.metrics.ranking import NDCG, AveragePrecision, Hit, ListGini, MeanPopRank, Precision, Recall, RecipRank
from ranx import Qrels, Run, evaluate
from recbole.evaluator import metrics as recbole
from recommenders.evaluation import python_evaluation as recommenders
from sklearn.metrics import roc_auc_score

warnings.filterwarnings("ignore")
# RecBole 1.2.1 was written for a NumPy that still had these names.
np.float, np.int, np.bool = float, int, bool
USERS, ITEMS, CUTOFFS = 40, 30, [3, 10]


def world(rng):
    popularity = 1 / np.arange(1, ITEMS + 1)
    train, test, lists = [], [], []
    for user in range(USERS):
        had = sorted(rng.choice(ITEMS, size=rng.integers(2, 9), replace=False, p=popularity / popularity.sum()).tolist())
        left = [item for item in range(ITEMS) if item not in had]
        test.append(sorted(rng.choice(left, size=min(len(left), int(rng.choice([1, 2, 5, 14]))), replace=False).tolist()))
        length = int(rng.choice([0, 2, 6, 10, 10, 10]))
        lists.append(rng.permutation(left)[:length].tolist())
        train.append(had)
    return train, test, lists


def by_recbole(test, lists):
    # A short list is filled with places that are no hits; RecBole itself always has full ones.
    hits = np.array([[int(r < len(l) and l[r] in t) for r in range(max(CUTOFFS))] for l, t in zip(lists, test)])
    lengths = np.array([len(t) for t in test])
    config = {"topk": CUTOFFS, "metric_decimal_place": 15}
    out = {}
    for name, metric in (("precision", "Precision"), ("recall", "Recall"), ("map", "MAP"), ("mrr", "MRR"), ("ndcg", "NDCG"), ("hit", "Hit")):
        made = getattr(recbole, metric)(config)
        values = made.metric_info(hits, lengths) if metric in ("Recall", "MAP", "NDCG") else made.metric_info(hits)
        for k in CUTOFFS:
            out[f"{name}@{k}"] = float(values[:, k - 1].mean())
    return out


def by_lenskit(test, lists):
    out = {}
    for name, metric in (("precision", Precision), ("recall", Recall), ("map", AveragePrecision), ("mrr", RecipRank), ("ndcg", NDCG), ("hit", Hit)):
        for k in CUTOFFS:
            values = [metric(k).measure_list(ItemList(l, ordered=True), ItemList(t)) for l, t in zip(lists, test)]
            out[f"{name}@{k}"] = float(np.nanmean(np.array(values, dtype=float)))
    return out


def by_ranx(test, lists):
    qrels = Qrels({f"u{u}": {str(i): 1 for i in t} for u, t in enumerate(test)})
    run = Run({f"u{u}": {str(i): float(100 - r) for r, i in enumerate(l)} for u, l in enumerate(lists)})
    out = {}
    for name in ("precision", "recall", "map", "mrr", "ndcg", "hit_rate"):
        for k in CUTOFFS:
            out[f"{name}@{k}"] = float(evaluate(qrels, run, f"{name}@{k}", make_comparable=True))
    return out


def by_recommenders(test, lists):
    true = pd.DataFrame([(u, i, 1.0) for u, t in enumerate(test) for i in t], columns=["userID", "itemID", "rating"])
    predicted = pd.DataFrame([(u, i, 100.0 - r) for u, l in enumerate(lists) for r, i in enumerate(l)], columns=["userID", "itemID", "prediction"])
    out = {}
    names = {"precision": "precision_at_k", "recall": "recall_at_k", "map": "map", "map_at_k": "map_at_k", "ndcg": "ndcg_at_k"}
    for name, function in names.items():
        for k in CUTOFFS:
            out[f"{name}@{k}"] = float(getattr(recommenders, function)(true, predicted, k=k, col_prediction="prediction"))
    return out


class Recorded:
    """A model whose recommendations are the lists."""

    def __init__(self, lists):
        self.lists = lists

    def recommend(self, userids, user_items, N=10, **_):
        ids = np.full((len(userids), N), -1, dtype=np.int32)
        for row, user in enumerate(userids):
            own = self.lists[user][:N]
            ids[row, : len(own)] = own
        return ids, np.zeros(ids.shape, dtype=np.float32)


def matrix(rows):
    at = [(u, i) for u, row in enumerate(rows) for i in row]
    return sparse.csr_matrix((np.ones(len(at), dtype=np.float32), tuple(zip(*at))), shape=(USERS, ITEMS))


def by_implicit(train, test, lists):
    out = {}
    for k in CUTOFFS:
        values = ranking_metrics_at_k(Recorded(lists), matrix(train), matrix(test), K=k, show_progress=False, num_threads=1)
        out |= {f"{name}@{k}": float(values[name]) for name in ("precision", "map", "ndcg", "auc")}
    return out


def beyond(train, test, lists, categories, rng):
    frame = pd.DataFrame([(u, i) for u, row in enumerate(train) for i in row], columns=["user_id", "item_id"])
    data = from_interactions_df(frame)
    had = np.asarray(matrix(train).sum(axis=0)).ravel()
    by_popularity = np.lexsort((np.arange(ITEMS), -had))
    out = {}
    for k in CUTOFFS:
        cut = [l[:k] for l in lists]
        full = [l for l in cut if l]
        out[f"novelty@{k}"] = float(np.mean([np.mean(-np.log2(np.maximum(had[l], 1) / USERS)) for l in full]))
        out[f"popularity@{k}"] = float(np.mean([np.mean(had[l] / USERS) for l in full]))
        out[f"popRank@{k}"] = float(np.mean([MeanPopRank(data, n=k).measure_list(ItemList(l, ordered=True), ItemList([0])) for l in full]))
        out[f"popLift@{k}"] = float(np.mean([had[l].mean() / had[t].mean() - 1 for l, t in zip(cut, train) if l]))
        expected = [[i for i in by_popularity if i not in t][:k] for t in train]
        out[f"serendipity@{k}"] = float(np.mean([len((set(l) & set(t)) - set(e)) / k for l, t, e in zip(cut, test, expected)]))
        gini = ListGini(k, items=ITEMS)
        out[f"gini@{k}"] = float(gini.global_aggregate([gini.compute_list_data(ItemList(l, ordered=True), None) for l in full]))
        pairs = pd.DataFrame([(u, i) for u, l in enumerate(cut) if len(l) > 1 for i in l], columns=["userID", "itemID"])
        before = frame.rename(columns={"user_id": "userID", "item_id": "itemID"})
        out[f"ild@{k}"] = float(recommenders.diversity(before, pairs, col_user="userID", col_item="itemID"))
        out[f"miscalibration@{k}"] = float(np.mean([divergence(t, l, categories) for t, l in zip(train, cut) if l]))
    scores = rng.normal(size=(USERS, ITEMS)).round(1)
    aucs = []
    for user in range(USERS):
        left = [i for i in range(ITEMS) if i not in train[user]]
        aucs.append(roc_auc_score([int(i in test[user]) for i in left], scores[user, left]))
    weights = np.array([len(t) for t in test])
    return out, scores, {"auc": float(np.mean(aucs)), "gauc": float((weights * aucs).sum() / weights.sum())}


def divergence(history, listed, categories, alpha=0.01):
    p = np.bincount(categories[history], minlength=4) / len(history)
    q = np.bincount(categories[listed], minlength=4) / len(listed)
    q = (1 - alpha) * q + alpha * p
    return float((p[p > 0] * np.log(p[p > 0] / q[p > 0])).sum())


def main():
    rng = np.random.default_rng(7)
    train, test, lists = world(rng)
    categories = rng.integers(0, 4, size=ITEMS)
    others, scores, aucs = beyond(train, test, lists, categories, rng)
    fixture = {
        "madeBy": "scripts/reference/metric_definitions.py",
        "users": USERS,
        "items": ITEMS,
        "cutoffs": CUTOFFS,
        "train": train,
        "test": test,
        "lists": lists,
        "categories": categories.tolist(),
        "scores": scores.tolist(),
        "definitions": {
            "recbole": by_recbole(test, lists),
            "lenskit": by_lenskit(test, lists),
            "ranx": by_ranx(test, lists),
            "recommenders": by_recommenders(test, lists),
            "implicit": by_implicit(train, test, lists),
        },
        "others": others,
        "aucs": aucs,
    }
    path = Path(__file__).parents[2] / "tests" / "fixtures" / "metric-definitions.json"
    path.write_text(json.dumps(fixture) + "\n")


main()
