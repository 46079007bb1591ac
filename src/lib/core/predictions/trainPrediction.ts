import { UserError } from '../base/errors';
import { stableJson } from '../base/hash';
import type { ModelState } from '../recommenders/modelState';
import type { OptionValues } from '../base/options';
import type { RunContext } from '../base/run';
import { outlastLoss } from '../math/outlastLoss';
import type { DataScope } from '../store/dataScope';
import { applyCalibration, chooseCalibration, type ChosenCalibration } from './calibrate';
import { checkDirections, withDirections } from './directions';
import type { EventScope, FeatureTable } from './features';
import { countOf, happened, joinLabels, type Labels } from './labels';
import { findLeaks, type LeakageFinding } from './leakage';
import { findIdentifiers, findLeaksOfToday } from './columnFindings';
import { windowFindings } from './windowFindings';
import type { EpochLoss, LabeledRows, Learner } from './learners/learner';
import { daysBetween, readObserved, type Observed } from './observed';
import { resolveSpec } from './options';
import { queryUserColumns } from '../profiles/attributes';
import { profileTraits } from '../profiles/profileTraits';
import { richTraits } from './richFeatures';
import { columnOf } from './outputs';
import type { DiagnosticsSection, PredictionReport, ReportSection, WindowsSection } from './report';
import { ofToday, predictToday } from './scoreEveryone';
import { driftReference, driftSection } from './sections/drift';
import { permutationImportance } from './importance';
import { driversSection } from './sections/drivers';
import { dependenceSection, shapSection } from './sections/explained';
import { outputsSection } from './sections/outputs';
import { personalFindings } from './sections/personal';
import { withReferences, type PlanTrait } from '../profiles/planTraits';
import { definitionsBehind, predictionKey, type EventTarget, type PredictionSpec } from './spec';
import { composed, stateOfPrediction } from './predictionState';
import type { AskedOfTask, ComputedTask, LearnedTask, Tested } from './tasks/task';
import { whereItRan, type PredictionTools } from './tools';
import { applyTransform, fitTransform, type InputColumn, type InputForm } from './transform';
import { readWindows, segmentRows, type Window } from './windows';

export interface PredictionResult {
  report: PredictionReport;
  /** By column (see `outputsOf`), one number for each person number; NaN for those of whom nothing is known. */
  outputs: Record<string, Float32Array | Float64Array>;
  /** By column: what the whole numbers of a text output stand for. */
  words?: Readonly<Record<string, readonly string[]>>;
  /** Enough to score again without training ({@link scoreEveryone}); null where nothing was learnt. */
  state: ModelState | null;
}

/**
 * Makes a prediction of everyone as of the scope's instant. A task that is learnt is trained on earlier cut-offs,
 * calibrated on a later one, tested on the latest whose outcome was observed, and everyone is scored with the very model
 * that was tested. The page and the command line both call this; with the same seed on WebAssembly they get the same
 * scores.
 * @throws UserError those of {@link resolveSpec} and of the task: `propensity_event_never`,
 * `propensity_history_too_short`, `propensity_too_few`
 */
export async function trainPrediction(
  scope: DataScope & EventScope,
  spec: PredictionSpec,
  seed: number,
  tools: PredictionTools,
  run: RunContext,
): Promise<PredictionResult> {
  const started = performance.now();
  const { task, learner, options } = resolveSpec(spec);
  const observed = await readObserved(scope, spec.target?.event ?? '', run);
  const target = spec.target ?? {};
  const made = await outlastLoss(tools, run, async (watched, during) =>
    task.labels === null
      ? compute(scope, task, { target, options, observed, seed }, watched, during)
      : learnTask(
          scope,
          { task, learner: learner!, options, leaveOut: spec.leaveOut },
          { ...target, withinDays: target.withinDays ?? (task.cutoffs ? task.window!(observed, options) : 0) } as EventTarget,
          observed,
          seed,
          watched,
          during,
        ),
  );
  const { cutoffs, rows, sections, outputs, words, state, segment, seedScores = {}, backend, reproducible } = made;
  const goesByScores = Object.keys(seedScores).length > 0;
  const features = task.labels !== null || task.learns ? definitionsBehind(spec, scope.planTraits, scope.privacy) : '';
  return {
    outputs,
    ...(words ? { words } : {}),
    state,
    report: {
      version: 2,
      modelId: spec.id,
      task: spec.task,
      learner: learner?.id ?? null,
      sections: withDiagnostics(sections, unobservedTail(scope, observed)),
      protocol: {
        target: spec.target ?? null,
        cutoffs,
        rows,
        options,
        ...(spec.leaveOut?.length ? { leaveOut: spec.leaveOut } : {}),
        seed,
        asOf: scope.asOf,
        observedTo: observed.to,
        dataHash: scope.dataHash,
        ...(features === '' ? {} : { features }),
        ...(segment === undefined ? {} : { segment }),
        ...(goesByScores ? { seedScores } : {}),
        madeFrom: predictionKey(scope, spec, seed, features, goesByScores ? `${segment} ${stableJson(seedScores)}` : segment),
        backend,
        reproducible,
        seconds: (performance.now() - started) / 1000,
      },
    },
  };
}

