"""Reads models as they are taken away, with NumPy and onnxruntime, and writes down which files those were.

For every recommender: `recommend.py` of the bundle gives each of forty customers the same ten best items as Muster, run
as a program for one of them; `model.onnx` passes the checker of ONNX, and onnxruntime gives the same scores to 1e-5 of
the largest. tests/fixtures/take-away.json then has the SHA-256 of each file; the test compares bytes with it.

    TAKE_AWAY_DIR=/tmp/take-away npx vitest run --project node tests/unit/recommenders/takeAway.test.ts
    python3 -m venv /tmp/onnx && /tmp/onnx/bin/pip install numpy==2.2.6 onnx==1.18.0 onnxruntime==1.22.1
    /tmp/onnx/bin/python scripts/reference/take_away.py /tmp/take-away
"""

import hashlib
import json
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

folder = Path(sys.argv[1])
seen = {}
for path in sorted(folder.iterdir()):
    expected = json.loads((path / "expected.json").read_text())
    program = runpy.run_path(str(path / "recommend.py"))
    model, data, row, items = (program[name] for name in ("model", "data", "row", "items"))
    scores = np.array(expected["scores"], np.float32).reshape(len(expected["users"]), -1)
    for user, listed in enumerate(expected["lists"]):
        values = data["historyValues"][slice(*data["historyStarts"][user : user + 2])]
        given = program["ten_best"](row("history", user), values, row("bought", user), program["events_of"](user), user)
        assert [item for item, _ in given] == [item for item, _ in listed], (path.name, user, given, listed)
        np.testing.assert_allclose([score for _, score in given], [score for _, score in listed], rtol=1e-4, atol=1e-6)
    printed = subprocess.run(
        [sys.executable, path / "recommend.py", expected["users"][3]], capture_output=True, text=True, check=True
    ).stdout
    assert [line.split("\t")[0] for line in printed.splitlines()] == [item for item, _ in expected["lists"][3]]
    if path.name == "ials":
        subprocess.run([sys.executable, path / "recommend.py", "--items", items[2], items[5]], capture_output=True, check=True)

    if (path / "model.onnx").exists():
        onnx.checker.check_model(str(path / "model.onnx"), full_check=True)
        session = onnxruntime.InferenceSession(path / "model.onnx")
        assert json.loads(session.get_modelmeta().custom_metadata_map["items"]) == items
        if session.get_inputs()[0].name == "user":
            given = {"user": np.arange(len(scores), dtype=np.int64)}
        else:
            given = {"history": np.zeros(scores.shape, np.float32)}
            for user in range(len(scores)):
                given["history"][user, row("history", user)] = 1
        np.testing.assert_allclose(session.run(["scores"], given)[0], scores, rtol=0, atol=1e-5 * np.abs(scores).max())
    seen[path.name] = {
        name: hashlib.sha256((path / name).read_bytes()).hexdigest()
        for name in ("model.npz", "data.npz", "recommend.py", "model.onnx")
        if (path / name).exists()
    }
    print(path.name, "read:", ", ".join(seen[path.name]))

target = Path(__file__).parents[2] / "tests" / "fixtures" / "take-away.json"
target.write_text(json.dumps(seen, indent=2) + "\n")
