import { UserError } from '../base/errors';
import { matrixFromPairs, userOfEntries, type InteractionMatrix } from '../math/sparseRows';
import { basketOf, eventsOfUser } from '../recommenders/basket';
import type { Recommender, RecommenderModel, Scorer } from '../recommenders/recommender';
import type { Sequences } from '../recommenders/trainingData';

/**
 * A model that has never seen some people: whoever has a row in `history` is scored from that row alone (strong
 * generalisation, Marlin 2004; Liang et al., WWW 2018), everybody else as ever.
 * @param events the same history in the order in which it happened, where that is known
 */
export function foldInScorer(model: RecommenderModel, history: InteractionMatrix, events?: Sequences): Scorer {
  const { items, rowStarts } = history;
  return {
    async score(users) {
      const scores = new Float32Array(users.length * items);
      for (let row = 0; row < users.length; row++) {
        const user = users[row];
        const isNew = rowStarts[user + 1] > rowStarts[user];
        const basket = { ...basketOf(history, user), ...(events && { events: eventsOfUser(events, user) }) };
        scores.set(isNew ? model.foldIn!(basket) : await model.score(users.subarray(row, row + 1)), row * items);
      }
      return scores;
    },
  };
}

/** @throws UserError `cannot_fold_in` where a model knows nothing to say to people who were not in its training */
export function mustFoldIn(recommenders: readonly Pick<Recommender, 'id' | 'can'>[]): void {
  const unable = recommenders.filter(({ can }) => !can.includes('foldIn')).map(({ id }) => id);
  if (unable.length === 0) return;
  const names = unable.join(', ');
  throw new UserError(
    'cannot_fold_in',
    `${names} cannot recommend to people whom it was not trained on, so it cannot be tested on them.`,
    'Leave it out, or choose another kind of split.',
    { models: names },
  );
}

/** The pairs of both. */
export function joinedPairs(a: InteractionMatrix, b: InteractionMatrix): InteractionMatrix {
  const join = <T extends Int32Array | Float32Array>(joined: T, first: T, second: T): T => {
    joined.set(first);
    joined.set(second, first.length);
    return joined;
  };
  const pairs = a.columns.length + b.columns.length;
  return matrixFromPairs(
    a.users,
    a.items,
    join(new Int32Array(pairs), userOfEntries(a), userOfEntries(b)),
    join(new Int32Array(pairs), a.columns, b.columns),
    join(new Float32Array(pairs), a.values, b.values),
  );
}
