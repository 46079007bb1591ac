import type { TraitInfo, TraitKind } from './traits';

/** A trait column as it lies in the store. */
export type ProfileColumn = Pick<TraitInfo, 'id' | 'kind' | 'origin'>;

/** Prefix of the traits that are a model's outputs. */
export const scorePrefix = 'score:';

/** Whether a trait's values are compared as numbers. */
export function isNumeric(kind: TraitKind): boolean {
  return kind !== 'text' && kind !== 'date' && kind !== 'boolean';
}
