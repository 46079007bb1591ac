import type { InteractionMatrix } from '../math/sparseRows';
import { bestOf } from '../math/topK';
import { basketOf, eventsOfUser } from './basket';
import { nearestFollowers } from './followers';
import type { Neighbours } from './likeness';
import { neighboursOf, neighboursOption, neighbourState } from './neighbourModel';
import { popularityShareOption, withPopularity } from './popularityShare';
import type { Basket, Recommender, RecommenderModel } from './recommender';
import type { Sequences } from './trainingData';

const format = 'markov/1';
/** What is left of a step further back that no longer counts. */
export const forgotten = 1e-4;

/**
 * What comes next, by what came after the same items in other histories: a Markov chain of the first order whose
 * transitions reach some steps ahead, and whose score adds up over a customer's last items, each step further back for
 * less (as the sequential rules and weighted chains of Ludewig & Jannach, "Evaluation of session-based recommendation
 * algorithms", UMUAI 2018): score(i) = Σ_s fading^s · w(item s steps back → i).
 */
export const markov: Recommender = {
  id: 'markov',
  family: 'sequential',
  personal: true,
  needs: ['sequences'],
  can: ['foldIn', 'similarItems', 'explain'],
  options: [
    neighboursOption(200),
    {
      name: 'reach',
      kind: 'number',
      integer: true,
      default: 10,
      min: 1,
      max: 1000,
      scale: 'log',
      tuned: [1, 30],
      what: 'Up to how many steps later an item still counts as coming after another; 1 looks at the very next one only.',
    },
    {
      name: 'fading',
      kind: 'number',
      default: 0.8,
      min: 0,
      max: 1,
      tuned: [0.3, 0.95],
      what: 'What each step leaves: raising it looks further back in a history, and further ahead of each item; at 0 the last item alone counts.',
    },
    {
      name: 'shrinkage',
      kind: 'number',
      default: 10,
      min: 0,
      max: 10000,
      tuned: [0, 100],
      what: 'Raising it trusts less what rests on few.',
    },
    {
      name: 'rarity',
      kind: 'number',
      default: 0.3,
      min: 0,
      max: 1,
      tuned: [0, 0.7],
      what: 'At 0 the share of times that an item came after counts; raising it favours what is rarely chosen otherwise.',
    },
    popularityShareOption,
  ],

  estimate({ users, items, pairs }, given) {
    const kept = items * Math.min(items, Number(given.neighbours));
    const length = pairs / Math.max(1, users);
    return { operations: pairs * Math.min(length, Number(given.reach)) + items * items, bytes: 8 * kept + 24 * pairs + 24 * items };
  },

  async train({ pairs, sequences }, given, _seed, _compute, run) {
    const events = await sequences!();
    const fading = Number(given.fading);
    const settings = { k: Number(given.neighbours), reach: Number(given.reach), fading };
    const followers = await nearestFollowers(
      events,
      pairs.items,
      { ...settings, shrinkage: Number(given.shrinkage), rarity: Number(given.rarity) },
      run,
    );
    const model = markovModel(followers, fading, pairs, events, Number(given.popularityShare));
    return { model, losses: [], backend: 'plain TypeScript', reproducible: true };
  },

  async restore(state, { pairs, sequences }) {
    const { fading, popularityShare = 0 } = state.meta;
    return markovModel(neighboursOf(state), Number(fading), pairs, await sequences!(), Number(popularityShare));
  },
};

function markovModel(
  followers: Neighbours,
  fading: number,
  pairs: InteractionMatrix,
  sequences: Sequences,
  popularityShare: number,
): RecommenderModel {
  const { items } = pairs;
  const { k, neighbours, likeness } = followers;
  const basketFor = (user: number): Basket => ({ ...basketOf(pairs, user), events: eventsOfUser(sequences, user) });

  /** The items that count, from the last one back, each with what is left of its weight. */
  function eachStepBack({ items: own, events }: Basket, use: (item: number, weight: number) => void): void {
    const inOrder = events?.items ?? own;
    for (let at = inOrder.length - 1, weight = 1; at >= 0 && weight > forgotten; at--, weight *= fading) use(inOrder[at], weight);
  }
  const addUp = (basket: Basket, scores: Float32Array): Float32Array => {
    eachStepBack(basket, (item, weight) => {
      for (let at = item * k; at < (item + 1) * k && neighbours[at] >= 0; at++) scores[neighbours[at]] += weight * likeness[at];
    });
    return scores;
  };
  const weightOf = (item: number, other: number) => {
    const place = neighbours.subarray(item * k, (item + 1) * k).indexOf(other);
    return place < 0 ? 0 : likeness[item * k + place];
  };
  const chain: RecommenderModel = {
    score(users) {
      const scores = new Float32Array(users.length * items);
      users.forEach((user, row) => addUp(basketFor(user), scores.subarray(row * items, (row + 1) * items)));
      return scores;
    },
    foldIn: (basket) => addUp(basket, new Float32Array(items)),
    similarItems(item, most) {
      const scores = new Float32Array(items).fill(-Infinity);
      for (let at = item * k; at < (item + 1) * k && neighbours[at] >= 0; at++) scores[neighbours[at]] = likeness[at];
      scores[item] = -Infinity;
      return bestOf(scores, most);
    },
    /** What an item gives that came more than once is the sum over its places. */
    explain(who, item) {
      const basket = typeof who === 'number' ? basketFor(who) : who;
      const amounts = new Map<number, number>();
      eachStepBack(basket, (other, weight) => amounts.set(other, (amounts.get(other) ?? 0) + weight * weightOf(other, item)));
      const contributions = Array.from(basket.items, (other) => ({ item: other, amount: amounts.get(other) ?? 0 }));
      return { score: contributions.reduce((sum, { amount }) => sum + amount, 0), contributions, rest: 0 };
    },
    state() {
      const { arrays } = neighbourState(format, 'items', followers);
      return { format, arrays, meta: { fading } };
    },
  };
  return withPopularity(chain, pairs, popularityShare, { basketFor });
}
