import type { TypedValue, TypedVocabulary } from '$lib/core/segments/typed/readTyped';
import type { TextProperty } from '$lib/core/measures/measure';
import { workbench } from '$lib/state/workbench.svelte';
import { eventName } from '../eventNames';
import { traitName } from '../traitNames';
import type { RuleContext } from './ruleContext';

/** What a typed condition can be about, by its names on screen. */
export function typedVocabulary({ traits, events, segments }: Pick<RuleContext, 'traits' | 'events' | 'segments'>): TypedVocabulary {
  return {
    traits: traits.map(({ id, kind, values }) => ({
      id,
      kind,
      names: waysToSay(traitName(id)),
      values: values?.map(({ value }) => value),
    })),
    events: events.map((id) => ({ id, names: [eventName(id)] })),
    segments: segments.map(({ id, name }) => ({ id, names: [name ?? id] })),
    idLists: (workbench.plan?.idLists ?? []).map(({ id, name }) => ({ id, names: [name ?? id] })),
  };
}

/** A name as it stands, and each half of one such as 国家/地区. */
function waysToSay(name: string): string[] {
  return name.includes('/') ? [name, ...name.split('/')] : [name];
}

const searched: readonly TextProperty[] = ['category', 'brand', 'channel', 'item'];

/** Values of the data that contain what was not understood yet: the whole of it, or its words one by one. */
export async function typedValues(left: string): Promise<TypedValue[]> {
  const words = [...new Set([left, ...left.split(' ')])].filter((word) => word.length > 1 || /[^\x20-\x7e]/.test(word)).slice(0, 4);
  const asked = words.flatMap((search) => searched.map((property) => ({ search, property })));
  const found = await Promise.all(
    asked.map(async ({ search, property }) => {
      const values = await workbench.call('valuesList', { property, search, limit: 8 });
      return values.map(({ value, label }): TypedValue => ({ property, value, label }));
    }),
  );
  return found.flat();
}
