import { UserError } from '../../base/errors';
import type { OptionValues } from '../../base/options';
import { untold, type RunContext } from '../../base/run';
import { namedAttributes, queryUserColumns, type UserAttribute } from '../../profiles/attributes';
import { withReferences, type PlanTrait } from '../../profiles/planTraits';
import type { Json, ModelState } from '../../recommenders/modelState';
import type { DataScope } from '../../store/dataScope';
import type { EventScope } from '../features';
import { rowsWhere } from '../folds';
import { findLeaks } from '../leakage';
import type { DiagnosticsSection } from '../report';
import { rowsOfFeatures } from '../rows';
import { todaysFeatures } from '../todaysFeatures';
import { personalFindings } from '../sections/personal';
import { whereItRan, type PredictionTools } from '../tools';
import { applyTransform, fitTransform, type InputColumn } from '../transform';
import { readAssignments, type Assignments, type UpliftTarget } from './assignments';
import { findBase, type Stages } from './bases';
import { readCampaignFeatures } from './campaignTrial';
import { effectOf } from './measures/atShare';
import type { Tested } from './measures/curve';
import { checkRandomisation, type Arms } from './measures/randomisation';
import { nestedState, nestStates } from './nested';
import { personFolds } from './personFolds';
import { upliftQuality } from './quality';
import { segmentOf, upliftSegments, type SegmentThresholds, type TestedSegment } from './segments';
import { mustFit } from './table/upliftTable';
import { rowsOfTrial, type OutcomeKind, type Trial } from './trial';
import { checkTrial } from './trialErrors';
import type { UpliftPrediction } from './upliftLearner';
import { learnerOf } from './upliftOptions';
import type { AskedOfTask, ComputedOutputs } from '../tasks/task';

const testFolds = 5;

