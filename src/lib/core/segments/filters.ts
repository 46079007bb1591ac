import { checkFilters as checkFilling } from '../measures/check';
import { isKept, type KeptColumn } from '../measures/kept';
import { numberProperties, textProperties, type PropertyFilter } from '../measures/measure';
import type { Problem } from './condition';
import { gap, nothing, phrase, type Gap, type Phrase } from './phrase';

const boundNames = ['atLeast', 'atMost', 'moreThan', 'lessThan'] as const;

/** What is wrong with the filters of a condition, whose shape may be wrong too. */
export function checkFilters(where: readonly PropertyFilter[] = [], kept?: readonly KeptColumn[]): Problem[] {
  const known: readonly string[] = [...textProperties, ...numberProperties];
  const unknown = where.filter(({ property }) => !known.includes(property) && !isKept(property));
  return [
    ...unknown.map(({ property }): Problem => ({
      code: 'property_unknown',
      message: `Events have no property "${property}".`,
      hint: `They have: ${known.join(', ')}.`,
      values: { property, known: known.join(', ') },
    })),
    ...checkFilling(
      where.filter((filter) => !unknown.includes(filter)),
      kept,
    ),
  ];
}

/** "only where the category is Tea" as parts; without filters, nothing. */
export function filtersGap(where: readonly PropertyFilter[] = []): Gap {
  if (where.length === 0) return nothing;
  return gap.phrase(phrase('segments_say_where', { filters: gap.list(where.map((filter) => gap.phrase(filterPhrase(filter)))) }));
}

function filterPhrase(filter: PropertyFilter): Phrase {
  const property: Gap = { is: 'property', value: filter.property };
  if ('oneOf' in filter)
    return phrase('segments_say_filter_oneOf', { property, values: gap.list(filter.oneOf.map((value) => gap.text(value))) });
  const given = boundNames.filter((name) => filter[name] !== undefined);
  const said = given.map((name): Gap => gap.phrase(phrase(`segments_say_${name}`, { value: gap.number(filter[name]!) })));
  return phrase('segments_say_filter', { property, values: gap.list(said) });
}
