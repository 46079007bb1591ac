"""Effects without lots as statsmodels 0.15.0, SciPy 1.17.1 and NumPy 2.4.6 measure them.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install numpy==2.4.6 scipy==1.17.1 statsmodels==0.15.0 pandas
    /tmp/venv/bin/python scripts/reference/results.py
"""
import json
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import optimize, stats
from statsmodels.regression.linear_model import GLSAR, OLS, yule_walker
from statsmodels.stats.diagnostic import acorr_ljungbox
from statsmodels.stats.meta_analysis import combine_effects

out = Path(__file__).parents[2] / 'tests/fixtures/results.json'
rng = np.random.default_rng(10)

# Before and after: two years of days with trend, week and year, a campaign of three weeks that adds 12 a day and a dip after.
days, first = 760, 20000
date = first + np.arange(days)
week = np.array([0, 2, 1, 3, 9, 14, 11])[(date + 3) % 7]
noise = np.zeros(days)
for i in range(1, days):
    noise[i] = 0.5 * noise[i - 1] + rng.normal(0, 4)
stretches = [['campaign', first + 700, first + 721], ['afterwards', first + 721, first + 742]]
values = 100 + 0.02 * np.arange(days) + week + 8 * np.sin(2 * np.pi * date / 365.2425) + noise
values[700:721] += 12
values[721:742] -= 5
values = np.round(values, 3)


def regressors(date, whole, stretches, year):
    columns = [np.ones(len(date)), np.arange(len(date)) / whole]
    columns += [((date + 3) % 7 == k).astype(float) for k in range(1, 7)]
    if year:
        for h in (1, 2):
            columns += [np.sin(2 * np.pi * h * date / 365.2425), np.cos(2 * np.pi * h * date / 365.2425)]
    columns += [((date >= a) & (date < b)).astype(float) for _, a, b in stretches]
    return np.column_stack(columns)


def glsar(y, x):
    rho = yule_walker(OLS(y, x).fit().resid, order=1)[0]
    for _ in range(3):
        beta = GLSAR(y, x, rho=rho).fit().params
        rho = yule_walker(y - x @ beta, order=1)[0]
    return GLSAR(y, x, rho=rho).fit(use_t=True)


fit = glsar(values, regressors(date, days, stretches, True))
box = acorr_ljungbox(fit.wresid, lags=[14], model_df=1, return_df=True)
interval = fit.conf_int()
short = glsar(values[500:], regressors(date[500:], days - 500, stretches, False))
placebo = glsar(values[:700], regressors(date[:700], 700, [['placebo', first + 679, first + 700]], True))
before_after = {
    'values': values.tolist(), 'firstDay': first, 'stretches': stretches,
    'effects': [{'perDay': fit.params[k], 'low': interval[k][0], 'high': interval[k][1], 'p': fit.pvalues[k]} for k in (-2, -1)],
    'ljungBox': {'q': box['lb_stat'].iloc[0], 'p': box['lb_pvalue'].iloc[0]},
    'placebo': {'perDay': placebo.params[-1], 'p': placebo.pvalues[-1]},
    'short': {'from': 500, 'perDay': short.params[-2], 'p': short.pvalues[-2]},
}

# Difference in differences: 14 shops with it and 22 without over 8 months, shocks of shops.
units, periods, after = 36, 8, 5
treated = (np.arange(units) < 14).astype(int)
shop = rng.normal(50, 10, units)
month = np.array([0, 3, 1, 5, 2, 4, 8, 6])
panel = shop[:, None] + month + rng.normal(0, 3, (units, periods)) + 4 * treated[:, None] * (np.arange(periods) >= after)
panel = np.round(panel, 3)
frame = pd.DataFrame({'y': panel.ravel(), 'unit': np.repeat(np.arange(units), periods), 'period': np.tile(np.arange(periods), units)})
frame['got'] = treated[frame.unit] * (frame.period >= after)
fixed = pd.get_dummies(frame.unit, drop_first=True).astype(float).join(pd.get_dummies(frame.period, prefix='t', drop_first=True).astype(float))
twfe = OLS(frame.y, np.column_stack([np.ones(len(frame)), fixed, frame.got])).fit()
change = panel[:, after:].mean(1) - panel[:, :after].mean(1)
collapsed = OLS(change, np.column_stack([np.ones(units), treated])).fit(cov_type='HC2')
since = panel[:, :after - 1] - panel[:, after - 1:after]
delta = since[treated == 1].mean(0) - since[treated == 0].mean(0)
v = sum(np.cov(since[treated == g].T) / (treated == g).sum() for g in (0, 1))
wald = delta @ np.linalg.solve(v, delta)
slope = np.polyfit(np.arange(after), panel[:, :after].T, 1)[0]
steeper = stats.ttest_ind(slope[treated == 1], slope[treated == 0], equal_var=False)
did = {
    'values': panel.ravel().tolist(), 'units': units, 'periods': periods, 'after': after, 'treated': treated.tolist(),
    'twoWayFixedEffects': twfe.params.iloc[-1], 'difference': collapsed.params[-1], 'error': collapsed.bse[-1],
    'p': stats.ttest_ind(change[treated == 1], change[treated == 0], equal_var=False).pvalue,
    'slopes': {'difference': slope[treated == 1].mean() - slope[treated == 0].mean(), 'p': steeper.pvalue},
    'trends': {'chiSquare': wald, 'degrees': after - 1, 'p': stats.chi2.sf(wald, after - 1)},
}

