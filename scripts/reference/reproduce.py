"""Computes the figures of a Muster prediction again, from the training matrix that was taken away with it.

    python3 -m venv /tmp/ref
    /tmp/ref/bin/pip install numpy==2.4.6 scipy==1.17.1 pandas==3.1.1 pyarrow==26.0.1 scikit-learn==1.9.1
    /tmp/ref/bin/python reproduce.py [FOLDER or ZIP with matrix.parquet and matrix.json]

Prints each figure of the report beside the one found here, and ends with 1 where they differ. Scores of trees and networks
are taken as they are in the matrix; logistic and linear regression are fitted anew and must give the same weights and scores.
"""

import io
import json
import sys
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import expit, log1p
from scipy.stats import norm, rankdata, spearmanr
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import ElasticNet, LogisticRegression, Ridge
from sklearn.metrics import (
    average_precision_score,
    brier_score_loss,
    log_loss,
    mean_absolute_error,
    precision_recall_curve,
    r2_score,
    roc_auc_score,
    roc_curve,
    root_mean_squared_error,
)

figure_tolerance, fit_tolerance = 1e-9, 1e-6
lines, notes = [], []


def check(name, theirs, ours, tolerance=figure_tolerance):
    """One line of the table: one figure, or many of a kind with the one that differs most."""
    a, b = (np.atleast_1d(np.asarray(values, float)).ravel() for values in (theirs, ours))
    if a.shape != b.shape:
        lines.append((name, f"{len(a)} figures", f"{len(b)} figures", np.inf, False))
        return
    away = np.where(np.isnan(a) & np.isnan(b), 0, np.abs(a - b) / np.maximum(1, np.abs(a))) if len(a) else np.zeros(1)
    worst = int(np.argmax(np.where(np.isnan(away), np.inf, away)))
    shown = (f"{a[0]:.10g}", f"{b[0]:.10g}") if len(a) == 1 else (f"{len(a)} figures", "")
    lines.append((name, *shown, float(away[worst]), bool(away[worst] <= tolerance)))


def number(value):
    return np.nan if value is None else value


def not_here(name, why):
    notes.append(f"{name}: {why}")


# The matrix ------------------------------------------------------------------------------------------------------------


def read(source):
    path = Path(source)
    if path.is_dir():
        part = lambda name: (path / name).read_bytes()
    else:
        part = zipfile.ZipFile(path).read
    return pd.read_parquet(io.BytesIO(part("matrix.parquet"))), json.loads(part("matrix.json"))


class Matrix:
    def __init__(self, table, document):
        self.table, self.document = table, document
        self.column = {(each["role"], each.get("of")): each["name"] for each in document["columns"]}

    def rows(self, *parts):
        return self.table[self.table[self.column["part", None]].isin(parts)]

    def values(self, rows, role, of=None):
        return rows[self.column[role, of]].to_numpy(float)

    def has(self, role, of=None):
        return (role, of) in self.column

    def names(self, role):
        return [of for each, of in self.column if each == role]

    def outcome(self, rows):
        """What happened, as yes or no."""
        if self.has("label", "happened"):
            return self.values(rows, "label", "happened")
        label = self.values(rows, "label", "values")
        return (label > 0).astype(float)

    def inputs(self, rows):
        """What the learner was given, by `inputs` of matrix.json, in float32 as there."""
        made = []
        for column in self.document["inputs"]["columns"]:
            raw = rows[self.column["feature", column["feature"]]]
            missing, kind = raw.isna().to_numpy(), column["kind"]
            if kind == "missing":
                values = (missing - column["mean"]) / column["deviation"]
            elif kind == "value":
                values = ((raw == column["value"]).to_numpy(float) - column["mean"]) / column["deviation"]
            elif kind == "category":
                place = {value: at for at, value in enumerate(column["values"])}
                values = raw.map(place).to_numpy(float)
            elif kind == "raw":
                values = raw.to_numpy(float)
            else:
                values = raw.to_numpy(float)
                if column["log"]:
                    values = log1p(np.maximum(0, values))
                values = np.where(missing, 0, (values - column["mean"]) / column["deviation"])
            made.append(values.astype(np.float32))
        return np.stack(made, 1).astype(float)


