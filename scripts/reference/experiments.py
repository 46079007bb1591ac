"""Experiments as SciPy 1.17.1 and statsmodels 0.15.0 measure them.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install numpy==2.4.6 scipy==1.17.1 statsmodels==0.15.0
    /tmp/venv/bin/python scripts/reference/experiments.py
"""
import json
from pathlib import Path

import numpy as np
from scipy import integrate, stats
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, power_proportions_2indep, proportions_ztest

out = Path(__file__).parents[2] / 'tests/fixtures/experiments.json'
rng = np.random.default_rng(1)
points = [1e-12, 1e-5, 0.01, 0.3, 0.77, 0.999]

distributions = {
    'normalUpper': [[x, stats.norm.sf(x)] for x in [-6, -1.5, 0, 0.3, 1.96, 5, 12, 30]],
    'normalQuantile': [[p, stats.norm.ppf(p)] for p in points],
    'chiSquareUpper': [[x, k, stats.chi2.sf(x, k)] for k in [1, 2, 7, 60] for x in [0.01, 1, 6, 40, 300]],
    'studentTwoSided': [[t, k, 2 * stats.t.sf(t, k)] for k in [1, 3.5, 30, 4000] for t in [0.1, 1, 2.5, 9]],
    'studentQuantile': [[p, k, stats.t.isf(p / 2, k)] for k in [2, 11.2, 300] for p in [0.05, 0.001]],
    'betaCdf': [[x, a, b, stats.beta.cdf(x, a, b)] for a, b in [(0.5, 0.5), (3, 90), (400, 600), (20000, 80000)] for x in [0.01, 0.2, 0.4, 0.9]],
    'betaQuantile': [[p, a, b, stats.beta.ppf(p, a, b)] for a, b in [(0.5, 10.5), (40, 960)] for p in [0.025, 0.5, 0.975]],
}

proportions = []
for (n0, x0), (n1, x1) in [((1000, 100), (1000, 130)), ((150, 3), (2000, 61)), ((40, 0), (50, 4)), ((44700, 20034), (45489, 20119))]:
    low, high = confint_proportions_2indep(x1, n1, x0, n0, method='newcomb', compare='diff')
    p = proportions_ztest([x1, x0], [n1, n0])[1]
    proportions.append({'control': [n0, x0], 'treated': [n1, x1], 'low': low, 'high': high, 'p': p})

a = np.round(rng.gamma(1.2, 40, 60), 2)
b = np.round(rng.gamma(1.2, 55, 45), 2)
welch = stats.ttest_ind(b, a, equal_var=False)
interval = welch.confidence_interval(0.95)
means = {'control': a.tolist(), 'treated': b.tolist(), 'p': welch.pvalue, 'low': interval.low, 'high': interval.high}

# A ratio of sums as a regression through the ratio: the delta method is the sandwich estimate of Y − R·N over mean N.
def ratio(money, orders):
    r = money.sum() / orders.sum()
    residual = money - r * orders
    return r, residual.var(ddof=1) / orders.mean() ** 2 / len(money)

orders = [rng.poisson(2, 80) + 0.0, rng.poisson(2.2, 90) + 0.0]
money = [np.round(each * rng.gamma(4, 10, len(each)), 2) for each in orders]
(r0, v0), (r1, v1) = (ratio(m, n) for m, n in zip(money, orders))
z = (r1 - r0) / np.sqrt(v0 + v1)
ratios = {
    'money': [each.tolist() for each in money],
    'orders': [each.tolist() for each in orders],
    'difference': r1 - r0,
    'error': np.sqrt(v0 + v1),
    'p': 2 * stats.norm.sf(abs(z)),
}

before = rng.gamma(2, 20, 120)
arm = np.repeat([0, 1], [50, 70])
after = np.round(0.7 * before + rng.normal(0, 8, 120) + 4 * arm, 3)
theta = OLS(after, np.column_stack([np.ones(120), before])).fit().params[1]
adjusted = after - theta * (before - before.mean())
t = stats.ttest_ind(adjusted[arm == 1], adjusted[arm == 0], equal_var=False)
cuped = {
    'before': before.tolist(),
    'after': after.tolist(),
    'controls': 50,
    'theta': theta,
    'explained': np.corrcoef(before, after)[0, 1] ** 2,
    'difference': adjusted[arm == 1].mean() - adjusted[arm == 0].mean(),
    'p': t.pvalue,
}

power = []
for rate, effect, share, people in [(0.05, 0.01, 0.5, 10000), (0.05, 0.01, 0.1, 10000), (0.3, -0.05, 0.2, 3000), (0.01, 0.004, 0.1, 50000)]:
    treated = people * (1 - share)
    got = power_proportions_2indep(effect, rate, treated, ratio=share / (1 - share), alpha=0.05, return_results=False)
    power.append({'rate': rate, 'effect': effect, 'controlShare': share, 'people': people, 'power': float(got)})

bayes = []
for (n0, x0), (n1, x1) in [((1000, 100), (1000, 130)), ((40, 0), (50, 4)), ((44700, 20034), (45489, 20119))]:
    one, two = stats.beta(x0 + 0.5, n0 - x0 + 0.5), stats.beta(x1 + 0.5, n1 - x1 + 0.5)
    low, high = two.ppf(1e-14), two.ppf(1 - 1e-14)
    better = integrate.quad(lambda q: two.pdf(q) * one.cdf(q), low, high, limit=500, epsabs=1e-13)[0]
    draws = np.random.default_rng(7)
    p, q = one.rvs(4_000_000, random_state=draws), two.rvs(4_000_000, random_state=draws)
    bayes.append({'control': [n0, x0], 'treated': [n1, x1], 'better': better, 'lossIfControl': np.maximum(0, q - p).mean(), 'lossIfTreated': np.maximum(0, p - q).mean()})

# Three arms beside one control: intervals and p values that hold together (Bonferroni).
people, did = [3000, 2900, 2800, 2700], [210, 258, 250, 189]
ps = [proportions_ztest([did[a], did[0]], [people[a], people[0]])[1] for a in (1, 2, 3)]
each = [confint_proportions_2indep(did[a], people[a], did[0], people[0], method='newcomb', compare='diff', alpha=0.05 / 3) for a in (1, 2, 3)]
together = {'people': people, 'did': did, 'p': multipletests(ps, method='bonferroni')[1].tolist(), 'intervals': [list(map(float, interval)) for interval in each]}

srm = stats.chisquare([9463, 7681])
sampleRatio = {'people': [9463, 7681], 'chiSquare': srm.statistic, 'p': srm.pvalue}

out.write_text(json.dumps({'distributions': distributions, 'proportions': proportions, 'means': means, 'ratios': ratios, 'cuped': cuped, 'power': power, 'bayes': bayes, 'sampleRatio': sampleRatio, 'together': together}) + '\n')
