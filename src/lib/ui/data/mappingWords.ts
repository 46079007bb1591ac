import type { RoleSuggestion } from '$lib/core/schema/roles';
import { textOf } from '../catalogue.svelte';

/** Ids and codes are written with dashes, keys of messages with underscores. */
const keyOf = (code: string) => code.replaceAll('-', '_');

/** What a preset is called in the language on screen. */
export function presetName(id: string, name: string): string {
  return textOf(`mapping_preset_${keyOf(id)}`, name);
}

/** Why a role was proposed, as a sentence. */
export function reasonWords({ reason, values = {} }: RoleSuggestion): string {
  const { preset, unit } = values;
  return textOf(`mapping_reason_${keyOf(reason)}`, reason, {
    ...values,
    ...(typeof preset === 'string' && { preset: presetName(preset, preset) }),
    ...(typeof unit === 'string' && { unit: textOf(`mapping_unit_${unit}`, unit) }),
  });
}