# Yes and no ------------------------------------------------------------------------------------------------------------


def placements(scores, labels):
    """Of each row the share of the other class that it is on the right side of (DeLong, DeLong & Clarke-Pearson 1988)."""
    yes, no = scores[labels == 1], scores[labels != 1]
    ascending_no, ascending_yes = np.sort(no), np.sort(yes)
    beats = lambda values, others: (np.searchsorted(others, values, "left") + np.searchsorted(others, values, "right")) / 2
    return beats(yes, ascending_no) / len(no), 1 - beats(no, ascending_yes) / len(yes)


def interval(yes, no, least, most):
    value, error = yes.mean(), np.sqrt(yes.var(ddof=1) / len(yes) + no.var(ddof=1) / len(no))
    z = norm.ppf(0.975)
    return value, max(least, value - z * error), min(most, value + z * error)


def auc_interval(scores, labels):
    return interval(*placements(scores, labels), 0, 1)


def auc_difference(ours, theirs, labels):
    (a, b), (c, d) = placements(ours, labels), placements(theirs, labels)
    return interval(a - c, b - d, -1, 1)


def finite(scores):
    """The same order with numbers that scikit-learn takes."""
    return rankdata(scores, method="dense").astype(float)


def ranking(section, score, outcome, baseline):
    order = finite(baseline)
    check("ranking: rows, outcomes", [section["rows"], section["positives"]], [len(outcome), outcome.sum()])
    check("ranking: ROC AUC", section["auc"], roc_auc_score(outcome, score))
    check("ranking: average precision", section["prAuc"], average_precision_score(outcome, score))
    if "interval" in section:
        check("ranking: interval of the AUC", [section["interval"][k] for k in ("low", "high")], auc_interval(score, outcome)[1:])
        check("ranking: AUC above the baseline", [section["gain"][k] for k in ("value", "low", "high")], auc_difference(score, order, outcome))
    theirs = [section["baseline"][k] for k in ("auc", "prAuc")]
    check("ranking: baseline's two", theirs, [roc_auc_score(outcome, order), average_precision_score(outcome, order)])


def curves(section, score, outcome, baseline):
    check("curves: rate", section["rate"], outcome.mean())
    for curve, scores in zip(section["curves"], (score, finite(baseline))):
        who = curve["id"] or "model"
        check(f"curves: {who}, AUC and interval", [curve[k] for k in ("auc", "low", "high")], auc_interval(scores, outcome))
        check(f"curves: {who}, average precision", curve["prAuc"], average_precision_score(outcome, scores))
        false, true, _ = roc_curve(outcome, scores, drop_intermediate=False)
        precision, recall, _ = precision_recall_curve(outcome, scores, drop_intermediate=False)
        for name, points, all_points in (
            ("ROC", curve["roc"], np.stack([false, true], 1)),
            # Reported from high thresholds on, the first precision once more at recall 0.
            ("precision and recall", curve["pr"][1:], np.stack([recall, precision], 1)[:-1]),
        ):
            away = [np.abs(all_points - point).max(1).min() for point in points]
            check(f"curves: {who}, points of {name}", np.zeros(len(away)), away)


def bins_of(score, outcome, parts=10):
    parts = [part for part in np.array_split(np.argsort(score, kind="stable"), parts) if len(part)]
    return [(score[part].mean(), outcome[part].mean(), len(part)) for part in parts]


def quality(name, theirs, score, outcome):
    bins = bins_of(score, outcome)
    told, came, count = map(np.array, zip(*bins))
    check(f"{name}: log loss", theirs["logLoss"], log_loss(outcome, score))
    check(f"{name}: Brier score", theirs["brier"], brier_score_loss(outcome, score))
    check(f"{name}: calibration error", theirs["ece"], (np.abs(told - came) * count).sum() / count.sum())
    check(f"{name}: bins", [[b["predicted"], b["observed"], b["customers"]] for b in theirs["bins"]], bins)


