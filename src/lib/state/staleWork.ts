import type { SplitSpec } from '../core/evaluation/types';
import type { PredictionSpec, RecommenderSpec } from '../core/plan/schema';
import { outputStaleReasons, predictionNow, type PredictionStaleReason } from '../core/predictions/staleness';
import { predictionTasks } from '../core/predictions/tasks/catalogue';
import type { WorkspaceView } from '../work/operations/workspaces';
import { staleReasons, type StaleReason } from './comparisonStaleness';

/** What was made from an earlier state of the workspace, each with what has changed since. */
export interface StaleWork {
  predictions: { model: PredictionSpec; reasons: PredictionStaleReason[] }[];
  /** null where there is none, or it is fresh. */
  comparison: { models: RecommenderSpec[]; reasons: StaleReason[] } | null;
  /** Files were made from other data, or as of another day, and the plan still has exports. */
  exports: boolean;
}

/** What somebody changes on purpose on the screen of the thing itself, which says so; the rest comes from elsewhere. */
const ownReasons: readonly (PredictionStaleReason | StaleReason)[] = ['model', 'models', 'split', 'cutoffs'];
const fromElsewhere = (reasons: readonly (PredictionStaleReason | StaleReason)[]) => reasons.some((reason) => !ownReasons.includes(reason));

/**
 * What has been run and is out of date because the data, its instant, or what is known of people changed: only that is
 * run again. What was never trained is a gap, not stale; what was scored again since is fresh.
 * @param test how a comparison would be made now
 */
export function staleWork(view: WorkspaceView | null, test: { split: SplitSpec; cutoffs: readonly number[] }): StaleWork {
  const nothing: StaleWork = { predictions: [], comparison: null, exports: false };
  if (!view?.facts) return nothing;
  const { plan, facts, asOf, comparison, exportsMade } = view;
  const models = plan.models.filter((model) => model.kind === 'recommender');
  const now = predictionNow(plan, { dataHash: facts.dataHash, asOf, reports: view.predictionReports });
  const predictions = plan.models.flatMap((model) => {
    const report = model.kind === 'prediction' && view.predictionReports.find(({ modelId }) => modelId === model.id);
    // A task that this version does not know can be looked at, not made.
    if (!report || model.kind !== 'prediction' || !predictionTasks.some(({ id }) => id === model.task)) return [];
    const reasons = outputStaleReasons(report, model, now);
    return fromElsewhere(reasons) ? [{ model, reasons }] : [];
  });
  const reasons = comparison && models.length > 0 ? staleReasons(comparison, view, test.split, test.cutoffs) : [];
  return {
    predictions,
    comparison: fromElsewhere(reasons) ? { models, reasons } : null,
    exports: exportsMade !== undefined && plan.exports.length > 0 && (exportsMade.dataHash !== facts.dataHash || exportsMade.asOf !== asOf),
  };
}

export function isStale({ predictions, comparison, exports }: StaleWork): boolean {
  return predictions.length > 0 || comparison !== null || exports;
}
