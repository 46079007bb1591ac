import type { InteractionMatrix } from '../math/sparseRows';
import { basketOf } from './basket';
import { weightsFor, type BlendWeights } from './blendWeights';
import type { Json, ModelState } from './modelState';
import type { Basket, Explanation, RecommenderModel } from './recommender';

export interface BlendMember {
  id: string;
  model: RecommenderModel;
}

/** Members whose scores are added up, each by its weight over its spread; see {@link BlendWeights}. */
export function blendModel(members: readonly BlendMember[], weights: BlendWeights, pairs: InteractionMatrix): RecommenderModel {
  const { items } = pairs;
  const lengthOf = (user: number) => pairs.rowStarts[user + 1] - pairs.rowStarts[user];
  const basket = (who: number | Basket): Basket => (typeof who === 'number' ? basketOf(pairs, who) : who);
  const add = (scores: Float32Array, row: Float32Array, weight: number) => {
    comparable(row);
    for (let item = 0; item < items; item++) scores[item] += weight * row[item];
  };
  return {
    async score(asked) {
      const scores = new Float32Array(asked.length * items);
      for (const [at, { model }] of members.entries()) {
        if (!isUsed(weights, at)) continue;
        const rows = await model.score(asked);
        asked.forEach((user, row) => {
          const [from, to] = [row * items, (row + 1) * items];
          add(scores.subarray(from, to), rows.slice(from, to), weightsFor(weights, lengthOf(user))[at]);
        });
      }
      return scores;
    },
    foldIn(given) {
      const scores = new Float32Array(items);
      const own = weightsFor(weights, given.items.length);
      for (const [at, { model }] of members.entries()) if (own[at] !== 0) add(scores, model.foldIn!(given), own[at]);
      return scores;
    },
    /** Each member's amounts by its weight over its spread. */
    explain(who, item) {
      const own = basket(who);
      const sum: Explanation = { score: 0, contributions: Array.from(own.items, (other) => ({ item: other, amount: 0 })), rest: 0 };
      const shares = weightsFor(weights, own.items.length);
      for (const [at, { model }] of members.entries()) {
        const spread = shares[at] === 0 ? 0 : spreadOf(model.foldIn!(own));
        if (spread === 0) continue;
        const share = shares[at] / spread;
        const { score, contributions, rest } = model.explain!(who, item);
        sum.score += share * score;
        sum.rest += share * rest;
        contributions.forEach(({ amount }, place) => (sum.contributions[place].amount += share * amount));
      }
      return sum;
    },
    /** As the member has them that weighs most of those that know. */
    similarItems(item, k) {
      const able = members.map(({ model }, at) => ({ model, weight: weights.perBracket.reduce((total, row) => total + row[at], 0) }));
      const best = able.filter(({ model }) => model.similarItems).sort((a, b) => b.weight - a.weight)[0];
      return best ? best.model.similarItems!(item, k) : [];
    },
    state() {
      const states = members.map(({ id, model }) => ({ id, ...model.state() }));
      const arrays = states.flatMap(({ id, arrays: own }) => Object.entries(own).map(([name, array]) => [`${id}.${name}`, array] as const));
      const upTo = weights.upTo.map((end) => (end === Infinity ? null : end));
      return {
        format: 'blend/1',
        arrays: Object.fromEntries(arrays) as ModelState['arrays'],
        meta: {
          members: states.map(({ id, format, meta }) => ({ id, format, meta })) as unknown as Json,
          weights: { ...weights, upTo } as unknown as Json,
        },
      };
    },
    dispose: () => members.forEach(({ model }) => model.dispose?.()),
  };
}

/**
 * Scores of one customer over their standard deviation over the items, in place, so that those of different models can
 * be added. What a model cannot score counts as its lowest. The mean need not go: it is the same for all items.
 */
export function comparable(row: Float32Array): void {
  const spread = spreadOf(row);
  const lowest = row.reduce((least, score) => (Number.isFinite(score) ? Math.min(least, score) : least), Infinity);
  for (let item = 0; item < row.length; item++) {
    const score = Number.isFinite(row[item]) ? row[item] : Number.isFinite(lowest) ? lowest : 0;
    row[item] = spread === 0 ? 0 : score / spread;
  }
}

function spreadOf(row: Float32Array): number {
  let [count, sum, squares] = [0, 0, 0];
  for (const score of row) {
    if (!Number.isFinite(score)) continue;
    count++;
    sum += score;
    squares += score * score;
  }
  const variance = count === 0 ? 0 : squares / count - (sum / count) ** 2;
  // What is the same for all items but for rounding says nothing.
  return variance > 1e-10 * (squares / Math.max(1, count)) ? Math.sqrt(variance) : 0;
}

function isUsed({ perBracket, perDoubling }: BlendWeights, member: number): boolean {
  return perBracket.some((row) => row[member] !== 0) || (perDoubling?.[member] ?? 0) !== 0;
}