def logit(chance):
    chance = np.clip(chance, 1e-15, 1 - 2**-53)
    return np.log(chance) - np.log1p(-chance)


def platt(chance, outcome):
    """Platt's sigmoid with his targets (1999), by a general minimiser."""
    x, yes = logit(chance), outcome.sum()
    target = np.where(outcome == 1, (yes + 1) / (yes + 2), 1 / (len(outcome) - yes + 2))
    loss = lambda ab: (target * (z := ab[0] * x + ab[1]) + np.logaddexp(0, -z)).sum()
    slope = lambda ab: (lambda miss: np.array([miss @ x, miss.sum()]))(target - expit(-(ab[0] * x + ab[1])))
    return minimize(loss, [-1, 0], jac=slope, method="BFGS", options={"gtol": 1e-9}).x


def fit_calibration(method, chance, outcome):
    if method == "none":
        return lambda values: values
    if method == "platt":
        a, b = platt(chance, outcome)
        return lambda values: expit(-(a * logit(values) + b))
    curve = IsotonicRegression(out_of_bounds="clip").fit(logit(chance), outcome)
    return lambda values: curve.predict(logit(values))


def calibration(section, matrix, test, outcome):
    raw, score = matrix.values(test, "learnt"), matrix.values(test, "score")
    quality("calibration, as learnt", section["before"], raw, outcome)
    if section["after"]:
        quality("calibration, as used", section["after"], score, outcome)
    validation = matrix.rows("validation")
    chance, came = matrix.values(validation, "learnt"), matrix.outcome(validation)
    used = fit_calibration(section["method"], chance, came)(raw)
    check(f"calibration: scores by {section['method']}, fitted anew", score, used, fit_tolerance)
    fold, dealt = np.empty(len(came), int), [0, 0]
    for row, label in enumerate(came.astype(int)):
        fold[row] = dealt[label] % 5
        dealt[label] += 1
    for candidate in section["candidates"]:
        held = np.empty(len(came))
        for out in range(5):
            fitted = fit_calibration(candidate["method"], chance[fold != out], came[fold != out])
            held[fold == out] = fitted(chance[fold == out])
        # Calibrated chances are float32 in Muster.
        loss = log_loss(came, held.astype(np.float32).astype(float))
        check(f"calibration: held-out log loss, {candidate['method']}", candidate["logLoss"], loss, fit_tolerance)


def gains(section, score, outcome, baseline):
    ours, theirs = (np.array_split(np.argsort(-values, kind="stable"), 10) for values in (score, baseline))
    found = []
    for a, b in zip((part for part in ours if len(part)), theirs):
        yes, other = outcome[a].sum(), outcome[b].sum()
        found.append([len(a), yes, yes / len(a) / outcome.mean(), other, other / len(b) / outcome.mean()])
    keys = ("customers", "positives", "lift", "baselinePositives", "baselineLift")
    check("gains: tenths", [[tenth[key] for key in keys] for tenth in section["deciles"]], found)
    reported = np.cumsum([tenth["positives"] for tenth in section["deciles"]]) / outcome.sum()
    check("gains: share found, cumulated", reported, np.cumsum([row[1] for row in found]) / outcome.sum())


