import type { Destination } from '$lib/core/exports/destination';
import { destinations } from '$lib/core/exports/destinations';
import { m } from '$lib/paraglide/messages';
import { textOf } from '../catalogue.svelte';

/** A destination's name in the language on screen. */
export function destinationName(id: string): string {
  return textOf(`exports_destination_${id.replaceAll('-', '_')}`, id);
}

/** One sentence on it. */
export function destinationWhat({ id, what }: Destination): string {
  return textOf(`exports_destination_${id.replaceAll('-', '_')}_what`, what);
}

/** For a Select: those that can take the thing, under who reads their files. */
export function destinationChoices(kind: 'audience' | 'list') {
  const groups = { people: m.exports_group_people(), platforms: m.exports_group_platforms() };
  return destinations
    .filter(({ takes }) => takes.includes(kind))
    .map((destination) => ({ value: destination.id, label: destinationName(destination.id), group: groups[destination.readers] }));
}
