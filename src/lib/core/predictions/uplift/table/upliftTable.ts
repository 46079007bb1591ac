import { UserError } from '../../../base/errors';
import { resolveOptions, type OptionValues } from '../../../base/options';
import { Random } from '../../../base/random';
import { untold, type RunContext } from '../../../base/run';
import { rowsWhere } from '../../folds';
import { rowsOfFeatures } from '../../rows';
import { whereItRan, type PredictionTools } from '../../tools';
import { applyTransform, fitTransform } from '../../transform';
import type { DataTable } from '../../table/readTable';
import { findBase, type Stages } from '../bases';
import { foldsOf } from '../crossFit';
import { effectAtShare } from '../measures/atShare';
import { qiniWithBand } from '../measures/bands';
import { byUplift } from '../measures/curve';
import { presetScores } from '../measures/presets';
import { checkRandomisation, type RandomisationCheck } from '../measures/randomisation';
import { segmentOf, upliftSegments } from '../segments';
import type { Trial } from '../trial';
import { learnerOf, upliftOptions } from '../upliftOptions';
import type { UpliftPrediction } from '../upliftLearner';
import { readTrial, type TableTrial, type TrialColumns } from './readTrial';

export interface UpliftQuestion extends TrialColumns {
  options: OptionValues;
  /** Share of the rows that is tested on. */
  testShare: number;
  /** How often the rows are split anew. */
  repeats: number;
  /** Share that was to be addressed, where it is known. */
  planned: number | null;
  seed: number;
}

/** A figure over the repeats. */
export interface Repeated {
  mean: number;
  /** Of the repeats, n − 1 in its divisor; null of one. */
  deviation: number | null;
  /** Means of the bounds of each test's own 95 % interval; null where the figure has none. */
  low: number | null;
  high: number | null;
}

export const tableShares = [0.1, 0.2, 0.3];

export interface UpliftTableReport {
  table: string;
  rows: number;
  treatment: string;
  treated: string;
  control: string;
  outcome: string;
  kind: 'binary' | 'number';
  treatedRows: number;
  controlRows: number;
  otherArms: number;
  noOutcome: number;
  broken: number;
  features: string[];
  inputs: number;
  options: OptionValues;
  testShare: number;
  testRows: number;
  repeats: number;
  seed: number;
  /** Everybody in the tests: the average effect, which people chosen by chance have too. */
  average: Repeated;
  /** Observed uplift of the test's rows with the highest predictions: of everybody, and of each arm by itself. */
  upliftAt: { share: number; overall: Repeated; byGroup: Repeated }[];
  /** Area between uplift curve and random line, and under the curve, per person; see `QiniWithBand`. */
  qini: Repeated;
  auuc: Repeated;
  /** The libraries' numbers by their names; null for outcomes that a library does not score. */
  presets: Record<string, Repeated | null>;
  randomisation: RandomisationCheck;
  findings: TableTrial['findings'];
  backend: string;
  reproducible: boolean;
  seconds: number;
}

/**
 * Learns uplift from a table and measures it on rows that were kept apart, several times over: splits are stratified by arm
 * and outcome, and all that is learnt of the columns is learnt in the train rows.
 * @throws UserError those of {@link readTrial} and of `resolveOptions`
 */
