import type { OptionValues } from '../base/options';
import type { TraitKind } from '../profiles/traits';
import type { ChoiceOfK } from '../math/clusters/chooseK';
import type { Difference } from '../segments/difference';
import type { FittedRule } from '../segments/fitRule';
import type { HeldOutSection, LifetimeSection, TrackingSection } from './clv/sections';
import type { TraitShape } from './clusters/shape';
import type { CurvePoint } from './curves';
import type { CalibrationBin, LiftDecile } from './metrics';
import type { PredictionTarget } from './spec';
import type { RandomisationSection, UpliftSection, UpliftSegmentsSection, UpliftTenthsSection } from './uplift/sections';

/**
 * What is known of a prediction: who made it, by which protocol, and findings as typed sections. A screen draws each
 * kind of section by its own component, so a new task or learner brings no screen code unless it has a new kind.
 */
export interface PredictionReport {
  version: 2;
  modelId: string;
  task: string;
  /** null where the task computes its outputs without learning. */
  learner: string | null;
  protocol: PredictionProtocol;
  sections: ReportSection[];
}

/** Local midnights `YYYY-MM-DDT00:00:00`, oldest first: features look back from them, labels look ahead. */
export interface Cutoffs {
  train: string[];
  validation: string;
  test: string;
}

export interface PredictionProtocol {
  target: PredictionTarget | null;
  /** null where nothing is learnt. */
  cutoffs: Cutoffs | null;
  /** Rows of each part; people who were computed for, where nothing is learnt. null: an old report does not say. */
  rows: { train: number; validation: number | null; test: number } | { computed: number };
  /** All options, defaults filled in. */
  options: OptionValues;
  /** Traits that it might not go by, where the plan named some. */
  leaveOut?: readonly string[];
  seed: number;
  asOf: string;
  /** The end of the last observed day where that is before asOf: no outcome after it is known. */
  observedTo: string;
  dataHash?: string;
  /** `featureDefinitions` of the plan's traits that it learnt from; absent where it learnt from none. */
  features?: string;
  /** The rules of the segment that people were compared with (`seedDefinition`), where they were. */
  segment?: string;
  /**
   * Where that segment goes by scores: their models, each with the `madeFrom` of the scores that it saw. Absent where it
   * goes by none, and in reports of earlier versions, of which it is not known.
   */
  seedScores?: Readonly<Record<string, string>>;
  /** Key of all that it was made from (`predictionKey`); outputs of another one are out of date. */
  madeFrom?: string;
  backend: string;
  reproducible: boolean;
  seconds: number;
  /** Everyone was scored again by the same model, on other data or as of another day than it was trained. */
  scored?: { asOf: string; dataHash: string };
  /** Somebody whom it was trained with was erased then: its weights are gone, and its outputs are those of the others. */
  erasedAt?: string;
}

export type ReportSection =
  | RankingSection
  | CalibrationSection
  | GainsSection
  | DriversSection
  | DiagnosticsSection
  | WindowsSection
  | LossesSection
  | OutputsSection
  | LiftSection
  | ClustersSection
  | ShapSection
  | DependenceSection
  | LifetimeSection
  | TrackingSection
  | HeldOutSection
  | CurvesSection
  | DepthSection
  | StabilitySection
  | SegmentQualitySection
  | DriftSection
  | AmountsSection
  | HorizonsSection
  | UpliftSection
  | UpliftTenthsSection
  | UpliftSegmentsSection
  | RandomisationSection;
export type SectionKind = ReportSection['kind'];

/** How well the test's customers are put in order, beside a baseline. */
export interface RankingSection {
  kind: 'ranking';
  rows: number;
  positives: number;
  auc: number;
  prAuc: number;
  /** 95 %, DeLong. Absent in older reports, as is {@link RankingSection.gain}. */
  interval?: { low: number; high: number };
  /** AUC less the baseline's, with its paired 95 % interval. */
  gain?: { value: number; low: number; high: number };
  /** `recent-buyers-first` … */
  baseline: { id: string; auc: number; prAuc: number };
}

/** ROC and precision–recall of the model and of the baseline, as points `[x, y]`. */
export interface CurvesSection {
  kind: 'curves';
  /** Precision of anybody at random. */
  rate: number;
  /** The model first. `id` is empty for it. */
  curves: { id: string; auc: number; low: number; high: number; prAuc: number; roc: CurvePoint[]; pr: CurvePoint[] }[];
}

