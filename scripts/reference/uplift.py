"""Writes tests/fixtures/uplift.json with scikit-uplift, causalml and scikit-learn.

    python3 -m venv /tmp/ref && /tmp/ref/bin/pip install numpy==2.4.6 pandas==3.1.1 scipy==1.17.1 scikit-learn==1.9.1 scikit-uplift==0.5.1
    /tmp/ref/bin/pip download causalml==0.15.5 --no-deps --dest /tmp/causalml
    /tmp/ref/bin/python scripts/reference/uplift.py /tmp/causalml/*.whl

Of causalml only the functions that score are run, out of its wheel: the rest of it needs a compiler and TensorFlow.
"""
import ast
import json
import sys
import zipfile

import numpy as np
import pandas as pd
from scipy.stats import chi2, chisquare
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklift.metrics import qini_auc_score, qini_curve, uplift_at_k, uplift_auc_score, uplift_curve

script = "scripts/reference/uplift.py"
rng = np.random.default_rng(20261127)


def causalml_scores(wheel):
    """auuc_score and qini_score as they stand in causalml/metrics/visualize.py."""
    source = zipfile.ZipFile(wheel).read("causalml/metrics/visualize.py").decode()
    wanted = {"get_cumlift", "get_cumgain", "get_qini", "auuc_score", "qini_score"}
    body = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef) and node.name in wanted]
    names = {"np": np, "pd": pd}
    exec(compile(ast.Module(body=body, type_ignores=[]), "visualize.py", "exec"), names)
    return names["auuc_score"], names["qini_score"]


auuc_score, qini_score = causalml_scores(sys.argv[1])


def measured(name, uplift, treated, outcome, tied):
    binary = set(np.unique(outcome)) <= {0, 1}
    case = {"name": name, "uplift": uplift.tolist(), "treated": treated.tolist(), "outcome": outcome.tolist()}
    if binary:
        x, qini = qini_curve(outcome, uplift, treated)
        _, gains = uplift_curve(outcome, uplift, treated)
        case |= {"people": x.tolist(), "qini": qini.tolist(), "uplifts": gains.tolist()}
        case |= {"skliftQini": qini_auc_score(outcome, uplift, treated), "skliftAuuc": uplift_auc_score(outcome, uplift, treated)}
        case["atShare"] = [
            {"share": k, "overall": uplift_at_k(outcome, uplift, treated, "overall", k), "by_group": uplift_at_k(outcome, uplift, treated, "by_group", k)}
            for k in (0.1, 0.2, 0.3, 0.55)
        ]
    # causalml sorts equal scores in no stated order.
    if not tied:
        table = pd.DataFrame({"y": outcome, "w": treated, "model": uplift})
        case |= {"causalmlQini": float(qini_score(table)["model"]), "causalmlAuuc": float(auuc_score(table)["model"])}
    return case


def trial(rows, share):
    x = rng.normal(size=(rows, 4)).round(4)
    treated = (rng.uniform(size=rows) < share).astype(int)
    logit = -0.8 + 0.7 * x[:, 0] - 0.4 * x[:, 1] + treated * (0.3 + 0.6 * x[:, 2])
    outcome = (rng.uniform(size=rows) < 1 / (1 + np.exp(-logit))).astype(int)
    spend = (outcome * (20 + 8 * x[:, 3] + 5 * treated * x[:, 2])).round(3)
    return x, treated, outcome, spend


curves = []
x, treated, outcome, spend = trial(240, 0.5)
score = (x[:, 2] * 0.1 + rng.normal(size=240) * 0.05).round(6)
curves.append(measured("smooth, halves", score, treated, outcome, False))
x, treated, outcome, spend = trial(331, 0.8)
curves.append(measured("tied, four of five addressed", (x[:, 2] * 2).round(0) / 20, treated, outcome, True))
score = (rng.normal(size=331) * 0.1).round(6)
curves.append(measured("by chance, amounts", score, treated, spend, False))
order = np.argsort(-score)
late = treated.copy()
late[order[:7]] = 1
curves.append(measured("nobody held out among the first", score, late, outcome, False))

