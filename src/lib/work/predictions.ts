import { UserError } from '../core/base/errors';
import { decidingTraits, traitsOfAudience } from '../core/audiences/traitsOfAudience';
import { exportTraits } from '../core/exports/exportContent';
import type { Plan, PlanAudience, PredictionSpec } from '../core/plan/schema';
import { comparePredictions, type ComparedModel, type PredictionComparison } from '../core/predictions/comparePredictions';
import { modelOfTrait } from '../core/predictions/modelOfTrait';
import { outputsOf } from '../core/predictions/outputs';
import { putScores } from '../core/predictions/scoresTable';
import { scoreAgain } from '../core/predictions/scoreEveryone';
import { predictionNow, predictionStaleReasons } from '../core/predictions/staleness';
import type { PredictionTools } from '../core/predictions/tools';
import { trainPrediction, type PredictionResult } from '../core/predictions/trainPrediction';
import { scoresBehind } from '../core/profiles/planTraits';
import type { ModelState } from '../core/recommenders/modelState';
import { traitsBehind } from '../core/segments/names';
import type { Epoch } from './epoch';
import { readWeights } from './registry/weights';
import { weightsKey, type Prediction } from './workspace';

/**
 * Trains a prediction on the epoch's data and writes its outputs into a table of their own; nothing of the workspace
 * changes before {@link keepPrediction}.
 */
export async function makePrediction(epoch: Epoch, model: PredictionSpec): Promise<Prediction> {
  const data = await epoch.data();
  const made = await trainPrediction(data, model, epoch.plan.seed, toolsOf(epoch), epoch);
  return putPrediction(epoch, model, made);
}

/**
 * Scores everyone as of the epoch with what an earlier training has learnt.
 * @throws UserError `prediction_not_kept`, `prediction_input_missing`
 */
export async function scoreAgainWith(epoch: Epoch, model: PredictionSpec): Promise<Prediction> {
  const earlier = epoch.state.predictions.get(model.id);
  const state = await learntBy(epoch, model.id);
  if (!earlier || !state) throw notKept(model.id);
  return putPrediction(epoch, model, await scoreAgain(await epoch.data(), model, { report: earlier.report, state }, toolsOf(epoch), epoch));
}

/** @throws UserError `prediction_not_kept`, `predictions_compare_few`, `predictions_unlike` */
export async function compareTrained(epoch: Epoch, ids: readonly string[]): Promise<PredictionComparison> {
  const compared: ComparedModel[] = [];
  for (const id of ids) {
    const spec = epoch.plan.models.find((model): model is PredictionSpec => model.kind === 'prediction' && model.id === id);
    const report = epoch.state.predictions.get(id)?.report;
    const state = report && (await learntBy(epoch, id));
    if (!spec || !report || !state) throw notKept(id);
    compared.push({ spec, report, state });
  }
  return comparePredictions(await epoch.data(), compared, toolsOf(epoch), epoch);
}

export function notKept(model: string): UserError {
  return new UserError('prediction_not_kept', `What "${model}" has learnt is not at hand.`, 'Train it again.', { model });
}

export function toolsOf({ desk }: Epoch): PredictionTools {
  return { tensors: () => desk.tensors(), kernels: () => desk.kernels() };
}

/** What a prediction has learnt, read back from the save where it is not at hand; undefined where it is nowhere. */
export async function learntBy(epoch: Epoch, modelId: string): Promise<ModelState | undefined> {
  const made = epoch.state.predictions.get(modelId);
  return made && (made.state ?? (await readWeights(epoch, weightsKey(made)))?.state);
}

