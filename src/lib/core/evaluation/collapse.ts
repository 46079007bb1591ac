import type { RunContext } from '../base/run';
import type { Kernels } from '../math/kernels';
import type { InteractionMatrix } from '../math/sparseRows';
import type { Recommender, Scorer } from '../recommenders/recommender';
import { rankItems } from './ranking';
import type { EvaluationWarning, SplitSpec } from './types';

/** How alike the lists of different users are. */
export interface ListOverlap {
  /** Users with a list. */
  lists: number;
  items: number;
  /** Length of a full list. */
  k: number;
  /** Items that the lists of two different users have in common, on average. */
  shared: number;
}

/** Fewer lists, and catalogues of fewer lists' length, say nothing. */
const fewestLists = 20;
const fewestItemsPerPlace = 5;
/** Above this share of a list in common with anybody else's a model is not personal any more. */
const mostShared = 0.5;
/** Users whose lists are looked at after a training. */
const usersLookedAt = 500;

/** Adds one list (item indexes, -1 where it has ended) to the counts of how often each item was listed. */
export function countLists(counts: Int32Array, list: Int32Array): void {
  for (let rank = 0; rank < list.length && list[rank] >= 0; rank++) counts[list[rank]]++;
}

/** From how often each item was listed: an item in c of n lists is shared by c(c − 1) of the n(n − 1) pairs of users. */
export function overlapOf(counts: Int32Array, lists: number, k: number): ListOverlap {
  const pairs = counts.reduce((sum, count) => sum + count * (count - 1), 0);
  return { lists, items: counts.length, k, shared: lists < 2 ? 0 : pairs / (lists * (lists - 1)) };
}

/** What to say of a model that gives almost everybody the same items though it is meant to be personal. */
export function collapseWarnings(
  { personal }: Pick<Recommender, 'personal'>,
  { lists, items, k, shared }: ListOverlap,
): EvaluationWarning[] {
  if (!personal || lists < fewestLists || items < fewestItemsPerPlace * k || shared <= mostShared * k) return [];
  return [{ code: 'model_collapsed', values: { shared: Math.round(10 * shared) / 10, of: k } }];
}

/** What to say of a model of repeat purchases where only what is new to people is ranked. */
export function repeatWarnings({ repeats }: Pick<Recommender, 'repeats'>, next: SplitSpec['next']): EvaluationWarning[] {
  return repeats && next !== 'any' ? [{ code: 'repeats_not_asked', values: {} }] : [];
}

/** The warnings of a model that has just been trained, from the lists of some of its users; all by number. */
export async function trainingWarnings(
  recommender: Pick<Recommender, 'personal'>,
  model: Scorer,
  training: InteractionMatrix,
  kernels: Kernels,
  run: RunContext,
  k = 20,
): Promise<EvaluationWarning[]> {
  const known: number[] = [];
  for (let user = 0; user < training.users; user++) if (training.rowStarts[user + 1] > training.rowStarts[user]) known.push(user);
  const step = Math.max(1, Math.floor(known.length / usersLookedAt));
  const users = Int32Array.from(known.filter((_, at) => at % step === 0));
  const { items } = await rankItems(model, training.items, { users, k, exclude: training }, kernels, run);
  const counts = new Int32Array(training.items);
  for (let row = 0; row < users.length; row++) countLists(counts, items.subarray(row * k, (row + 1) * k));
  return collapseWarnings(recommender, overlapOf(counts, users.length, k));
}
