import type { Migration, PlanDocument } from '../version';
import { exportDestinations } from './exportDestinations';
import { renameAlgorithms } from './renamedAlgorithms';

/** One change of a plan of version 1; each leaves alone what it does not know, because hands may have written it. */
type Change = (document: PlanDocument) => PlanDocument;

/** Independent of each other: every joint that changed its part of the plan has one line here. */
const changes: readonly Change[] = [renameAlgorithms, predictions, exportDestinations];

/** What the joints of version 2 changed. Meaning is kept: an old plan gives the same members, lists and files. */
export const v1ToV2: Migration = {
  from: 1,
  what: 'Written for version 1 of the plan format.',
  migrate: (document) => changes.reduce((changed, change) => change(changed), document),
};

/**
 * A propensity model is the task `propensity` with a learner. Version 1 did not calibrate, and thresholds in rules and
 * scores in files are to stay what they were.
 */
function predictions(document: PlanDocument): PlanDocument {
  const { models } = document;
  if (!Array.isArray(models)) return document;
  return { ...document, models: models.map((model) => (isPropensity(model) ? asPrediction(model) : (model as unknown))) };
}

function isPropensity(model: unknown): model is PlanDocument {
  if (typeof model !== 'object' || model === null) return false;
  return 'kind' in model ? model.kind === 'propensity' : 'target' in model;
}

function asPrediction({ algorithm, options, ...model }: PlanDocument): PlanDocument {
  const given = typeof options === 'object' && options !== null ? options : {};
  return { ...model, kind: 'prediction', task: 'propensity', learner: algorithm, options: { ...given, calibrate: 'none' } };
}
