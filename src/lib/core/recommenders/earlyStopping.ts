import type { OptionSpec, OptionValues } from '../base/options';
import { Random } from '../base/random';
import type { RunContext } from '../base/run';
import { someEntries, type InteractionMatrix } from '../math/sparseRows';
import { keptEvents } from './learntData';
import type { ModelState } from './modelState';
import { hasItem } from './pairwise';
import type { Compute, EpochWatch, Recommender, RecommenderModel, TrainingResult } from './recommender';
import { rowsOfFeatures, type TrainingData } from './trainingData';

/** Customers of whom one item is held out: fewer than the least tell epochs apart by chance. */
const leastHeld = 50;
const mostHeld = 500;
/** Of models that read a history for each customer. */
const mostHeldOfReaders = 200;
/** Whoever has fewer items keeps them all. */
const leastItems = 3;

/** @param byDefault epochs; 0 learns all of them */
export function patienceOption(byDefault: number): OptionSpec {
  return {
    name: 'patience',
    kind: 'number',
    integer: true,
    default: byDefault,
    min: 0,
    max: 1000,
    unit: 'epochs',
    what: `Ends the training when so many epochs in a row rank held-out items no better, and goes back to the best one: one item of up to ${mostHeld} customers is held out for that. 0 learns all epochs from everything; with fewer than ${leastHeld} such customers that is done anyway.`,
  };
}

/**
 * Trains a model and, where its option `patience` says so, ends when it ranks one held-out item of some customers no
 * better: the mean of 1 / log₂(1 + rank) among what they do not have. Held out is their last item where the model reads
 * histories in order, else any. What is served is the model of the best epoch, with the held-out items in the histories.
 * Progress and losses are those of the training.
 * @param data by place
 */
export async function trainUntilItOverfits(
  recommender: Recommender,
  data: TrainingData,
  given: OptionValues,
  seed: number,
  compute: Compute,
  run: RunContext,
  warmStart?: ModelState,
): Promise<TrainingResult> {
  const patience = Number(given.patience ?? 0);
  const held = patience > 0 ? await holdOut(recommender, data, seed) : undefined;
  if (!held) return recommender.train(data, given, seed, compute, run, warmStart);
  let best: { score: number; epoch: number; state: ModelState } | undefined;
  const watch: EpochWatch = async (epoch, modelNow) => {
    const model = await modelNow();
    const score = await scoreOf(model, held);
    // Arrays of a training go on changing.
    if (!best || score > best.score) best = { score, epoch, state: structuredClone(model.state()) };
    await run.breathe();
    return epoch - best.epoch >= patience;
  };
  const result = await recommender.train(held.learnt, given, seed, compute, run, warmStart, watch);
  const state = best?.state ?? result.model.state();
  result.model.dispose?.();
  return { ...result, model: await recommender.restore(state, data) };
}

interface Held {
  learnt: TrainingData;
  users: Int32Array;
  /** One an user. */
  items: Int32Array;
}

async function holdOut(recommender: Recommender, data: TrainingData, seed: number): Promise<Held | undefined> {
  const { pairs } = data;
  const isReader = recommender.needs.includes('sequences');
  const sequences = isReader ? await data.sequences!() : undefined;
  const random = new Random(seed, 31);
  const able = Int32Array.from({ length: pairs.users }, (_, user) => user).filter(
    (user) => pairs.rowStarts[user + 1] - pairs.rowStarts[user] >= leastItems,
  );
  const users = random
    .shuffle(able)
    .slice(0, isReader ? mostHeldOfReaders : mostHeld)
    .sort();
  if (users.length < leastHeld) return undefined;
  const heldOf = new Int32Array(pairs.users).fill(-1);
  for (const user of users) {
    const [start, end] = [pairs.rowStarts[user], pairs.rowStarts[user + 1]];
    heldOf[user] = sequences ? sequences.items[sequences.rowStarts[user + 1] - 1] : pairs.columns[start + random.below(end - start)];
  }
  return { learnt: withoutHeld(data, heldOf), users, items: users.map((user) => heldOf[user]) };
}

/** Neither the pair nor any event of it. */
function withoutHeld({ pairs, sequences, context, ...rest }: TrainingData, heldOf: Int32Array): TrainingData {
  const kept = async () => keptEvents(await sequences!(), (entry, user, items) => items[entry] !== heldOf[user]);
  return {
    ...rest,
    pairs: someEntries(pairs, (entry, user) => pairs.columns[entry] !== heldOf[user]),
    ...(sequences && { sequences: async () => (await kept()).sequences }),
    ...(context && sequences && { context: async () => rowsOfFeatures(await context(), (await kept()).entries) }),
  };
}

async function scoreOf(model: RecommenderModel, { learnt, users, items }: Held): Promise<number> {
  const { pairs } = learnt;
  const atOnce = model.usersAtOnce ?? 128;
  let sum = 0;
  for (let first = 0; first < users.length; first += atOnce) {
    const some = users.subarray(first, first + atOnce);
    const scores = await model.score(some);
    some.forEach((user, row) => {
      sum += 1 / Math.log2(1 + rankOf(scores.subarray(row * pairs.items, (row + 1) * pairs.items), items[first + row], pairs, user));
    });
  }
  return sum / users.length;
}

/** Among what the customer does not have; equal scores stand before it. */
function rankOf(scores: Float32Array, item: number, { rowStarts, columns }: InteractionMatrix, user: number): number {
  let rank = 1;
  for (let other = 0; other < scores.length; other++) {
    if (other !== item && scores[other] >= scores[item] && !hasItem(columns, rowStarts[user], rowStarts[user + 1], other)) rank++;
  }
  return rank;
}
