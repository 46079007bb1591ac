"""Writes tests/fixtures/buy-again.json: scores of TIFU-kNN and of the rhythm of purchases, by independent code.

TIFU-kNN after Hu, He, Gao & Zhang (SIGIR 2020) with dense vectors: baskets in groups from the latest on, decay within and
between groups, neighbours by Euclid's distance. Ours differ from the paper in two things, and so does this: a neighbour
shares an item, and the mean of everybody is one neighbour more. The rhythm is the chance of a log-logistic interval, by
SciPy's distribution (`fisk`), with the shrinkage written out item by item.

    python3 -m venv /tmp/again && /tmp/again/bin/pip install numpy==2.2.6 scipy==1.15.3 && /tmp/again/bin/python scripts/reference/buy_again.py
"""

import json
from pathlib import Path

import numpy as np
from scipy.stats import fisk

USERS, ITEMS, K = 24, 12, 5
GROUP, WITHIN, BETWEEN, OWN = 3, 0.8, 0.6, 0.7
TRUST, REPEATS_OF_ITEM, DAY = 5, 2, 86_400_000_000


def tifu(baskets):
    """One customer; baskets oldest first, each a set of items."""
    late_first = baskets[::-1]
    groups = [late_first[at : at + GROUP] for at in range(0, len(late_first), GROUP)]
    vectors = []
    for group in groups:
        rows = np.zeros((len(group), ITEMS))
        for at, basket in enumerate(group):
            rows[at, sorted(basket)] = WITHIN**at
        vectors.append(rows.mean(axis=0))
    return np.mean([BETWEEN**at * vector for at, vector in enumerate(vectors)], axis=0)


def mixed(own, vectors):
    scores = np.zeros((USERS, ITEMS))
    for user in range(USERS):
        sharing = [other for other in range(USERS) if other != user and vectors[user] @ vectors[other] > 0]
        near = sorted(sharing, key=lambda other: (np.float32(np.sum((vectors[user] - vectors[other]) ** 2)), other))[:K]
        mean = (vectors[near].sum(axis=0) + vectors.mean(axis=0)) / (len(near) + 1)
        scores[user] = OWN * own[user] + (1 - OWN) * mean
    return scores


def shrink(gaps, purchases, to):
    return (sum(gaps) + TRUST * to[0]) / (len(gaps) + TRUST), (len(gaps) + TRUST * to[1]) / (purchases + TRUST)


def rhythm(times, category, now):
    """times[user][item]: ascending moments."""
    logs = lambda moments: list(np.log(np.diff(moments)))
    pairs = {(user, item): moments for user, row in enumerate(times) for item, moments in row.items()}
    of = lambda chosen: ([gap for pair in chosen for gap in logs(pairs[pair])], sum(len(pairs[pair]) for pair in chosen))
    gaps, purchases = of(pairs)
    everybody = (np.mean(gaps), (len(gaps) + 1) / (purchases + 2))
    intervals, residuals = {}, []
    for (user, item), moments in pairs.items():
        wider = shrink(*of([pair for pair in pairs if category[pair[1]] == category[item]]), everybody)
        narrower = shrink(*of([pair for pair in pairs if pair[1] == item]), wider)
        own = logs(moments)
        intervals[user, item] = (sum(own) + TRUST * narrower[0]) / (len(own) + TRUST), len(own) + REPEATS_OF_ITEM * narrower[1]
        residuals += [gap - intervals[user, item][0] for gap in own]
    power = np.pi / (np.sqrt(np.mean(np.square(residuals))) * np.sqrt(3))
    ahead = np.exp(everybody[0])
    due, dates = np.zeros((USERS, ITEMS)), {}
    for (user, item), (interval, repeats) in intervals.items():
        waits = fisk(power, scale=np.exp(interval))
        passed = now - pairs[user, item][-1]
        due[user, item] = repeats * (1 - waits.sf(passed + ahead) / waits.sf(passed))
        dates[f"{user} {item}"] = pairs[user, item][-1] + np.exp(interval)
    return due, dates


def main():
    rng = np.random.default_rng(5)
    events, baskets, times = [], [], []
    for user in range(USERS):
        own, bought = [], {}
        day = int(rng.integers(0, 20))
        for _ in range(rng.integers(1, 9)):
            basket = {int(item) for item in rng.choice(ITEMS, size=rng.integers(1, 4), p=np.roll(np.geomspace(1, 0.05, ITEMS), user % 4) / np.geomspace(1, 0.05, ITEMS).sum())}
            own.append(basket)
            for item in sorted(basket):
                events.append([user, item, day])
                bought.setdefault(item, []).append(day * DAY)
            day += int(rng.integers(3, 40))
        baskets.append(own)
        times.append(bought)
    now = max(day for _, _, day in events) * DAY
    vectors = np.array([tifu(own) for own in baskets])
    category = [item % 3 for item in range(ITEMS)]
    due, dates = rhythm(times, category, now)
    shared_out = due / due.sum(axis=1, keepdims=True) * vectors.sum(axis=1, keepdims=True)
    fixture = {
        "from": "scripts/reference/buy_again.py, numpy 2.2.6, scipy 1.15.3",
        "users": USERS,
        "items": ITEMS,
        "events": events,
        "category": category,
        "options": {"nearestUsers": K, "groupSize": GROUP, "basketDecay": WITHIN, "groupDecay": BETWEEN, "ownShare": OWN},
        "tifuKnn": mixed(vectors, vectors).round(7).tolist(),
        "rhythm": mixed(shared_out, vectors).round(7).tolist(),
        "due": {pair: round(time / DAY, 6) for pair, time in dates.items()},
    }
    path = Path(__file__).parents[2] / "tests/fixtures/buy-again.json"
    path.write_text(json.dumps(fixture) + "\n")


main()