/** Everything of a task of uplift: learns from campaigns, measures it on people of whom nothing was learnt, and scores everybody as of now. */
export async function computeUplift(
  outcomeKind: OutcomeKind,
  scope: DataScope & EventScope,
  { target, options, observed, seed }: AskedOfTask,
  tools: PredictionTools,
  run: RunContext,
): Promise<ComputedOutputs> {
  const told = target as UpliftTarget;
  const { learner } = learnerOf(options);
  mustFit(learner, outcomeKind);
  const arm = await readArm(scope, told);
  const asked = arm ? { ...told, arm: arm.column } : told;
  const assigned = await readAssignments(scope, asked, observed.to, run);
  checkTrial(trialFacts(assigned, outcomeKind), treatmentName(asked), asked.event);
  const found = await readCampaignFeatures(scope, assigned, arm ? [arm.id] : [], run);
  const people = pickAssigned(assigned, found.rows);
  checkTrial(trialFacts(people, outcomeKind), treatmentName(asked), asked.event);

  const facts = trialFacts(people, outcomeKind);
  const happened = Uint8Array.from(facts.outcome, (value) => (value > 0 ? 1 : 0));
  const table = { cutoff: '', userIndexes: people.userIndexes, features: found.features, personal: found.personal };
  const leaks = await findLeaks(table, happened, run);
  const dropped = new Set(leaks.filter(({ leaveOut }) => leaveOut).map(({ feature }) => feature));
  const features = found.features.filter(({ id }) => !dropped.has(id));
  const arms = armsOf(people);
  const propensity = Float64Array.from(
    people.campaignOf,
    (campaign) => arms[campaign].treated / (arms[campaign].treated + arms[campaign].control),
  );
  const form = learner.takesBase ? findBase(String(options.base)).binary.inputs : 'standardised';

  const learn = async (rows: Int32Array, during: RunContext) => {
    const columns = fitTransform([rowsOfFeatures(features, rows)], form);
    const trial: Trial = { inputs: applyTransform(columns, features), ...facts, propensity };
    const stages = stagesOf(options, seed, tools, during);
    const { own } = learnerOf(options);
    return { columns, all: trial.inputs, state: await learner.fit(rowsOfTrial(trial, rows), own, stages) };
  };
  const predict = (made: Awaited<ReturnType<typeof learn>>, rows: Int32Array) =>
    learner.predict(
      made.state,
      applyTransform(made.columns, rowsOfFeatures(features, rows)),
      outcomeKind,
      stagesOf(options, seed, tools, untold(run)),
    );

  const everybody = rowsWhere(people.userIds.length, () => true);
  const byCampaign = options.testBy === 'campaign' ? latestCampaign(people, arms, asked.withinDays) : null;
  const tested = byCampaign ? byCampaign.test : everybody;
  const predicted = {
    uplift: new Float64Array(tested.length),
    treated: new Float64Array(tested.length),
    control: new Float64Array(tested.length),
  };
  const keep = (rows: Int32Array, from: UpliftPrediction) => {
    for (const name of ['uplift', 'treated', 'control'] as const) rows.forEach((row, at) => (predicted[name][row] = from[name][at]));
  };
  let final: Awaited<ReturnType<typeof learn>>;
  if (byCampaign) {
    checkTrial(trialFacts(pickAssigned(people, byCampaign.learnt), outcomeKind), treatmentName(asked), asked.event);
    checkTrial(trialFacts(pickAssigned(people, tested), outcomeKind), treatmentName(asked), asked.event);
    final = await learn(byCampaign.learnt, run);
    keep(Int32Array.from(tested.keys()), await predict(final, tested));
  } else {
    const foldOf = personFolds(people.userIds, testFolds, seed);
    for (let fold = 0; fold < testFolds; fold++) {
      run.report({ stage: 'train', done: fold, total: testFolds + 1, unit: 'steps' });
      const others = rowsWhere(foldOf.length, (row) => foldOf[row] !== fold);
      const own = rowsWhere(foldOf.length, (row) => foldOf[row] === fold);
      if (own.length > 0) keep(own, await predict(await learn(others, untold(run)), own));
    }
    run.report({ stage: 'train', done: testFolds, total: testFolds + 1, unit: 'steps' });
    final = await learn(everybody, untold(run));
  }

  run.report({ stage: 'test', done: 0, total: 1, unit: 'steps' });
  const of = pickAssigned(people, tested);
  const outcome = trialFacts(of, outcomeKind).outcome;
  const weight = weightsOf(
    of,
    Float64Array.from(tested, (row) => propensity[row]),
  );
  const test: Tested = { uplift: predicted.uplift, treated: of.treated, outcome, ...(weight && { weight }) };
  const thresholds = thresholdsOf(options, outcomeKind, trialFacts(people, outcomeKind));
  const hasMoney = of.spent.some((value) => value !== 0);
  const quality = await upliftQuality(test, outcomeKind, seed, run, hasMoney ? of.spent : undefined);
  const standardised = fitTransform([features]);
  const check = await checkRandomisation(
    {
      inputs: applyTransform(standardised, features),
      treated: people.treated,
      campaignOf: people.campaignOf,
      personOf: people.userIds,
    },
    {
      names: standardised.map(({ name }) => name),
      arms,
      planned: Number(options.plannedPercent) > 0 ? Number(options.plannedPercent) / 100 : null,
    },
    seed,
    run,
  );
  const state = stateOf(final, facts.outcome, thresholds, traitsIn(final.columns, scope.planTraits));
  run.report({ stage: 'score', done: 0, total: 1, unit: 'steps' });
  const outputs = await scoreToday(outcomeKind, scope, options, state, tools, run);
  const { tenths, calibrationError, ...rest } = quality;
  const findings = [
    ...leftOutFindings(assigned, found.rows.length),
    ...leaks.map(({ code, feature, message }) => ({ code, feature, message })),
    ...personalFindings(table),
  ];
  return {
    outputs,
    sections: [
      { kind: 'uplift', testedBy: byCampaign ? 'campaign' : 'people', ...rest },
      { kind: 'uplift-tenths', outcome: outcomeKind, tenths, error: calibrationError },
      {
        kind: 'uplift-segments',
        outcome: outcomeKind,
        thresholds,
        tested: testedSegments(predicted, thresholds, test),
        today: upliftSegments.map((segment, place) => ({
          segment,
          people: outputs.segment.reduce((sum, value) => sum + (value === place ? 1 : 0), 0),
        })),
      },
      { kind: 'randomisation', ...check },
      ...(findings.length > 0 ? [{ kind: 'diagnostics' as const, findings }] : []),
    ],
    state,
    ...(await whereItRan({ computesOn: 'tensors' }, tools)),
  };
}

