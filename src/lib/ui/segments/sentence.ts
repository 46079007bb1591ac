import { isKept } from '$lib/core/measures/kept';
import type { Gap, Phrase } from '$lib/core/segments/phrase';
import type { TraitKind } from '$lib/core/profiles/traits';
import { format } from '$lib/state/format.svelte';
import { locale } from '$lib/state/locale.svelte';
import { workbench } from '$lib/state/workbench.svelte';
import { textOf } from '../catalogue.svelte';
import { eventName } from '../eventNames';
import { traitName, traitValue } from '../traitNames';
import { propertyName } from './filterWords';

/** What the parts of a sentence are called on this screen. */
export interface Names {
  segment: (id: string) => string;
  traitKind: (id: string) => TraitKind | undefined;
}

/** A phrase in the language on screen: "Behaviour: placed an order at least twice in the last 30 days". */
export function sentence({ say, gaps = {} }: Phrase, names: Names): string {
  const values = Object.fromEntries(Object.entries(gaps).map(([name, gap]) => [name, words(gap, names)]));
  return tidy(textOf(say, Object.values(values).join(' '), values));
}

function words(gap: Gap, names: Names): string {
  switch (gap.is) {
    case 'trait':
      return traitName(gap.value);
    case 'event':
      return eventName(gap.value);
    case 'segment':
      return names.segment(gap.value);
    case 'idList':
      return workbench.plan?.idLists?.find(({ id }) => id === gap.value)?.name ?? gap.value;
    case 'property':
      return isKept(gap.value) ? propertyName(gap.value) : textOf(`segments_property_${gap.value}`, gap.value);
    case 'date':
      return format().date(gap.value);
    case 'number':
      return figure(gap, names);
    case 'list':
      return listOf(gap.values.map((value) => words(value, names)));
    case 'phrase':
      return sentence(gap.phrase, names);
    case 'text':
      return gap.as && 'trait' in gap.as ? traitValue('text', gap.value, format(), gap.as.trait) : gap.value;
  }
}

function figure({ value, as }: Extract<Gap, { is: 'number' }>, names: Names): string {
  const kind = as === undefined ? undefined : 'trait' in as ? names.traitKind(as.trait) : as.kind;
  return kind === undefined || kind === 'text' || kind === 'date' ? format().number(value, 2) : traitValue(kind, value, format());
}

function listOf(values: readonly string[]): string {
  return new Intl.ListFormat(locale.tag, { type: 'disjunction' }).format(values);
}

/** Gaps that hold nothing leave spaces behind. */
function tidy(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/\s+([,.，。、])/g, '$1')
    .trim();
}
