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

/**
 * Puts a segment of people who were chosen one by one into the plan, with a list of their own, in one step to undo.
 * @param wanted the name of both; numbered where a segment or a list has it
 * @param ids one a line
 * @returns the segment's id and its name
 */
export function newListSegment(wanted: string, ids: string): { id: string; name: string } {
  const { segments = [], idLists: lists = [] } = workbench.plan ?? {};
  const idsOf = (known: readonly { id: string }[]) => known.map(({ id }) => id);
  const name = freshName(
    wanted,
    [...segments, ...lists].map((known) => known.name ?? known.id),
  );
  const list = { id: freshId(name, idsOf(lists)), name, ids, added: new Date().toISOString() };
  const id = freshId(name, idsOf(segments));
  workbench.edit((plan) => ({
    ...plan,
    idLists: [...(plan.idLists ?? []), list],
    segments: [...plan.segments, { id, name, rule: { all: [{ list: list.id }] } }],
  }));
  return { id, name };
}
