/**
 * 256 singular values of 30,000 customers × 41,000 items with 800,000 pairs: ours against SciPy's svds (ARPACK, float32),
 * on as many threads, in turns within one run; of several rounds the best counts. The goal is a ratio of 1 or less. svds
 * runs twice: to machine precision, which is its default, and to our tolerance. Processor seconds stand beside wall
 * seconds, because they bear a busy machine.
 *
 *   node --import tsx benchmarks/svd.mjs <python with benchmarks/peers/requirements.txt> [repeats]
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { quietContext } from '../src/lib/core/base/run.ts';
import { openNodeKernels } from '../src/lib/platform/node/kernels.ts';
import { wideCatalogue } from '../tests/support/wideCatalogue.ts';

const [factors, tolerance] = [256, 1e-3];
const [python, repeats = '2'] = process.argv.slice(2);
if (!python) throw new Error('Which Python has SciPy? See the first lines of this file.');

// A fifth is held out there, and some pairs are drawn twice.
const { train } = wideCatalogue({ users: 30_000, items: 41_000, pairs: 1_130_000, tastes: 200, seed: 1 });
const matrix = { ...train, values: train.values.fill(1) };
const folder = mkdtempSync(join(tmpdir(), 'muster-svd-'));
const load = loadavg()[0].toFixed(1);
console.log(`${cpus()[0].model}, ${cpus().length} cores, load ${load} at the start, Node ${process.version}`);
console.log(`${matrix.users} customers, ${matrix.items} items, ${matrix.columns.length} pairs, ${factors} factors`);
console.log('\n| threads | | wall | processor | ours / theirs, processor | largest difference of σ |\n|---|---|---|---|---|---|');
try {
  writeFileSync(join(folder, 'starts'), matrix.rowStarts);
  writeFileSync(join(folder, 'columns'), matrix.columns);
  for (const threads of [1, 2]) await compare(threads);
} finally {
  rmSync(folder, { recursive: true });
}
process.exit(0);

async function compare(threads) {
  const kernels = await openNodeKernels({ threads });
  const theirs = await openScipy(threads);
  const rows = { ours: [], exact: [], loose: [] };
  for (let repeat = 0; repeat < Number(repeats); repeat++) {
    rows.ours.push(await measureOurs(kernels));
    rows.exact.push(await theirs.measure(0));
    rows.loose.push(await theirs.measure(tolerance));
  }
  kernels.close();
  theirs.close();
  const best = (all) => all.reduce((a, b) => (a.processor < b.processor ? a : b));
  const [ours, exact] = [best(rows.ours), best(rows.exact)];
  const names = { ours: 'ours', exact: `svds ${theirs.version}`, loose: `svds ${theirs.version}, tol = ${tolerance}` };
  for (const [key, name] of Object.entries(names)) {
    const { seconds, processor, values } = best(rows[key]);
    const off = Math.max(...exact.values.map((value, at) => Math.abs(values[at] / value - 1)));
    const ratio = key === 'ours' ? '' : (ours.processor / processor).toFixed(2);
    console.log(`| ${threads} | ${name} | ${seconds.toFixed(1)} s | ${processor.toFixed(1)} s | ${ratio} | ${off.toExponential(1)} |`);
  }
}

async function measureOurs(kernels) {
  const [started, before] = [performance.now(), process.cpuUsage()];
  const { values } = await kernels.svd(matrix, { factors, tolerance }, 1, quietContext());
  const { user, system } = process.cpuUsage(before);
  return { seconds: (performance.now() - started) / 1000, processor: (user + system) / 1e6, values };
}

async function openScipy(threads) {
  const script = fileURLToPath(new URL('./peers/svds.py', import.meta.url));
  const files = ['starts', 'columns'].map((name) => join(folder, name));
  const process_ = spawn(python, [script, ...files, matrix.users, matrix.items, factors].map(String), {
    env: { ...process.env, OMP_NUM_THREADS: String(threads), OPENBLAS_NUM_THREADS: String(threads) },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: process_.stdout })[Symbol.asyncIterator]();
  const { version } = JSON.parse((await lines.next()).value);
  return {
    version,
    measure: async (tol) => {
      process_.stdin.write(`${tol}\n`);
      return JSON.parse((await lines.next()).value);
    },
    close: () => process_.stdin.end(),
  };
}
