"""Writes tests/fixtures/clv-models.json with lifetimes: of some purchase histories and parameters the log likelihood,
the chance of being a customer still and the expected purchases of BG/NBD, MBG/NBD and Pareto/NBD, the expected spend of
gamma-gamma, and what all four fit to 600 simulated customers.

    python3 -m venv /tmp/ref && /tmp/ref/bin/pip install lifetimes==0.11.3 pandas==3.1.1 numpy==2.4.6 scipy==1.17.1 autograd==1.9.1
    /tmp/ref/bin/python scripts/reference/clv_models.py
"""
import json
import numpy as np
import pandas as pd
from lifetimes import BetaGeoFitter, GammaGammaFitter, ModifiedBetaGeoFitter, ParetoNBDFitter

rng = np.random.default_rng(20261127)

# Whole days, in weeks.
histories = [(0, 0, 272), (0, 0, 7), (1, 12, 272), (2, 213, 272), (2, 5, 40), (7, 30, 272), (7, 270, 272), (29, 240, 272), (3, 272, 272), (80, 700, 720)]
x = np.array([h[0] for h in histories])
tx = np.array([h[1] for h in histories]) / 7
T = np.array([h[2] for h in histories]) / 7
weeks = [1.0, 39.0, 104.0]


def params(fitter, names, values):
    fitter.params_ = pd.Series(dict(zip(names, values)))
    return fitter


def of_beta_geometric(kind, values):
    fitter = params(kind(), ["r", "alpha", "a", "b"], values)
    loglik = [-kind._negative_log_likelihood(np.log(values), x[i : i + 1], tx[i : i + 1], T[i : i + 1], np.ones(1), 0.0) for i in range(len(x))]
    return {
        "parameters": list(values),
        "logLikelihoods": [float(v) for v in loglik],
        "alive": [float(v) for v in np.atleast_1d(fitter.conditional_probability_alive(x, tx, T))],
        "expected": [[float(v) for v in fitter.conditional_expected_number_of_purchases_up_to_time(t, x, tx, T)] for t in weeks],
        "ofNew": [float(fitter.expected_number_of_purchases_up_to_time(t)) for t in weeks],
    }


def of_pareto(values):
    fitter = params(ParetoNBDFitter(), ["r", "alpha", "s", "beta"], values)
    return {
        "parameters": list(values),
        "logLikelihoods": [float(v) for v in ParetoNBDFitter._conditional_log_likelihood(values, x, tx, T)],
        "alive": [float(v) for v in fitter.conditional_probability_alive(x, tx, T)],
        "expected": [[float(v) for v in fitter.conditional_expected_number_of_purchases_up_to_time(t, x, tx, T)] for t in weeks],
        "ofNew": [float(v) for v in fitter.expected_number_of_purchases_up_to_time(np.array(weeks))],
    }


def simulated(customers, r, alpha, a, b, p, q, v):
    """BG/NBD customers with gamma-gamma spend, first purchases over 26 weeks, watched for a year; whole days."""
    rows = []
    for rate, stop, scale in zip(rng.gamma(r, 1 / alpha, customers), rng.beta(a, b, customers), rng.gamma(q, 1 / v, customers)):
        end = int(rng.integers(182, 365))
        at, days = 0.0, []
        while True:
            at += rng.exponential(1 / rate) * 7
            if at >= end:
                break
            days.append(int(at))
            if rng.random() < stop:
                break
        days = sorted(set(days) - {0})
        spend = round(float(rng.gamma(p, 1 / scale, len(days)).mean()), 2) if days else 0.0
        rows.append((len(days), days[-1] if days else 0, end, spend))
    return pd.DataFrame(rows, columns=["x", "tx", "T", "monetary"])


data = simulated(600, 0.4, 6.0, 0.8, 2.2, 5.0, 4.0, 40.0)
f, t_x, total = data["x"].to_numpy(), data["tx"].to_numpy() / 7, data["T"].to_numpy() / 7
fits = {}
for name, kind in [("bg-nbd", BetaGeoFitter), ("mbg-nbd", ModifiedBetaGeoFitter), ("pareto-nbd", ParetoNBDFitter)]:
    fitter = kind().fit(f, t_x, total, tol=1e-10)
    if name == "pareto-nbd":
        loglik = float(ParetoNBDFitter._conditional_log_likelihood(list(fitter.params_), f, t_x, total).sum())
    else:
        loglik = float(-kind._negative_log_likelihood(np.log(fitter.params_.to_numpy()), f, t_x, total, np.ones(len(f)), 0.0) * len(f))
    fits[name] = {"parameters": [float(v) for v in fitter.params_], "logLikelihood": loglik}
    if hasattr(fitter, "standard_errors_"):
        fits[name]["standardErrors"] = [float(v) for v in fitter.standard_errors_]
back = data[data["x"] > 0]
gg = GammaGammaFitter().fit(back["x"], back["monetary"])
fits["gamma-gamma"] = {
    "parameters": [float(v) for v in gg.params_],
    "logLikelihood": float(-GammaGammaFitter._negative_log_likelihood(np.log(gg.params_.to_numpy()), back["x"].to_numpy(), back["monetary"].to_numpy(), np.ones(len(back)), 0.0) * len(back)),
}
spend_of = params(GammaGammaFitter(), ["p", "q", "v"], [6.25, 3.74, 15.44])
spends = [(1, 20.0), (2, 22.35), (9, 73.74), (5, 12.0)]

with open("tests/fixtures/clv-models.json", "w") as out:
    json.dump(
        {
            "script": "scripts/reference/clv_models.py",
            "histories": histories,
            "weeks": weeks,
            "values": {
                "bg-nbd": [of_beta_geometric(BetaGeoFitter, v) for v in [(0.243, 4.414, 0.793, 2.426), (1.7, 9.0, 1.6, 5.0)]],
                "mbg-nbd": [of_beta_geometric(ModifiedBetaGeoFitter, v) for v in [(0.525, 6.183, 0.891, 1.614), (1.7, 9.0, 1.6, 5.0)]],
                "pareto-nbd": [of_pareto(v) for v in [(0.553, 10.578, 0.606, 11.669), (1.7, 4.0, 1.4, 30.0), (0.8, 12.0, 0.5, 3.0)]],
            },
            "spend": {"parameters": [6.25, 3.74, 15.44], "rows": [[n, z, float(spend_of.conditional_expected_average_profit(np.array([n]), np.array([z]))[0])] for n, z in spends]},
            "simulated": data.to_numpy().tolist(),
            "fits": fits,
        },
        out,
        separators=(",", ":"),
    )
    out.write("\n")
