import type { CalibrationMethod } from './report';
import { logLoss } from './metrics';

/** A rising curve from learnt to calibrated probability, over log odds; plain data, saved with the model. */
export type Calibration =
  | { method: 'none' }
  /** 1 / (1 + exp(a · logit + b)), Platt 1999. */
  | { method: 'platt'; a: number; b: number }
  /** Straight lines between ascending knots, level outside of them. */
  | { method: 'isotonic'; logits: Float64Array; chances: Float64Array };

export interface ChosenCalibration {
  calibration: Calibration;
  /** Mean log loss on held-out fifths, in the order none, Platt, isotonic. */
  candidates: { method: CalibrationMethod; logLoss: number }[];
}

const folds = 5;

/**
 * The calibration that predicts held-out fifths of the given rows best, learnt from all of them; the simpler one where
 * the gain is within one standard error. Rows must not be those that the model was fitted to.
 * @param probabilities as learnt, with what happened (0 or 1)
 */
export function chooseCalibration(probabilities: Float32Array, labels: Uint8Array): ChosenCalibration {
  const foldOf = stratifiedFolds(labels);
  const losses = methods.map(({ fit }) => heldOutLosses(fit, probabilities, labels, foldOf));
  let chosen = 0;
  for (let next = 1; next < methods.length; next++) {
    const gains = losses[chosen].map((loss, row) => loss - losses[next][row]);
    if (meanOf(gains) > standardError(gains)) chosen = next;
  }
  return {
    calibration: methods[chosen].fit(probabilities, labels),
    candidates: methods.map(({ method }, i) => ({ method, logLoss: meanOf(losses[i]) })),
  };
}

export function applyCalibration(calibration: Calibration, probabilities: Float32Array): Float32Array {
  switch (calibration.method) {
    case 'none':
      return probabilities;
    case 'platt':
      return probabilities.map((chance) => 1 / (1 + Math.exp(calibration.a * logit(chance) + calibration.b)));
    case 'isotonic':
      return probabilities.map((chance) => interpolate(calibration, logit(chance)));
  }
}

/**
 * Platt's sigmoid over log odds with his targets (N₊ + 1)/(N₊ + 2) and 1/(N₋ + 2), which keep it from being too sure;
 * Newton's method in two unknowns.
 */
export function fitPlatt(probabilities: Float32Array, labels: Uint8Array): Calibration & { method: 'platt' } {
  const logits = Float64Array.from(probabilities, logit);
  const positives = labels.reduce((sum, label) => sum + label, 0);
  const [high, low] = [(positives + 1) / (positives + 2), 1 / (labels.length - positives + 2)];
  let [a, b] = [0, Math.log((labels.length - positives + 1) / (positives + 1))];
  const objectiveAt = (a: number, b: number) =>
    logits.reduce((sum, x, row) => {
      const z = a * x + b;
      // −t log p − (1 − t) log(1 − p) with p = 1 / (1 + e^z), without overflow.
      return sum + (labels[row] ? high : low) * z + Math.log1p(Math.exp(-Math.abs(z))) + Math.max(0, -z);
    }, 0);
  let objective = objectiveAt(a, b);
  for (let step = 0; step < 100; step++) {
    let [da, db, aa, ab, bb] = [0, 0, 1e-12, 0, 1e-12];
    for (let row = 0; row < logits.length; row++) {
      const x = logits[row];
      const chance = 1 / (1 + Math.exp(a * x + b));
      const [miss, spread] = [(labels[row] ? high : low) - chance, chance * (1 - chance)];
      da += miss * x;
      db += miss;
      aa += spread * x * x;
      ab += spread * x;
      bb += spread;
    }
    const determinant = aa * bb - ab * ab;
    const [stepA, stepB] = [(bb * da - ab * db) / determinant, (aa * db - ab * da) / determinant];
    let share = 1;
    // A full step can overshoot where the classes are nearly separable; the objective is convex, so a shorter one helps.
    while (share > 1e-6 && !(objectiveAt(a - share * stepA, b - share * stepB) <= objective)) share /= 2;
    [a, b] = [a - share * stepA, b - share * stepB];
    objective = objectiveAt(a, b);
    if (Math.abs(share * stepA) + Math.abs(share * stepB) < 1e-10) break;
  }
  return { method: 'platt', a, b };
}

