"""Writes tests/fixtures/clv-inputs.json with lifetimes: the summary of some hand-made and 150 random customers, with
their orders, and of CDNOW (whose orders are not ours to ship) the sums and every 1000th customer.

    python3 -m venv /tmp/ref && /tmp/ref/bin/pip install lifetimes==0.11.3 pandas==2.2.3 numpy==1.26.4
    /tmp/ref/bin/python scripts/reference/clv_inputs.py ../shared/data/cdnow/CDNOW_master.txt
"""
import json
import sys
import numpy as np
import pandas as pd
from lifetimes.utils import summary_data_from_transaction_data

end = "1997-09-30"
cdnow = pd.read_csv(sys.argv[1], sep=r"\s+", skiprows=1, header=None, names=["user", "day", "cds", "value"], dtype={"user": str})
cdnow["day"] = pd.to_datetime(cdnow["day"], format="%Y%m%d")
rng = np.random.default_rng(20261101)
days = pd.date_range("1997-01-01", end)
drawn = [(f"r{n:03}", days[rng.integers(len(days))], float(np.round(rng.gamma(2, 20), 2))) for n in range(150) for _ in range(1 + rng.geometric(0.3))]
random = pd.DataFrame(drawn, columns=["user", "day", "value"])
hand = pd.DataFrame(
    [
        ("once", "1997-09-30", 5.0),
        ("twice-a-day", "1997-03-01", 10.0),
        ("twice-a-day", "1997-03-01", 2.5),
        ("back-twice", "1997-02-01", 100.0),
        ("back-twice", "1997-02-11", 30.0),
        ("back-twice", "1997-02-11", 10.0),
        ("back-twice", "1997-04-01", 20.0),
        ("free", "1997-05-01", 9.0),
        ("free", "1997-05-03", 0.0),
    ],
    columns=["user", "day", "value"],
)
hand["day"] = pd.to_datetime(hand["day"])


def summary(table):
    found = summary_data_from_transaction_data(table, "user", "day", "value", observation_period_end=end, freq="D")
    return {user: [row.frequency, row.recency, row["T"], round(row.monetary_value, 10)] for user, row in found.iterrows()}


def orders(table):
    return [[user, day.strftime("%Y-%m-%d"), value] for user, day, value in table[["user", "day", "value"]].itertuples(index=False)]


whole = summary(cdnow)
with open("tests/fixtures/clv-inputs.json", "w") as out:
    json.dump(
        {
            "script": "scripts/reference/clv_inputs.py",
            "end": end,
            "columns": ["frequency", "recency", "T", "monetary"],
            "hand": {"orders": orders(hand), "summary": summary(hand)},
            "random": {"orders": orders(random), "summary": summary(random)},
            "cdnow": {
                "customers": len(whole),
                "sums": [round(sum(row[c] for row in whole.values()), 6) for c in range(4)],
                "some": dict(list(whole.items())[::1000]),
            },
        },
        out,
        separators=(",", ":"),
    )
    out.write("\n")
