import { m } from '$lib/paraglide/messages';
import type { Cell } from '$lib/work/operations/profiles';
import { traitDecimals, type TraitKind } from '$lib/core/profiles/traits';
import type { Format } from '$lib/state/figures';
import { modelOfTrait } from '$lib/core/predictions/modelOfTrait';
import { tagPrefix } from '$lib/core/profiles/tags/tag';
import { attributePrefix } from '$lib/core/profiles/attributes';
import { workbench } from '$lib/state/workbench.svelte';
import { textOf } from './catalogue.svelte';
import { traitWords } from './traits/traitWords';
import { outputName, outputWhat } from './predictions/predictionWords';
import { upliftSegmentName } from './predictions/upliftWords';
import { attributeName, valueName, weekdayName } from './valueNames';

/** The marketer's word for a trait; attributes of a customer file keep their own name. */
export function traitName(id: string): string {
  const score = modelOfTrait(id);
  if (score?.output) return m.predictions_trait_output({ model: score.modelId, output: outputName(score.output) });
  if (score)
    return textOf(`predictions_trait_${taskOf(score.modelId)}`, m.profiles_trait_score({ model: score.modelId }), { model: score.modelId });
  const own = workbench.plan?.traits.find((trait) => trait.id === id);
  if (own) return own.name ?? own.id;
  if (id.startsWith(tagPrefix)) return tagOfTrait(id)?.name ?? id.slice(tagPrefix.length);
  if (id.startsWith(attributePrefix)) return m.profiles_attribute({ name: attributeName(id.slice(attributePrefix.length)) });
  return textOf(`profiles_trait_${id}`, attributeName(id));
}

/** What a trait counts, one sentence; empty where it needs none. */
export function traitDefinition(id: string): string {
  const score = modelOfTrait(id);
  if (score?.output) return outputWhat(score.output);
  const own = workbench.plan?.traits.find((trait) => trait.id === id);
  if (own) return traitWords(own);
  if (id.startsWith(tagPrefix)) return tagOfTrait(id)?.what ?? '';
  if (score) return textOf(`predictions_output_${taskOf(score.modelId)}_score_what`, m.profiles_trait_score_what());
  return textOf(`profiles_trait_${id}_what`, '');
}

/** Keys of messages have no hyphens. */
function taskOf(modelId: string): string {
  const model = workbench.plan?.models.find(({ id }) => id === modelId);
  return model?.kind === 'prediction' ? model.task.replaceAll('-', '_') : '';
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
      return format.number(Number(value), traitDecimals.days!);
    case 'number':
      return format.number(Number(value), traitDecimals.number!);
    case 'share':
    case 'score':
      return format.percent(Number(value), traitDecimals[kind]!);
    case 'date':
      return format.date(String(value));
    case 'boolean':
      return value ? m.segments_yes() : m.segments_no();
    default:
      return isWeekday(id) ? weekdayName(String(value)) : outputWord(id, String(value));
  }
}

/** Words that a model gives; of other traits the value's own. */
function outputWord(id: string, value: string): string {
  const score = modelOfTrait(id);
  if (!score) return valueName(id, value);
  return score.output === 'segment' ? upliftSegmentName(value) : valueName('channel', value);
}

function tagOfTrait(id: string) {
  return workbench.plan?.tags?.find((tag) => tag.id === id.slice(tagPrefix.length));
}

/** Whether a trait of the plan is a day of the week. */
function isWeekday(id: string): boolean {
  const trait = workbench.plan?.traits.find((own) => own.id === id);
  return trait !== undefined && 'measure' in trait && trait.measure.of === 'weekday';
}