/**
 * The rising step function with the least squared error (pool adjacent violators: Barlow et al. 1972), joined by
 * straight lines; equal inputs are one knot, and knots inside a level stretch are left out, as scikit-learn does.
 */
export function fitIsotonic(probabilities: Float32Array, labels: Uint8Array): Calibration & { method: 'isotonic' } {
  const order = Int32Array.from(labels, (_, row) => row).sort((a, b) => probabilities[a] - probabilities[b]);
  const pools: { from: number; to: number; sum: number; weight: number }[] = [];
  for (let start = 0; start < order.length;) {
    const x = logit(probabilities[order[start]]);
    const pool = { from: x, to: x, sum: 0, weight: 0 };
    for (; start < order.length && logit(probabilities[order[start]]) === x; start++) {
      pool.sum += labels[order[start]];
      pool.weight++;
    }
    while (pools.length > 0 && pools[pools.length - 1].sum * pool.weight >= pool.sum * pools[pools.length - 1].weight) {
      const before = pools.pop()!;
      pool.from = before.from;
      pool.sum += before.sum;
      pool.weight += before.weight;
    }
    pools.push(pool);
  }
  const knots = pools.flatMap(({ from, to, sum, weight }) =>
    from === to ? [[from, sum / weight]] : [from, to].map((x) => [x, sum / weight]),
  );
  return { method: 'isotonic', logits: Float64Array.from(knots, ([x]) => x), chances: Float64Array.from(knots, ([, y]) => y) };
}

const methods: { method: CalibrationMethod; fit: (probabilities: Float32Array, labels: Uint8Array) => Calibration }[] = [
  { method: 'none', fit: () => ({ method: 'none' }) },
  { method: 'platt', fit: fitPlatt },
  { method: 'isotonic', fit: fitIsotonic },
];

/** Log loss of each row, predicted by what was learnt from the other folds. */
function heldOutLosses(
  fit: (typeof methods)[number]['fit'],
  probabilities: Float32Array,
  labels: Uint8Array,
  foldOf: Uint8Array,
): number[] {
  const losses = new Array<number>(labels.length);
  for (let fold = 0; fold < folds; fold++) {
    const learnt = fit(
      probabilities.filter((_, row) => foldOf[row] !== fold),
      labels.filter((_, row) => foldOf[row] !== fold),
    );
    const calibrated = applyCalibration(learnt, probabilities);
    for (let row = 0; row < labels.length; row++) {
      if (foldOf[row] === fold) losses[row] = logLoss([calibrated[row]], [labels[row]]);
    }
  }
  return losses;
}

/** As many of each outcome in every fold, dealt out in turn. */
function stratifiedFolds(labels: Uint8Array): Uint8Array {
  const dealt = [0, 0];
  return labels.map((label) => dealt[label]++ % folds);
}

/** Log odds, finite for 0 and 1. */
function logit(probability: number): number {
  const p = Math.min(Math.max(probability, 1e-15), 1 - 2 ** -53);
  return Math.log(p) - Math.log1p(-p);
}

function interpolate({ logits, chances }: { logits: Float64Array; chances: Float64Array }, x: number): number {
  if (x <= logits[0]) return chances[0];
  if (x >= logits[logits.length - 1]) return chances[logits.length - 1];
  let [low, high] = [0, logits.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (logits[middle] <= x) low = middle;
    else high = middle;
  }
  return chances[low] + ((chances[high] - chances[low]) * (x - logits[low])) / (logits[high] - logits[low]);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function standardError(values: readonly number[]): number {
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length / values.length);
}
