import type { BayesianRates } from '../experiments/bayes';
import type { Cuped } from '../experiments/cuped';
import type { Effect } from '../experiments/effect';
import type { SampleRatio } from '../experiments/sampleRatio';
import type { Look } from './looks';
import type { Profit } from './profit';
import type { StrataEffects } from './strataEffects';
import type { ResultFinding } from './outcomes';
import type { Trial, TrialMetric } from './trial';

/** One metric of one arm beside the control. */
export interface MetricEffect {
  id: string;
  kind: TrialMetric['kind'];
  isMoney: boolean;
  effect: Effect;
  /** `effect.p` corrected for the arms that are compared with the same control (Bonferroni), as its interval is. */
  adjustedP: number;
  /** With what was known before taken off, where it explains something. */
  cuped: Cuped | null;
  /** Of shares only. */
  bayes: BayesianRates | null;
  /** The difference that would have been seen with 80 % power; null where none would. */
  detectable: number | null;
}

export interface ArmSummary {
  id: string;
  people: number;
  /** Of them, those whom a file held; null where nobody knows. */
  sent: number | null;
  /** Sums, by metric; null of ratios. */
  sums: Record<string, number | null>;
}

export interface ArmResult {
  arm: string;
  metrics: MetricEffect[];
  verdict: Verdict;
  looks: Look[];
  strata: StrataEffects | null;
  profit: Profit | null;
}

/** What came of a campaign: one document for screen, command line and file. */
export interface CampaignResult {
  campaign: string;
  /** Of all arms' intervals of one outcome together. */
  level: number;
  /** At which each of them is made, so that they hold together; the same as `level` with one arm. */
  eachLevel: number;
  span: Trial['span'];
  windowDays: number | null;
  currency: string | null;
  /** The control first. */
  arms: ArmSummary[];
  /** Whether the arms have as many people as they were meant to; null where nobody knows what was meant. */
  sampleRatio: SampleRatio | null;
  results: ArmResult[];
  findings: ResultFinding[];
}

/** The result in one sentence, of the main metric. */
export interface Verdict {
  /** `unreliable`: the split is not what was meant, so that no difference means anything. */
  code: 'more' | 'fewer' | 'unseen' | 'unreliable';
  arm: string;
  metric: string;
  kind: TrialMetric['kind'];
  isMoney: boolean;
  /** Differences are per so many people. */
  per: number;
  difference: number;
  low: number;
  high: number;
  /** What would have been seen with 80 % power; null where nothing would. */
  detectable: number | null;
  level: number;
}
