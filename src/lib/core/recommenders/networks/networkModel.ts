import type { InteractionMatrix } from '../../math/sparseRows';
import { eventsOfUser } from '../basket';
import { scoresOfVector } from '../factorModel';
import type { ModelState } from '../modelState';
import type { RecommenderModel } from '../recommender';
import type { Sequences } from '../trainingData';
import type { Rows } from './plainLayers';
import type { NetworkWeights, WeightSpecs } from './sequenceNetwork';

/** What is said of the last item of a history: a vector; the history are items' vectors, oldest first, at least one. */
export type Reader = (history: Rows, weights: NetworkWeights) => Float32Array;

/** Histories are read when scores are asked for, so this many at once keep a cancel waiting for a moment only. */
const usersAtOnce = 64;

/** A trained network as a model. Whoever did nothing yet is told what the biases say. */
export function networkModel(
  format: string,
  weights: NetworkWeights,
  specs: WeightSpecs,
  read: Reader,
  historyLength: number,
  pairs: InteractionMatrix,
  sequences: Sequences,
): RecommenderModel {
  const { items } = pairs;
  const factors = weights.item.length / Math.max(1, items);
  const scoresOf = (history: Int32Array): Float32Array => {
    if (history.length === 0) return weights.itemBias.slice();
    const last = history.subarray(Math.max(0, history.length - historyLength));
    const values = new Float32Array(last.length * factors);
    last.forEach((item, row) => values.set(weights.item.subarray(item * factors, (item + 1) * factors), row * factors));
    const scores = scoresOfVector(read({ columns: factors, values }, weights), weights.item, factors);
    for (let item = 0; item < items; item++) scores[item] += weights.itemBias[item];
    return scores;
  };
  return {
    usersAtOnce,
    score(users) {
      const scores = new Float32Array(users.length * items);
      users.forEach((user, row) => scores.set(scoresOf(eventsOfUser(sequences, user).items), row * items));
      return scores;
    },
    foldIn: ({ items: own, events }) => scoresOf(events?.items ?? own),
    biases: () => ({ items: weights.itemBias.slice() }),
    state: (): ModelState => ({
      format,
      arrays: Object.fromEntries(
        Object.entries(specs).map(([name, { shape }]) => [name, { data: weights[name], shape, axes: axesOf(name, shape) }]),
      ),
      meta: { historyLength },
    }),
  };
}

function axesOf(name: string, shape: number[]): string[] {
  const ofItems = name === 'item' || name === 'itemBias';
  return shape.map((_, at) => (at === 0 && ofItems ? 'items' : at === 0 ? 'in' : 'out'));
}

/** The weights of a state, and the shapes in which it keeps them. */
export function weightsOf({ arrays }: ModelState): { weights: NetworkWeights; specs: WeightSpecs } {
  const entries = Object.entries(arrays);
  return {
    weights: Object.fromEntries(entries.map(([name, { data }]) => [name, data as Float32Array])),
    specs: Object.fromEntries(entries.map(([name, { shape }]) => [name, { shape, begins: 'zeros' as const }])),
  };
}
