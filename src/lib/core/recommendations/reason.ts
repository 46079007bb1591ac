import type { InteractionMatrix } from '../math/sparseRows';
import { basketOf } from '../recommenders/basket';
import type { Basket, RecommenderModel } from '../recommenders/recommender';

/** What an item of the history brings to a score. */
export interface ReasonPart {
  item: number;
  amount: number;
}

/**
 * Why somebody is shown an item, as far as its model can tell.
 * - `parts`: items of the history with what each brings, the weightiest first. They, the `others` and the `rest`, which
 *   no single item accounts for, add up to the score.
 * - `near`: the model cannot take its score apart; these items of the history are among those most like the item.
 * - `popular`: what most customers chose, because the model knows nothing of this person.
 */
export type Reason =
  | { kind: 'parts'; score: number; parts: ReasonPart[]; others: { items: number; amount: number }; rest: number }
  | { kind: 'near'; score: number; near: { item: number; likeness: number }[]; lookedAt: number }
  | { kind: 'popular'; customers: number };

/** How many items of the history are named. */
export const partsNamed = 5;
/** How far down the list of similar items the history is looked for. */
const nearLookedAt = 200;

export interface ReasonRequest {
  /** A customer's number, or what somebody has. */
  who: number | Basket;
  item: number;
  /** What the model was trained on. */
  training: InteractionMatrix;
  servesNewUsers: boolean;
}

/** Why the model gives an item to somebody. Of a basket the score is that of `foldIn`. */
export async function reasonFor(model: RecommenderModel, { who, item, training, servesNewUsers }: ReasonRequest): Promise<Reason> {
  const basket = typeof who === 'number' ? basketOf(training, who) : who;
  if (basket.items.length === 0 && !servesNewUsers) return { kind: 'popular', customers: customersOf(training, item) };
  if (model.explain) {
    const { score, contributions, rest } = model.explain(who, item);
    if (Number.isFinite(score)) return { kind: 'parts', score, ...named(contributions), rest };
  }
  const scores = typeof who === 'number' ? await model.score(Int32Array.of(who)) : model.foldIn?.(basket);
  const score = scores?.[item] ?? -Infinity;
  // What the model cannot score got into the list as what most customers chose.
  if (!Number.isFinite(score)) return { kind: 'popular', customers: customersOf(training, item) };
  return { kind: 'near', score, ...nearest(model, basket, item) };
}

function named(contributions: readonly ReasonPart[]): Pick<Extract<Reason, { kind: 'parts' }>, 'parts' | 'others'> {
  const told = contributions.filter(({ amount }) => amount !== 0);
  told.sort((a, b) => Math.abs(b.amount) - Math.abs(a.amount) || a.item - b.item);
  const others = told.slice(partsNamed);
  return {
    parts: told.slice(0, partsNamed),
    others: { items: others.length, amount: others.reduce((sum, { amount }) => sum + amount, 0) },
  };
}

function nearest(model: RecommenderModel, basket: Basket, item: number): Pick<Extract<Reason, { kind: 'near' }>, 'near' | 'lookedAt'> {
  if (!model.similarItems) return { near: [], lookedAt: 0 };
  const own = new Set(basket.items);
  const alike = model.similarItems(item, nearLookedAt);
  const near = alike.filter((other) => own.has(other.item)).slice(0, partsNamed);
  return { near: near.map((other) => ({ item: other.item, likeness: other.score })), lookedAt: alike.length };
}

function customersOf({ columns }: InteractionMatrix, item: number): number {
  let customers = 0;
  for (const column of columns) if (column === item) customers++;
  return customers;
}