export async function upliftTable(
  table: DataTable,
  question: UpliftQuestion,
  tools: PredictionTools,
  run: RunContext,
): Promise<{ report: UpliftTableReport; trial: TableTrial }> {
  const started = performance.now();
  const options = resolveOptions('uplift', upliftOptions, question.options);
  const trial = readTrial(table, question);
  const { treated, outcome, outcomeKind } = trial;
  const { learner } = learnerOf(options);
  mustFit(learner, outcomeKind);
  const results: Record<string, { value: number; low: number | null; high: number | null }>[] = [];
  let testRows = 0;
  for (let repeat = 0; repeat < question.repeats; repeat++) {
    run.report({ stage: 'train', done: repeat, total: question.repeats, unit: 'steps' });
    await run.breathe();
    const isTest = stratifiedTest(trial, question.testShare, new Random(question.seed, repeat));
    const [learnt, test] = [0, 1].map((part) => rowsWhere(treated.length, (row) => isTest[row] === part));
    testRows = test.length;
    const predicted = await learnAndPredict(trial, options, learnt, test, question.seed, tools, untold(run));
    const tested = {
      uplift: predicted.uplift,
      treated: Uint8Array.from(test, (row) => treated[row]),
      outcome: Float64Array.from(test, (row) => outcome[row]),
    };
    const order = byUplift(tested.uplift);
    const { coefficient, coefficientLow, coefficientHigh, auuc, auucLow, auucHigh } = await qiniWithBand(
      tested,
      { seed: question.seed },
      run,
    );
    const found: (typeof results)[number] = {
      qini: { value: coefficient, low: coefficientLow, high: coefficientHigh },
      auuc: { value: auuc, low: auucLow, high: auucHigh },
    };
    for (const share of [1, ...tableShares]) {
      for (const strategy of ['overall', 'by_group'] as const) {
        const { uplift, low, high } = effectAtShare(tested, share, strategy, order);
        found[`${strategy} ${share}`] = { value: uplift, low, high };
      }
    }
    for (const [name, value] of Object.entries(presetScores(tested))) found[name] = { value: value as number, low: null, high: null };
    results.push(found);
  }
  const over = (name: string) => repeated(results.map((found) => found[name]));
  const presets = ['skliftQini', 'skliftAuuc', 'causalmlQini', 'causalmlAuuc'];
  const columns = fitTransform([trial.features]);
  const people = treated.reduce((sum, arm) => sum + arm, 0);
  const randomisation = await checkRandomisation(
    {
      inputs: applyTransform(columns, trial.features),
      treated,
      campaignOf: new Int32Array(treated.length),
      personOf: Int32Array.from(treated.keys()),
    },
    {
      names: columns.map(({ name }) => name),
      arms: [{ name: question.treatment, treated: people, control: treated.length - people }],
      planned: question.planned,
    },
    question.seed,
    run,
  );
  return {
    trial,
    report: {
      table: table.name,
      rows: treated.length,
      treatment: question.treatment,
      treated: trial.treatedValue,
      control: trial.controlValue,
      outcome: question.outcome,
      kind: outcomeKind,
      treatedRows: people,
      controlRows: treated.length - people,
      otherArms: trial.otherArms,
      noOutcome: trial.noOutcome,
      broken: table.broken,
      features: trial.features.map(({ id }) => id),
      inputs: columns.length,
      options,
      testShare: question.testShare,
      testRows,
      repeats: question.repeats,
      seed: question.seed,
      average: over('overall 1'),
      upliftAt: tableShares.map((share) => ({ share, overall: over(`overall ${share}`), byGroup: over(`by_group ${share}`) })),
      qini: over('qini'),
      auuc: over('auuc'),
      presets: Object.fromEntries(presets.map((name) => [name, Number.isFinite(results[0][name].value) ? over(name) : null])),
      randomisation,
      findings: trial.findings,
      ...(await whereItRan({ computesOn: 'tensors' }, tools)),
      seconds: (performance.now() - started) / 1000,
    },
  };
}

export interface RowScores extends UpliftPrediction {
  segment: (typeof upliftSegments)[number][];
}

const scoreFolds = 5;

