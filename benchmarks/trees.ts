/**
 * Gradient-boosted trees against LightGBM on the same rows with the same settings and threads: seconds to bin, to grow,
 * to predict, and the held-out AUC.
 *
 *   node --import tsx benchmarks/trees.ts [--rows 1000000] [--columns 50] [--trees 100] [--threads 1,2] [--peer /tmp/venv-peers/bin/python]
 *
 * Without `--peer` only our own is measured (benchmarks/peers/requirements.txt names the versions).
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Random } from '../src/lib/core/base/random';
import { quietContext } from '../src/lib/core/base/run';
import { findBins } from '../src/lib/core/math/trees/bins';
import { joinForests, type Forest } from '../src/lib/core/math/trees/forest';
import { growTree } from '../src/lib/core/math/trees/growTree';
import { lightgbmRules } from '../src/lib/core/math/trees/rows';
import { auc } from '../src/lib/core/predictions/metrics';
import { openNodeKernels } from '../src/lib/platform/node/kernels';

const { values: given } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    columns: { type: 'string', default: '50' },
    trees: { type: 'string', default: '100' },
    leaves: { type: 'string', default: '31' },
    threads: { type: 'string', default: '1,2' },
    peer: { type: 'string' },
  },
});
const [rows, columns, trees, leaves] = [given.rows, given.columns, given.trees, given.leaves].map(Number);
const heldOut = Math.round(rows / 10);

function makeRows(count: number, seed: number): { values: Float32Array; labels: Uint8Array } {
  const random = new Random(seed);
  const values = new Float32Array(count * columns);
  const labels = new Uint8Array(count);
  for (let row = 0; row < count; row++) {
    const at = row * columns;
    for (let c = 0; c < columns; c++)
      values[at + c] = c % 5 === 4 && random.uniform() < 0.2 ? NaN : c % 5 === 3 ? random.below(12) : random.normal();
    const [a, b, c, d] = values.subarray(at, at + 4);
    const logit = a * b + (c > 0.5 ? 1 : -0.5) + (d % 3) / 2 + (Number.isNaN(values[at + 4]) ? 0.7 : 0) + values[at + 5] / 2 - 1.5;
    labels[row] = 1 / (1 + Math.exp(-logit)) > random.uniform() ? 1 : 0;
  }
  return { values, labels };
}

async function ours(threads: number, train: ReturnType<typeof makeRows>, test: ReturnType<typeof makeRows>) {
  const run = quietContext();
  const kernels = await openNodeKernels({ threads });
  const marks = [performance.now()];
  const processor = [process.cpuUsage()];
  const matrix = { rows, columns, values: train.values };
  const bins = findBins(matrix, 255);
  const placed = await kernels.trees({ ...matrix, bins, labels: Float32Array.from(train.labels) }, run);
  marks.push(performance.now());
  const all = Int32Array.from({ length: columns }, (_, column) => column);
  const shape = { leaves, depth: Infinity, learningRate: 0.1, rules: { ...lightgbmRules, l2: 1 }, columns: () => all };
  const forests: Forest[] = [];
  const rate = train.labels.reduce((sum, label) => sum + label, 0) / rows;
  placed.begin(Math.log(rate / (1 - rate)));
  for (let tree = 0; tree < trees; tree++) {
    await placed.derive('log-loss', tree, run);
    const grown = await growTree(placed, bins, shape, run);
    await placed.add(grown.leafValues, run);
    forests.push(grown.forest);
  }
  placed.dispose();
  processor.push(process.cpuUsage(processor[0]));
  marks.push(performance.now());
  const sums = new Float64Array(heldOut);
  await kernels.addTrees(joinForests(forests), 0, test.values, sums, run);
  marks.push(performance.now());
  kernels.close();
  const [bin, grow, predict] = [0, 1, 2].map((i) => (marks[i + 1] - marks[i]) / 1000);
  return {
    who: `Muster, ${threads} thread${threads === 1 ? '' : 's'}`,
    bin,
    grow,
    predict,
    cpu: (processor[1].user + processor[1].system) / 1e6,
    auc: auc(Float32Array.from(sums), test.labels),
  };
}

function theirs(threads: number, folder: string) {
  const script = new URL('peers/trees.py', import.meta.url).pathname;
  const settings = [folder, rows, heldOut, columns, trees, leaves, threads].map(String);
  return JSON.parse(
    execFileSync(given.peer!, [script, ...settings], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .at(-1)!,
  ) as Awaited<ReturnType<typeof ours>>;
}

const [train, test] = [makeRows(rows, 1), makeRows(heldOut, 2)];
console.info(
  `${rows} rows × ${columns} columns, ${trees} trees of ${leaves} leaves; ${cpus().length} × ${cpus()[0].model}, Node ${process.version}`,
);
const folder = mkdtempSync(join(tmpdir(), 'trees-'));
try {
  if (given.peer) {
    for (const [name, data] of Object.entries({ train, test })) {
      writeFileSync(join(folder, `${name}.values`), data.values);
      writeFileSync(join(folder, `${name}.labels`), data.labels);
    }
  }
  for (const threads of given.threads.split(',').map(Number)) {
    const results = [await ours(threads, train, test), ...(given.peer ? [theirs(threads, folder)] : [])];
    for (const { who, bin, grow, predict, cpu, auc: area } of results) {
      console.info(
        `${who}: bins ${bin.toFixed(2)} s, trees ${grow.toFixed(2)} s, predictions ${predict.toFixed(2)} s; processor ${cpu.toFixed(2)} s before predicting; AUC ${area.toFixed(4)}`,
      );
    }
    if (results.length === 2) {
      const whole = results.map(({ bin, grow }) => bin + grow);
      console.info(
        `bins and trees take ${(whole[0] / whole[1]).toFixed(2)} times as long as LightGBM's, trees ${(results[0].grow / results[1].grow).toFixed(2)} times, processor time ${(results[0].cpu / results[1].cpu).toFixed(2)} times`,
      );
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
