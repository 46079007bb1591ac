import { joinForests, type Forest } from '../../math/trees/forest';
import type { ModelState, StateArray } from '../../recommenders/modelState';

/** A learner's trees as named arrays, one entry a node (see `Forest`), and what they add to. */
export function stateOfForest(format: string, forest: Forest, base: number, columns: number, meta: ModelState['meta'] = {}): ModelState {
  const of = (data: StateArray['data'], axis: string): StateArray => ({ data, shape: [data.length], axes: [axis] });
  return {
    format,
    arrays: {
      starts: of(forest.starts, 'trees and end'),
      columns: of(forest.columns, 'nodes'),
      values: of(forest.values, 'nodes'),
      flags: of(forest.flags, 'nodes'),
      rights: of(forest.rights, 'nodes'),
      covers: of(forest.covers, 'nodes'),
      gains: of(forest.gains, 'nodes'),
      sets: of(forest.sets, 'words of sets'),
    },
    meta: { base, columns, ...meta },
  };
}

export function forestOfState({ arrays }: ModelState): Forest {
  return Object.fromEntries(Object.entries(arrays).map(([name, { data }]) => [name, data])) as unknown as Forest;
}

export const noTrees: Forest = joinForests([]);