interface Made {
  cutoffs: PredictionReport['protocol']['cutoffs'];
  rows: PredictionReport['protocol']['rows'];
  sections: ReportSection[];
  outputs: PredictionResult['outputs'];
  words?: PredictionResult['words'];
  state: ModelState | null;
  segment?: string;
  seedScores?: PredictionReport['protocol']['seedScores'];
  backend: string;
  reproducible: boolean;
}

async function compute(
  scope: DataScope & EventScope,
  task: ComputedTask,
  asked: AskedOfTask,
  tools: PredictionTools,
  run: RunContext,
): Promise<Made> {
  run.report({ stage: 'score', done: 0, total: 1, unit: 'steps' });
  const {
    outputs,
    words,
    sections,
    segment,
    seedScores,
    state = null,
    backend = 'sql',
    reproducible = true,
  } = await task.compute(scope, asked, tools, run);
  run.report({ stage: 'score', done: 1, total: 1, unit: 'steps' });
  const [first] = Object.values(outputs);
  return {
    cutoffs: null,
    rows: { computed: first.filter((value) => !Number.isNaN(value)).length },
    sections: [...sections, outputsSection(task.outputs, outputs)],
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, values]) => [columnOf(name), values])),
    ...(words && { words: Object.fromEntries(Object.entries(words).map(([name, texts]) => [columnOf(name), texts])) }),
    state,
    segment,
    seedScores,
    backend,
    reproducible,
  };
}

