"""Writes tests/fixtures/calibration.json with scikit-learn: Platt's sigmoid and isotonic regression of a fitted
logistic regression's decision values, applied to other rows.

    python3 -m venv /tmp/ref && /tmp/ref/bin/pip install numpy==2.2.6 scipy==1.15.3 scikit-learn==1.7.2
    /tmp/ref/bin/python scripts/reference/calibration.py
"""
import json
import numpy as np
from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

rng = np.random.default_rng(20261101)


class Given(LogisticRegression):
    """A model whose log odds are its one column: what calibration is told is what the fixture holds."""

    def fit(self, rows, labels):
        super().fit(rows, labels)
        self.coef_, self.intercept_ = np.array([[1.0]]), np.array([0.0])
        return self


def case(name, logits, truth):
    # As float32, as the learners give them.
    chances = np.float32(1 / (1 + np.exp(-logits))).astype(float)
    logits = np.log(chances) - np.log1p(-chances)
    labels = (rng.uniform(size=len(logits)) < truth).astype(int)
    half = len(logits) // 2
    fit, other = slice(0, half), slice(half, None)
    model = FrozenEstimator(Given().fit(logits[fit, None], labels[fit]))
    out = {"name": name, "fit": chances[fit].tolist(), "labels": labels[fit].tolist(), "other": chances[other].tolist()}
    for method in ("sigmoid", "isotonic"):
        calibrated = CalibratedClassifierCV(model, method=method).fit(logits[fit, None], labels[fit])
        out[method] = calibrated.predict_proba(logits[other, None])[:, 1].tolist()
    alone = IsotonicRegression(out_of_bounds="clip").fit(logits[fit], labels[fit])
    out["knots"] = {"logits": alone.X_thresholds_.tolist(), "chances": alone.y_thresholds_.tolist()}
    return out


sure = rng.normal(-1.5, 2.5, 500)
tied = np.round(rng.normal(0, 1.5, 400), 1)
cases = [
    case("twice too sure", sure, 1 / (1 + np.exp(-0.5 * sure - 0.4))),
    case("tied and bent", tied, np.where(tied > 0, 0.8, 0.2)),
]
with open("tests/fixtures/calibration.json", "w") as out:
    json.dump({"script": "scripts/reference/calibration.py", "cases": cases}, out)
    out.write("\n")
