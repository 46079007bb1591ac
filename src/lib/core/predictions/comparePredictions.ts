import { UserError } from '../base/errors';
import { stableJson } from '../base/hash';
import type { RunContext } from '../base/run';
import { normal975 } from '../math/intervals';
import type { ModelState } from '../recommenders/modelState';
import type { DataScope } from '../store/dataScope';
import { applyCalibration } from './calibrate';
import { aucDifference, aucInterval, type Interval } from './delong';
import type { EventScope } from './features';
import { happened } from './labels';
import { averagePrecision, brier, logLoss } from './metrics';
import { resolveSpec } from './options';
import { predictionOfState } from './predictionState';
import type { PredictionReport } from './report';
import type { EventTarget, PredictionSpec } from './spec';
import type { PredictionTools } from './tools';
import { applyTransform } from './transform';
import { readTest } from './windows';

export interface ComparedModel {
  spec: PredictionSpec;
  report: PredictionReport;
  state: ModelState;
}

export interface PredictionComparison {
  /** Local midnight of the test that all are measured on. */
  at: string;
  rows: number;
  positives: number;
  /** The best by AUC first. */
  models: { id: string; auc: Interval; prAuc: number; logLoss: number; brier: number }[];
  /** Of each model but the best: by how much the best is above it, with paired 95 % intervals. */
  differences: { best: string; other: string; auc: Interval; logLoss: Interval }[];
}

/**
 * Models that answer the same question, on the very same customers of their test: each scores them anew as of the test's
 * date with what it has learnt.
 * @throws UserError `predictions_compare_few`, `predictions_unlike` where data, question, test or outcomes differ
 */
export async function comparePredictions(
  scope: DataScope & EventScope,
  models: readonly ComparedModel[],
  tools: PredictionTools,
  run: RunContext,
): Promise<PredictionComparison> {
  if (models.length < 2) throw tooFew();
  const [{ report: first }] = models;
  for (const { report } of models) if (protocolOf(report) !== protocolOf(first)) throw unlike(first.modelId, report.modelId);
  const at = first.protocol.cutoffs?.test ?? scope.asOf;
  const tested: { id: string; people: string; predicted: Float32Array; outcomes: Uint8Array }[] = [];
  for (const { spec, report, state } of models) {
    run.report({ stage: 'test', done: tested.length, total: models.length, unit: 'models' });
    await run.breathe();
    const { task, options } = resolveSpec(spec);
    if (task.labels !== 'binary') throw tooFew();
    const { learner, fitted, inputs, calibration, traits, withinDays } = predictionOfState(state);
    const target = { ...spec.target, withinDays: spec.target?.withinDays ?? withinDays } as EventTarget;
    const asked = { task, target, options, seed: report.protocol.seed };
    const { table, labels } = await readTest({ ...scope, planTraits: traits }, asked, at, run);
    const outcomes = happened(labels);
    const raw = await learner.predict(fitted, applyTransform(inputs, table.features), tools, run);
    tested.push({ id: spec.id, people: table.userIndexes.join(), predicted: applyCalibration(calibration, raw), outcomes });
  }
  const [{ people, outcomes }] = tested;
  for (const each of tested)
    if (each.people !== people || each.outcomes.some((outcome, row) => outcome !== outcomes[row])) throw unlike(tested[0].id, each.id);
  const measured = tested
    .map(({ id, predicted }) => ({
      predicted,
      model: {
        id,
        auc: aucInterval(predicted, outcomes),
        prAuc: averagePrecision(predicted, outcomes),
        logLoss: logLoss(predicted, outcomes),
        brier: brier(predicted, outcomes),
      },
    }))
    .sort((a, b) => b.model.auc.value - a.model.auc.value);
  const [best, ...others] = measured;
  return {
    at,
    rows: outcomes.length,
    positives: outcomes.reduce((sum, outcome) => sum + outcome, 0),
    models: measured.map(({ model }) => model),
    differences: others.map(({ model, predicted }) => {
      const { value, low, high } = aucDifference(best.predicted, predicted, outcomes);
      return {
        best: best.model.id,
        other: model.id,
        auc: { value, low, high },
        logLoss: lossDifference(best.predicted, predicted, outcomes),
      };
    }),
  };
}

/** What must be the same for figures to be held against each other. */
function protocolOf({ task, protocol: { target, cutoffs, dataHash } }: PredictionReport): string {
  return stableJson([task, target, cutoffs?.test ?? null, dataHash ?? null]);
}

/** Mean log loss of one less that of another, by the spread of the differences of the same rows. */
function lossDifference(ours: Float32Array, theirs: Float32Array, outcomes: Uint8Array): Interval {
  const lossAt = (predicted: Float32Array, row: number) => logLoss([predicted[row]], [outcomes[row]]);
  const apart = Float64Array.from(outcomes, (_, row) => lossAt(ours, row) - lossAt(theirs, row));
  const value = apart.reduce((sum, each) => sum + each, 0) / apart.length;
  const variance = apart.reduce((sum, each) => sum + (each - value) ** 2, 0) / (apart.length - 1);
  const half = normal975 * Math.sqrt(variance / apart.length);
  return { value, low: value - half, high: value + half };
}

function tooFew(): UserError {
  return new UserError(
    'predictions_compare_few',
    'Two trained models of one question with a yes or no are needed.',
    'Duplicate a model, change its learner, and train it.',
  );
}

function unlike(one: string, other: string): UserError {
  return new UserError(
    'predictions_unlike',
    `"${one}" and "${other}" were not tested on the same customers and outcomes.`,
    'Compare models with the same question and dates; train both on the data as it is now.',
    { one, other },
  );
}