async function learnTask(
  whole: DataScope & EventScope,
  {
    task,
    learner: chosen,
    options,
    leaveOut = [],
  }: { task: LearnedTask; learner: Learner; options: OptionValues; leaveOut?: readonly string[] },
  target: EventTarget,
  observed: Observed,
  seed: number,
  tools: PredictionTools,
  run: RunContext,
): Promise<Made> {
  const learner = composed(task, chosen, target);
  const cutoffs = task.cutoffs ? task.cutoffs(observed, target) : null;
  const scope = options.features === 'rich' ? await withRichTraits(whole, cutoffs?.train.at(-1) ?? whole.asOf, run) : whole;
  const windows = await readWindows(scope, { task, target, options, seed }, cutoffs, run);
  const [training, validation, test] = [windows.slice(0, -2), windows[windows.length - 2], windows[windows.length - 1]];
  const trainLabels = joinLabels(training.map(({ labels }) => labels));
  task.checkEnough('training', trainLabels, target);
  task.checkEnough('validation', validation.labels, target);
  task.checkEnough('test', test.labels, target);

  const newest = training[training.length - 1];
  const found = task.cutoffs
    ? [...(await findLeaks(newest.table, happened(newest.labels), run)), ...(await findIdentifiers(newest.table, run))]
    : await findLeaksOfToday(newest.table, newest.labels as Labels & { kind: 'binary' | 'number' }, run);
  const leaks = found.filter(({ feature }) => !leaveOut.includes(feature));
  const tables = training.map(({ table }) => table);
  const inputs = inputsOf(tables, leaks, leaveOut, learner.inputs);
  if (inputs.length === 0) throw noInputs();
  checkDirections(options, newest.table.features);
  const joined = joinRows(training.map(({ table, labels }) => ({ inputs: applyTransform(inputs, table.features), labels })));
  const train = { ...joined, inputs: withDirections(joined.inputs, inputs, options) };
  run.report({ stage: 'features', done: windows.length, total: windows.length + 1, unit: 'steps' });

  const total = options.epochs === undefined && options.trees === undefined ? undefined : Number(options.epochs ?? options.trees);
  const onEpoch = ({ epoch, loss, validationLoss }: EpochLoss) =>
    run.report({ stage: 'train', done: epoch, total, unit: 'epochs', values: { epoch, loss, validationLoss } });
  const validationRows = { inputs: applyTransform(inputs, validation.table.features), labels: validation.labels };
  const fitted = await learner.fit({ train, validation: validationRows }, options, seed, tools, run, onEpoch);
  const predict = (matrix: LabeledRows['inputs']) => learner.predict(fitted.state, matrix, tools, run);
  const onValidation = await predict(validationRows.inputs);
  const { calibration, candidates }: ChosenCalibration =
    options.calibrate === 'auto'
      ? chooseCalibration(onValidation, happened(validation.labels))
      : { calibration: { method: 'none' }, candidates: [] };

  run.report({ stage: 'test', done: 0, total: 1, unit: 'steps' });
  const testInputs = applyTransform(inputs, test.table.features);
  const raw = await predict(testInputs);
  const predicted = applyCalibration(calibration, raw);
  const onTraining = applyCalibration(calibration, await predict(train.inputs));
  const baseline = { id: task.baseline.id, scores: task.baseline.scores(test.table) };
  const tested: Tested = {
    raw,
    predicted,
    labels: test.labels,
    baseline,
    calibration,
    candidates,
    outputs: learner.predictAll ? await learner.predictAll(fitted.state, testInputs, tools, run) : {},
    windows: predictedWindows(windows, [onTraining, applyCalibration(calibration, onValidation), predicted]),
    segments: await segmentRows(scope, test.table, run),
    withinDays: target.withinDays,
  };

  run.report({ stage: 'score', done: 0, total: 1, unit: 'steps' });
  const reference = await driftReference(tables, inputs, onTraining, run);
  const state = stateOfPrediction({
    task: task.id,
    withinDays: target.withinDays,
    learner,
    fitted: fitted.state,
    inputs,
    calibration,
    traits: traitsIn(inputs, scope.planTraits),
    reference,
  });
  const today = await predictToday(scope, { task, target, options }, state, tools, run);
  run.report({ stage: 'score', done: 1, total: 1, unit: 'steps' });
  const { outputs } = today;
  const explained = {
    learner,
    fitted: fitted.state,
    inputs,
    calibration,
    probabilities: task.labels === 'binary' && learner.givesProbabilities,
    features: test.table.features,
  };
  const shap = await shapSection(explained, run);
  // A learner's own measure says nothing of held-out customers where it is the gain.
  const aucLost =
    learner.drivers === 'gain' && labelsAreBinary(validationRows)
      ? await permutationImportance(someOf(validationRows), seed, predict)
      : null;
  const strongest = shap ? shap.features.map(({ feature }) => feature) : byFeature(inputs, fitted.drivers);
  const dependence = await dependenceSection(explained, strongest, tools, run);
  return {
    cutoffs,
    rows: { train: train.inputs.rows, validation: validationRows.inputs.rows, test: raw.length },
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, values]) => [columnOf(name), values])),
    state,
    ...(await whereItRan(learner, tools)),
    sections: await ofToday(
      [
        ...task.measures.map((measure) => measure(tested)),
        {
          kind: 'diagnostics',
          findings: [
            ...(task.findings?.(tested, target) ?? []),
            ...(cutoffs ? windowFindings(inputs, whole.planTraits, observed, cutoffs) : []),
            ...leaks.map(({ code, feature, message, values }) => ({ code, feature, message, ...(values && { values }) })),
            ...personalFindings(newest.table),
          ],
        },
        ...(cutoffs ? [windowsSection(windows, scope.asOf, target)] : []),
        driversSection({ drivers: fitted.measure ?? learner.drivers }, inputs, fitted.drivers, aucLost),
        ...(fitted.losses.length > 0 ? [{ kind: 'losses' as const, losses: fitted.losses }] : []),
        ...(shap && shap.features.length > 0 ? [shap] : []),
        ...(dependence.features.length > 0 ? [dependence] : []),
        await driftSection(reference, today.table, today.predicted, run),
        outputsSection(task.outputs, outputs),
      ],
      task,
      today,
      run,
    ),
  };
}

/** What was predicted at each moment, the training's rows one after the other. */
function predictedWindows(windows: readonly Window[], [onTraining, onValidation, onTest]: readonly Float32Array[]): Tested['windows'] {
  let from = 0;
  const trained = (labels: Labels) => onTraining.subarray(from, (from += countOf(labels)));
  return windows.map(({ at, part, labels }) => {
    const predicted = part === 'test' ? onTest : part === 'validation' ? onValidation : trained(labels);
    return { at, part, predicted, labels };
  });
}

