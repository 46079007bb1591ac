import { freshName } from '../core/plan/names';
import type { PlanTrait } from '../core/plan/schema';
import type { Rule } from '../core/segments/rule';
import { freshId } from './freshId';
import { workbench } from './workbench.svelte';

/**
 * Puts a segment into the plan, with the traits that its rule needs, in one step to undo.
 * @param wanted its name; numbered where there is one of that name
 * @returns its id
 */
export function newSegment(wanted: string, rule: Rule, needed: readonly PlanTrait[] = []): string {
  const segments = workbench.plan?.segments ?? [];
  const name = freshName(
    wanted,
    segments.map((segment) => segment.name ?? segment.id),
  );
  const id = freshId(
    name,
    segments.map((segment) => segment.id),
  );
  workbench.edit((plan) => ({
    ...plan,
    traits: [...plan.traits.filter((own) => !needed.some((trait) => trait.id === own.id)), ...needed],
    segments: [...plan.segments, { id, name, rule }],
  }));
  return id;
}
