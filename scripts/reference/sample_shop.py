"""Recovers the sample shop's planted truth with independent libraries and writes tests/fixtures/sample-shop-reference.json.

    npx tsx scripts/make-sample-shop.ts --csv /tmp/shop
    pip install lifetimes==0.11.3 pandas scipy scikit-learn
    python3 scripts/reference/sample_shop.py /tmp/shop tests/fixtures/sample-shop-reference.json
"""

import json
import sys

import lifetimes
import numpy as np
import pandas as pd
import scipy
import sklearn
from lifetimes import BetaGeoFitter, GammaGammaFitter
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler

folder, output = sys.argv[1], sys.argv[2]
events = pd.read_csv(f"{folder}/events.csv", parse_dates=["time"], dtype={"user_id": str, "item_id": str, "order_id": str, "campaign": str})
events = events[~events.user_id.str.startswith("tester")]
end = pd.Timestamp("2026-11-01")


def order_days(frame):
    lines = frame[frame.event == "order_completed"]
    return lines.assign(day=lines.time.dt.normalize()).groupby(["user_id", "day"]).value.sum().reset_index()


def summary(days, last):
    """Repeat order days, days from first to last, days from first to the end, mean value of repeat days."""
    first = days.groupby("user_id").day.transform("min")
    repeat = days[days.day > first].groupby("user_id").value.mean()
    table = days.groupby("user_id").day.agg(["min", "max", "count"])
    return pd.DataFrame(
        {
            "frequency": table["count"] - 1,
            "recency": (table["max"] - table["min"]).dt.days,
            "T": (last - table["min"]).dt.days,
            "monetary": repeat.reindex(table.index).fillna(0),
        }
    )


days = order_days(events)
rfm = summary(days, end)
bgnbd = BetaGeoFitter().fit(rfm.frequency, rfm.recency, rfm["T"])
# Money is planted per order; two orders of one day would look like one large one.
totals = events[events.event == "order_completed"].groupby(["user_id", "order_id"]).value.sum().groupby("user_id").agg(["size", "mean"])
gamma_gamma = GammaGammaFitter().fit(totals["size"], totals["mean"])


def propensity(cutoff, window=30):
    """AUC of a logistic regression trained a window earlier, and of "recent buyers first"."""

    def features(until):
        past = events[events.time < until]
        orders = order_days(past)
        table = summary(orders, until)
        lately = past[past.time >= until - pd.Timedelta(days=30)]
        counts = lately.groupby(["user_id", "event"]).size().unstack(fill_value=0)
        table["views30"] = counts.get("product_viewed")
        table["carts30"] = counts.get("product_added")
        table = table.fillna(0)
        sinceLast = table["T"] - table.recency
        X = np.column_stack(
            [np.log1p(table.frequency), np.log1p(sinceLast), np.log1p(table["T"]), np.log1p(table.views30), np.log1p(table.carts30)]
        )
        future = events[(events.event == "order_completed") & (events.time >= until) & (events.time < until + pd.Timedelta(days=window))]
        return X, table.index.isin(future.user_id.unique()).astype(int), -sinceLast

    X, y, _ = features(cutoff - pd.Timedelta(days=window))
    scaler = StandardScaler().fit(X)
    model = LogisticRegression(max_iter=1000).fit(scaler.transform(X), y)
    X, y, recent = features(cutoff)
    return {
        "logistic": roc_auc_score(y, model.predict_proba(scaler.transform(X))[:, 1]),
        "recentBuyersFirst": roc_auc_score(y, recent),
        "positives": float(y.mean()),
    }


result = {
    "madeBy": "scripts/reference/sample_shop.py",
    "contentSha256": json.load(open("datasets/sample-shop/truth.json"))["contentSha256"],
    "versions": {m.__name__: m.__version__ for m in (lifetimes, np, pd, scipy, sklearn)},
    "customers": len(rfm),
    "bgnbd": {name: float(value) for name, value in bgnbd.params_.items()},
    "gammaGamma": {name: float(value) for name, value in gamma_gamma.params_.items()},
    "frequencyMonetaryCorrelation": float(np.corrcoef(totals["size"], totals["mean"])[0, 1]),
    "propensity": propensity(pd.Timestamp("2026-10-02")),
}
text = json.dumps(result, indent=2)
print(text)
open(output, "w").write(text + "\n")
