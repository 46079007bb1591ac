import type { OptionSpec } from '../lib/core/base/options';
import { table } from './help';

/** The options of a catalogue entry, as lines. */
export function optionTable(options: readonly OptionSpec[]): string[] {
  return options.length === 0 ? ['  no options'] : table(options.map((option) => [option.name, `${option.what} ${range(option)}`]));
}

function range(option: OptionSpec): string {
  if (option.kind === 'number') {
    const byDefault = option.rule ? `default by the data. ${option.rule.why}` : `default ${option.default}.`;
    return `From ${option.min} to ${option.max}${option.unit ? ` ${option.unit}` : ''}; ${byDefault}`;
  }
  if (option.kind === 'text') return `At most ${option.longest} characters; nothing by default.`;
  return `${option.kind === 'choice' ? option.choices.join(' or ') : 'true or false'}; default ${option.default}.`;
}
