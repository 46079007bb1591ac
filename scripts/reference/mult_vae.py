"""Writes tests/fixtures/mult-vae.json: what Mult-VAE scores and loses with given weights, by NumPy in float64.

The formulas are those of Liang, Krishnan, Hoffman & Jebara (WWW 2018): input of length 1, tanh, the mean of tastes for a
list; the loss of a batch is Σ weight · (multinomial likelihood over the items of the history, in equal shares, + rate /
length · KL), and its gradient is that of central differences.

    python3 -m venv /tmp/vae && /tmp/vae/bin/pip install numpy==2.2.6 && /tmp/vae/bin/python scripts/reference/mult_vae.py
"""

import json
from pathlib import Path

import numpy as np

USERS, ITEMS, HIDDEN, FACTORS, RATE = 6, 9, 5, 3, 0.3
SHAPES = {
    "history": (ITEMS, HIDDEN), "historyBias": (1, HIDDEN), "mean": (HIDDEN, FACTORS), "meanBias": (1, FACTORS),
    "spread": (HIDDEN, FACTORS), "spreadBias": (1, FACTORS), "taste": (FACTORS, HIDDEN), "tasteBias": (1, HIDDEN),
    "item": (ITEMS, HIDDEN), "itemBias": (ITEMS, 1),
}  # fmt: skip


def forward(x, w, noise):
    own = x / np.sqrt(x.sum(axis=1, keepdims=True))
    inward = np.tanh(own @ w["history"] + w["historyBias"])
    mean, log_variance = inward @ w["mean"] + w["meanBias"], inward @ w["spread"] + w["spreadBias"]
    taste = mean + noise * np.exp(log_variance / 2)
    logits = np.tanh(taste @ w["taste"] + w["tasteBias"]) @ w["item"].T + w["itemBias"].T
    return logits, mean, log_variance


def loss(x, w, noise):
    logits, mean, log_variance = forward(x, w, noise)
    logits = logits - logits.max(axis=1, keepdims=True)
    log_shares = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    lengths = x.sum(axis=1)
    misfit = -(x / lengths[:, None] * log_shares).sum(axis=1)
    kl = 0.5 * (mean**2 + np.exp(log_variance) - 1 - log_variance).sum(axis=1)
    weights = np.sqrt(lengths) / np.sqrt(lengths).sum()
    return float((weights * (misfit + RATE / lengths * kl)).sum())


def main():
    rng = np.random.default_rng(3)
    x = np.zeros((USERS, ITEMS))
    for user in range(USERS):
        x[user, rng.choice(ITEMS, size=rng.integers(2, 6), replace=False)] = 1
    w = {name: rng.normal(0, 0.5, shape).round(4) for name, shape in SHAPES.items()}
    noise = rng.normal(size=(USERS, FACTORS)).round(4)
    gradients = {}
    for name, shape in SHAPES.items():
        slope = np.zeros(shape)
        for at in np.ndindex(*shape):
            either = []
            for step in (1e-5, -1e-5):
                moved = {**w, name: w[name].copy()}
                moved[name][at] += step
                either.append(loss(x, moved, noise))
            slope[at] = (either[0] - either[1]) / 2e-5
        gradients[name] = slope.round(8).ravel().tolist()
    scores, _, _ = forward(x, w, np.zeros((USERS, FACTORS)))
    fixture = {
        "from": "scripts/reference/mult_vae.py, numpy 2.2.6",
        "users": USERS, "items": ITEMS, "hidden": HIDDEN, "factors": FACTORS, "rate": RATE,
        "pairs": np.argwhere(x).tolist(),
        "weights": {name: table.ravel().tolist() for name, table in w.items()},
        "noise": noise.ravel().tolist(),
        "scores": scores.round(7).tolist(),
        "loss": loss(x, w, noise),
        "gradients": gradients,
    }  # fmt: skip
    (Path(__file__).parents[2] / "tests/fixtures/mult-vae.json").write_text(json.dumps(fixture) + "\n")


main()