function noInputs(): UserError {
  return new UserError(
    'prediction_no_inputs',
    'No trait is left to learn from: every one is left out or the same for all.',
    'Let the model use more traits.',
  );
}

/** What the plan has, and traits that only a model looks at; by what the data held at the last cut-off of training. */
async function withRichTraits<T extends DataScope & EventScope>(scope: T, until: string, { signal }: RunContext): Promise<T> {
  const { planTraits = [], store, tables } = scope;
  const attributes = await queryUserColumns(store, tables.users);
  const taken = new Set([...planTraits, ...profileTraits].map(({ id }) => id).concat(attributes.map(({ column }) => column)));
  return { ...scope, planTraits: [...planTraits, ...(await richTraits(scope, until, taken, signal))] };
}

const labelsAreBinary = ({ labels }: LabeledRows) => labels.kind === 'binary';

/** Enough rows to measure what a shuffled column costs. */
function someOf(rows: LabeledRows, most = 5000): LabeledRows {
  const { inputs, labels } = rows;
  if (inputs.rows <= most || labels.kind !== 'binary') return rows;
  const values = inputs.values.slice(0, most * inputs.columns);
  return { inputs: { ...inputs, rows: most, values }, labels: { kind: 'binary', values: labels.values.slice(0, most) } };
}

/** Features by the largest driver of their columns. */
function byFeature(inputs: readonly InputColumn[], drivers: Float64Array): string[] {
  const order = inputs.map((_, column) => column).sort((a, b) => Math.abs(drivers[b]) - Math.abs(drivers[a]));
  return [...new Set(order.map((column) => inputs[column].feature))];
}

/** Transformations learnt from the training cut-offs only, without the columns that know the future, or that a person left out. */
function inputsOf(tables: FeatureTable[], leaks: LeakageFinding[], leftOut: readonly string[], form: InputForm): InputColumn[] {
  const dropped = new Set([...leftOut, ...leaks.filter(({ leaveOut }) => leaveOut).map(({ feature }) => feature)]);
  return fitTransform(
    tables.map(({ features }) => features.filter(({ id }) => !dropped.has(id))),
    form,
  );
}

/** The plan's traits that the inputs are made from, as they were defined at the time. */
function traitsIn(inputs: readonly InputColumn[], traits: readonly PlanTrait[] = []): PlanTrait[] {
  const used = traits.filter(({ id }) => inputs.some(({ feature }) => feature === id));
  return [...new Set(used.flatMap((trait) => withReferences(trait, traits)))];
}

export function joinRows(parts: LabeledRows[]): LabeledRows {
  const { columns, categories } = parts[0].inputs;
  const labels = joinLabels(parts.map((part) => part.labels));
  const rows = countOf(labels);
  const values = new Float32Array(rows * columns);
  let at = 0;
  for (const { inputs } of parts) {
    values.set(inputs.values, at);
    at += inputs.values.length;
  }
  return { inputs: { rows, columns, values, ...(categories && { categories }) }, labels };
}

function windowsSection(windows: readonly Window[], asOf: string, { withinDays, gapDays }: EventTarget): WindowsSection {
  return {
    kind: 'windows',
    withinDays,
    ...(gapDays && { gapDays }),
    windows: [...windows.map(({ part, at }) => ({ part, at })), { part: 'score', at: asOf }],
  };
}

function unobservedTail({ asOf }: DataScope, { to }: Observed): DiagnosticsSection['findings'] {
  const days = daysBetween(to, asOf);
  if (days <= 0) return [];
  const message = `The data ends ${days} days before ${asOf.slice(0, 10)}; nothing after ${to.slice(0, 10)} was taken as an outcome.`;
  return [{ code: 'unobserved_tail', message, values: { days, observedTo: to, asOf } }];
}

/** One section of findings, what concerns the whole first. */
function withDiagnostics(sections: ReportSection[], first: DiagnosticsSection['findings']): ReportSection[] {
  const findings = [...first, ...sections.flatMap((section) => (section.kind === 'diagnostics' ? section.findings : []))];
  const at = sections.findIndex(({ kind }) => kind === 'diagnostics');
  const others = sections.filter(({ kind }) => kind !== 'diagnostics');
  if (findings.length === 0) return others;
  others.splice(at < 0 ? others.length : at, 0, { kind: 'diagnostics', findings });
  return others;
}
