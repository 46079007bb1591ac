import { scorePrefix } from '../profiles/profileColumns';
import type { TraitKind } from '../profiles/traits';
import type { PredictionSpec } from './spec';
import { findTask } from './tasks/catalogue';

export interface PredictionOutput {
  /** `score:<model>`, or `score:<model>.<name>`. */
  traitId: string;
  /** In the model's table of scores. */
  column: string;
  kind: TraitKind;
  /** As the task names it; empty for the main one. */
  name: string;
  /** Of a text: its values by the number that is computed. */
  words?: readonly string[];
}

/**
 * What a model gives every customer: each output is a column of its table of scores, and a trait.
 * @throws UserError `task_unknown`
 */
export function outputsOf({ id, task }: Pick<PredictionSpec, 'id' | 'task'>): PredictionOutput[] {
  return findTask(task).outputs.map(({ name, kind, words }) => ({
    traitId: `${scorePrefix}${id}${name && `.${name}`}`,
    column: columnOf(name),
    kind,
    name,
    ...(words && { words }),
  }));
}

export function columnOf(outputName: string): string {
  return outputName || 'score';
}