/** What each row is predicted by a model that has not seen it. */
export async function scoreRows(
  trial: TableTrial,
  { options: given, seed, thresholds }: Pick<UpliftQuestion, 'options' | 'seed'> & { thresholds: { uplift: number; sure?: number } },
  tools: PredictionTools,
  run: RunContext,
): Promise<RowScores> {
  const options = resolveOptions('uplift', upliftOptions, given);
  const foldOf = foldsOf(trial, scoreFolds, seed);
  const { length } = trial.treated;
  const scores = { uplift: new Float64Array(length), treated: new Float64Array(length), control: new Float64Array(length) };
  for (let fold = 0; fold < scoreFolds; fold++) {
    run.report({ stage: 'score', done: fold, total: scoreFolds, unit: 'steps' });
    const test = rowsWhere(length, (row) => foldOf[row] === fold);
    const learnt = rowsWhere(length, (row) => foldOf[row] !== fold);
    const predicted = await learnAndPredict(trial, options, learnt, test, seed, tools, untold(run));
    for (const name of ['uplift', 'treated', 'control'] as const) test.forEach((row, at) => (scores[name][row] = predicted[name][at]));
  }
  const heldOut = rowsWhere(length, (row) => trial.treated[row] === 0);
  const sure = thresholds.sure ?? heldOut.reduce((sum, row) => sum + trial.outcome[row], 0) / heldOut.length;
  return { ...scores, segment: Array.from(segmentOf(scores, { uplift: thresholds.uplift, sure }), (place) => upliftSegments[place]) };
}

/** Fits what is learnt of the columns and the uplift in some rows, and predicts others. */
async function learnAndPredict(
  { features, treated, outcome, outcomeKind }: TableTrial,
  options: OptionValues,
  learnt: Int32Array,
  others: Int32Array,
  seed: number,
  tools: PredictionTools,
  run: RunContext,
): Promise<UpliftPrediction> {
  const { learner, own } = learnerOf(options);
  const base = findBase(String(options.base));
  const learntFeatures = rowsOfFeatures(features, learnt);
  const columns = fitTransform([learntFeatures], learner.takesBase ? base.binary.inputs : 'standardised');
  const share = learnt.reduce((sum, row) => sum + treated[row], 0) / learnt.length;
  const trial: Trial = {
    inputs: applyTransform(columns, learntFeatures),
    treated: Uint8Array.from(learnt, (row) => treated[row]),
    outcome: Float64Array.from(learnt, (row) => outcome[row]),
    outcomeKind,
    propensity: new Float64Array(learnt.length).fill(share),
  };
  const stages: Stages = { base, regularization: Number(options.regularization), seed, tools, run };
  const state = await learner.fit(trial, own, stages);
  return learner.predict(state, applyTransform(columns, rowsOfFeatures(features, others)), outcomeKind, stages);
}

/** 1 for the rows that are tested on: the same share of each arm with and without the outcome. */
function stratifiedTest({ treated, outcome }: TableTrial, share: number, random: Random): Uint8Array {
  const isTest = new Uint8Array(treated.length);
  for (let stratum = 0; stratum < 4; stratum++) {
    const rows = random.shuffle(rowsWhere(treated.length, (row) => 2 * treated[row] + (outcome[row] !== 0 ? 1 : 0) === stratum));
    rows.subarray(0, Math.round(share * rows.length)).forEach((row) => (isTest[row] = 1));
  }
  return isTest;
}

function repeated(values: readonly { value: number; low: number | null; high: number | null }[]): Repeated {
  const meanOf = (all: number[]) => all.reduce((sum, value) => sum + value, 0) / all.length;
  const mean = meanOf(values.map(({ value }) => value));
  const bounded = values[0].low !== null;
  return {
    mean,
    deviation: values.length > 1 ? Math.sqrt(values.reduce((sum, { value }) => sum + (value - mean) ** 2, 0) / (values.length - 1)) : null,
    low: bounded ? meanOf(values.map(({ low }) => low!)) : null,
    high: bounded ? meanOf(values.map(({ high }) => high!)) : null,
  };
}

/** @throws UserError `uplift_learner_unfit` */
export function mustFit({ id, outcomes }: { id: string; outcomes: readonly string[] }, kind: 'binary' | 'number'): void {
  if (outcomes.includes(kind)) return;
  throw new UserError(
    'uplift_learner_unfit',
    `The learner "${id}" learns whether something happens, not how much.`,
    'Choose another learner, such as dr-learner.',
    { learner: id },
  );
}
