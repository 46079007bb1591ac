import type { OptionValues } from '$lib/core/base/options';
import type { Destination, DestinationGroup } from '$lib/core/exports/destination';
import { destinations } from '$lib/core/exports/destinations';
import { fieldsOf } from '$lib/core/exports/fields';
import { m } from '$lib/paraglide/messages';
import type { Choice } from '../choices.svelte';
import { textOf } from '../catalogue.svelte';

/** A destination's name in the language on screen. */
export function destinationName(id: string): string {
  return textOf(`exports_destination_${id.replaceAll('-', '_')}`, id);
}

/** One sentence on it. */
export function destinationWhat({ id, what }: Destination): string {
  return textOf(`exports_destination_${id.replaceAll('-', '_')}_what`, what);
}

const groups: Record<DestinationGroup, () => string> = {
  files: m.exports_group_files,
  ads: m.exports_group_ads,
  'ads-china': m.exports_group_ads_china,
  messaging: m.exports_group_messaging,
};

/** What a destination cannot do without, as its fields are called with these options; empty where that is nothing. */
export function destinationNeeds(destination: Destination, options: OptionValues): string {
  const fields = fieldsOf(destination, options).map(({ name }) => name);
  const possible = (destination.identifiers ?? []).filter((group) => group.every((name) => fields.includes(name)));
  return possible.map((group) => group.join(' + ')).join(` ${m.exports_needs_or()} `);
}

/** In which order the groups stand. */
const groupOrder: readonly DestinationGroup[] = ['files', 'ads-china', 'ads', 'messaging'];

/** Those that can take the thing and of which the name, the id, the group or the sentence holds what was typed; by groups. */
export function findDestinations(kind: 'audience' | 'list', search: string): Choice[] {
  const wanted = search.trim().toLowerCase();
  const found = destinations
    .filter(({ takes }) => takes.includes(kind))
    .map((destination) => ({ destination, group: destination.group ?? 'files' }))
    .filter(({ destination, group }) =>
      [destinationName(destination.id), destination.id, groups[group](), destinationWhat(destination)].some((text) =>
        text.toLowerCase().includes(wanted),
      ),
    );
  found.sort((a, b) => groupOrder.indexOf(a.group) - groupOrder.indexOf(b.group));
  return found.map(({ destination: { id }, group }) => ({ value: id, label: destinationName(id), group: groups[group]() }));
}
