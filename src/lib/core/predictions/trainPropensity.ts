import { UserError } from '../base/errors';
import { resolveOptions } from '../base/options';
import type { RunContext } from '../base/run';
import type { Tensors } from '../math/tensors';
import type { PropensitySpec } from '../plan/schema';
import type { DataScope } from '../store/dataScope';
import { identifier, sql } from '../store/sql';
import type { EpochLoss, LabeledRows, TrainedPropensity } from './algorithm';
import { findPropensityAlgorithm } from './catalogue';
import { planCutoffs } from './cutoffs';
import { readFeatures, readLabels, type FeatureTable } from './features';
import { findLeaks, type LeakageFinding } from './leakage';
import { auc, averagePrecision, brier, calibrationBins, liftByDecile, logLoss } from './metrics';
import { fitTransform, type FeatureTransform } from './transform';
import type { PropensityReport } from './types';

export interface PropensityResult {
  report: PropensityReport;
  /** Probability by `user_index`; NaN for customers without any event before asOf, of whom nothing is known. */
  scores: Float32Array;
}

/** With fewer, any measure is luck. */
const fewestToLearn = 20;
const fewestToTest = 5;
const mostImportances = 25;

/**
 * Trains "will this customer do the event within N days?" on earlier cut-offs, chooses on a later one, tests on the
 * latest whose outcome is known, and scores everyone as of `asOf` with the very model that was tested. The page and the
 * command line both call this; with the same seed on WebAssembly they get the same scores.
 * @throws UserError `propensity_event_never`, `propensity_history_too_short`, `propensity_too_few`,
 * `propensity_algorithm_unknown`, and those of {@link resolveOptions}
 */
export async function trainPropensity(
  scope: DataScope,
  spec: PropensitySpec,
  seed: number,
  tensors: Tensors,
  run: RunContext,
): Promise<PropensityResult> {
  const started = performance.now();
  const { asOf } = scope;
  const algorithm = findPropensityAlgorithm(spec.algorithm);
  const options = resolveOptions(spec.algorithm, algorithm.options, spec.options);
  const { event, withinDays } = spec.target;
  const cutoffs = planCutoffs(await firstDayWith(scope, event, run), asOf, withinDays);

  const all = [...cutoffs.train, cutoffs.validation, cutoffs.test];
  const windows: { table: FeatureTable; labels: Uint8Array }[] = [];
  for (const cutoff of all) {
    run.report({ stage: 'features', done: windows.length, total: all.length + 1, unit: 'steps' });
    await run.breathe();
    const table = await readFeatures(scope, cutoff, run.signal);
    windows.push({ table, labels: await readLabels(scope, table, event, withinDays, run.signal) });
  }
  const [training, validation, test] = [windows.slice(0, -2), windows[windows.length - 2], windows[windows.length - 1]];
  checkEnough(
    'training',
    training.map(({ labels }) => labels),
    fewestToLearn,
    spec,
  );
  checkEnough('validation', [validation.labels], fewestToTest, spec);
  checkEnough('test', [test.labels], fewestToTest, spec);

  const newest = training[training.length - 1];
  const leaks = await findLeaks(newest.table, newest.labels, run);
  const inputs = inputsOf(
    training.map(({ table }) => table),
    leaks,
  );
  const train = joinRows(training.map(({ table, labels }) => ({ inputs: inputs.apply(table), labels })));
  run.report({ stage: 'features', done: all.length, total: all.length + 1, unit: 'steps' });

  const total = Number(options.epochs);
  const onEpoch = ({ epoch, loss, validationLoss }: EpochLoss) =>
    run.report({ stage: 'train', done: epoch, total, unit: 'epochs', values: { epoch, loss, validationLoss } });
  const validationRows = { inputs: inputs.apply(validation.table), labels: validation.labels };
  const model = await algorithm.train({ train, validation: validationRows }, options, seed, tensors, run, onEpoch);

  run.report({ stage: 'test', done: 0, total: 1, unit: 'steps' });
  const chances = await model.predict(inputs.apply(test.table), run);
  run.report({ stage: 'score', done: 0, total: 1, unit: 'steps' });
  const scores = await scoreEveryone(scope, inputs, model, run);
  run.report({ stage: 'score', done: 1, total: 1, unit: 'steps' });
  return {
    scores,
    report: {
      modelId: spec.id,
      algorithm: spec.algorithm,
      target: spec.target,
      trainCutoffs: cutoffs.train,
      validationCutoff: cutoffs.validation,
      testCutoff: cutoffs.test,
      trainRows: train.labels.length,
      ...measure(chances, test.labels, recentBuyersFirst(test.table)),
      importances: largest(inputs.names, model),
      losses: model.losses,
      warnings: leaks.map(({ code, feature, message }) => ({ code, feature, message })),
      backend: `tfjs ${tensors.backend} (${tensors.reason})`,
      reproducible: tensors.reproducible,
      seed,
      seconds: (performance.now() - started) / 1000,
      options,
      asOf,
    },
  };
}