/** Writes outputs into a table of their own. */
async function putPrediction(
  epoch: Epoch,
  model: PredictionSpec,
  { report, outputs, words, state }: Pick<PredictionResult, 'report' | 'outputs' | 'words' | 'state'>,
): Promise<Prediction> {
  const { store } = await epoch.data();
  // A name of its own even for the same making: a reader may hold the table of the one before.
  const table = `scores_${report.protocol.madeFrom?.slice(0, 16)}_${Math.floor(epoch.desk.platform.now().getTime())}_${nextTable++}`;
  const known = outputsOf(model);
  const texts = known.filter(({ kind }) => kind === 'text').map((output) => ({ ...output, words: words?.[output.column] ?? output.words }));
  await putScores(store, table, outputs, texts);
  const columns = known.map(({ traitId, column, kind }) => [traitId, { table, column, kind, version: table }] as const);
  return { report, outputs: new Map(columns), ...(state ? { state } : {}) };
}
let nextTable = 1;

/** Puts a prediction in the place of the earlier one of its model, and saves it with the workspace. */
export async function keepPrediction({ commit, state: { readOnly, erasures } }: Epoch, prediction: Prediction): Promise<void> {
  if (readOnly) return;
  const { modelId } = prediction.report;
  await commit((state) => {
    if (state.erasures.length > erasures.length) throw erasedMeanwhile(modelId);
    return { ...state, predictions: new Map([...state.predictions, [modelId, prediction]]) };
  });
}

/**
 * Trains the predictions whose outputs the audiences and exports use and that are missing or out of date, in the
 * plan's order.
 * @returns the epoch with them, and where each was computed, by `model:<id>`
 */
export async function withNeededPredictions(
  epoch: Epoch,
  audiences: readonly PlanAudience[],
): Promise<{ epoch: Epoch; backends: Record<string, string> }> {
  const needed = neededModels(epoch.plan, audiences);
  const { dataHash, asOf } = await epoch.data();
  const backends: Record<string, string> = {};
  const predictions = new Map(epoch.state.predictions);
  for (const model of needed) {
    const earlier = predictions.get(model.id);
    // What was trained just now counts for whatever goes by it.
    const now = predictionNow(epoch.plan, { dataHash, asOf, reports: [...predictions.values()].map(({ report }) => report) });
    const isFresh = earlier !== undefined && predictionStaleReasons(earlier.report, model, now).length === 0;
    const prediction = isFresh ? earlier : await makePrediction(epoch.with({ predictions: new Map(predictions) }), model);
    if (!isFresh) await keepPrediction(epoch, prediction);
    predictions.set(model.id, prediction);
    backends[`model:${model.id}`] = prediction.report.protocol.backend;
  }
  return { epoch: epoch.with({ predictions }), backends };
}

/** What was learnt with somebody who is erased by now is kept nowhere. */
function erasedMeanwhile(model: string): UserError {
  return new UserError(
    'erased_meanwhile',
    `Somebody was erased while "${model}" was trained with them, so what it learnt was thrown away.`,
    'Train it again.',
    { model },
  );
}

/**
 * Models whose outputs rules, `top` or columns of the audiences and their exports name, and those that the segments behind
 * them name, each after what it is made from.
 */
function neededModels(plan: Plan, audiences: readonly PlanAudience[]): PredictionSpec[] {
  const used = new Set(audiences.map(({ id }) => id));
  const modelsOf = (traits: readonly string[]) => new Set(scoresBehind(traits, plan.traits).map((trait) => modelOfTrait(trait)?.modelId));
  const named = modelsOf([
    ...audiences.flatMap((audience) => [...decidingTraits(audience, plan.segments, plan.sharing), ...traitsOfAudience(audience)]),
    ...plan.exports.flatMap((entry) => ('audience' in entry && used.has(entry.audience) ? exportTraits(entry) : [])),
  ]);
  const found: PredictionSpec[] = [];
  const visited = new Set<string>();
  // In the plan's order, where nothing else decides.
  const add = (ids: ReadonlySet<string | undefined>): void => {
    for (const model of plan.models) {
      if (model.kind !== 'prediction' || !ids.has(model.id) || visited.has(model.id)) continue;
      visited.add(model.id);
      if (model.target?.segment !== undefined) add(modelsOf(traitsBehind([model.target.segment], plan.segments)));
      found.push(model);
    }
  };
  add(named);
  return found;
}
