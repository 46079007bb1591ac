import type { Rule } from '$lib/core/segments/rule';
import { workbench } from '$lib/state/workbench.svelte';

/** Customers of the table: all that it holds but a few, or those that were chosen in it. */
export type Whom = { rule?: Rule; search?: string; but?: readonly string[] } | { ids: readonly string[] };

/** Their ids; those of a whole table by id. */
export async function idsOfWhom(whom: Whom): Promise<readonly string[]> {
  if ('ids' in whom) return whom.ids;
  const { but = [], ...table } = whom;
  const { ids } = await workbench.call('peopleIds', table);
  const left = new Set(but);
  return ids.split('\n').filter((id) => id !== '' && !left.has(id));
}
