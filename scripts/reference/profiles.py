"""Writes tests/fixtures/profiles.json: profiles and RFM scores of CDNOW and UCI Online Retail, computed with pandas.

    python3 -m venv /tmp/ref && /tmp/ref/bin/pip install pandas==2.2.3 numpy==1.26.4
    /tmp/ref/bin/python scripts/reference/profiles.py ../shared/data
"""
import json
import sys
from decimal import Decimal

import numpy as np
import pandas as pd

data = sys.argv[1]


def rfm(customers):
    """Score counts per cell: quintile is qcut of the rank, ties-together is the quantile edges of the raw values."""
    best = {"recency": -1, "orders": 1, "revenue": 1}
    scores = {"quintile": {}, "ties-together": {}}
    for measure, direction in best.items():
        values = customers[measure].astype(float)
        bins = pd.qcut(values.rank(method="first"), 5, labels=False) + 1
        scores["quintile"][measure] = bins if direction > 0 else 6 - bins
        edges = np.quantile(values, [0.2, 0.4, 0.6, 0.8], method="linear")
        together = pd.Series(np.searchsorted(edges, values, side="left") + 1, index=values.index)
        scores["ties-together"][measure] = together if direction > 0 else 6 - together
    cells = {}
    for method, of in scores.items():
        table = pd.crosstab(of["recency"], of["orders"]).reindex(index=range(1, 6), columns=range(1, 6), fill_value=0)
        cells[method] = table.to_numpy().tolist()
        cells[f"{method} monetary"] = [int((of["revenue"] == s).sum()) for s in range(1, 6)]
    some = customers.index[:: max(1, len(customers) // 5)][:5]
    cells["some"] = {
        method: {user: [int(of[m][user]) for m in ("recency", "orders", "revenue")] for user in some} for method, of in scores.items()
    }
    return cells


def facts(customers):
    numbers = customers.drop(columns=["revenue"], errors="ignore").select_dtypes("number")
    some = customers.index[:: max(1, len(customers) // 7)][:7]
    return {
        "customers": len(customers),
        "revenue": str(sum(customers["revenue"], Decimal(0))),
        "sums": {name: int(numbers[name].sum()) for name in numbers},
        "some": {user: {name: str(value) if isinstance(value, Decimal) else value if isinstance(value, str) else int(value) for name, value in customers.loc[user].items()} for user in some},
        "rfm": rfm(customers),
    }


def cdnow():
    rows = pd.read_fwf(f"{data}/cdnow/CDNOW_sample.txt", header=None, dtype=str, colspecs="infer")
    rows.columns = ["id", "sample", "date", "cds", "dollars"]
    as_of = pd.Timestamp("1998-07-01")
    rows["date"] = pd.to_datetime(rows["date"])
    rows["value"] = rows["dollars"].map(Decimal)
    rows["cds"] = rows["cds"].astype(int)
    by = rows.groupby("id")
    customers = pd.DataFrame(
        {
            "recency": (as_of - by["date"].max()).dt.days,
            "tenure": (as_of - by["date"].min()).dt.days,
            "orders": by["date"].nunique(),
            "quantity": by["cds"].sum(),
            "revenue": by["value"].agg(lambda v: sum(v, Decimal(0))),
        }
    ).sort_index()
    return facts(customers)


def uci():
    rows = pd.read_csv(f"{data}/uci-online-retail/online_retail.csv", dtype=str, keep_default_na=False)
    rows = rows[rows["CustomerID"] != ""].copy()
    rows["user"] = rows["CustomerID"].str.replace(".0", "", regex=False)
    rows["date"] = pd.to_datetime(rows["InvoiceDate"])
    rows["pieces"] = rows["Quantity"].astype(int)
    rows["value"] = [q * Decimal(p) for q, p in zip(rows["pieces"], rows["UnitPrice"])]
    rows["refund"] = rows["InvoiceNo"].str.startswith("C")
    as_of = pd.Timestamp("2011-10-01")
    rows = rows[rows["date"] < as_of]
    days = rows["date"].dt.normalize()
    sales = rows[~rows["refund"]]
    everyone = pd.Index(sorted(rows["user"].unique()))
    lines = sales.groupby(["user", "StockCode"]).agg(orders=("InvoiceNo", "nunique"), lines=("InvoiceNo", "size")).reset_index()
    lines = lines.sort_values(["user", "orders", "lines", "StockCode"], ascending=[True, False, False, True])
    favorite = lines.groupby("user")["StockCode"].first()
    buyers = sales.groupby("user")
    customers = pd.DataFrame(index=everyone)
    customers["recency"] = (as_of - days[~rows["refund"]].groupby(rows["user"]).max()).dt.days
    customers["tenure"] = (as_of - days.groupby(rows["user"]).min()).dt.days
    customers["orders"] = buyers["InvoiceNo"].nunique()
    customers["refunds"] = rows[rows["refund"]].groupby("user")["InvoiceNo"].nunique()
    customers["quantity"] = buyers["pieces"].sum()
    customers["activeDays"] = days.groupby(rows["user"]).nunique()
    customers["revenue"] = rows.groupby("user")["value"].agg(lambda v: sum(v, Decimal(0)))
    customers["favorite"] = favorite
    customers["refunds"] = customers["refunds"].fillna(0)
    customers = customers[customers["orders"].notna()].astype({"recency": int, "orders": int, "refunds": int, "quantity": int})
    return {"everyone": len(everyone), **facts(customers)}


with open("tests/fixtures/profiles.json", "w") as file:
    json.dump({"cdnow": cdnow(), "uci": uci()}, file, indent=1)
    file.write("\n")
