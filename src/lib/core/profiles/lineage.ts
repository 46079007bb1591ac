import type { KeptProperty } from '../measures/kept';
import { eventsOf, type EventMeasure, type MeasureColumn } from '../measures/measure';
import { orderEvent, refundEvents } from '../schema/events';
import type { UserAttribute } from './attributes';
import { definitionOf, type TraitDefinition } from './kinds';
import type { AffinityDefinition } from './kinds/affinityTrait';
import type { GapsDefinition } from './kinds/gapsTrait';
import type { ResponsesDefinition } from './kinds/responsesTrait';
import { liesBeside, type PlanTrait } from './planTraits';
import { profileTraits } from './profileTraits';
import { madeOf, references } from './profilesQuery';

/** What a trait is made from, in the end: what it is made of has been followed to the data. */
export interface Lineage {
  /** Events that are looked at; null where that is everything a customer does. None of them: it is not made of events. */
  events: readonly string[] | null;
  /** Properties of these events and of their products, in byte order. */
  properties: readonly (MeasureColumn | KeptProperty)[];
  /** Columns of customer files. */
  attributes: readonly string[];
  /** Tags and scores, by trait id. */
  beside: readonly string[];
  /** Traits that it is made of directly. */
  madeOf: readonly string[];
}

/** What one definition reads itself. */
type Reads = { events?: readonly string[] | null; properties?: readonly string[]; attribute?: string };

/** Where a trait's values come from: the events, properties, columns, tags and scores behind it. */
export function lineageOf(id: string, planned: readonly PlanTrait[], attributes: readonly UserAttribute[]): Lineage {
  const all = [...profileTraits, ...planned];
  const found = [...madeOf([id], all)];
  const reads = found.map((one): Reads => {
    const trait = all.find((known) => known.id === one);
    if (trait) return readsOf(trait);
    const attribute = attributes.find((known) => known.id === one);
    return attribute ? { attribute: attribute.column } : {};
  });
  const own = all.find((known) => known.id === id);
  return {
    events: reads.some(({ events }) => events === null) ? null : distinct(reads.flatMap(({ events }) => events ?? [])),
    properties: distinct(reads.flatMap(({ properties }) => properties ?? [])) as Lineage['properties'],
    attributes: distinct(reads.flatMap(({ attribute }) => attribute ?? [])),
    beside: found.filter(liesBeside),
    madeOf: own ? references(own) : [],
  };
}

const money = [orderEvent, ...refundEvents];

function readsOf(trait: TraitDefinition): Reads {
  const { key, definition } = definitionOf(trait);
  switch (key) {
    case 'measure': {
      const { of, where = [], ...measure } = definition as EventMeasure;
      const properties = [...(of === undefined ? [] : [of]), ...where.map(({ property }) => property)];
      return { events: eventsOf(measure), properties };
    }
    case 'gaps':
      return { events: [(definition as GapsDefinition).events], properties: ['day'] };
    case 'responses': {
      const { to, events } = definition as ResponsesDefinition;
      return { events: [to, events], properties: ['day'] };
    }
    case 'favorite':
      return { events: null, properties: [String(definition)] };
    case 'affinity': {
      const { events = orderEvent, property } = definition as AffinityDefinition;
      return { events: [events], properties: [property] };
    }
    case 'margin':
      return { events: money, properties: ['value', 'quantity', 'item.cost'] };
    case 'discount':
      return { events: [orderEvent], properties: ['value', 'quantity', String(definition)] };
    case 'attribute':
      return { attribute: String(definition) };
    // Made of other traits alone.
    case 'formula':
    case 'rank':
    case 'cases':
      return {};
  }
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}
