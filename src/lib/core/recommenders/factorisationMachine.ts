import type { InteractionMatrix } from '../math/sparseRows';

type Numbers = Float32Array | Float64Array;

/**
 * A factorisation machine while it is being learnt: a vector for each customer, item, term of either and context, and a
 * weight for each item and its terms, with AdaGrad's sum of squared gradients beside each vector and
 * each weight (one rate a vector: a square root for each number took most of the time).
 */
export interface MachineFit {
  factors: number;
  /** What is known of customers and items, by row; values are the inputs x. */
  userTerms: InteractionMatrix;
  itemTerms: InteractionMatrix;
  /** customers, items, terms of customers, terms of items, contexts: `rows × factors` each. */
  users: Numbers;
  items: Numbers;
  ofUserTerms: Numbers;
  ofItemTerms: Numbers;
  ofContexts: Numbers;
  itemWeights: Numbers;
  itemTermWeights: Numbers;
  squares: Record<'users' | 'items' | 'ofUserTerms' | 'ofItemTerms' | 'ofContexts' | 'itemWeights' | 'itemTermWeights', Numbers>;
}

export interface MachineStep {
  learningRate: number;
  regularization: number;
}

/** The sum of the vectors that stand on a customer's side: themselves, their terms, the context. */
export function userSide(fit: MachineFit, user: number, contexts: ArrayLike<number>, out: Float64Array): Float64Array {
  const { factors: d, users, userTerms, ofUserTerms, ofContexts } = fit;
  for (let f = 0; f < d; f++) out[f] = users[user * d + f];
  addTerms(userTerms, user, ofUserTerms, d, out);
  for (let at = 0; at < contexts.length; at++) for (let f = 0; f < d; f++) out[f] += ofContexts[contexts[at] * d + f];
  return out;
}

/**
 * The same of an item, itself and its terms; gives what it scores whoever looks: the weights, and the products of its own
 * vectors among themselves, ½ (‖Σ x v‖² − Σ x² ‖v‖²) (Rendle, ICDM 2010, lemma 3.1).
 */
export function itemSide(fit: MachineFit, item: number, out: Float64Array): number {
  const { factors: d, items, itemTerms, ofItemTerms, itemWeights, itemTermWeights } = fit;
  let [bias, apart] = [itemWeights[item], 0];
  for (let f = 0, at = item * d; f < d; f++, at++) {
    const value = items[at];
    out[f] = value;
    apart += value * value;
  }
  const { rowStarts, columns, values } = itemTerms;
  for (let entry = rowStarts[item], last = rowStarts[item + 1]; entry < last; entry++) {
    const [term, x] = [columns[entry], values[entry]];
    bias += x * itemTermWeights[term];
    for (let f = 0, at = term * d; f < d; f++, at++) {
      const value = x * ofItemTerms[at];
      out[f] += value;
      apart += value * value;
    }
  }
  let together = 0;
  for (let f = 0; f < d; f++) together += out[f] * out[f];
  return bias + (together - apart) / 2;
}

/** The sums of the pair that is compared; made once, filled in each step. */
export function machineSums(factors: number): Record<'user' | 'chosen' | 'other' | 'difference', Float64Array> {
  const make = () => new Float64Array(factors);
  return { user: make(), chosen: make(), other: make(), difference: make() };
}

/**
 * One step down ln(1 + e^−(score of `chosen` − score of `other`)) (BPR: Rendle, Freudenthaler, Gantner & Schmidt-Thieme,
 * UAI 2009) and its regularisation; gives the loss before it. What is on the customer's side alone is the same for both
 * items, so it has no weights.
 */
export function takeMachineStep(
  fit: MachineFit,
  { user, contexts, chosen, other }: { user: number; contexts: ArrayLike<number>; chosen: number; other: number },
  step: MachineStep,
  sums: ReturnType<typeof machineSums>,
): number {
  const { factors: d, userTerms, itemTerms, squares } = fit;
  userSide(fit, user, contexts, sums.user);
  let lead = itemSide(fit, chosen, sums.chosen) - itemSide(fit, other, sums.other);
  for (let f = 0; f < d; f++) {
    sums.difference[f] = sums.chosen[f] - sums.other[f];
    lead += sums.user[f] * sums.difference[f];
  }
  const slope = -1 / (1 + Math.exp(lead));

  moveRow(d, fit.users, squares.users, user, slope, sums.difference, step);
  for (let at = userTerms.rowStarts[user]; at < userTerms.rowStarts[user + 1]; at++)
    moveRow(d, fit.ofUserTerms, squares.ofUserTerms, userTerms.columns[at], slope * userTerms.values[at], sums.difference, step);
  for (let at = 0; at < contexts.length; at++) moveRow(d, fit.ofContexts, squares.ofContexts, contexts[at], slope, sums.difference, step);
  for (const [item, side, sign] of [
    [chosen, sums.chosen, slope],
    [other, sums.other, -slope],
  ] as const) {
    // prettier-ignore
    // What an item's own vector meets: the customer's side and the item's other vectors.
    for (let f = 0; f < d; f++) side[f] += sums.user[f];
    moveRow(d, fit.items, squares.items, item, sign, side, step, 1);
    moveWeight(fit, 'itemWeights', item, sign, step);
    for (let at = itemTerms.rowStarts[item]; at < itemTerms.rowStarts[item + 1]; at++) {
      const [term, x] = [itemTerms.columns[at], itemTerms.values[at]];
      moveRow(d, fit.ofItemTerms, squares.ofItemTerms, term, sign * x, side, step, x);
      moveWeight(fit, 'itemTermWeights', term, sign * x, step);
    }
  }
  return lead > 0 ? Math.log1p(Math.exp(-lead)) : Math.log1p(Math.exp(lead)) - lead;
}

/** A step along slope · (meets − own · its vector); all of a vector by one rate. */
function moveRow(
  d: number,
  vectors: Numbers,
  squares: Numbers,
  row: number,
  slope: number,
  meets: Float64Array,
  { learningRate, regularization }: MachineStep,
  own = 0,
): void {
  const rate = learningRate / Math.sqrt(squares[row]);
  const [along, back] = [rate * slope, rate * (regularization - slope * own)];
  let sum = 0;
  for (let f = 0, at = row * d; f < d; f++, at++) {
    const change = along * meets[f] + back * vectors[at];
    vectors[at] -= change;
    sum += change * change;
  }
  squares[row] += sum / (d * rate * rate);
}

function moveWeight(
  fit: MachineFit,
  name: 'itemWeights' | 'itemTermWeights',
  at: number,
  slope: number,
  { learningRate, regularization }: MachineStep,
): void {
  const [weights, squares] = [fit[name], fit.squares[name]];
  const gradient = slope + regularization * weights[at];
  weights[at] -= (learningRate / Math.sqrt(squares[at])) * gradient;
  squares[at] += gradient * gradient;
}

function addTerms({ rowStarts, columns, values }: InteractionMatrix, row: number, vectors: Numbers, d: number, out: Float64Array): void {
  for (let entry = rowStarts[row]; entry < rowStarts[row + 1]; entry++) {
    const start = columns[entry] * d;
    for (let f = 0; f < d; f++) out[f] += values[entry] * vectors[start + f];
  }
}
