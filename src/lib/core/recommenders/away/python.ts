import type { ModelState } from '../modelState';
import { forgotten } from '../markov';
import { normEpsilon } from '../networks/layers';
import { bestScore } from './chain';

const neighbours = `    result = np.zeros(len(items), np.float32)
    for item in own:
        near = model["neighbours"][item]
        result[near[near >= 0]] += model["likeness"][item][near >= 0]
    return result`;

const dot = `    result = model["itemFactors"] @ model["userFactors"][user]
    return result + model.get("itemBiases", 0)`;

const filter = `    users, columns, v = model["pairUsers"], model["pairItems"], model["itemFactors"].astype(float)
    of_item = np.bincount(columns, minlength=len(items))
    r = 1 / np.sqrt(np.bincount(users)[users] * of_item[columns])
    blur = lambda x: np.bincount(columns, r * np.bincount(users, r * x[columns])[users], minlength=len(items))
    root, start = np.sqrt(of_item), np.zeros(len(items))
    start[own] = 1
    known = own[of_item[own] > 0]
    result = blur(start) + meta["lowPassWeight"] * root * (v @ (v[known] / root[known, None]).sum(0))`;

/** What a network's history is made into, `x`, and the scores of it: rows of the last events, none where nothing was done. */
const network = (read: string) => `    known = np.abs(model["item"]).max(1) > 0
    bias = np.where(known, model["itemBias"][:, 0], -np.inf)
    own = np.array(events, int)[-meta["historyLength"] :]
    if not len(own):
        return bias
    x = model["item"][own].astype(float)
${read}
    return model["item"] @ x[-1] + bias`;

/** The body of `scores`: of somebody with the items `own` (places, ascending), who did `events` (oldest first) and whose place is `user`. */
const bodies: Record<string, string> = {
  'popularity/1': `    if "bySegment" in model and user is not None and len(model["segmentOfUser"]):
        segment = model["segmentOfUser"][user]
        if segment:
            return model["bySegment"][segment - 1]
    return model["customers"]`,
  'ials/1': `    if user is not None and len(model["userFactors"]):
        return model["itemFactors"] @ model["userFactors"][user]
    y, o = model["itemFactors"].astype(float), meta["options"]
    c = 1 + o["alpha"] * values
    ridge = o["regularization"] * (len(own) + o["unobservedWeight"] * len(y)) ** o["frequencyScaling"]
    a = o["unobservedWeight"] * y.T @ y + (y[own].T * c) @ y[own] + ridge * np.eye(y.shape[1])
    return y @ np.linalg.solve(a, y[own].T @ c)`,
  'bpr/1': dot,
  'warp/1': dot,
  'fm/1': dot,
  'two-tower/1': `    taste = model["history"][own].sum(0) / max(1, len(own)) ** 0.5 + model["userBias"]
    if user is not None and len(model["userFeatures"]):
        taste = taste + model["userFeatures"][user]
    return model["itemFactors"] @ np.tanh(taste) + model["itemBiases"]`,
  'association-rules/1': `    has = np.zeros(len(items) + 1, bool)
    has[own] = has[-1] = True
    whole = (model["left"] >= 0).sum(1) == model["leftItems"]
    speaks = has[model["left"]].all(1) & whole & (model["right"] >= 0)
    result = np.zeros(len(items), np.float32)
    combine = np.add if meta["combine"] == "sum" else np.maximum
    combine.at(result, model["right"][speaks], model["strength"][speaks])
    return result`,
  'markov/1': `    result, weight = np.zeros(len(items), np.float32), 1.0
    for item in reversed(events):
        if weight <= ${forgotten}:
            break
        near = model["neighbours"][item]
        result[near[near >= 0]] += weight * model["likeness"][item][near >= 0]
        weight *= meta["fading"]
    return result`,
  'gru4rec/1': network(`    sigmoid = lambda z: 1 / (1 + np.exp(-z))
    gates, state = x @ model["given"] + model["givenBias"], np.zeros(x.shape[1])
    for given in gates:
        mine = state @ model["own"] + model["ownBias"]
        (r, z, n), (mr, mz, mn) = np.split(given, 3), np.split(mine, 3)
        fresh = np.tanh(n + sigmoid(r + mr) * mn)
        state = fresh + sigmoid(z + mz) * (state - fresh)
    x = [state]`),
  'sasrec/1': network(`    w = lambda part, y: y @ model[part] + model[part + "Bias"]
    def norm(part, y):
        y = y - y.mean(1, keepdims=True)
        return y / np.sqrt((y**2).mean(1, keepdims=True) + ${normEpsilon}) * model[part + "Gain"] + model[part + "Bias"]
    x = x + model["position"][len(model["position"]) - len(x) :]
    later = np.triu(np.full((len(x), len(x)), -np.inf), 1)
    block = 0
    while f"{block}.query" in model:
        seen = norm(f"{block}.before", x)
        q, k, v = (w(f"{block}.{part}", seen) for part in ("query", "key", "value"))
        looked = np.exp(q @ k.T / q.shape[1] ** 0.5 + later)
        x = x + w(f"{block}.out", looked / looked.sum(1, keepdims=True) @ v)
        x = x + w(f"{block}.outer", np.maximum(w(f"{block}.inner", norm(f"{block}.between", x)), 0))
        block += 1
    x = norm("last", x)`),
  'puresvd/1': `    return model["itemFactors"] @ model["itemFactors"][own].sum(0)`,
  'simplex/1': `    e = model["itemFactors"].astype(float)
    taste = model["transform"] @ e[own].mean(0)
    unit = lambda x: x / np.maximum(np.linalg.norm(x, axis=-1, keepdims=True), 1e-20)
    return unit(e) @ unit(taste)`,
  'mult-dae/1': `    taste = np.tanh(model["history"][own].sum(0) / max(1, len(own)) ** 0.5 + model["historyBias"])
    return model["item"] @ taste + model["itemBias"]`,
  'mult-vae/1': `    inner = np.tanh(model["history"][own].sum(0) / max(1, len(own)) ** 0.5 + model["historyBias"])
    mean = inner @ model["mean"] + model["meanBias"]
    return model["item"] @ np.tanh(mean @ model["taste"] + model["tasteBias"]) + model["itemBias"]`,
  'ease/1': `    return model["weights"][own].sum(0)`,
  'slim/1': `    result = np.zeros(len(items), np.float32)
    for item in own:
        mine = model["from"] == item
        result[model["to"][mine]] += model["weight"][mine]
    return result`,
  'item-knn/1': neighbours,
  'rp3beta/1': neighbours,
  'user-knn/1': `    result = np.zeros(len(items), np.float32)
    for near, weight in zip(model["neighbours"][user], model["likeness"][user]):
        if near >= 0:
            result[row("history", near)] += weight
    return result`,
  'gf-cf/1': `${filter}
    return result`,
  'bspm/1': `${filter}
    h = meta["sharpening"] / meta["steps"]
    for _ in range(meta["steps"]):
        term = result
        for power in range(1, 5 if meta["integrator"] == "rk4" else 2):
            term = -h / power * blur(term)
            result = result + term
    return result`,
};

