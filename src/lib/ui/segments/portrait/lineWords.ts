import { m } from '$lib/paraglide/messages';
import { format } from '$lib/state/format.svelte';
import type { PortraitLine } from '$lib/work/operations/portraits';
import { traitName, traitValue } from '../../traitNames';

/** What a line of a portrait is about: a trait, or one value of it. */
export function lineName({ trait, value, kind }: PortraitLine): string {
  if (value === undefined || kind === 'boolean') return traitName(trait);
  return m.segments_portrait_value({ trait: traitName(trait), value: traitValue('text', value, format(), trait) });
}

/** Its figure of one group: a median, or a share. */
export function lineFigure({ value, kind }: PortraitLine, figure: number): string {
  if (value !== undefined) return format().percent(figure);
  if (kind === 'date') return format().date(new Date(figure).toISOString().slice(0, 19));
  return traitValue(kind, figure, format());
}
