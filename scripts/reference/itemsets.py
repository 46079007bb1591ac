"""Writes tests/fixtures/itemsets.json: frequent itemsets and association rules by mlxtend.

A small table with every set and every rule, and what is found in `../shared/data/groceries` at support .001: how many
sets of each length, the sum of their counts, and every two-hundredth rule with confidence .3 or more.

Not the versions since: their count of missing values walks over all baskets for every set, many minutes for the groceries.

    python3 -m venv /tmp/itemsets && /tmp/itemsets/bin/pip install numpy==2.2.6 pandas==2.2.3 scipy==1.15.3 mlxtend==0.23.1 && /tmp/itemsets/bin/python scripts/reference/itemsets.py
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
from mlxtend.frequent_patterns import association_rules, fpgrowth

ROOT = Path(__file__).parents[2]
MEASURES = ["support", "antecedent support", "consequent support", "confidence", "lift", "leverage", "conviction", "zhangs_metric"]


def table(baskets, items):
    held = np.zeros((len(baskets), items), dtype=bool)
    for row, basket in enumerate(baskets):
        held[row, basket] = True
    return pd.DataFrame(held)


def rows_of(rules):
    rows = []
    for _, rule in rules.iterrows():
        left, right = sorted(map(int, rule["antecedents"])), sorted(map(int, rule["consequents"]))
        rows.append([left, right, *(None if np.isinf(rule[name]) else round(float(rule[name]), 9) for name in MEASURES)])
    return sorted(rows, key=lambda row: (row[0], row[1]))


def small():
    rng = np.random.default_rng(3)
    chance = np.array([0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1])
    baskets = [np.flatnonzero(rng.random(7) < chance).tolist() for _ in range(60)]
    # Whoever has item 5 has item 0, too: a rule that never fails.
    baskets = [sorted({*basket, 0}) if 5 in basket else basket for basket in baskets]
    sets = fpgrowth(table(baskets, 7), min_support=3 / 60)
    listed = sorted([sorted(map(int, row["itemsets"])), round(row["support"] * 60)] for _, row in sets.iterrows())
    rules = association_rules(sets, metric="confidence", min_threshold=0.4)
    return {"items": 7, "baskets": baskets, "minCount": 3, "sets": listed, "minConfidence": 0.4, "rules": rows_of(rules)}


def groceries():
    folder = ROOT.parent / "shared" / "data" / "groceries"
    lines = (folder / "groceries_baskets.csv").read_text().splitlines()
    baskets = [line.split(",") for line in lines]
    names = sorted({name for basket in baskets for name in basket})
    number = {name: at for at, name in enumerate(names)}
    held = table([[number[name] for name in basket] for basket in baskets], len(names))
    sets = fpgrowth(held, min_support=0.001)
    lengths = sets["itemsets"].map(len)
    rules = rows_of(association_rules(sets, metric="confidence", min_threshold=0.3))
    return {
        "baskets": len(baskets),
        "items": len(names),
        "setsOfLength": [int((lengths == length).sum()) for length in range(1, int(lengths.max()) + 1)],
        "sumOfCounts": int((sets["support"] * len(baskets)).round().sum()),
        "rules": len(rules),
        "everyTwoHundredth": rules[::200],
    }


fixture = {"from": "scripts/reference/itemsets.py, mlxtend 0.23.1", "small": small(), "groceries": groceries()}
(ROOT / "tests" / "fixtures" / "itemsets.json").write_text(json.dumps(fixture) + "\n")
