import type { OptionSpec, OptionValues } from '../../base/options';
import type { RunContext } from '../../base/run';
import type { ModelState } from '../../recommenders/modelState';
import type { TraitKind } from '../../profiles/traits';
import type { DataScope } from '../../store/dataScope';
import type { LabelKind, Labels } from '../labels';
import type { Learner } from '../learners/learner';
import type { Observed } from '../observed';
import type { Calibration, ChosenCalibration } from '../calibrate';
import type { Cutoffs, DiagnosticsSection, ReportSection } from '../report';
import type { EventScope, FeatureTable } from '../features';
import type { EventTarget, PredictionTarget } from '../spec';
import type { PredictionTools } from '../tools';

/** A number that a model gives every customer it knows something of: a trait of its own. */
export interface TaskOutput {
  /** Empty for the main one, whose trait is `score:<model>`; another's is `score:<model>.<name>`. */
  name: string;
  kind: TraitKind;
  /** Of a text: its values, in the place of the whole numbers 0, 1 … that are computed. Without them the numbers themselves are the text. */
  words?: readonly string[];
}

interface TaskEntry {
  id: string;
  /** Which parts of the target a person has to say; a form asks for these. */
  asks: readonly (keyof PredictionTarget)[];
  /** Which parts they may say. */
  may?: readonly (keyof PredictionTarget)[];
  options: readonly OptionSpec[];
  outputs: readonly TaskOutput[];
}

/** A question that is learnt: it makes everything around the learner. */
export type LearnedTask = TaskOfLater | TaskOfToday;

/** What came after a moment is learnt from earlier moments. */
export interface TaskOfLater extends LearnedEntry {
  /**
   * Moments to learn from, to choose on and to test on, with outcomes that were all observed.
   * @throws UserError where the data does not reach
   */
  cutoffs(observed: Observed, target: EventTarget): Cutoffs;
  /** What came of each customer of the table after its cut-off. */
  label(scope: DataScope, table: FeatureTable, target: EventTarget, run: RunContext, options: OptionValues): Promise<Labels>;
  /** How many days its labels look ahead at most, where the target does not say. */
  window?(observed: Observed, options: OptionValues): number;
  /** Whom it asks the learner about, where that is not everybody with an event before the cut-off. */
  among?(scope: DataScope, table: FeatureTable, target: EventTarget, options: OptionValues, run: RunContext): Promise<Among>;
}

/** What is known of some customers is learnt from these, for those of whom it is not: there are no cut-offs, and people are dealt to the parts. */
export interface TaskOfToday extends LearnedEntry {
  cutoffs: null;
  /** Of whom it is known, and what. */
  answers(scope: DataScope & EventScope, table: FeatureTable, target: PredictionTarget, run: RunContext): Promise<Answers>;
}

interface LearnedEntry extends TaskEntry {
  labels: LabelKind;
  /** Where the labels are answered by a learner of simpler ones: their kind, and how the answer is put together. */
  by?: { labels: LabelKind; compose(learner: Learner, asked: { withinDays: number }): Learner };
  /** @throws UserError where a part holds too little to learn from or to measure with */
  checkEnough(part: 'training' | 'validation' | 'test', labels: Labels, target: EventTarget): void;
  /** The order that a shop would use without a model, highest first. */
  baseline: { id: string; scores(table: FeatureTable): Float64Array };
  /** What the report says of the test: each gives one section. */
  measures: readonly ((tested: Tested) => ReportSection)[];
  /** What is doubtful of the test. */
  findings?(tested: Tested, target: EventTarget): DiagnosticsSection['findings'];
}

/** Customers whose answer is known. */
export interface Answers {
  /** Rows of the table, ascending. */
  rows: Int32Array;
  labels: Labels;
  /** Ids of features that hold the answer itself. */
  same: readonly string[];
}

/** Whom a task asks its learner about. */
export interface Among {
  /** Rows of the table, ascending. */
  rows: Int32Array;
  /** By output, one number for each row of the table: what is known without the learner, NaN where it is not. */
  known?: Readonly<Record<string, Float64Array>>;
}

/** A question whose answer is computed as of the scope's instant: nobody chooses a learner, and there are no cut-offs. */
export interface ComputedTask extends TaskEntry {
  labels: null;
  /** Whether the answer depends on the plan's seed and on what is a feature. */
  learns?: true;
  compute(scope: DataScope & EventScope, asked: AskedOfTask, tools: PredictionTools, run: RunContext): Promise<ComputedOutputs>;
  /** The outputs of today by what `compute` has learnt and kept as its state. */
  again?(
    scope: DataScope & EventScope,
    asked: AskedOfTask,
    state: ModelState,
    tools: PredictionTools,
    run: RunContext,
  ): Promise<Pick<ComputedOutputs, 'outputs'>>;
}

export interface AskedOfTask {
  target: PredictionTarget;
  options: OptionValues;
  observed: Observed;
  /** Of random choices. */
  seed: number;
}

export type PredictionTask = LearnedTask | ComputedTask;

export interface ComputedOutputs {
  /** By output name; one number for each person number, NaN where nothing is known. Of a text: whole numbers, which are written as text. */
  outputs: Record<string, Float64Array>;
  /** Of outputs that are text: what each whole number stands for; without it the number itself is the text. */
  words?: Readonly<Record<string, readonly string[]>>;
  sections: ReportSection[];
  /** Where it was computed; left out where the store did it all. */
  backend?: string;
  reproducible?: boolean;
  /** `seedDefinition` of the segment that people were compared with. */
  segment?: string;
  /** Scores that this segment goes by (`seedScores`). */
  seedScores?: Readonly<Record<string, string>>;
  state?: ModelState;
}

/** What the test's customers were predicted, and what came of them. */
export interface Tested {
  /** As learnt. */
  raw: Float32Array;
  /** As used: calibrated, where that was chosen. */
  predicted: Float32Array;
  labels: Labels;
  baseline: { id: string; scores: Float64Array };
  calibration: Calibration;
  candidates: ChosenCalibration['candidates'];
  /** By name, where the model has several. */
  outputs: Readonly<Record<string, Float32Array>>;
  /** All that the labels were told at, oldest first, the test last; as used. */
  windows: readonly { at: string; part: 'train' | 'validation' | 'test'; predicted: Float32Array; labels: Labels }[];
  /** The plan's segments as of the test's date, as rows of it. */
  segments: readonly { segment: string; rows: Int32Array }[];
  /** Days after the cut-off that labels look at. */
  withinDays: number;
}
