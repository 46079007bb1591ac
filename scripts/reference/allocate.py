"""Writes tests/fixtures/allocate.json: the greatest expected profit of audiences that share contacts and money, by SciPy's HiGHS.

Each instance is the linear programme of people against audiences (everybody in one audience at most, caps by audience, contacts
and money of all); its optimum, that of whole people, the dual price of money, and what one contact more would bring.

    python3 -m venv /tmp/allocate && /tmp/allocate/bin/pip install numpy==2.2.6 scipy==1.15.3 && /tmp/allocate/bin/python scripts/reference/allocate.py
"""

import json
from pathlib import Path

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

random = np.random.default_rng(87)


def instance(people, audiences, alike, capped, contacts, budget):
    cost = np.round(random.uniform(0.05, 2, audiences), 2)
    if alike:
        cost[:] = 0.5
    score = np.round(random.beta(1, 4, (audiences, people)), 4)
    value = np.round(random.uniform(2, 12, audiences), 2)
    profit = np.round(score * value[:, None] - cost[:, None], 6)
    profit[random.uniform(size=profit.shape) < 0.25] = np.nan
    most = [int(m) for m in random.integers(people // 8, people // 3, audiences)] if capped else None
    wanted = np.isfinite(profit)
    columns = [(a, i) for a in range(audiences) for i in range(people) if wanted[a, i]]
    rows, bounds = [], []
    for i in range(people):
        rows.append([float(person == i) for _, person in columns])
        bounds.append(1)
    if capped:
        for a in range(audiences):
            rows.append([float(place == a) for place, _ in columns])
            bounds.append(most[a])
    if contacts:
        rows.append([1.0] * len(columns))
        bounds.append(contacts)
    if budget:
        rows.append([float(cost[a]) for a, _ in columns])
        bounds.append(budget)
    def solve():
        solved = linprog([-profit[a, i] for a, i in columns], A_ub=np.array(rows), b_ub=bounds, bounds=(0, 1), method="highs")
        assert solved.status == 0
        return solved

    solved = solve()
    duals = -solved.ineqlin.marginals
    at_budget = len(bounds) - 1 if budget else None
    at_contacts = len(bounds) - (2 if budget else 1) if contacts else None
    constraints = LinearConstraint(np.array(rows), ub=bounds)
    whole = milp([-profit[a, i] for a, i in columns], constraints=constraints, integrality=1, bounds=Bounds(0, 1))
    # A whole number of contacts is a corner, where the dual price is any of a range: what one more really brings is solved for.
    more = 0
    if contacts:
        bounds[at_contacts] += 1
        more = solved.fun - solve().fun
    return {
        "cost": cost.tolist(),
        "profit": [[None if np.isnan(p) else p for p in row] for row in profit.tolist()],
        "most": most,
        "contacts": contacts,
        "budget": budget,
        "optimum": -solved.fun,
        "whole": -whole.fun,
        "priceOfBudget": duals[at_budget] if budget else None,
        "priceOfContact": more if contacts else None,
    }


instances = [
    instance(30, 2, False, False, None, None),
    instance(40, 3, False, True, None, None),
    instance(40, 3, False, True, 20, None),
    instance(40, 2, True, True, None, 7.3),
    instance(60, 3, False, False, None, 12.0),
    instance(60, 3, False, True, 30, 9.5),
    instance(60, 4, False, True, None, 20.0),
    instance(50, 2, False, False, 15, 6.0),
]
path = Path(__file__).parents[2] / "tests/fixtures/allocate.json"
path.write_text(json.dumps(instances) + "\n")
print([(round(i["optimum"], 4), i["priceOfBudget"], i["priceOfContact"]) for i in instances])
