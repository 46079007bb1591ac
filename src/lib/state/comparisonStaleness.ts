import { resolveOptions } from '$lib/core/base/options';
import { stableJson } from '$lib/core/base/hash';
import { isBaseline } from '$lib/core/evaluation/baseline';
import type { Comparison, EvaluationRow, SplitSpec } from '$lib/core/evaluation/types';
import type { RecommenderSpec } from '$lib/core/plan/schema';
import { findRecommender } from '$lib/core/recommenders/catalogue';
import type { WorkspaceView } from '$lib/work/operations/workspaces';

/** What has changed since a comparison was made. */
export type StaleReason = 'data' | 'asOf' | 'seed' | 'split' | 'cutoffs' | 'models';

/** Why the whole comparison is out of date; empty where it is fresh. */
export function staleReasons(comparison: Comparison, view: WorkspaceView, split: SplitSpec, cutoffs: readonly number[]): StaleReason[] {
  const { protocol, rows } = comparison;
  const models = view.plan.models.filter((model) => model.kind === 'recommender');
  const reasons: StaleReason[] = [];
  if (protocol.dataHash !== view.facts?.dataHash) reasons.push('data');
  if (protocol.asOf && protocol.asOf !== view.asOf) reasons.push('asOf');
  if (protocol.seed !== view.plan.seed) reasons.push('seed');
  if (stableJson(protocol.split) !== stableJson(split)) reasons.push('split');
  if (stableJson(protocol.cutoffs) !== stableJson([...cutoffs].sort((a, b) => a - b))) reasons.push('cutoffs');
  const isMeasured = (model: RecommenderSpec) => rows.some((row) => row.modelId === model.id && isOf(row, model));
  const isKnown = (row: EvaluationRow) => isBaseline(row) || models.some(({ id }) => id === row.modelId);
  if (!models.every(isMeasured) || !rows.every(isKnown)) reasons.push('models');
  return reasons;
}

/** Whether a row was trained with the options that the model has now. */
export function isOf(row: EvaluationRow, model: RecommenderSpec): boolean {
  if (row.algorithm !== model.algorithm || row.weights !== model.weights) return false;
  if (row.weights !== undefined) return true;
  if (!row.options) return true;
  try {
    const { options: specs } = findRecommender(model.algorithm);
    const now = resolveOptions(model.algorithm, specs, model.options);
    // What follows the data follows from what the protocol says of it; only what is given can have changed.
    return specs.every(({ name, ...spec }) =>
      'rule' in spec && model.options[name] === undefined ? true : now[name] === row.options![name],
    );
  } catch {
    // Options that do not resolve cannot be those of a model that was trained.
    return false;
  }
}
