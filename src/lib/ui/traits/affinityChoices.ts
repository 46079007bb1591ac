import { m } from '$lib/paraglide/messages';
import type { AffinityDefinition } from '$lib/core/profiles/kinds/affinityTrait';
import type { KnownColumns } from '$lib/core/profiles/knownColumns';
import { format } from '$lib/state/format.svelte';
import { workbench } from '$lib/state/workbench.svelte';
import type { Choice } from '../choices.svelte';

export type AffinityProperty = AffinityDefinition['property'];

const all: readonly AffinityProperty[] = ['category', 'brand', 'channel'];

/** What an affinity can be to in this data. */
export function affinityProperties(known: KnownColumns | undefined): AffinityProperty[] {
  return all.filter((property) => known?.[property]);
}

/** Values of a property with how many lines are of each, for what was typed. */
export async function affinityValues(property: AffinityProperty, search: string): Promise<Choice[]> {
  const found = await workbench.call('valuesList', { property, search, limit: 50 }, { replaces: 'valuesList:affinity' });
  return found.map(({ value, label, count }) => ({ value, label, detail: format().count(count) }));
}

export const affinityScales = (): { value: 'lift' | 'share'; label: string }[] => [
  { value: 'lift', label: m.profiles_affinity_as_lift() },
  { value: 'share', label: m.profiles_affinity_as_share() },
];
