"""Fixtures of tests/unit/predictions/trees.test.ts. numpy 2.4.6, scikit-learn 1.9.1, lightgbm 4.7.0, shap 0.51.0.

One LightGBM model with numbers, gaps and categories: its trees, its exact Shapley values (`pred_contrib`, which are
shap's TreeExplainer, path-dependent), and what the same settings give on held-out rows; and the splits of one tree.

    python scripts/reference/trees.py
"""

import json
from pathlib import Path

import lightgbm
import numpy
import shap
from sklearn.metrics import roc_auc_score

FOLDER = Path(__file__).parents[2] / "tests" / "fixtures"


def make_rows(rows: int, seed: int):
    random = numpy.random.default_rng(seed)
    number = random.normal(size=rows).round(1)
    gappy = numpy.where(random.random(rows) < 0.2, numpy.nan, random.exponential(size=rows).round(1))
    few = random.integers(0, 3, rows)
    many = random.integers(0, 12, rows)
    logit = number + numpy.where(numpy.isnan(gappy), 1, -gappy / 2) + (few == 1) + numpy.where(many % 3 == 0, 1.5, -0.5)
    labels = (1 / (1 + numpy.exp(-logit)) > random.random(rows)).astype(int)
    values = numpy.column_stack([number, gappy, few, many]).astype(numpy.float32)
    return values, labels


def nodes_of(tree: dict, node: dict, out: list) -> int:
    """Preorder: a node's left child is the next one."""
    at = len(out)
    if "leaf_value" in node:
        out.append({"value": node["leaf_value"], "cover": node["leaf_count"]})
        return at
    entry = {"column": node["split_feature"], "cover": node["internal_count"], "gain": node["split_gain"]}
    if node["decision_type"] == "==":
        entry["set"] = [int(each) for each in node["threshold"].split("||")]
    else:
        entry["threshold"] = node["threshold"]
    entry["missingLeft"] = bool(node["default_left"])
    out.append(entry)
    nodes_of(tree, node["left_child"], out)
    entry["right"] = nodes_of(tree, node["right_child"], out)
    return at


values, labels = make_rows(1200, 1)
test_values, test_labels = make_rows(600, 2)
settings = {
    "objective": "binary",
    "num_leaves": 12,
    "learning_rate": 0.1,
    "lambda_l2": 1,
    "min_data_in_leaf": 20,
    "min_data_per_group": 20,
    "max_bin": 255,
    "verbose": -1,
    "num_threads": 1,
    "deterministic": True,
}
data = lightgbm.Dataset(values, labels, categorical_feature=[2, 3], params=settings, free_raw_data=False)
model = lightgbm.train(settings, data, num_boost_round=40)
dump = model.dump_model()
trees = []
for tree in dump["tree_info"]:
    nodes: list = []
    nodes_of(tree, tree["tree_structure"], nodes)
    trees.append(nodes)
asked = test_values[:12]
contributions = model.predict(asked, pred_contrib=True)
# The package's own walk over the same trees agrees.
explained = shap.TreeExplainer(model).shap_values(asked)
explained = explained[1] if isinstance(explained, list) else explained
assert numpy.abs(explained - contributions[:, :-1]).max() < 1e-9

# Squared error is exact in both, so that single trees can be compared split by split.
tree_settings = {**settings, "objective": "regression", "boost_from_average": False, "num_leaves": 10, "learning_rate": 1}
numbers = (values[:, 0] * 3 + numpy.nan_to_num(values[:, 1], nan=2) + (values[:, 3] % 3 == 0) * 4).round(2)
single = lightgbm.train(tree_settings, lightgbm.Dataset(values, numbers, categorical_feature=[2, 3], params=tree_settings), num_boost_round=1)
single_nodes: list = []
nodes_of({}, single.dump_model()["tree_info"][0]["tree_structure"], single_nodes)

gaps = lambda matrix: [[None if numpy.isnan(each) else round(float(each), 4) for each in row] for row in matrix]
fixture = {
    "values": gaps(values),
    "labels": labels.tolist(),
    "testValues": gaps(test_values),
    "testLabels": test_labels.tolist(),
    "auc": roc_auc_score(test_labels, model.predict(test_values)),
    "trees": trees,
    "contributions": contributions.tolist(),
    "numbers": [round(float(each), 2) for each in numbers],
    "single": single_nodes,
    "singlePredictions": single.predict(test_values[:50]).tolist(),
}
(FOLDER / "trees-lightgbm.json").write_text(json.dumps(fixture, separators=(",", ":")) + "\n")
