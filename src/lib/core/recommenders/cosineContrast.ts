import type { Basket } from './recommender';

/** Item vectors and the matrix that turns a mean of them into a taste, while they are learnt, with AdaGrad's sums beside. */
export interface ContrastFit {
  factors: number;
  /** items × factors. */
  items: Float32Array;
  /** V, factors × factors, row-major: taste = V · mean of the history's vectors. */
  transform: Float32Array;
  itemSquares: Float32Array;
  transformSquares: Float32Array;
}

export interface ContrastSettings {
  learningRate: number;
  /** w: what the negatives together weigh beside one positive. */
  negativeWeight: number;
  /** m: a negative whose cosine is below says nothing. */
  margin: number;
}

/** A taste: V · mean of the vectors of what somebody has, and that mean. */
export function tasteOf({ factors: d, items, transform }: Pick<ContrastFit, 'factors' | 'items' | 'transform'>, { items: own }: Basket) {
  const mean = new Float64Array(d);
  for (const item of own) for (let f = 0; f < d; f++) mean[f] += items[item * d + f] / own.length;
  const taste = new Float64Array(d);
  for (let row = 0; row < d; row++) {
    let sum = 0;
    for (let f = 0; f < d; f++) sum += transform[row * d + f] * mean[f];
    taste[row] = sum;
  }
  return { mean, taste };
}

/**
 * The gradient of one customer's loss Σ_i [1 − cos(h, e_i) + w / |N| Σ_j max(0, cos(h, e_j) − m)] over what they have (i)
 * and some that they do not (j), which all of theirs share.
 */
export interface ContrastGradient {
  loss: number;
  /** One row for each of `own`, then for each of `others`. */
  ofItems: Float64Array;
  ofTransform: Float64Array;
}

export function contrastGradient(
  fit: Pick<ContrastFit, 'factors' | 'items' | 'transform'>,
  own: Int32Array,
  others: Int32Array,
  { negativeWeight, margin }: Omit<ContrastSettings, 'learningRate'>,
): ContrastGradient {
  const { factors: d, items, transform } = fit;
  const { mean, taste } = tasteOf(fit, { items: own });
  const length = lengthOf(taste, 0, d);
  const ofItems = new Float64Array((own.length + others.length) * d);
  const ofTaste = new Float64Array(d);
  let loss = 0;
  const look = (item: number, row: number, isOwn: boolean) => {
    const start = item * d;
    let [dot, squares] = [0, 0];
    for (let f = 0; f < d; f++) {
      dot += taste[f] * items[start + f];
      squares += items[start + f] * items[start + f];
    }
    const size = Math.sqrt(squares);
    // Neither nobody's taste nor an empty vector points anywhere.
    const cosine = size > 0 && length > 0 ? dot / (size * length) : 0;
    const weight = isOwn ? -1 : (own.length * negativeWeight) / others.length;
    if (isOwn) loss += 1 - cosine;
    else if (cosine > margin) loss += weight * (cosine - margin);
    else return;
    if (size === 0 || length === 0) return;
    // The derivatives of a cosine: (v − cos u) / |h| and (u − cos v) / |e|, u and v being the directions.
    const across = weight / (length * size);
    const [alongTaste, alongItem] = [(weight * cosine) / (length * length), (weight * cosine) / squares];
    for (let f = 0, at = row * d; f < d; f++) {
      const v = items[start + f];
      ofTaste[f] += across * v - alongTaste * taste[f];
      ofItems[at + f] += across * taste[f] - alongItem * v;
    }
  };
  own.forEach((item, at) => look(item, at, true));
  others.forEach((item, at) => look(item, own.length + at, false));

  const ofTransform = new Float64Array(d * d);
  const ofMean = new Float64Array(d);
  for (let row = 0; row < d; row++) {
    for (let f = 0; f < d; f++) {
      ofTransform[row * d + f] = ofTaste[row] * mean[f];
      ofMean[f] += (ofTaste[row] * transform[row * d + f]) / own.length;
    }
  }
  for (let at = 0; at < own.length; at++) for (let f = 0; f < d; f++) ofItems[at * d + f] += ofMean[f];
  return { loss, ofItems, ofTransform };
}

/** One step down the gradient of one customer's loss, with AdaGrad's lengths (Duchi, Hazan & Singer 2011). Gives the loss. */
export function takeContrastStep(fit: ContrastFit, own: Int32Array, others: Int32Array, settings: ContrastSettings): number {
  const { factors: d, items, transform, itemSquares, transformSquares } = fit;
  const { learningRate } = settings;
  const { loss, ofItems, ofTransform } = contrastGradient(fit, own, others, settings);
  const walk = (item: number, row: number) => descend(items, itemSquares, item * d, ofItems.subarray(row * d, (row + 1) * d), learningRate);
  own.forEach(walk);
  others.forEach((item, at) => walk(item, own.length + at));
  descend(transform, transformSquares, 0, ofTransform, learningRate);
  return loss;
}

function descend(values: Float32Array, squares: Float32Array, start: number, gradient: Float64Array, learningRate: number): void {
  for (let f = 0; f < gradient.length; f++) {
    const slope = gradient[f];
    // Most items that somebody does not have are far off and say nothing.
    if (slope === 0) continue;
    squares[start + f] += slope * slope;
    values[start + f] -= (learningRate / Math.sqrt(squares[start + f])) * slope;
  }
}

export function lengthOf(vector: ArrayLike<number>, start: number, size: number): number {
  let squares = 0;
  for (let f = start; f < start + size; f++) squares += vector[f] * vector[f];
  return Math.sqrt(squares);
}