function stagesOf(options: OptionValues, seed: number, tools: PredictionTools, run: RunContext): Stages {
  return { base: findBase(String(options.base)), regularization: Number(options.regularization), seed, tools, run };
}

/** Everybody with an event, as of the scope's instant, by output; NaN for others. */
export async function scoreToday(
  outcomeKind: OutcomeKind,
  scope: DataScope & EventScope,
  options: OptionValues,
  state: ModelState,
  tools: PredictionTools,
  run: RunContext,
): Promise<ComputedOutputs['outputs']> {
  const { columns, traits, thresholds } = state.meta as unknown as {
    columns: InputColumn[];
    traits: PlanTrait[];
    thresholds: SegmentThresholds;
  };
  const { features, userIndexes } = await todaysFeatures(scope, traits, run);
  const { learner } = learnerOf(options);
  const inputs = applyTransform(columns, features);
  const predicted = await learner.predict(nestedState(state, 'model'), inputs, outcomeKind, stagesOf(options, 0, tools, untold(run)));
  const segments = segmentOf(predicted, thresholds);
  const spread = (values: ArrayLike<number>) => {
    const all = new Float64Array(scope.users).fill(NaN);
    userIndexes.forEach((user, row) => (all[user] = values[row]));
    return all;
  };
  return {
    '': spread(predicted.uplift),
    treated: spread(predicted.treated),
    control: spread(predicted.control),
    segment: spread(segments),
  };
}

function stateOf(
  { state, columns }: { state: ModelState; columns: InputColumn[] },
  outcome: Float64Array,
  thresholds: SegmentThresholds,
  traits: readonly PlanTrait[],
): ModelState {
  const meta = { columns, traits, thresholds: { ...thresholds }, people: outcome.length } as unknown as Record<string, Json>;
  return nestStates('uplift/1', { model: state }, meta);
}

/** The plan's traits that the inputs are made from, as they were defined at the time. */
function traitsIn(columns: readonly InputColumn[], traits: readonly PlanTrait[] = []): PlanTrait[] {
  const used = traits.filter(({ id }) => columns.some(({ feature }) => feature === id));
  return [...new Set(used.flatMap((trait) => withReferences(trait, traits)))];
}

function trialFacts({ treated, times, spent }: Assignments, outcomeKind: OutcomeKind) {
  const outcome = outcomeKind === 'number' ? spent : times.map((count) => (count > 0 ? 1 : 0));
  return { treated, outcome, outcomeKind };
}

function pickAssigned(assigned: Assignments, rows: Int32Array): Assignments {
  return {
    ...assigned,
    campaignOf: rows.map((row) => assigned.campaignOf[row]),
    userIndexes: rows.map((row) => assigned.userIndexes[row]),
    userIds: Array.from(rows, (row) => assigned.userIds[row]),
    treated: Uint8Array.from(rows, (row) => assigned.treated[row]),
    at: Array.from(rows, (row) => assigned.at[row]),
    cutoffs: Array.from(rows, (row) => assigned.cutoffs[row]),
    times: Float64Array.from(rows, (row) => assigned.times[row]),
    spent: Float64Array.from(rows, (row) => assigned.spent[row]),
  };
}

function armsOf({ campaigns, campaignOf, treated, at }: Assignments): Required<Arms>[] {
  const arms = campaigns.map((name) => ({ name, from: '', treated: 0, control: 0 }));
  campaignOf.forEach((campaign, row) => {
    const of = arms[campaign];
    if (of.from === '' || at[row] < of.from) of.from = at[row];
    of[treated[row] === 1 ? 'treated' : 'control']++;
  });
  return arms;
}

/** Both arms mixed of campaigns alike, where these addressed different shares; see `Tested.weight`. */
function weightsOf({ treated }: Assignments, propensity: Float64Array): Float64Array | undefined {
  const [low, high] = propensity.reduce(([a, b], share) => [Math.min(a, share), Math.max(b, share)], [1, 0]);
  if (high - low < 1e-9) return undefined;
  const share = treated.reduce((sum, arm) => sum + arm, 0) / treated.length;
  return propensity.map((own, row) => (treated[row] === 1 ? share / own : (1 - share) / (1 - own)));
}

