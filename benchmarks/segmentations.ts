/**
 * How long ready-made segmentations take for one million people once their measures and purchases are read: RFM by each
 * convention (the goal is one second), the older way of placing people beside it, and twelve months of life-cycle stages.
 *
 *   node --import tsx benchmarks/segmentations.ts
 */
import { cpus } from 'node:os';
import { Random } from '../src/lib/core/base/random';
import { monthlyDates } from '../src/lib/core/segmentations/history';
import { proposeCuts, stagesAt } from '../src/lib/core/segmentations/lifeCycle';
import type { Purchases } from '../src/lib/core/segmentations/purchases';
import { measuresAt } from '../src/lib/core/segmentations/rfmMoves';
import { scoreRfm, type RfmConvention } from '../src/lib/core/segments/rfm';
import { rfmGrid } from '../src/lib/core/segments/rfmGrid';

const people = 1_000_000;
const asOf = '2026-06-01T00:00:00';
const end = Date.parse('2026-06-01T00:00:00Z') / 86_400_000;

const purchases = randomPurchases();
const byId = Int32Array.from({ length: people }, (_, i) => i);
console.log(`${cpus()[0].model}, ${people} people, ${purchases.day.length} days with a purchase`);

const measures = timed('measures as of a day', () => measuresAt(purchases, byId, end));
const conventions: RfmConvention[] = [
  { bins: 5, method: 'quintile' },
  { bins: 5, method: 'ties-together' },
  { bins: 5, method: 'quintile', nested: true },
  { bins: 5, method: 'fixed', cuts: { recencyDays: [30, 90, 180, 365], frequency: [1, 2, 4, 8], monetary: [50, 100, 200, 400] } },
  { bins: 2, method: 'mean' },
  { bins: 2, method: 'mean-score' },
];
for (const convention of conventions) {
  const name = `${convention.method}${convention.nested ? ' nested' : ''} ${convention.bins}`;
  const scores = timed(`scores ${name}`, () => scoreRfm(measures, convention));
  timed(`map ${name}`, () => rfmGrid(measures, scores));
}
timed('before: places by sorting indexes, one measure', () =>
  Uint32Array.from(measures.monetary, (_, i) => i).sort((a, b) => measures.monetary[a] - measures.monetary[b] || a - b),
);
const cuts = timed('life cycle cuts', () => proposeCuts(purchases));
const known = new Int32Array(people).fill(-2147483648);
const started = performance.now();
for (const date of monthlyDates(asOf, 12)) await stagesAt(purchases, known, cuts, date);
print('stages of thirteen days', performance.now() - started);

function randomPurchases(): Purchases {
  const random = new Random(1);
  const start = new Int32Array(people + 1);
  const days: number[] = [];
  for (let user = 0; user < people; user++) {
    const times = random.below(5);
    const own = new Set(Array.from({ length: times }, () => end - 1 - random.below(700)));
    for (const day of [...own].sort((a, b) => a - b)) days.push(day);
    start[user + 1] = days.length;
  }
  return {
    start,
    day: Int32Array.from(days),
    orders: new Int32Array(days.length).fill(1),
    bought: new Uint8Array(days.length).fill(1),
    value: Float64Array.from(days, () => random.below(30_000) / 100),
  };
}

function timed<T>(what: string, work: () => T): T {
  work();
  const started = performance.now();
  const made = work();
  print(what, performance.now() - started);
  return made;
}

function print(what: string, milliseconds: number): void {
  console.log(`${what.padEnd(50)} ${milliseconds.toFixed(0).padStart(7)} ms`);
}
