/**
 * Logistic regression beside scikit-learn's, on the same 100,000 rows of 50 columns in one run, to the same objective:
 *
 *     PYTHON=/tmp/ref/bin/python node --import tsx benchmarks/linear.ts
 *
 * PYTHON has numpy and scikit-learn (scripts/reference/linear.py names the versions); without it only ours is timed.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '../src/lib/core/base/random';
import { quietContext } from '../src/lib/core/base/run';
import { fitLinear } from '../src/lib/core/math/linear/generalizedLinear';

const [rows, columns, times] = [100_000, 50, 5];
const random = new Random(1);
const values = Float32Array.from({ length: rows * columns }, () => random.normal());
for (let row = 0; row < rows; row++) for (let c = 25; c < 50; c++) values[row * columns + c] = (values[row * columns + c] + values[row * columns + c - 25]) / Math.SQRT2; // prettier-ignore
const truth = Float64Array.from({ length: columns }, () => 0.3 * random.normal());
const targets = Uint8Array.from({ length: rows }, (_, row) => {
  const z = truth.reduce((sum, weight, c) => sum + weight * values[row * columns + c], -1);
  return random.uniform() < 1 / (1 + Math.exp(-z)) ? 1 : 0;
});

console.log(`${rows} × ${columns}, ${cpus()[0].model}, ${cpus().length} cores; best of ${times}`);
for (const l1Share of [0, 1]) {
  let [best, steps] = [Infinity, 0];
  let weights: Float64Array = new Float64Array(0);
  for (let time = 0; time < times; time++) {
    const started = performance.now();
    const fit = await fitLinear(
      { rows, columns, values, targets },
      'binomial',
      { lambda: 1, l1Share },
      { steps: 100, tolerance: 1e-6 },
      quietContext(),
    );
    best = Math.min(best, performance.now() - started);
    [weights, steps] = [fit.weights, fit.steps];
  }
  console.log(
    `ours, L1 share ${l1Share}: ${(best / 1000).toFixed(2)} s, ${steps} steps, objective ${objective(weights, l1Share).toFixed(6)}`,
  );
}
if (process.env.PYTHON) {
  const folder = mkdtempSync(join(tmpdir(), 'linear-'));
  writeFileSync(join(folder, 'x.f32'), new Uint8Array(values.buffer));
  writeFileSync(join(folder, 'y.u8'), targets);
  const script = `
import sys, time, warnings, numpy as np, sklearn
from sklearn.linear_model import LogisticRegression
warnings.filterwarnings("ignore")
x = np.fromfile(sys.argv[1] + "/x.f32", np.float32).reshape(-1, ${columns})
y = np.fromfile(sys.argv[1] + "/y.u8", np.uint8).astype(int)
def show(name, make, x):
    best = 1e9
    for _ in range(${times}):
        started = time.perf_counter(); model = make().fit(x, y); best = min(best, time.perf_counter() - started)
    z = x.astype(np.float64) @ model.coef_[0] + model.intercept_[0]
    loss = np.sum(np.logaddexp(0, z) - y * z)
    w = model.coef_[0]
    penalty = np.abs(w).sum() if "saga" in name else (w * w).sum() / 2
    print(f"scikit-learn {sklearn.__version__} {name}: {best:.2f} s, objective {loss + penalty:.6f}", flush=True)
x64 = x.astype(np.float64)
show("lbfgs float64, tol 1e-4", lambda: LogisticRegression(tol=1e-4, max_iter=1000), x64)
show("lbfgs float64, tol 1e-6", lambda: LogisticRegression(tol=1e-6, max_iter=1000), x64)
show("lbfgs float32, tol 1e-4", lambda: LogisticRegression(tol=1e-4, max_iter=1000), x)
show("newton-cholesky float64", lambda: LogisticRegression(solver="newton-cholesky", tol=1e-6), x64)
show("saga L1 float64, tol 1e-4", lambda: LogisticRegression(solver="saga", penalty="l1", tol=1e-4, max_iter=1000), x64)
`;
  execFileSync(process.env.PYTHON, ['-c', script, folder], { stdio: 'inherit' });
  rmSync(folder, { recursive: true });
}

function objective(weights: Float64Array, l1Share: number): number {
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    let z = weights[columns];
    for (let c = 0; c < columns; c++) z += weights[c] * values[row * columns + c];
    sum += Math.max(z, 0) - targets[row] * z + Math.log1p(Math.exp(-Math.abs(z)));
  }
  for (let c = 0; c < columns; c++) sum += l1Share * Math.abs(weights[c]) + ((1 - l1Share) / 2) * weights[c] ** 2;
  return sum;
}