/** An audience of the highest scores: exactly those with at least `threshold`. */
export interface DepthPoint {
  customers: number;
  threshold: number;
  /** Outcomes that their probabilities add up to, and the standard deviation that chance alone gives them. */
  expected: number;
  /** Absent in older reports. */
  deviation?: number;
}

export interface TestedDepthPoint extends DepthPoint {
  /** Outcomes that came, and those among equally many customers in the baseline's order. */
  happened: number;
  baseline: number;
}

/** What audiences of the highest scores are expected to do now, and how the same came out on the test. Smallest first, to everybody. */
export interface DepthSection {
  kind: 'depth';
  baseline: string;
  test: TestedDepthPoint[];
  today: DepthPoint[];
}

/** The same model at every date that it learnt from or was measured at. */
export interface StabilitySection {
  kind: 'stability';
  points: {
    at: string;
    part: 'train' | 'validation' | 'test';
    rows: number;
    positives: number;
    /** null where all or nobody did it. */
    auc: number | null;
    low: number;
    high: number;
    /** Mean probability. */
    predicted: number;
  }[];
}

/** How good it is among the members of each of the plan's segments, as of the test's date. */
export interface SegmentQualitySection {
  kind: 'segment-quality';
  segments: {
    /** Its id in the plan. */
    segment: string;
    rows: number;
    positives: number;
    auc: number | null;
    low: number;
    high: number;
    predicted: number;
    observed: number;
  }[];
}

/** How far today's customers are from those it learnt from. */
export interface DriftSection {
  kind: 'drift';
  rows: { training: number; today: number };
  /** Population stability index of the score. */
  score: number;
  /** Greatest first. Medians are of numbers only. */
  features: { feature: string; kind: 'number' | 'flag' | 'date' | 'text'; psi: number; then: number | null; now: number | null }[];
  /** How many traits there are, of which these are some. */
  of: number;
  shifted: number;
}

/** How well amounts are told: errors, the order, and predicted beside what came by tenth of the customers. */
export interface AmountsSection {
  kind: 'amounts';
  rows: number;
  rmse: number;
  mae: number;
  spearman: number;
  /** Gini of the order by prediction over that of the perfect order. */
  gini: number;
  baseline: { id: string; spearman: number; gini: number };
  /** Sums over everybody. */
  predicted: number;
  actual: number;
  /** From the highest prediction down. */
  tenths: { customers: number; predicted: number; actual: number }[];
}

/** How well times are told: the order, and the chance to have done it by each horizon beside the share that did. */
export interface HorizonsSection {
  kind: 'horizons';
  rows: number;
  events: number;
  /** Harrell's C: of pairs whose order is known, the share in the right order. */
  concordance: number;
  baseline: { id: string; concordance: number };
  /** Kaplan–Meier is what was observed. By fifths of the customers from the soonest on. */
  horizons: { days: number; predicted: number; observed: number; groups: { customers: number; predicted: number; observed: number }[] }[];
}

export interface ProbabilityQuality {
  logLoss: number;
  brier: number;
  /** Expected calibration error: mean distance of predicted and observed over the bins. */
  ece: number;
  bins: CalibrationBin[];
}

export type CalibrationMethod = 'none' | 'platt' | 'isotonic';

/** How well probabilities fit what happened in the test, as learnt and after calibration. */
export interface CalibrationSection {
  kind: 'calibration';
  method: CalibrationMethod;
  /** Mean log loss of each method on held-out parts of the validation window; empty where none was to be chosen. */
  candidates: { method: CalibrationMethod; logLoss: number }[];
  before: ProbabilityQuality;
  /** null where the probabilities are used as they were learnt. */
  after: ProbabilityQuality | null;
}

export interface GainsSection {
  kind: 'gains';
  baseline: string;
  deciles: LiftDecile[];
}

export interface DriversSection {
  kind: 'drivers';
  /** What a number means; see `Learner.drivers`. */
  measure: 'weight' | 'auc-lost' | 'r2-lost' | 'gain';
  /** Largest first. */
  drivers: { feature: string; weight: number }[];
  /** How many inputs there are, of which these are some. */
  inputs: number;
  /** The same by another measure. */
  also?: { measure: DriversSection['measure']; drivers: DriversSection['drivers'] };
}

