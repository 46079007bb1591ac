import { traits } from '$lib/state/traits.svelte';
import { workbench } from '$lib/state/workbench.svelte';
import type { Choice } from '../choices.svelte';
import { offerNames } from '../optionWords';
import { m } from '$lib/paraglide/messages';

/** What popularity can go by: segments of the plan, and attributes with few values that models may learn from. */
export async function segmentOffers(search: string): Promise<readonly Choice[]> {
  const { segments = [], privacy } = workbench.plan ?? {};
  const attributes = traits.list.filter(
    ({ id, origin, kind, values, class: of }) =>
      origin === 'attribute' &&
      (kind === 'text' || kind === 'boolean') &&
      (values?.length ?? 0) > 0 &&
      (!of || privacy?.allowFeatures?.includes(id)),
  );
  const choices = [
    ...attributes.map(({ id }) => ({ value: id, label: offerNames.segments(id), detail: m.models_segment_by_attribute() })),
    ...segments.map(({ id }) => ({ value: id, label: offerNames.segments(id), detail: m.models_segment_by_segment() })),
  ];
  const wanted = search.trim().toLowerCase();
  return choices.filter(({ value, label }) => `${label} ${value}`.toLowerCase().includes(wanted));
}