/** Popularity beside the scores, as core/recommenders/popularityShare.ts adds it. */
function sharing(format: string): string {
  const best = bestScore(format) ?? 'max(ranked.max(), 0) or 1';
  return `    share = meta.get("popularityShare", 0) * (${best}) / max(data["customers"].max(), 1)
    ranked = np.array(ranked + share * data["customers"], np.float32)
`;
}

/** Whether {@link pythonScript} has anything to say of models of a format. */
export function hasScript(format: string): boolean {
  return format in bodies;
}

/**
 * A program that reads `model.npz` and `data.npz` beside it and gives the ten best items as Muster does: scores of
 * everything, what was bought struck out, ties to the lower id. Undefined for formats that it does not know.
 * scripts/reference/take_away.py has run it for each of them.
 */
export function pythonScript(name: string, { format }: ModelState): string | undefined {
  const body = bodies[format];
  return (
    body &&
    `"""${name} (${format}): the ten best items for somebody, as Muster lists them. Needs NumPy.

    python recommend.py CUSTOMER          one of the customers, without what they have bought
    python recommend.py --items ID ID …   somebody who has these, oldest first where a model goes by order
"""

import json
import sys
from pathlib import Path

import numpy as np

model, data = (dict(np.load(Path(__file__).parent / f"{part}.npz")) for part in ("model", "data"))
meta, items = json.loads(model["muster.json"])["meta"], json.loads(model["ids.json"])["items"]


def row(name, user):
    return data[name + "Items"][slice(*data[name + "Starts"][user : user + 2])]


def events_of(user):
    return row("events", user) if "eventsItems" in data else []


def scores(own, values, events, user=None):
${body}


def ten_best(own, values, bought, events, user=None):
    ranked = np.array(scores(own, values, events, user), np.float32)
${sharing(format)}    ranked[bought] = -np.inf
    best = np.argsort(-ranked, kind="stable")[:10]
    return [(items[item], float(ranked[item])) for item in best if ranked[item] > -np.inf]


if __name__ == "__main__":
    if sys.argv[1] == "--items":
        events = [items.index(each) for each in sys.argv[2:]]
        own = np.array(sorted(set(events)), int)
        listed = ten_best(own, np.ones(len(own)), own, events)
    else:
        user = json.loads(data["ids.json"])["users"].index(sys.argv[1])
        values = data["historyValues"][slice(*data["historyStarts"][user : user + 2])]
        listed = ten_best(row("history", user), values, row("bought", user), events_of(user), user)
    for item, score in listed:
        print(f"{item}\\t{score:.6g}")
`
  );
}
