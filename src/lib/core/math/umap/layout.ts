import type { Random } from '../../base/random';
import type { RunContext } from '../../base/run';
import type { Curve } from './curve';
import type { FuzzyGraph } from './graph';

/** Pairs that are pushed apart for each pair that is pulled together. */
const pushes = 5;
/** No step of a coordinate is longer than this, at the start. */
const longest = 4;
/** Between two pauses. */
const pairsOfStretch = 1 << 15;

/**
 * Moves the points of a map until who belongs together lies together: pairs are pulled as often as they are sure, and for
 * each pull both push away some that chance names (McInnes, Healy & Melville 2018, algorithm 5). Changes `places`.
 * @param places two coordinates for each point
 * @throws Cancelled
 */
export async function layOut(
  places: Float64Array,
  graph: FuzzyGraph,
  { a, b }: Curve,
  epochs: number,
  random: Random,
  run: RunContext,
): Promise<void> {
  const points = places.length / 2;
  const { from, to, every } = scheduled(graph, epochs);
  const due = every.slice();
  const duePush = every.map((each) => each / pushes);
  for (let epoch = 0; epoch < epochs; epoch++) {
    const pace = 1 - epoch / epochs;
    for (let pair = 0; pair < from.length; pair++) {
      if (pair % pairsOfStretch === 0) await run.breathe();
      if (due[pair] > epoch) continue;
      const i = 2 * from[pair];
      const j = 2 * to[pair];
      let dx = places[i] - places[j];
      let dy = places[i + 1] - places[j + 1];
      let square = dx * dx + dy * dy;
      if (square > 0) {
        const power = square ** b;
        const pull = (-2 * a * b * power) / square / (a * power + 1);
        const stepX = clip(pull * dx) * pace;
        const stepY = clip(pull * dy) * pace;
        places[i] += stepX;
        places[i + 1] += stepY;
        places[j] -= stepX;
        places[j + 1] -= stepY;
      }
      due[pair] += every[pair];
      const everyPush = every[pair] / pushes;
      const times = Math.floor((epoch - duePush[pair]) / everyPush);
      for (let time = 0; time < times; time++) {
        const other = 2 * (random.uint32() % points);
        dx = places[i] - places[other];
        dy = places[i + 1] - places[other + 1];
        square = dx * dx + dy * dy;
        if (square === 0) continue;
        const push = (2 * b) / ((0.001 + square) * (a * square ** b + 1));
        places[i] += clip(push * dx) * pace;
        places[i + 1] += clip(push * dy) * pace;
      }
      duePush[pair] += times * everyPush;
    }
    run.report({ stage: 'umap', done: epoch + 1, total: epochs, unit: 'epochs' });
  }
}

/** All pairs from both ends, and after how many epochs each comes again; those that would never come are left out. */
function scheduled({ rowStarts, columns, weights }: FuzzyGraph, epochs: number) {
  let surest = 0;
  for (const weight of weights) if (weight > surest) surest = weight;
  const [from, to] = [new Int32Array(columns.length), new Int32Array(columns.length)];
  const every = new Float64Array(columns.length);
  let kept = 0;
  for (let row = 0; row + 1 < rowStarts.length; row++) {
    for (let at = rowStarts[row]; at < rowStarts[row + 1]; at++) {
      if (weights[at] < surest / epochs) continue;
      from[kept] = row;
      to[kept] = columns[at];
      every[kept++] = surest / weights[at];
    }
  }
  return { from: from.subarray(0, kept), to: to.subarray(0, kept), every: every.subarray(0, kept) };
}

function clip(step: number): number {
  return step > longest ? longest : step < -longest ? -longest : step;
}