def ends_of(score, steps=200):
    ordered, ends = -np.sort(-score), []
    sizes = min(steps, len(score))
    for size in range(1, sizes + 1):
        end = -(-len(score) * size // sizes)
        while end < len(score) and ordered[end] == ordered[end - 1]:
            end += 1
        if not ends or ends[-1] != end:
            ends.append(end)
    return ends


def depth_points(name, points, score):
    """Sizes, what their chances add up to, and that a rule `score >= threshold` means exactly as many."""
    ends, total = ends_of(score), np.concatenate([[0], np.cumsum(-np.sort(-score))])
    check(f"{name}: customers", [point["customers"] for point in points], ends)
    if len(points) != len(ends):
        return
    check(f"{name}: expected outcomes", [point["expected"] for point in points], total[ends])
    check(f"{name}: customers at or above the threshold", ends, [(score >= point["threshold"]).sum() for point in points])


def depth(section, matrix, test, outcome, score, baseline):
    points = section["test"]
    depth_points("depth, test", points, score)
    sums = [np.concatenate([[0], np.cumsum(outcome[np.argsort(-by, kind="stable")])]) for by in (score, baseline)]
    sizes = [point["customers"] for point in points]
    check("depth, test: happened, and by the baseline", [[p["happened"], p["baseline"]] for p in points], [[sums[0][n], sums[1][n]] for n in sizes])
    today = matrix.values(matrix.rows("today", "known"), "score")
    depth_points("depth, today", section["today"], today[~np.isnan(today)])
    value = matrix.document["campaign"]
    if not value:
        not_here("depth: profit and break-even chance", "the model does not say what outcomes are worth (`campaign` in the plan)")
        return
    earned, cost = value["marginPerOutcome"] * (1 - value.get("anywayShare", 0)), value["costPerContact"]
    expected = np.cumsum(-np.sort(-score))
    ends = np.array(ends_of(score))
    profit = expected[ends - 1] * earned - ends * cost
    at = int(np.argmax(profit))
    check("depth: break-even chance", value["breakEvenChance"], cost / earned if earned > 0 else np.inf)
    best = value["best"]
    if best:
        check("depth: best size, expected profit", [best["customers"], best["expectedProfit"]], [ends[at], profit[at]])
    else:
        check("depth: no size earns anything", 0, max(0, profit[at]))


def auc_or_none(score, outcome, fewest):
    yes = outcome.sum()
    return auc_interval(score, outcome) if yes >= fewest and len(outcome) - yes >= fewest else (np.nan, 0, 0)


def stability(section, matrix):
    for point in section["points"]:
        rows = matrix.rows(point["part"])
        rows = rows[rows[matrix.column["cutoff", None]] == point["at"]]
        score, outcome = matrix.values(rows, "score"), matrix.outcome(rows)
        theirs = [number(point[key]) for key in ("rows", "positives", "auc", "low", "high", "predicted")]
        ours = [len(rows), outcome.sum(), *auc_or_none(score, outcome, 1), score.mean()]
        check(f"stability: {point['part']} of {point['at'][:10]}", theirs, ours, 1e-6)


def segment_quality(section, matrix, test, score, outcome):
    for segment in section["segments"]:
        if not matrix.has("segment", segment["segment"]):
            not_here(f"segment {segment['segment']}", "the plan has it no more")
            continue
        member = matrix.values(test, "segment", segment["segment"]) == 1
        theirs = [number(segment[key]) for key in ("rows", "positives", "auc", "low", "high", "predicted", "observed")]
        own = (score[member], outcome[member])
        ours = [member.sum(), own[1].sum(), *auc_or_none(*own, 5), own[0].mean(), own[1].mean()]
        check(f"segment {segment['segment']}", theirs, ours, 1e-6)


# Amounts and times -----------------------------------------------------------------------------------------------------


def gini(score, actual):
    def area(by):
        reached = np.cumsum(actual[np.argsort(-by, kind="stable")])
        return reached.sum() / actual.sum() / len(actual) - (len(actual) + 1) / (2 * len(actual))

    return area(score) / area(actual)


def amounts(section, score, actual, baseline):
    check("amounts: rows", section["rows"], len(actual))
    check("amounts: RMSE", section["rmse"], root_mean_squared_error(actual, score))
    check("amounts: MAE", section["mae"], mean_absolute_error(actual, score))
    check("amounts: Spearman", section["spearman"], spearmanr(score, actual).statistic)
    check("amounts: Gini over the perfect order's", section["gini"], gini(score, actual))
    theirs = [section["baseline"][key] for key in ("spearman", "gini")]
    check("amounts: baseline's two", theirs, [spearmanr(finite(baseline), actual).statistic, gini(baseline, actual)])
    check("amounts: sums", [section["predicted"], section["actual"]], [score.sum(), actual.sum()])
    order, parts = np.argsort(-score, kind="stable"), min(10, len(score))
    edges = [int(np.floor(part * len(score) / parts + 0.5)) for part in range(parts + 1)]
    tenths = [(b - a, score[order[a:b]].sum(), actual[order[a:b]].sum()) for a, b in zip(edges, edges[1:])]
    check("amounts: tenths", [[t["customers"], t["predicted"], t["actual"]] for t in section["tenths"]], tenths)
    if "r2" in section:
        check("amounts: R2", section["r2"], r2_score(actual, score))


def concordance(days, happened, expected):
    """Harrell's C, pair by pair."""
    right = pairs = 0
    for row in np.flatnonzero(happened == 1):
        later = (days > days[row]) | ((days == days[row]) & (happened == 0))
        pairs += later.sum()
        right += (expected[later] > expected[row]).sum() + (expected[later] == expected[row]).sum() / 2
    return right / pairs if pairs else 0.5


def done_by(days, happened, horizon):
    """Kaplan & Meier (1958)."""
    still = 1.0
    for day in np.unique(days[(days <= horizon) & (happened == 1)]):
        still *= 1 - ((days == day) & (happened == 1)).sum() / (days >= day).sum()
    return 1 - still


def horizons(section, matrix, test, score, baseline):
    days, happened = (matrix.values(test, "label", part) for part in ("days", "happened"))
    check("horizons: rows, events", [section["rows"], section["events"]], [len(days), happened.sum()])
    check("horizons: Harrell's C", section["concordance"], concordance(days, happened, score))
    check("horizons: baseline's C", section["baseline"]["concordance"], concordance(days, happened, -baseline))
    for horizon in section["horizons"]:
        name = f"within{horizon['days']}"
        last = horizon is section["horizons"][-1]
        chance = matrix.values(test, "output", "withinAll" if last else name)
        order, count = np.argsort(-chance, kind="stable"), len(chance)
        edges = [int(np.floor(g * count / 5 + 0.5)) for g in range(6)]
        parts = [order] + [order[a:b] for a, b in zip(edges, edges[1:]) if b > a]
        found = [(chance[part].mean(), done_by(days[part], happened[part], horizon["days"])) for part in parts]
        theirs = [[each["predicted"], each["observed"]] for each in [horizon, *horizon["groups"]]]
        check(f"horizons: within {horizon['days']} days", theirs, found)


# Everybody today -------------------------------------------------------------------------------------------------------


def outputs(section, matrix):
    rows = matrix.rows("today", "known")
    for output in section["outputs"]:
        role = ("output", output["name"]) if output["name"] else ("score", None)
        if role not in matrix.column:
            not_here(f"outputs: {output['name']}", "not in the matrix")
            continue
        values = matrix.values(rows, *role)
        values = values[~np.isnan(values)]
        ours = [len(values), values.min(), np.median(values), values.mean(), values.max()] if len(values) else [0] * 5
        check(f"outputs: {output['name'] or 'score'}", [output[key] for key in ("customers", "min", "median", "mean", "max")], ours)


def shares(values, then, texts):
    """The shares of the bins of `then` and of what is missing, no share below a ten-thousandth."""
    if texts:
        kept = pd.Series(values).dropna()
        counts = [(kept == value).sum() for value in then] + [(~kept.isin(then)).sum()]
    else:
        kept = values[~np.isnan(values)]
        counts = np.bincount(np.searchsorted(then, kept, "right"), minlength=len(then) + 1)
    return np.maximum(1e-4, np.array([*counts, len(values) - len(kept)]) / len(values))


def some_of(parts):
    """Of more than 100,000 rows every so many-th of each part."""
    step = max(1, -(-sum(map(len, parts)) // 100_000))
    return np.concatenate([part[::step] for part in parts])


def psi(before, now, texts=False):
    before, now = some_of(before), some_of([now])
    if texts:
        counts = pd.Series(before).dropna().value_counts()
        then = [value for value, _ in sorted(counts.items(), key=lambda each: (-each[1], each[0].encode("utf-16-be")))][:10]
        medians = (np.nan, np.nan)
    else:
        known, latest = before[~np.isnan(before)], now[~np.isnan(now)]
        edges = sorted({np.quantile(known, tenth / 10) for tenth in range(1, 10)}) if len(known) else []
        then = np.array([edge for edge in edges if edge > known.min()])
        medians = tuple(np.median(values) if len(values) else np.nan for values in (known, latest))
    a, b = shares(now, then, texts), shares(before, then, texts)
    return ((a - b) * np.log(a / b)).sum(), *medians


def drift(section, matrix):
    train, today = matrix.rows("train"), matrix.rows("today")
    check("drift: rows", [section["rows"][key] for key in ("training", "today")], [len(train), len(today)])
    check("drift: stability index of the score", section["score"], psi([matrix.values(train, "score")], matrix.values(today, "score"))[0])
    windows = [rows for _, rows in train.groupby(matrix.column["cutoff", None], sort=True)]
    texts = {each["id"]: each["kind"] == "text" for each in matrix.document["features"]}
    theirs, ours = [], []
    for feature in section["features"]:
        name = feature["feature"]
        column = matrix.column["feature", name]
        as_array = lambda rows: rows[column].to_numpy(object) if texts[name] else rows[column].to_numpy(float)
        theirs.append([feature["psi"], number(feature["then"]), number(feature["now"])])
        ours.append(psi([as_array(rows) for rows in windows], as_array(today), texts[name]))
    check("drift: stability indexes and medians of features", theirs, ours)


# What linear models have learnt ----------------------------------------------------------------------------------------


def refit(matrix, report):
    """Fits the same objective to the same inputs; returns whether the learner is one that can be."""
    document = matrix.document
    learnt, options = document["learnt"], document["protocol"]["options"]
    kept = learnt["arrays"].get("weights")
    inputs = document["inputs"]["columns"]
    family = learnt["format"]
    if family not in ("logistic/1", "linear/1") or not kept:
        not_here("weights and scores of the learner", f"{document['spec']['learner']} is not fitted here; its scores are in the matrix")
        return
    theirs = np.array(kept["values"])
    if len(theirs) != len(inputs) + 1:
        not_here("weights of the learner", "it was fitted to rows of a person and a period, which the matrix does not have")
        return
    train = matrix.rows("train")
    x = matrix.inputs(train)
    strength, l1_share = learnt["meta"]["regularization"], options.get("l1Share", 0)
    if family == "logistic/1":
        y = matrix.outcome(train)
        balanced = "balanced" if options.get("classWeights") == "balanced" else None
        model = LogisticRegression(
            C=1 / strength,
            l1_ratio=l1_share,
            solver="saga" if l1_share else "newton-cholesky",
            class_weight=balanced,
            tol=1e-10,
            max_iter=100_000,
        ).fit(x, y)
    else:
        y = matrix.values(train, "label", "values")
        model = Ridge(alpha=strength, tol=1e-12) if l1_share == 0 else ElasticNet(alpha=strength / len(y), l1_ratio=l1_share, tol=1e-12, max_iter=1_000_000)
        model.fit(x, y)
    ours = np.append(np.ravel(model.coef_), model.intercept_)
    check(f"{type(model).__name__} fitted anew: weights and intercept", theirs, ours, fit_tolerance)
    drivers = next((section for section in report if section["kind"] == "drivers"), None)
    if drivers and drivers["measure"] == "weight":
        place = {each["name"]: at for at, each in enumerate(inputs)}
        named = [ours[place[each["feature"]]] for each in drivers["drivers"]]
        check("drivers: weights", [each["weight"] for each in drivers["drivers"]], named, fit_tolerance)
    if "amountWeights" in learnt["arrays"]:
        refit_amounts(matrix, train, x)
    else:
        rows = matrix.rows("train", "validation", "test", "today")
        said = x @ ours[:-1] if len(rows) == len(train) else matrix.inputs(rows) @ ours[:-1]
        said = said + ours[-1]
        said = expit(said) if family == "logistic/1" else said
        check(f"{type(model).__name__} fitted anew: scores as learnt, every row", matrix.values(rows, "learnt"), said, fit_tolerance)


def refit_amounts(matrix, train, x):
    """The second part of spend: ridge regression of the logarithm, brought back by Duan's smearing (1983)."""
    learnt = matrix.document["learnt"]
    amount = matrix.values(train, "label", "values")
    spent = amount > 0
    # Muster scales columns within; so does this.
    mean, deviation = x[spent].mean(0), x[spent].std(0)
    deviation[deviation <= 1e-6] = 1
    model = Ridge(alpha=10, tol=1e-12).fit((x[spent] - mean) / deviation, np.log(amount[spent]))
    weights = model.coef_ / deviation
    check("amounts fitted anew: weights", learnt["arrays"]["amountWeights"]["values"], weights, fit_tolerance)
    line = lambda rows: rows @ weights + model.intercept_ - mean @ weights
    smear = np.exp(np.log(amount[spent]) - line(x[spent])).mean()
    rows = matrix.rows("train", "validation", "test", "today")
    told = np.clip(smear * np.exp(line(matrix.inputs(rows))), amount[spent].min(), amount[spent].max())
    check("amounts fitted anew: amounts, every row", matrix.values(rows, "output", "amount"), told, 1e-5)
    product = matrix.values(rows, "output", "chance") * matrix.values(rows, "output", "amount")
    check("score is chance times amount, every row", matrix.values(rows, "score"), product, 1e-6)


# ------------------------------------------------------------------------------------------------------------------------


def reproduce(source):
    matrix = Matrix(*read(source))
    document, report = matrix.document, matrix.document["report"]
    found = {part: len(matrix.rows(part)) for part in document["rows"]}
    check("rows of the parts", list(document["rows"].values()), list(found.values()))
    test = matrix.rows("test")
    score, baseline = matrix.values(test, "score"), matrix.values(test, "baseline")
    baseline = np.where(np.isnan(baseline), -np.inf, baseline)
    outcome = matrix.outcome(test)
    actual = matrix.values(test, "label", "values") if matrix.has("label", "values") else None
    measures = {
        "ranking": lambda each: ranking(each, score, outcome, baseline),
        "curves": lambda each: curves(each, score, outcome, baseline),
        "calibration": lambda each: calibration(each, matrix, test, outcome),
        "gains": lambda each: gains(each, score, outcome, baseline),
        "depth": lambda each: depth(each, matrix, test, outcome, score, baseline),
        "stability": lambda each: stability(each, matrix),
        "segment-quality": lambda each: segment_quality(each, matrix, test, score, outcome),
        "amounts": lambda each: amounts(each, score, actual, baseline),
        "horizons": lambda each: horizons(each, matrix, test, score, baseline),
        "outputs": lambda each: outputs(each, matrix),
        "drift": lambda each: drift(each, matrix),
    }
    why_not = {
        "losses": "the loss of each step of learning needs the learner's steps",
        "shap": "Shapley values need the model itself, not only its scores",
        "dependence": "curves over changed features need the model, not only its scores",
    }
    for section in report:
        if section["kind"] in measures:
            measures[section["kind"]](section)
        elif section["kind"] in why_not:
            not_here(section["kind"], why_not[section["kind"]])
        elif section["kind"] == "drivers" and section["measure"] != "weight":
            not_here(f"drivers by {section['measure']}", "they need the model itself, and Muster's own random order where columns are shuffled")
    refit(matrix, report)


def main():
    source = sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent
    reproduce(source)
    width = max(len(name) for name, *_ in lines)
    print(f"{'figure':{width}}  {'Muster':>16}  {'here':>16}  difference")
    for name, theirs, ours, away, same in lines:
        print(f"{name:{width}}  {theirs:>16}  {ours:>16}  {away:10.1e}{'' if same else '   DIFFERENT'}")
    for note in notes:
        print(f"not computed: {note}")
    different = sum(not same for *_, same in lines)
    print(f"{len(lines)} lines, {different} different" if different else f"{len(lines)} lines, all the same")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
