import type { OptionSpec } from '../base/options';
import type { InteractionMatrix } from '../math/sparseRows';
import { itemWeightScores } from './itemWeights';
import type { Neighbours } from './likeness';
import type { ModelState } from './modelState';
import type { RecommenderModel } from './recommender';

export function neighboursOption(byDefault: number): OptionSpec {
  return {
    name: 'neighbours',
    kind: 'number',
    integer: true,
    default: byDefault,
    min: 1,
    max: 2000,
    scale: 'log',
    tuned: [20, 800],
    what: 'How many of its nearest items each item speaks for; more reach further and blur.',
  };
}

/** A model in which each item speaks for its nearest items: a customer's score is the sum over the items they have. */
export function neighbourModel(format: string, { k, neighbours, likeness }: Neighbours, pairs: InteractionMatrix): RecommenderModel {
  return {
    ...itemWeightScores(pairs, {
      addRow(item, scores) {
        for (let at = item * k; at < (item + 1) * k && neighbours[at] >= 0; at++) scores[neighbours[at]] += likeness[at];
      },
      weight(item, other) {
        const place = neighbours.subarray(item * k, (item + 1) * k).indexOf(other);
        return place < 0 ? 0 : likeness[item * k + place];
      },
    }),
    state: () => neighbourState(format, 'items', { k, neighbours, likeness }),
  };
}

/** Nearest rows as named arrays; rows and entries are customers or items. */
export function neighbourState(format: string, of: 'users' | 'items', { k, neighbours, likeness }: Neighbours): ModelState {
  const shape = [k === 0 ? 0 : neighbours.length / k, k];
  return {
    format,
    arrays: {
      neighbours: { data: neighbours, shape, axes: [of, 'neighbours'], numbersOf: of },
      likeness: { data: likeness, shape, axes: [of, 'neighbours'] },
    },
    meta: {},
  };
}

/** The other way round. */
export function neighboursOf({ arrays: { neighbours, likeness } }: ModelState): Neighbours {
  return { k: neighbours.shape[1], neighbours: neighbours.data as Int32Array, likeness: likeness.data as Float32Array };
}