# Float32 inputs, as the learners read them.
x, treated, outcome, spend = trial(600, 0.6)
x = x.astype(np.float32).astype(float)
share = treated.mean()
logit = lambda: LogisticRegression(C=1 / 2, tol=1e-12, max_iter=10000)
ridge = lambda: Ridge(alpha=2.0, solver="cholesky")
learnt = {}
on, off = treated == 1, treated == 0
m1, m0 = logit().fit(x[on], outcome[on]), logit().fit(x[off], outcome[off])
p1, p0 = m1.predict_proba(x)[:, 1], m0.predict_proba(x)[:, 1]
learnt["t-learner"] = p1 - p0
told = lambda t, products: np.column_stack([x, t] + ([x * t[:, None]] if products else []))
for name, products in (("s-learner", True), ("s-learner plain", False)):
    one = logit().fit(told(treated, products), outcome)
    ones, zeros = np.ones(600), np.zeros(600)
    learnt[name] = one.predict_proba(told(ones, products))[:, 1] - one.predict_proba(told(zeros, products))[:, 1]
d1, d0 = ridge().fit(x[on], outcome[on] - p0[on]), ridge().fit(x[off], p1[off] - outcome[off])
learnt["x-learner"] = share * d0.predict(x) + (1 - share) * d1.predict(x)
z = logit().fit(x, (outcome == treated).astype(int)).predict_proba(x)[:, 1]
m = logit().fit(x, outcome).predict_proba(x)[:, 1]
learnt["class-transformation"] = (z + m - (1 - share)) / (2 * share) - (1 - (z - m) / (1 - share)) / 2
# With amounts, so that the folds decide on nothing but the order of sums: one fold left out each time, by row.
fold = np.arange(600) % 3
mean, mu1, mu0 = np.zeros(600), np.zeros(600), np.zeros(600)
for f in range(3):
    here, others = fold == f, fold != f
    mean[here] = ridge().fit(x[others], spend[others]).predict(x[here])
    mu1[here] = ridge().fit(x[others & on], spend[others & on]).predict(x[here])
    mu0[here] = ridge().fit(x[others & off], spend[others & off]).predict(x[here])
w = treated - share
amounts = {
    "t-learner": ridge().fit(x[on], spend[on]).predict(x) - ridge().fit(x[off], spend[off]).predict(x),
    "r-effect": ridge().fit(x, (spend - mean) / w, sample_weight=w**2).predict(x),
    "dr-pseudo": mu1 - mu0 + w / (share * (1 - share)) * (spend - np.where(on, mu1, mu0)),
    "mean": mean,
    "mu1": mu1,
    "mu0": mu0,
}
ols = LinearRegression().fit(x, spend)

arms = [[9463, 7681], [5012, 4988], [300, 100]]
ratios = []
for a, b in arms:
    found = chisquare([a, b], [(a + b) / 2] * 2)
    ratios.append({"treated": a, "control": b, "chiSquare": float(found.statistic), "p": float(found.pvalue)})
tails = [{"x": v, "degrees": k, "p": float(chi2.sf(v, k))} for v in (0.01, 0.7, 3.84, 12.5, 60.0, 200.0) for k in (1, 2, 3, 9, 40)]

with open("tests/fixtures/uplift.json", "w") as out:
    json.dump(
        {
            "script": script,
            "curves": curves,
            "learners": {
                "regularization": 2,
                "inputs": x.round(4).tolist(),
                "treated": treated.tolist(),
                "outcome": outcome.tolist(),
                "spend": spend.tolist(),
                "fold": fold.tolist(),
                "uplift": {name: values.round(9).tolist() for name, values in learnt.items()},
                "amounts": {name: values.round(8).tolist() for name, values in amounts.items()},
                "ridge": [*ridge().fit(x, spend).coef_.tolist(), float(ridge().fit(x, spend).intercept_)],
                "ols": [*ols.coef_.tolist(), float(ols.intercept_)],
            },
            "ratios": ratios,
            "tails": tails,
        },
        out,
    )
    out.write("\n")