/**
 * What each trait adds to the predictions of some customers of the test: Shapley values (Lundberg & Lee 2017), which with
 * `base` sum up to the prediction before calibration.
 */
export interface ShapSection {
  kind: 'shap';
  unit: 'log-odds' | 'chance' | 'value';
  base: number;
  customers: number;
  /** How many traits add anything, of which these are some. */
  inputs: number;
  /** Largest mean of the sizes first; a point for each customer, with the rank of the trait's value among theirs, 0 … 1. */
  features: { feature: string; mean: number; points: { effect: number; rank: number | null }[] }[];
}

/** How predictions follow a trait while all others stay as they are: the mean, and the curves of some customers. */
export interface DependenceSection {
  kind: 'dependence';
  probabilities: boolean;
  /** Of how many the mean is. */
  customers: number;
  /** Points in the trait's own units: a date as days ago, texts by frequency. */
  features: { feature: string; kind: TraitShapeKind; points: (number | string)[]; mean: number[]; curves: number[][] }[];
}

type TraitShapeKind = 'number' | 'flag' | 'date' | 'text';

/** Features left out because they know the future, windows that were not observed, and other findings. */
export interface DiagnosticsSection {
  kind: 'diagnostics';
  findings: { code: string; feature?: string; message: string; values?: Record<string, string | number> }[];
}

/** Which time taught it and which tested it. */
export interface WindowsSection {
  kind: 'windows';
  withinDays: number;
  /** Days after each moment of which nothing is asked; none where absent. */
  gapDays?: number;
  windows: { part: 'train' | 'validation' | 'test' | 'score'; at: string }[];
}

export interface LossesSection {
  kind: 'losses';
  losses: { epoch: number; loss: number; validationLoss: number }[];
}

/** What the outputs look like over everybody who has one. */
export interface OutputsSection {
  kind: 'outputs';
  outputs: { name: string; kind: TraitKind; customers: number; min: number; median: number; mean: number; max: number }[];
}

/** Of a size of the audience: members that were held out and lie in it. */
export interface LiftPoint {
  /** Share of the held-out people. */
  size: number;
  customers: number;
  /** Held-out members among them; people with equal scores share theirs, so it may be a fraction. */
  hits: number;
  /** Hits over what chance gives, with its 95 % interval. */
  lift: number;
  low: number;
  high: number;
}

/** How many members that nobody looked at are found again, at each size, by each way of looking. */
export interface LiftSection {
  kind: 'lift';
  /** People who were held out, members among them; and members that were looked at. */
  people: number;
  members: number;
  learntFrom: number;
  /** The way by which everyone was scored. */
  used: string;
  /** The category of `same-category-buyers`. */
  category?: string;
  ways: { id: string; auc: number; points: LiftPoint[] }[];
}

/** One group of people; its number is its place + 1. */
export interface ClusterGroup {
  people: number;
  /** Of all who are in a group. */
  share: number;
  /** Mean over those of it that were looked at, -1 … 1; null where that says nothing. */
  silhouette: number | null;
  /** In the order of the section's traits that tell people apart. */
  traits: {
    trait: string;
    /** Of those who have a value; of dates milliseconds of local time. */
    median: number | null;
    /** Mean coordinate: standard deviations from everybody's mean, by the scale that was chosen. */
    mean: number;
    /** From all who are in other groups; left out where too few have a value. */
    difference?: Difference;
  }[];
  /** A short rule that says nearly the same; null where none was found. */
  fitted: FittedRule | null;
}

/** Groups of people who are alike, how they were found, and what each is like. */
export interface ClustersSection {
  kind: 'clusters';
  method: 'kmeans' | 'mixture' | 'ward' | 'hdbscan';
  /** Who took part; of them in no group; and who was left out for an outlier or a missing value. */
  people: number;
  inNone: number;
  leftOut: number;
  /** How each trait became a coordinate. */
  traits: TraitShape[];
  /** What different numbers of groups would give; null where the method finds the number. */
  choice: ChoiceOfK | null;
  silhouette: number | null;
  groups: ClusterGroup[];
}

/** The section of a kind, where the report has one. */
export function sectionOf<K extends SectionKind>(report: PredictionReport, kind: K): Extract<ReportSection, { kind: K }> | undefined {
  return report.sections.find((section) => section.kind === kind) as Extract<ReportSection, { kind: K }> | undefined;
}
