"""Writes tests/fixtures/arms.json: fractions and arms of customers by Python's hashlib.

Python's division of integers is rounded correctly, so that the fractions must agree to the last bit. The strata are cut
independently of our code: the members of a stratum in the order of their fractions, arms from a place on that the salt and the
label choose.

    python3 scripts/reference/arms.py
"""

import hashlib
import json
from pathlib import Path

SALT = "spring-2026 春"
SHARES = [("control", 0.1), ("a", 0.3), ("b", 0.6)]


def fraction(salt, customer):
    return int.from_bytes(hashlib.sha256(f"{salt}\n{customer}".encode()).digest()[:8], "big") / 2**64


def arm(value):
    end = 0
    for name, share in SHARES[:-1]:
        end += share
        if value < end:
            return name
    return SHARES[-1][0]


customers = [f"{n:04d}" for n in range(40)] + ["张三", "a b", "=cmd", "Ünal", "x" * 200]
labels = [["", "CN", "DE"][len(c) % 2 + (int(c[0].isdigit()) and int(c) % 5 == 0)] for c in customers]
stratified = {}
for label in set(labels):
    members = sorted((c for c, own in zip(customers, labels) if own == label), key=lambda c: fraction(SALT, c))
    offset = fraction(SALT + "\n", label)
    for rank, member in enumerate(members):
        stratified[member] = arm((rank + offset) / len(members))

rows = [
    {"customer": c, "fraction": fraction(SALT, c), "arm": arm(fraction(SALT, c)), "stratum": label, "stratified": stratified[c]}
    for c, label in zip(customers, labels)
]
path = Path(__file__).parents[2] / "tests/fixtures/arms.json"
path.write_text(json.dumps({"salt": SALT, "shares": dict(SHARES), "rows": rows}, ensure_ascii=False, indent=1) + "\n")
