"""Reads tests/fixtures/model-state.npz (or the file that is given) with NumPy and checks what it holds.

The fixture is what core/recommenders/state/npz.ts writes for the state of tests/unit/recommenders/stateFiles.test.ts:

    WRITE_FIXTURES=1 npx vitest run --project node tests/unit/recommenders/stateFiles.test.ts
    python3 -m venv /tmp/npz && /tmp/npz/bin/pip install numpy==2.2.6 && /tmp/npz/bin/python scripts/reference/npz.py
"""

import json
import sys
from pathlib import Path

import numpy as np

path = sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[2] / "tests" / "fixtures" / "model-state.npz"
state = np.load(path)
np.testing.assert_array_equal(state["userFactors"], np.array([[0.5, -1], [2, 0.25]], dtype=np.float32))
np.testing.assert_array_equal(state["counts"], [3, 0, 1.5])
np.testing.assert_array_equal(state["neighbours"], [[2, -1], [-1, -1], [0, -1]])
np.testing.assert_array_equal(state["weights"], [[0, 0, 7], [0, 0, 0], [8, 0, 0]])
np.testing.assert_array_equal(state["flags"], [1, 0, 1])
assert [state[name].dtype.str for name in ("userFactors", "counts", "neighbours", "flags")] == ["<f4", "<f8", "<i4", "|u1"]
assert json.loads(state["muster.json"])["format"] == "tiny/1"
