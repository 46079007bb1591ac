import { UserError, type Diagnostic } from '../base/errors';
import { modelOfTrait } from '../predictions/modelOfTrait';
import { outputsOf } from '../predictions/outputs';
import { predictionTasks } from '../predictions/tasks/catalogue';
import { tagPrefix } from '../profiles/tags/tag';
import { pathText, problem } from './problems';
import type { Plan } from './schema';

/** Traits of the data are known when it is there; tags and scores are known now. */
export function besideReference(plan: Plan, trait: string, path: PropertyKey[]): Diagnostic[] {
  if (trait.startsWith(tagPrefix)) return unknownId(plan.tags ?? [], trait.slice(tagPrefix.length), path, 'tag');
  const asked = modelOfTrait(trait);
  if (!asked) return [];
  const predictions = plan.models.filter((model) => model.kind === 'prediction');
  const unknown = unknownId(predictions, asked.modelId, path, 'prediction');
  if (unknown.length > 0) return unknown;
  const model = predictions.find(({ id }) => id === asked.modelId)!;
  // A model with a task that is not known has a finding of its own.
  if (!predictionTasks.some(({ id }) => id === model.task)) return [];
  const traits = outputsOf(model).map(({ traitId }) => traitId);
  if (traits.includes(trait)) return [];
  const place = pathText(path);
  const known = traits.join(', ');
  return [
    problem('plan_output_unknown', `${place} names "${trait}", which the model does not give.`, `It gives: ${known}.`, {
      path: place,
      trait,
      known,
    }),
  ];
}

export function unknownId(known: readonly { id: string }[], id: string, path: PropertyKey[], kind: string): Diagnostic[] {
  if (known.some((entry) => entry.id === id)) return [];
  const ids = known.map((entry) => entry.id).join(', ') || 'none';
  const place = pathText(path);
  return [
    problem('plan_id_unknown', `${place} names the ${kind} "${id}", which the plan does not have.`, `There are: ${ids}.`, {
      path: place,
      kind,
      id,
      known: ids,
    }),
  ];
}

/** What a check throws, as a finding at this place. */
export function caught(path: string, check: () => unknown): Diagnostic[] {
  try {
    check();
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [
      { code: error.code, severity: 'error', message: `${path}: ${error.message}`, hint: error.hint, values: { ...error.values, path } },
    ];
  }
}
