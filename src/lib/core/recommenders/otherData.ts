import type { InteractionMatrix } from '../math/sparseRows';
import { basketOf, eventsOfUser } from './basket';
import { namesCustomers, stateOfOtherData, type ModelState, type StateArray } from './modelState';
import type { Recommender, RecommenderModel } from './recommender';
import type { StateIds } from './state/travelling';
import { restoreRecommender } from './trainRecommender';
import type { Sequences, TrainingData } from './trainingData';

/** How much of a model that was made elsewhere is in this data, and the other way round. */
export interface Acquaintance {
  /** Items of the model, and those of them that the data has. */
  modelItems: number;
  sharedItems: number;
  /** Customers of the model where it has any. */
  modelUsers: number;
  sharedUsers: number;
}

export interface OtherModel {
  model: RecommenderModel;
  acquaintance: Acquaintance;
}

/**
 * A model from a state that was made on other data, or on this data before it grew: customers and items are found by
 * their ids. Items that it never saw score -Infinity, so that no list has them; customers that it never saw are scored
 * from what they have, where the model can fold in, and have no list of it otherwise.
 * @param theirs ids by number of the state
 * @param ours ids by number of `data`; null or empty where a number is nobody's
 */
export async function modelOfOtherData(
  recommender: Recommender,
  state: ModelState,
  theirs: StateIds,
  ours: Required<StateIds>,
  data: TrainingData,
): Promise<OtherModel> {
  const [users, items] = [matchedIds(theirs.users ?? [], ours.users), matchedIds(theirs.items ?? [], ours.items)];
  const moved = stateOfOtherData(state, { users: users.from, items: items.from }, { users: users.names, items: items.names });
  const acquaintance = {
    modelItems: items.theirs,
    sharedItems: items.shared,
    modelUsers: users.theirs,
    sharedUsers: users.shared,
  };
  // Marks travel with the arrays, so that they are by place wherever those are.
  const marks: Record<string, StateArray> = { knownItems: marksOf(items.from, 'items') };
  if (namesCustomers(state)) marks.knownUsers = { ...marksOf(users.from, 'users'), data: knownUsers(moved, users.from) };
  const careful: Recommender = {
    ...recommender,
    async restore({ arrays, ...rest }, placed) {
      const { knownItems, knownUsers, ...own } = arrays;
      const model = await recommender.restore({ ...rest, arrays: own }, placed);
      const sequences = recommender.needs.includes('sequences') ? await placed.sequences?.() : undefined;
      const marks = { items: knownItems.data as Uint8Array, users: knownUsers?.data as Uint8Array | undefined };
      return withoutStrangers(model, marks, placed.pairs, sequences);
    },
  };
  return { model: await restoreRecommender(careful, { ...moved, arrays: { ...moved.arrays, ...marks } }, data), acquaintance };
}

function marksOf(from: Int32Array, axis: 'users' | 'items'): StateArray {
  return { data: Uint8Array.from(from, (place) => (place >= 0 ? 1 : 0)), shape: [from.length], axes: [axis] };
}

/** Whoever had nothing when the model was made has zeros in it, and is as strange to it as who came since. */
function knownUsers({ arrays }: ModelState, from: Int32Array): Uint8Array {
  const learnt = Object.values(arrays).filter(({ data, axes }) => axes[0] === 'users' && data instanceof Float32Array);
  return Uint8Array.from(from, (place, user) => {
    const isLearnt = learnt.every(({ data, shape }) => {
      const width = data.length / Math.max(1, shape[0]);
      return data.subarray(user * width, (user + 1) * width).some((value) => value !== 0);
    });
    return place >= 0 && isLearnt ? 1 : 0;
  });
}

/** Which place among their ids each of ours has, -1 where none, and the other way round. */
export function matchedIds(theirs: readonly (string | null)[], ours: readonly (string | null)[]) {
  const placeOf = new Map<string, number>();
  theirs.forEach((id, place) => id && placeOf.set(id, place));
  const from = Int32Array.from(ours, (id) => (id ? (placeOf.get(id) ?? -1) : -1));
  const names = new Int32Array(theirs.length).fill(-1);
  from.forEach((place, number) => place >= 0 && (names[place] = number));
  return { from, names, theirs: placeOf.size, shared: from.reduce((sum, place) => sum + Number(place >= 0), 0) };
}

/**
 * @param known without `users` where the model has nothing of single customers, and so is as good for anybody
 * @param sequences where the model goes by the order of what somebody did
 */
function withoutStrangers(
  model: RecommenderModel,
  { items: knownItems, users: knownUsers }: { items: Uint8Array; users?: Uint8Array },
  pairs: InteractionMatrix,
  sequences?: Sequences,
): RecommenderModel {
  const { items, rowStarts } = pairs;
  const strangeItems = Array.from(knownItems.keys()).filter((item) => knownItems[item] === 0);
  const isStranger = (user: number) => knownUsers?.[user] === 0 && rowStarts[user + 1] > rowStarts[user];
  const hasStrangers = knownUsers?.some((_, user) => isStranger(user)) ?? false;
  if (strangeItems.length === 0 && !hasStrangers) return model;
  const barred = (scores: Float32Array): Float32Array => {
    for (const item of strangeItems) scores[item] = -Infinity;
    return scores;
  };
  const { score, factors, foldIn, similarItems, ...rest } = model;
  return {
    ...rest,
    ...(factors &&
      !hasStrangers && { factors: { ...factors, itemBiases: barred(factors.itemBiases?.slice() ?? new Float32Array(items)) } }),
    async score(users) {
      const scores = await score(users);
      users.forEach((user, row) => {
        const own = scores.subarray(row * items, (row + 1) * items);
        if (isStranger(user)) {
          if (foldIn) own.set(foldIn({ ...basketOf(pairs, user), ...(sequences && { events: eventsOfUser(sequences, user) }) }));
          else own.fill(-Infinity);
        }
        barred(own);
      });
      return scores;
    },
    ...(foldIn && { foldIn: (basket) => barred(foldIn(basket)) }),
    ...(similarItems && {
      similarItems: (item, k) =>
        similarItems(item, k + strangeItems.length)
          .filter(({ item: other }) => knownItems[other] === 1)
          .slice(0, k),
    }),
  };
}
