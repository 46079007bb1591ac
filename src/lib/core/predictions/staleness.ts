import { stableJson } from '../base/hash';
import { resolveOptions } from '../base/options';
import type { PropensitySpec } from '../plan/schema';
import { findPropensityAlgorithm } from './catalogue';
import type { PropensityReport } from './types';

/** What a report, and the scores made with it, no longer agree with. */
export type PropensityStaleReason = 'data' | 'asOf' | 'seed' | 'model';

/** The state of things now: the data, the local midnight before which it is seen, the plan's seed. */
export interface PropensityNow {
  dataHash: string | null;
  asOf: string | null;
  seed: number;
}

/** Why a model's report and scores are out of date; empty where they are fresh. */
export function propensityStaleReasons(report: PropensityReport, spec: PropensitySpec, now: PropensityNow): PropensityStaleReason[] {
  const reasons: PropensityStaleReason[] = [];
  if (report.dataHash !== undefined && report.dataHash !== now.dataHash) reasons.push('data');
  if (report.asOf !== undefined && report.asOf !== now.asOf) reasons.push('asOf');
  if (report.seed !== now.seed) reasons.push('seed');
  if (!isOf(report, spec)) reasons.push('model');
  return reasons;
}

function isOf(report: PropensityReport, { algorithm, options, target }: PropensitySpec): boolean {
  if (report.algorithm !== algorithm || stableJson(report.target) !== stableJson(target)) return false;
  if (!report.options) return true;
  try {
    return stableJson(resolveOptions(algorithm, findPropensityAlgorithm(algorithm).options, options)) === stableJson(report.options);
  } catch {
    // Options that do not resolve cannot be those of a model that was trained.
    return false;
  }
}
