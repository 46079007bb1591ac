import type { OptionSpec, OptionValue } from '$lib/core/base/options';
import type { Format } from '$lib/state/figures';
import { m } from '$lib/paraglide/messages';
import { workbench } from '$lib/state/workbench.svelte';
import { textOf } from './catalogue.svelte';
import { segmentName } from './segments/names';
import { traitName } from './traitNames';

/** An option's name: from the catalogue (`option_<name>`), else from the spec itself. */
export function optionName(spec: OptionSpec): string {
  return textOf(`option_${spec.name}`, spec.name.replace(/([A-Z])/g, ' $1').toLowerCase());
}

/** The name of one choice of an option: `option_<name>_<choice>`. */
export function choiceName(spec: OptionSpec, value: string): string {
  return textOf(`option_${spec.name}_${value.replaceAll('-', '_')}`, value);
}

/** What a name in an option that is a text stands for, by what it may name. */
export const offerNames = {
  segments: (name: string) => (workbench.plan?.segments.some(({ id }) => id === name) ? segmentName(name) : traitName(name)),
  traits: traitName,
} satisfies Record<Extract<OptionSpec, { kind: 'text' }>['names'], (name: string) => string>;

/** A value as it is written in a sentence; numbers to three figures where they are not whole. */
export function optionValueName(spec: OptionSpec, value: OptionValue, format: Format): string {
  if (spec.kind === 'choice') return choiceName(spec, String(value));
  if (spec.kind === 'boolean') return value === true ? m.shell_yes() : m.shell_no();
  if (spec.kind === 'text') return String(value).split(',').map(offerNames[spec.names]).join(', ');
  return format.number(Number(value), 6);
}