/** The latest campaign, and those of the earlier whose outcomes were known when it went out. */
function latestCampaign(
  people: Assignments,
  arms: readonly Required<Arms>[],
  withinDays: number,
): { learnt: Int32Array; test: Int32Array } {
  const latest = arms.reduce((best, { from }, i) => (from > arms[best].from ? i : best), 0);
  const begins = Date.parse(`${arms[latest].from}Z`);
  const isKnown = (row: number) => Date.parse(`${people.at[row]}Z`) + withinDays * 86_400_000 <= begins;
  const learnt = rowsWhere(people.at.length, (row) => people.campaignOf[row] !== latest && isKnown(row));
  if (learnt.length > 0) return { learnt, test: rowsWhere(people.at.length, (row) => people.campaignOf[row] === latest) };
  throw new UserError(
    'uplift_one_campaign',
    `Before "${arms[latest].name}" there was no campaign with people held out whose outcome was known by then.`,
    'Test by people instead.',
    { campaign: arms[latest].name },
  );
}

function thresholdsOf(
  options: OptionValues,
  outcomeKind: OutcomeKind,
  { treated, outcome }: Pick<Trial, 'treated' | 'outcome'>,
): SegmentThresholds {
  const scale = outcomeKind === 'binary' ? 100 : 1;
  const heldOut = rowsWhere(treated.length, (row) => treated[row] === 0);
  const average = heldOut.reduce((sum, row) => sum + outcome[row], 0) / heldOut.length;
  return { uplift: Number(options.upliftFrom) / scale, sure: Number(options.sureFrom) / scale || average };
}

function testedSegments(predicted: UpliftPrediction, thresholds: SegmentThresholds, test: Tested): TestedSegment[] {
  const segments = segmentOf(predicted, thresholds);
  return upliftSegments.flatMap((segment, place): TestedSegment[] => {
    const rows = rowsWhere(segments.length, (row) => segments[row] === place);
    const effect = effectOf(test, rows);
    if (effect.treated === 0 || effect.control === 0) return [];
    return [
      { segment, people: rows.length, predicted: rows.reduce((sum, row) => sum + predicted.uplift[row], 0) / rows.length, ...effect },
    ];
  });
}

function leftOutFindings({ leftOut, userIds }: Assignments, known: number): DiagnosticsSection['findings'] {
  const counts = { ...leftOut, unknown: userIds.length - known };
  const said: Record<keyof typeof counts, string> = {
    oneArmed: `${counts.oneArmed} campaigns were left out, because nobody was held out of them, or nobody addressed.`,
    bothArms: `${counts.bothArms} people were left out who were both addressed by and held out of one campaign.`,
    unobserved: `${counts.unobserved} people were left out whose days after the campaign are not over yet.`,
    unknown: `${counts.unknown} people were left out of whom nothing was known before the campaign.`,
  };
  return (Object.keys(said) as (keyof typeof said)[])
    .filter((name) => counts[name] > 0)
    .map((name) => ({ code: `uplift_left_out_${name}`, message: said[name], values: { count: counts[name] } }));
}

function treatmentName({ treated, arm }: UpliftTarget): string {
  return arm === undefined ? treated : `${arm} = ${treated}`;
}

/** The attribute that says who was addressed, by the name of its column or of its trait; null where events say it. */
async function readArm(
  { store, tables, planTraits = [] }: DataScope & EventScope,
  { arm, assignedOn, treated, control }: UpliftTarget,
): Promise<UserAttribute | null> {
  if (treated === control) {
    throw new UserError('uplift_arms_same', `"${treated}" stands for the addressed and for the held out.`, 'Choose two different ones.', {
      treated,
    });
  }
  if (arm === undefined) return null;
  if (assignedOn === undefined) {
    throw new UserError(
      'uplift_day_missing',
      `"${arm}" says who was addressed, but not when.`,
      'Give target.assignedOn, the day of the campaign.',
      { arm },
    );
  }
  const taken = planTraits.map(({ id }) => id);
  const found = namedAttributes(await queryUserColumns(store, tables.users), taken).find(({ id, column }) => [id, column].includes(arm));
  if (found) return found;
  throw new UserError('uplift_arm_unknown', `Customers have no attribute "${arm}".`, 'Choose one that the data holds.', { arm });
}
