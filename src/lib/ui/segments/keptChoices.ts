import type { KeptColumn } from '$lib/core/measures/kept';
import type { DatasetFacts } from '$lib/core/schema/canonical';
import { workbench } from '$lib/state/workbench.svelte';

/** The kept columns of the open data: those of events first, then those of products. */
export function keptChoices(facts: DatasetFacts | null | undefined = workbench.view?.facts): KeptColumn[] {
  const { properties = [], itemAttributes = [] } = facts ?? {};
  return [
    ...properties.map(({ name, type }): KeptColumn => ({ property: `event.${name}`, type })),
    ...itemAttributes.map(({ name, type }): KeptColumn => ({ property: `item.${name}`, type })),
  ];
}
