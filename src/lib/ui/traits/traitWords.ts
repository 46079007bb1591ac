import { m } from '$lib/paraglide/messages';
import type { EventMeasure, MeasureWindow } from '$lib/core/measures/measure';
import { usualStrength, type AffinityDefinition } from '$lib/core/profiles/kinds/affinityTrait';
import type { CasesDefinition } from '$lib/core/profiles/kinds/casesTrait';
import type { GapsDefinition } from '$lib/core/profiles/kinds/gapsTrait';
import type { ResponsesDefinition } from '$lib/core/profiles/kinds/responsesTrait';
import type { PlanTrait } from '$lib/core/profiles/planTraits';
import { orderEvent } from '$lib/core/schema/events';
import { eventName } from '../eventNames';
import { propertyName } from '../segments/filterWords';
import { keptChoices } from '../segments/keptChoices';
import { figureId, keptFigures, measureFigures } from '../segments/measureFigures';

/** The figures that a trait can be: those of conditions, and shares. */
export const traitFigures: typeof measureFigures = [
  ...measureFigures,
  { id: 'shareOf', figure: { aggregate: 'shareOf' }, label: m.profiles_figure_share },
  { id: 'shareOf value', figure: { aggregate: 'shareOf', of: 'value' }, label: m.profiles_figure_share_value },
  { id: 'first day', figure: { aggregate: 'first', of: 'day' }, label: m.profiles_figure_first_day },
  { id: 'last day', figure: { aggregate: 'last', of: 'day' }, label: m.profiles_figure_last_day },
  { id: 'mostFrequent hour', figure: { aggregate: 'mostFrequent', of: 'hour' }, label: m.profiles_figure_usual_hour },
  { id: 'mostFrequent weekday', figure: { aggregate: 'mostFrequent', of: 'weekday' }, label: m.profiles_figure_usual_weekday },
  { id: 'mostFrequent brand', figure: { aggregate: 'mostFrequent', of: 'brand' }, label: m.profiles_figure_usual_brand },
  { id: 'mostFrequent channel', figure: { aggregate: 'mostFrequent', of: 'channel' }, label: m.profiles_figure_usual_channel },
  { id: 'mostFrequent device', figure: { aggregate: 'mostFrequent', of: 'device' }, label: m.profiles_figure_usual_device },
  { id: 'last campaign', figure: { aggregate: 'last', of: 'campaign' }, label: m.profiles_figure_last_campaign },
  { id: 'mean price', figure: { aggregate: 'mean', of: 'price' }, label: m.profiles_figure_mean_price },
  { id: 'max price', figure: { aggregate: 'max', of: 'price' }, label: m.profiles_figure_max_price },
  { id: 'distinct brand', figure: { aggregate: 'distinct', of: 'brand' }, label: m.profiles_figure_distinct_brand },
];

/** A plan's trait in a few words, its parts with dots between. */
export function traitWords(trait: PlanTrait): string {
  if ('measure' in trait) return measureWords(trait.measure);
  if ('formula' in trait) return trait.formula;
  if ('rank' in trait) return m.profiles_rank_of({ trait: trait.rank.of });
  if ('gaps' in trait) return gapsWords(trait.gaps);
  if ('responses' in trait) return responsesWords(trait.responses);
  if ('cases' in trait) return casesWords(trait.cases);
  if ('affinity' in trait) return affinityWords(trait.affinity);
  if ('margin' in trait) return trait.margin === 'money' ? m.profiles_margin_money() : m.profiles_margin_share();
  if ('discount' in trait) return m.profiles_discount_of({ property: propertyName(trait.discount) });
  return 'attribute' in trait ? m.profiles_attribute({ name: trait.attribute }) : trait.favorite;
}

/** The values in their order. */
function casesWords({ first, otherwise }: CasesDefinition): string {
  return [...first.map(({ value }) => value), ...(otherwise === undefined ? [] : [otherwise])].join(m.profiles_cases_between());
}

/** The formula's parts, so that two traits of one name can be told apart. */
function affinityWords({ property, value, as, strength = usualStrength, events = orderEvent }: AffinityDefinition): string {
  const given = { property: propertyName(property), event: eventName(events), strength };
  if (value === undefined) return m.profiles_affinity_favored(given);
  return as === 'lift' ? m.profiles_affinity_lift({ ...given, value }) : m.profiles_affinity_share({ ...given, value });
}

function gapsWords({ events, of }: GapsDefinition): string {
  const words = {
    median: m.profiles_gaps_median,
    mean: m.profiles_gaps_mean,
    deviation: m.profiles_gaps_deviation,
    last: m.profiles_gaps_last,
  };
  return words[of]({ event: eventName(events) });
}

function responsesWords({ to, events, withinDays, of }: ResponsesDefinition): string {
  const given = { to: eventName(to), event: eventName(events), days: withinDays };
  return of === 'share' ? m.profiles_responses_share(given) : m.profiles_responses_count(given);
}

function measureWords(measure: EventMeasure): string {
  const figures = [...traitFigures, ...keptFigures(keptChoices())];
  const figure = figures.find(({ id }) => id === figureId(measure))?.label() ?? figureId(measure);
  const events = measure.events === undefined ? m.segments_any_event() : [measure.events].flat().map(eventName).join(' + ');
  const filters = (measure.where ?? []).map((filter) => {
    const property = propertyName(filter.property);
    return 'oneOf' in filter ? `${property}: ${filter.oneOf.join(', ')}` : property;
  });
  return [figure, events, ...filters, ...windowWords(measure.window)].join(' · ');
}

function windowWords(window: MeasureWindow | undefined): string[] {
  if (!window) return [];
  if ('withinDays' in window) return [m.profiles_window_within({ days: window.withinDays })];
  const { from, to, fromDaysAgo, toDaysAgo } = window as { from?: string; to?: string; fromDaysAgo?: number; toDaysAgo?: number };
  if (fromDaysAgo !== undefined || toDaysAgo !== undefined)
    return [m.profiles_window_ago({ from: fromDaysAgo ?? '…', to: toDaysAgo ?? 0 })];
  return [`${from ?? '…'} – ${to ?? '…'}`];
}
