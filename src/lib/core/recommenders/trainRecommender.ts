import { resolveOptions, type DataSize, type OptionValues } from '../base/options';
import type { RunContext } from '../base/run';
import { identityNumbering, isIdentity, type Numbering } from '../math/permute';
import type { InteractionMatrix } from '../math/sparseRows';
import { stateByPlace, type ModelState } from './modelState';
import { numberedModel } from './numberedModel';
import type { Compute, Recommender, RecommenderModel, TrainingResult } from './recommender';
import { dataByPlace, type TrainingData } from './trainingData';

export interface TrainingRequest {
  recommender: Recommender;
  /** What the plan says; the rest are defaults, some of which follow the data. */
  given: OptionValues;
  /** By number. */
  data: TrainingData;
  seed: number;
  /** A state of the same recommender, by number, from which learning goes on. */
  warmStart?: ModelState;
}

export interface TrainedRecommender extends TrainingResult {
  /** What it was trained with, defaults included. */
  options: OptionValues;
}

/**
 * Trains by place and gives a model by number: the one door through which recommenders are trained.
 * @throws UserError `option_…`, what the recommender throws; an Error where data that it needs was not offered
 */
export async function trainRecommender(request: TrainingRequest, compute: Compute, run: RunContext): Promise<TrainedRecommender> {
  const { recommender, given, data, seed, warmStart } = request;
  checkParts(recommender, data);
  const options = resolveOptions(recommender.id, recommender.options, given, sizeOf(data.pairs));
  const { pairs } = data;
  const numbering = numberingOf(data);
  const learnt = numbering ? dataByPlace(data, numbering) : data;
  const start = warmStart && stateByPlace(warmStart, numbering ?? identityNumbering(pairs), pairs);
  const result = await recommender.train(learnt, options, seed, compute, run, start);
  return { ...result, model: numbering ? numberedModel(result.model, numbering, pairs) : result.model, options };
}

/** A model from what {@link RecommenderModel.state} gave, on the data of today. */
export async function restoreRecommender(recommender: Recommender, state: ModelState, data: TrainingData): Promise<RecommenderModel> {
  checkParts(recommender, data);
  const numbering = numberingOf(data);
  // Whoever was given a number since then is given a place in the state, too.
  const placed = stateByPlace(state, numbering ?? identityNumbering(data.pairs), data.pairs);
  if (!numbering) return recommender.restore(placed, data);
  return numberedModel(await recommender.restore(placed, dataByPlace(data, numbering)), numbering, data.pairs);
}

/** Customers and items that occur, and their pairs. */
export function sizeOf({ users, items, rowStarts, columns }: InteractionMatrix): DataSize {
  const occurs = new Uint8Array(items);
  for (const item of columns) occurs[item] = 1;
  let active = 0;
  for (let user = 0; user < users; user++) if (rowStarts[user + 1] > rowStarts[user]) active++;
  return { users: active, items: occurs.reduce((sum, mark) => sum + mark, 0), pairs: columns.length };
}

/** Undefined where places are numbers. */
function numberingOf({ pairs, numbering }: TrainingData): Numbering | undefined {
  if (!numbering) return undefined;
  const { userOrder, itemOrder } = numbering;
  return isIdentity(userOrder, pairs.users) && isIdentity(itemOrder, pairs.items) ? undefined : numbering;
}

function checkParts({ id, needs }: Recommender, data: TrainingData): void {
  for (const part of needs) if (!data[part]) throw new Error(`${id} needs ${part}, which nobody offered`);
}
