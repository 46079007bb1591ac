import type { OutcomeKind } from '$lib/core/predictions/uplift/trial';
import type { UpliftSegment } from '$lib/core/predictions/uplift/segments';
import type { Format } from '$lib/state/figures';
import { textOf } from '../catalogue.svelte';

/** An uplift or what is expected: points of a chance, or money. */
export const writeEffect = (outcome: OutcomeKind, value: number, format: Format): string =>
  outcome === 'binary' ? format.percent(value, 2) : format.money(value);

/** Of a value that is no segment of uplift, the value. */
export const upliftSegmentName = (segment: string) => textOf(`predictions_uplift_segment_${segment.replaceAll('-', '_')}`, segment);
export const upliftSegmentWhat = (segment: UpliftSegment) => textOf(`predictions_uplift_segment_${segment.replaceAll('-', '_')}_what`, '');

/** The events that are likely those of being addressed and held out, where a data set has such. */
export function campaignEvents(events: readonly string[]): { treated?: string; control?: string } {
  const find = (pattern: RegExp) => events.find((event) => pattern.test(event)) ?? events[0];
  return { treated: find(/received|sent|delivered/), control: find(/held_?out|holdout|control/) };
}
