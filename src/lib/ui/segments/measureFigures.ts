import { m } from '$lib/paraglide/messages';
import type { KeptColumn } from '$lib/core/measures/kept';
import type { EventMeasure } from '$lib/core/measures/measure';
import { propertyName } from './filterWords';

type Figure = Pick<EventMeasure, 'aggregate' | 'of'>;

/** The figures over events that the builder offers; a plan may hold any other that the algebra has. */
export const measureFigures: readonly { id: string; figure: Figure; label: () => string }[] = [
  { id: 'sum value', figure: { aggregate: 'sum', of: 'value' }, label: m.segments_figure_sum_value },
  { id: 'sum quantity', figure: { aggregate: 'sum', of: 'quantity' }, label: m.segments_figure_sum_quantity },
  { id: 'mean value', figure: { aggregate: 'mean', of: 'value' }, label: m.segments_figure_mean_value },
  { id: 'max value', figure: { aggregate: 'max', of: 'value' }, label: m.segments_figure_max_value },
  { id: 'count', figure: { aggregate: 'count' }, label: m.segments_figure_count },
  { id: 'distinct day', figure: { aggregate: 'distinct', of: 'day' }, label: m.segments_figure_distinct_day },
  { id: 'distinct item', figure: { aggregate: 'distinct', of: 'item' }, label: m.segments_figure_distinct_item },
  { id: 'distinct category', figure: { aggregate: 'distinct', of: 'category' }, label: m.segments_figure_distinct_category },
  { id: 'daysSince', figure: { aggregate: 'daysSince' }, label: m.segments_figure_daysSince },
  { id: 'daysSinceFirst', figure: { aggregate: 'daysSinceFirst' }, label: m.segments_figure_daysSinceFirst },
  { id: 'first day', figure: { aggregate: 'first', of: 'day' }, label: m.segments_figure_first_day },
  { id: 'last day', figure: { aggregate: 'last', of: 'day' }, label: m.segments_figure_last_day },
  { id: 'first category', figure: { aggregate: 'first', of: 'category' }, label: m.segments_figure_first_category },
  { id: 'last category', figure: { aggregate: 'last', of: 'category' }, label: m.segments_figure_last_category },
  { id: 'mostFrequent category', figure: { aggregate: 'mostFrequent', of: 'category' }, label: m.segments_figure_mostFrequent_category },
  { id: 'first channel', figure: { aggregate: 'first', of: 'channel' }, label: m.segments_figure_first_channel },
  { id: 'last channel', figure: { aggregate: 'last', of: 'channel' }, label: m.segments_figure_last_channel },
  { id: 'mean rating', figure: { aggregate: 'mean', of: 'rating' }, label: m.segments_figure_mean_rating },
];

export function figureId({ aggregate, of }: Figure): string {
  return of === undefined ? aggregate : `${aggregate} ${of}`;
}

/** The figures over the kept columns of the data's events; those of products are for filters. */
export function keptFigures(kept: readonly KeptColumn[]): typeof measureFigures {
  return kept
    .filter(({ property }) => property.startsWith('event.'))
    .flatMap(({ property, type }) =>
      (type === 'number' ? numberAggregates : textAggregates).map((aggregate) => ({
        id: figureId({ aggregate, of: property }),
        figure: { aggregate, of: property },
        label: () => keptWords[aggregate]({ name: propertyName(property) }),
      })),
    );
}

const keptWords = {
  sum: m.segments_figure_kept_sum,
  mean: m.segments_figure_kept_mean,
  min: m.segments_figure_kept_min,
  max: m.segments_figure_kept_max,
  first: m.segments_figure_kept_first,
  last: m.segments_figure_kept_last,
  mostFrequent: m.segments_figure_kept_mostFrequent,
  distinct: m.segments_figure_kept_distinct,
};
const numberAggregates = ['sum', 'mean', 'min', 'max', 'last'] as const;
const textAggregates = ['first', 'last', 'mostFrequent', 'distinct'] as const;
