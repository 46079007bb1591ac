import { sha256Hex, stableJson } from '../core/base/hash';
import type { PlanAudience, PlanExport, PropensitySpec } from '../core/plan/schema';
import { exportTraits } from '../core/exports/exportContent';
import { putScores } from '../core/predictions/scoresTable';
import { trainPropensity } from '../core/predictions/trainPropensity';
import { scorePrefix } from '../core/profiles/profileColumns';
import { visitRule } from '../core/segments/walk';
import type { Rule } from '../core/segments/rule';
import type { Epoch } from './epoch';
import type { Prediction } from './workspace';

/** All that a prediction is made from, as one text: another text means that it is out of date. */
export async function predictionKey(epoch: Epoch, model: PropensitySpec): Promise<string> {
  const { dataHash, asOf } = await epoch.data();
  return sha256Hex(stableJson([dataHash, asOf, epoch.plan.seed, model]));
}

/**
 * Trains a prediction on the epoch's data and writes its outputs into a table of their own; nothing of the workspace
 * changes before {@link keepPrediction}.
 */
export async function makePrediction(epoch: Epoch, model: PropensitySpec): Promise<Prediction> {
  const data = await epoch.data();
  const madeFrom = await predictionKey(epoch, model);
  const trained = await trainPropensity(data, model, epoch.plan.seed, await epoch.desk.tensors(), epoch);
  // A name of its own even for the same making: a reader may hold the table of the one before.
  const table = `scores_${madeFrom.slice(0, 16)}_${nextTable++}`;
  await putScores(data.store, table, { score: trained.scores });
  const column = { table, column: 'score', version: table, kind: 'score' as const };
  return { report: { ...trained.report, madeFrom, dataHash: data.dataHash }, outputs: new Map([[`${scorePrefix}${model.id}`, column]]) };
}
let nextTable = 1;

/** Puts a prediction in the place of the earlier one of its model, and saves it with the workspace. */
export async function keepPrediction({ commit, state: { readOnly } }: Epoch, prediction: Prediction): Promise<void> {
  if (readOnly) return;
  const { modelId } = prediction.report;
  await commit((state) => ({ ...state, predictions: new Map([...state.predictions, [modelId, prediction]]) }));
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
  const ids = neededModels(epoch, audiences);
  const backends: Record<string, string> = {};
  const predictions = new Map(epoch.state.predictions);
  for (const model of epoch.plan.models) {
    if (model.kind !== 'propensity' || !ids.has(model.id)) continue;
    const earlier = predictions.get(model.id);
    const isFresh = earlier?.report.madeFrom === (await predictionKey(epoch, model));
    const prediction = earlier && isFresh ? earlier : await makePrediction(epoch, model);
    if (!isFresh) await keepPrediction(epoch, prediction);
    predictions.set(model.id, prediction);
    backends[`model:${model.id}`] = prediction.report.backend;
  }
  return { epoch: epoch.with({ predictions }), backends };
}

/** Models whose outputs rules, `top` or columns of the audiences and their exports name. */
function neededModels({ plan }: Epoch, audiences: readonly PlanAudience[]): Set<string> {
  const used = new Set(audiences.map(({ id }) => id));
  const named = (entry: PlanExport) => ('audience' in entry && used.has(entry.audience) ? exportTraits(entry) : []);
  const traits = [...audiences.flatMap(({ top, columns }) => [...(top ? [top.by] : []), ...columns]), ...plan.exports.flatMap(named)];
  const visited = new Set<string>();
  const visitSegment = (id: string): void => {
    const segment = plan.segments.find((candidate) => candidate.id === id);
    if (!segment || visited.has(id)) return;
    visited.add(id);
    visitRule(segment.rule as Rule, (node) => {
      if ('segment' in node) visitSegment(node.segment);
      else if ('trait' in node) traits.push(node.trait);
    });
  };
  audiences.forEach(({ from }) => visitSegment(from));
  const scores = traits.filter((trait) => trait.startsWith(scorePrefix)).map((trait) => trait.slice(scorePrefix.length));
  return new Set(scores.map((output) => output.split('.')[0]));
}
