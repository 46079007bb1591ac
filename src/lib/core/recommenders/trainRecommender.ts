import { resolveOptions, type DataSize, type OptionValues } from '../base/options';
import type { RunContext } from '../base/run';
import { identityNumbering, isIdentity, type Numbering } from '../math/permute';
import type { InteractionMatrix } from '../math/sparseRows';
import { outlastLoss } from '../math/outlastLoss';
import { checkRoom, refuseTooLarge } from './room';
import { trainUntilItOverfits } from './earlyStopping';
import { knowingItems, learntData, likedOnly } from './learntData';
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
 * Where the graphics processor is lost meanwhile, it trains anew on the next backend.
 * @throws UserError `option_…`, `nothing_to_learn`, `weights_not_finite`, `only_negative`, `recommender_too_large…`, what the recommender throws; an
 * Error where data that it needs was not offered
 */
export async function trainRecommender(request: TrainingRequest, compute: Compute, run: RunContext): Promise<TrainedRecommender> {
  const { recommender, given, seed, warmStart } = request;
  checkParts(recommender, request.data);
  const data = learntData(request.data);
  const { pairs } = data;
  const options = resolveOptions(recommender.id, recommender.options, given, sizeOf(pairs));
  const { room = Infinity } = compute;
  // Models have room for whoever has a number, whether they occur or not.
  const size = { users: pairs.users, items: pairs.items, pairs: pairs.columns.length };
  refuseTooLarge(recommender.id, size, checkRoom(recommender, options, size, room), room);
  const numbering = numberingOf(data);
  const learnt = numbering ? dataByPlace(data, numbering) : data;
  const start = warmStart && stateByPlace(warmStart, numbering ?? identityNumbering(pairs), pairs);
  const result = await outlastLoss(compute, run, (watched, during) =>
    trainUntilItOverfits(recommender, learnt, options, seed, watched, during, start),
  );
  const model = knowingItems(result.model, learnt.pairs.items);
  return { ...result, model: numbering ? numberedModel(model, numbering, pairs) : model, options };
}

/** A model from what {@link RecommenderModel.state} gave, on the data of today. */
export async function restoreRecommender(recommender: Recommender, state: ModelState, today: TrainingData): Promise<RecommenderModel> {
  checkParts(recommender, today);
  const data = likedOnly(today);
  const numbering = numberingOf(data);
  // Whoever was given a number since then is given a place in the state, too.
  const placed = stateByPlace(state, numbering ?? identityNumbering(data.pairs), data.pairs);
  const learnt = numbering ? dataByPlace(data, numbering) : data;
  const model = knowingItems(await recommender.restore(placed, learnt), learnt.pairs.items);
  return numbering ? numberedModel(model, numbering, data.pairs) : model;
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
