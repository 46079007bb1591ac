"""Writes tests/fixtures/randomisation.json with NumPy, SciPy, statsmodels and scikit-learn.

    python3 -m venv /tmp/ref && /tmp/ref/bin/pip install numpy==2.4.6 scipy==1.17.1 statsmodels==0.15.0 scikit-learn==1.9.1
    /tmp/ref/bin/python scripts/reference/randomisation.py

Of one campaign the statistic of Hansen & Bowers (2008) is (n - 1) R² of the regression of the arm on the inputs, which
statsmodels gives. Of several it is written out from the paper's equations, and its chance is held against permutations of
the lots within campaigns.
"""
import json

import numpy as np
import statsmodels.api as sm
from scipy.stats import chi2, norm
from sklearn.metrics import roc_auc_score
from statsmodels.stats.multitest import multipletests

rng = np.random.default_rng(20261127)


def written_out(x, z, campaign, person):
    """Adjusted sums, their covariance under lots, and d²; where people repeat, the covariance of sums by person."""
    k = x.shape[1]
    sums, cov = np.zeros(k), np.zeros((k, k))
    of_person = {}
    for s in np.unique(campaign):
        here = campaign == s
        xs, zs = x[here] - x[here].mean(axis=0), z[here]
        n, m = len(zs), zs.sum()
        sums += zs @ xs
        cov += m * (n - m) / (n * (n - 1)) * xs.T @ xs
        for row, who in zip((zs - m / n)[:, None] * xs, person[here]):
            of_person[who] = of_person.get(who, 0) + row
    if len(of_person) < len(z):
        each = np.array(list(of_person.values()))
        cov = each.T @ each
    d2 = sums @ np.linalg.pinv(cov, rcond=1e-7) @ sums
    return sums, cov, float(d2), int(np.linalg.matrix_rank(cov, tol=1e-7 * np.abs(cov).max()))


def auc_within(score, z, campaign, person):
    total, auc, variance, moved = 0, 0.0, 0.0, {}
    for s in np.unique(campaign):
        here = campaign == s
        n1, n0 = int(z[here].sum()), int((1 - z[here]).sum())
        total += n1 * n0
    for s in np.unique(campaign):
        here = campaign == s
        zs, n1, n0 = z[here], int(z[here].sum()), int((1 - z[here]).sum())
        weight = n1 * n0 / total
        auc += weight * roc_auc_score(zs, score[here])
        variance += weight**2 * (n1 + n0 + 1) / (12 * n1 * n0)
        # Mean placement among all of the campaign, by comparing every pair.
        beats = (score[here][:, None] > score[here]).mean(axis=1) + 0.5 * (score[here][:, None] == score[here]).mean(axis=1) - 0.5
        for who, value in zip(person[here], weight * beats * np.where(zs == 1, 1 / n1, -1 / n0)):
            moved[who] = moved.get(who, 0) + value
    if len(moved) < len(z):
        variance = sum(v * v for v in moved.values())
    return auc, float(np.sqrt(variance))


def case(name, x, z, campaign, person, score):
    x = x.astype(np.float32).astype(float)
    sums, cov, d2, rank = written_out(x, z, campaign, person)
    p = 2 * norm.sf(np.abs(sums) / np.sqrt(np.diag(cov)))
    auc, error = auc_within(score, z, campaign, person)
    made = {
        "name": name,
        "inputs": x.round(6).tolist(),
        "treated": z.tolist(),
        "campaign": campaign.tolist(),
        "person": person.tolist(),
        "score": score.tolist(),
        "chiSquare": d2,
        "degrees": rank,
        "p": float(chi2.sf(d2, rank)),
        "holm": multipletests(p, method="holm")[1].tolist(),
        "auc": auc,
        "error": error,
    }
    if len(np.unique(campaign)) == 1:
        fit = sm.OLS(z, sm.add_constant(x[:, :rank])).fit()
        made["ols"] = float((len(z) - 1) * fit.rsquared)
        on, off = x[z == 1], x[z == 0]
        made["differences"] = ((on.mean(axis=0) - off.mean(axis=0)) / np.sqrt((on.var(axis=0) + off.var(axis=0)) / 2)).tolist()
    return made


cases = []
x = rng.normal(size=(160, 4)).round(2)
z = (rng.permutation(160) < 60).astype(int)
one = np.zeros(160, int)
cases.append(case("one campaign, lots", x, z, one, np.arange(160), rng.normal(size=160).round(2)))
# The last input is a sum of two others: it says nothing new.
x = np.column_stack([x[:, :3], x[:, 0] + x[:, 1]])
z = (rng.uniform(size=160) < 1 / (1 + np.exp(-0.9 * x[:, 2]))).astype(int)
cases.append(case("one campaign, chosen by an input", x, z, one, np.arange(160), x[:, 2].round(2)))
# Eager people are in the campaign that wrote to nine in ten: pooled that would look like a choice.
campaign = np.repeat([0, 1], 100)
x = (rng.normal(size=(200, 3)) + 1.5 * campaign[:, None]).round(2)
z = np.concatenate([(rng.permutation(100) < 20), (rng.permutation(100) < 90)]).astype(int)
cases.append(case("two campaigns of different people and shares, lots", x, z, campaign, np.arange(200), x[:, 0]))
# Sixty people in both, held out of both by one lot.
person = np.tile(np.arange(90), 2)
base = rng.normal(size=(90, 3))
x = np.vstack([base + 0.1 * rng.normal(size=(90, 3)), base + 0.1 * rng.normal(size=(90, 3))]).round(2)
lot = (rng.permutation(90) < 45).astype(int)
cases.append(case("one lot for two campaigns", x, np.tile(lot, 2), np.repeat([0, 1], 90), person, x[:, 1]))

# How often chance gives a d² above that of the third case: the χ² tail must tell it.
third = cases[2]
x3, z3, c3, who3 = (np.array(third[name]) for name in ("inputs", "treated", "campaign", "person"))
above = 0
for _ in range(4000):
    drawn = z3.copy()
    for s in (0, 1):
        drawn[c3 == s] = rng.permutation(drawn[c3 == s])
    above += written_out(x3, drawn, c3, who3)[2] >= third["chiSquare"]
third["permuted"] = above / 4000

with open("tests/fixtures/randomisation.json", "w") as out:
    json.dump({"script": "scripts/reference/randomisation.py", "cases": cases}, out)
    out.write("\n")
for made in cases:
    print(made["name"], made["chiSquare"], made["degrees"], made["p"], made.get("ols"), made.get("permuted"), made["auc"], made["error"])