# Synthetic control: nine donors, the treated one a mixture of three of them with noise, and 6 more after.
t0, t1, donors = 18, 26, 9
factors = rng.normal(0, 1, (t1, 3)).cumsum(0)
x = np.round(30 + factors @ rng.normal(0, 2, (3, donors)) + rng.normal(0, 0.5, (t1, donors)), 3)
w_true = np.array([0.5, 0.3, 0.2] + [0] * (donors - 3))
y = np.round(x @ w_true + rng.normal(0, 0.4, t1) + 6 * (np.arange(t1) >= t0), 3)


def weights(y, x):
    n = x.shape[1]
    best = None
    for start in (np.full(n, 1 / n), rng.dirichlet(np.ones(n))):
        got = optimize.minimize(lambda w: ((y - x @ w) ** 2).sum(), start, jac=lambda w: -2 * x.T @ (y - x @ w), method='SLSQP',
                                bounds=[(0, 1)] * n, constraints={'type': 'eq', 'fun': lambda w: w.sum() - 1, 'jac': lambda w: np.ones(n)},
                                options={'ftol': 1e-15, 'maxiter': 2000})
        if best is None or got.fun < best.fun:
            best = got
    return best.x


def ratio(y, x):
    gap = y - x @ weights(y[:t0], x[:t0])
    return np.sqrt((gap[t0:] ** 2).mean()) / np.sqrt((gap[:t0] ** 2).mean()), gap


own, gap = ratio(y, x)
ratios = [own] + [ratio(x[:, d], np.delete(x, d, 1))[0] for d in range(donors)]
synthetic = {
    'treated': y.tolist(), 'donors': x.T.tolist(), 'after': t0, 'weights': weights(y[:t0], x[:t0]).tolist(), 'effect': gap[t0:].mean(),
    'ratios': ratios, 'p': np.mean(np.array(ratios) >= own),
}

# Displacement: Fieller's interval by hand.
n0, n1 = 400, 500
gain = [np.round(rng.gamma(0.5, 20, n) + s, 2) for n, s in ((n0, 0), (n1, 4))]
loss = [np.round(rng.gamma(0.5, 20, n) - s, 2) for n, s in ((n0, 0), (n1, 2.5))]
b, a = gain[1].mean() - gain[0].mean(), -(loss[1].mean() - loss[0].mean())
vb, va = (sum(p.var(ddof=1) / len(p) for p in part) for part in (gain, loss))
c = -sum(np.cov(g, l)[0, 1] / len(g) for g, l in zip(gain, loss))
z2 = stats.norm.ppf(0.975) ** 2
roots = np.sort(np.roots([b * b - z2 * vb, -2 * (a * b - z2 * c), a * a - z2 * va]))
displacement = {'gaining': [g.tolist() for g in gain], 'losing': [l.tolist() for l in loss], 'share': a / b, 'low': roots[0], 'high': roots[1]}

# Whether groups differ: Cochran's Q.
effects, errors = np.array([0.02, 0.05, -0.01, 0.03]), np.array([0.01, 0.02, 0.012, 0.03])
q = combine_effects(effects, errors ** 2).q
cochran = {'effects': effects.tolist(), 'errors': errors.tolist(), 'q': q, 'p': stats.chi2.sf(q, 3)}

out.write_text(json.dumps({'beforeAfter': before_after, 'differenceInDifferences': did, 'syntheticControl': synthetic, 'displacement': displacement, 'cochran': cochran}) + '\n')
