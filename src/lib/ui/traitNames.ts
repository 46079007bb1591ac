import { m } from '$lib/paraglide/messages';
import type { Cell } from '$lib/work/operations/profiles';
import type { TraitKind } from '$lib/core/profiles/traits';
import type { Format } from '$lib/state/figures';
import { modelOfTrait } from '$lib/core/predictions/outputs';
import { textOf } from './catalogue.svelte';
import { outputName, outputWhat } from './predictions/predictionWords';
import { attributeName, valueName } from './valueNames';

/** The marketer's word for a trait; attributes of a customer file keep their own name. */
export function traitName(id: string): string {
  const score = modelOfTrait(id);
  if (score?.output) return m.predictions_trait_output({ model: score.modelId, output: outputName(score.output) });
  if (score) return m.profiles_trait_score({ model: score.modelId });
  return textOf(`profiles_trait_${id}`, attributeName(id));
}

/** What a trait counts, one sentence; empty where it needs none. */
export function traitDefinition(id: string): string {
  const score = modelOfTrait(id);
  if (score?.output) return outputWhat(score.output);
  return score ? m.profiles_trait_score_what() : textOf(`profiles_trait_${id}_what`, '');
}

/** A trait's value as people write it; with the trait's id, codes such as CN become words. */
export function traitValue(kind: TraitKind, value: Cell, format: Format, id = ''): string {
  if (value === null) return '–';
  switch (kind) {
    case 'money':
      return format.money(Number(value));
    case 'count':
      return format.count(Number(value));
    case 'days':
    case 'number':
      return format.number(Number(value), 1);
    case 'share':
    case 'score':
      return format.percent(Number(value));
    case 'date':
      return format.date(String(value));
    case 'boolean':
      return value ? m.segments_yes() : m.segments_no();
    default:
      return valueName(id, String(value));
  }
}
