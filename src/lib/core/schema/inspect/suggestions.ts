import { standardEventOf } from '../parse/eventNames';
import type { Mapping, RoleSuggestion } from '../roles';
import type { InspectedColumn } from './columnGuess';
import type { AnyRole } from './headerWords';

export type Roles = Mapping['roles'];

/** The roles of a file's columns, and what speaks for each. */
export interface AssignedRoles {
  roles: Roles;
  /** By column name. */
  suggestions: Map<string, RoleSuggestion>;
  /** Roles that another column without a role would fill nearly as well. */
  doubts: { role: AnyRole; column: string; other: string }[];
}

/** A time by the look of its cells; one that is a number says how it is counted. */
export function timeSuggestion({ time }: InspectedColumn, confidence: number): RoleSuggestion {
  const kind = time?.format.kind ?? 'text';
  if (kind === 'text') return { role: 'time', confidence, reason: 'values-look-like-times' };
  if (kind === 'excel-serial') return { role: 'time', confidence, reason: 'values-are-serial-days' };
  return { role: 'time', confidence, reason: 'values-are-epoch-times', values: { unit: kind.slice('unix-'.length) } };
}

export function round(confidence: number): number {
  return Math.round(confidence * 100) / 100;
}

/** Whether all cells are words for standard events. */
export function areEventWords(column: InspectedColumn): boolean {
  return column.distinct <= 50 && column.values.length > 0 && column.values.every((value) => standardEventOf(value) !== undefined);
}