/** The local date of the data's first event. */
async function firstDayWith({ store, tables, asOf }: DataScope, event: string, run: RunContext): Promise<string> {
  const found = await store.query(
    sql`SELECT min(local_ts)::DATE::VARCHAR AS first_day, count(*) FILTER (WHERE event = ${event})::INTEGER AS times
      FROM ${identifier(tables.events)} WHERE local_ts < ${asOf}::TIMESTAMP`,
    run.signal,
  );
  const { first_day: firstDay, times } = found.get(0)!.toJSON() as { first_day: string | null; times: number };
  if (firstDay === null || Number(times) === 0) {
    throw new UserError(
      'propensity_event_never',
      `The event "${event}" never happens in the data.`,
      'Choose an event that the data holds.',
      { event },
    );
  }
  return firstDay;
}

function checkEnough(part: string, labels: Uint8Array[], fewest: number, { target: { event, withinDays } }: PropensitySpec): void {
  const rows = labels.reduce((sum, { length }) => sum + length, 0);
  const did = labels.reduce((sum, some) => sum + some.reduce((a, b) => a + b, 0), 0);
  if (did >= fewest && rows - did >= fewest) return;
  throw new UserError(
    'propensity_too_few',
    `Of ${rows} customers at the ${part} cut-offs, ${did} did "${event}" within ${withinDays} days and ${rows - did} did not; at least ${fewest} of each are needed.`,
    did < fewest ? 'Ask about more days, a more frequent event, or add more data.' : 'Ask about fewer days or a rarer event.',
    { part, rows, did, not: rows - did, event, withinDays, fewest },
  );
}

interface Inputs {
  names: string[];
  apply(table: FeatureTable): LabeledRows['inputs'];
}

/** Transformations learnt from the training cut-offs only, without the columns that know the future. */
function inputsOf(tables: FeatureTable[], leaks: LeakageFinding[]): Inputs {
  const dropped = new Set(leaks.filter(({ leaveOut }) => leaveOut).map(({ feature }) => feature));
  const keep = ({ features }: FeatureTable) => features.filter(({ id }) => !dropped.has(id));
  const transform: FeatureTransform = fitTransform(tables.map(keep));
  return { names: transform.names, apply: (table) => transform.apply(keep(table)) };
}

export function joinRows(parts: LabeledRows[]): LabeledRows {
  const rows = parts.reduce((sum, { labels }) => sum + labels.length, 0);
  const { columns } = parts[0].inputs;
  const [values, labels] = [new Float32Array(rows * columns), new Uint8Array(rows)];
  let at = 0;
  for (const part of parts) {
    values.set(part.inputs.values, at * columns);
    labels.set(part.labels, at);
    at += part.labels.length;
  }
  return { inputs: { rows, columns, values }, labels };
}

async function scoreEveryone(scope: DataScope, inputs: Inputs, model: TrainedPropensity, run: RunContext): Promise<Float32Array> {
  const today = await readFeatures(scope, scope.asOf, run.signal);
  const chances = await model.predict(inputs.apply(today), run);
  const scores = new Float32Array(scope.users).fill(NaN);
  today.userIndexes.forEach((user, row) => (scores[user] = chances[row]));
  return scores;
}

/** The order that a shop would use without a model; where nobody has ever ordered, whoever was here last comes first. */
function recentBuyersFirst({ features }: FeatureTable): Float64Array {
  const daysSince = (id: string) => features.find((feature) => feature.id === id)!.values as Float64Array;
  const orders = daysSince('daysSinceLastOrder');
  const days = orders.every(Number.isNaN) ? daysSince('daysSinceLastEvent') : orders;
  return days.map((value) => (Number.isNaN(value) ? -Infinity : -value));
}

function measure(chances: Float32Array, labels: Uint8Array, baseline: Float64Array) {
  return {
    testRows: labels.length,
    testPositives: labels.reduce((sum, label) => sum + label, 0),
    auc: auc(chances, labels),
    prAuc: averagePrecision(chances, labels),
    logLoss: logLoss(chances, labels),
    brier: brier(chances, labels),
    baseline: { auc: auc(baseline, labels), prAuc: averagePrecision(baseline, labels) },
    calibration: calibrationBins(chances, labels),
    lift: liftByDecile(chances, baseline, labels),
  };
}

function largest(names: string[], { weights }: TrainedPropensity): PropensityReport['importances'] {
  return names
    .map((feature, i) => ({ feature, weight: weights[i] }))
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
    .slice(0, mostImportances);
}
