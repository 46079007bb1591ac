/**
 * BG/NBD on 100,000 customers: ours (four starts, unique rows with weights) against lifetimes' fit of the same rows, in
 * turns in one run, and the value of every customer beside it.
 *
 *   node --import tsx benchmarks/clv.mjs <python with lifetimes==0.11.3> [customers]
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Random } from '../src/lib/core/base/random.ts';
import { quietContext } from '../src/lib/core/base/run.ts';
import { fitPurchaseModel } from '../src/lib/core/predictions/clv/fitModels.ts';
import { distinct } from '../src/lib/core/predictions/clv/histories.ts';
import { purchaseModels } from '../src/lib/core/predictions/clv/purchaseModels.ts';
import { customerValues } from '../src/lib/core/predictions/clv/value.ts';

const [python, customers = 100_000] = process.argv.slice(2);
if (!python) throw new Error('Which Python has lifetimes? See the first lines of this file.');
const rounds = 3;
const histories = simulated(Number(customers));
const folder = mkdtempSync(join(tmpdir(), 'muster-clv-'));
const file = join(folder, 'summary.csv');
writeFileSync(file, Array.from(histories.x, (x, row) => `${x},${histories.tx[row] / 7},${histories.T[row] / 7}\n`).join(''));
console.log(`${cpus()[0].model}, ${cpus().length} cores, load ${loadavg()[0].toFixed(1)}; ${customers} customers`);

const times = new Map(purchaseModels.map(({ id }) => [id, []]));
const theirs = [];
for (let round = 0; round < rounds; round++) {
  for (const model of purchaseModels) {
    const started = performance.now();
    const { rows } = distinct(histories);
    const fit = await fitPurchaseModel(model, rows, quietContext());
    times.get(model.id).push((performance.now() - started) / 1000);
    if (round === 0)
      print(
        `muster ${model.id}`,
        fit.parameters,
        fit.logLikelihood,
        `${rows.x.length} unique rows, ${fit.agreeing} of ${fit.starts} starts agree`,
      );
  }
  const found = JSON.parse(
    execFileSync(python, [fileURLToPath(new URL('peers/lifetimes_speed.py', import.meta.url)), file], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );
  theirs.push(found.seconds);
  if (round === 0) print('lifetimes bg-nbd', found.parameters, found.logLikelihood, '');
}
rmSync(folder, { recursive: true });
const bg = purchaseModels[0];
const { parameters } = await fitPurchaseModel(bg, distinct(histories).rows, quietContext());
const started = performance.now();
const options = { horizonDays: 90, lifetimeDays: 365, yearlyDiscount: 0.1, margin: 1 };
await customerValues(
  bg,
  parameters,
  null,
  { ...histories, customer: new Int32Array(0), monetary: new Float64Array(histories.x.length) },
  options,
  quietContext(),
);
console.log(`value of everybody, twelve months: ${((performance.now() - started) / 1000).toFixed(2)} s`);
for (const [id, seconds] of times) console.log(`muster ${id}: ${seconds.map((each) => each.toFixed(2)).join(', ')} s`);
console.log(`lifetimes bg-nbd: ${theirs.map((each) => each.toFixed(2)).join(', ')} s`);
console.log(`lifetimes over muster, bg-nbd, medians: ${(median(theirs) / median(times.get('bg-nbd'))).toFixed(1)}`);

function print(name, values, logLikelihood, note) {
  console.log(
    `${name.padEnd(18)} ${values.map((value) => value.toFixed(4)).join('  ')}  log likelihood ${logLikelihood.toFixed(3)}  ${note}`,
  );
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** BG/NBD customers by CDNOW's parameters but buying more, who began within a year of two. */
function simulated(count) {
  const random = new Random(1);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
  const gamma = (shape) => {
    if (shape < 1) return gamma(shape + 1) * (1 - random.uniform()) ** (1 / shape);
    const d = shape - 1 / 3;
    for (;;) {
      const z = normal();
      const v = (1 + z / Math.sqrt(9 * d)) ** 3;
      if (v > 0 && Math.log(1 - random.uniform()) < (z * z) / 2 + d - d * v + d * Math.log(v)) return d * v;
    }
  };
  const [x, tx, T] = [new Int32Array(count), new Int32Array(count), new Int32Array(count)];
  for (let c = 0; c < count; c++) {
    T[c] = 365 + random.below(365);
    const rate = gamma(0.6) / (6 * 7);
    const [going, leaving] = [gamma(2.4), gamma(0.8)];
    const stop = leaving / (going + leaving);
    let last = 0;
    for (let day = random.exponential(rate); day < T[c]; day += random.exponential(rate)) {
      if (Math.floor(day) > last) {
        x[c]++;
        last = Math.floor(day);
      }
      if (random.uniform() < stop) break;
    }
    tx[c] = last;
  }
  return { x, tx, T };
}
