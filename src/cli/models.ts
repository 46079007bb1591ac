import type { Command } from './command';
import type { OptionSpec } from '../lib/core/base/options';
import { table } from './help';

export const models: Command = {
  name: 'models',
  summary: 'Print the catalogue of models with their options.',
  words: [{ name: 'MODEL', what: 'Only this one.' }],
  options: [{ name: 'json', kind: 'flag', what: 'Print JSON.' }],
  examples: ['models', 'models ials'],
  async run(args, io) {
    const { recommenders, findRecommender } = await import('../lib/core/recommenders/catalogue');
    const chosen = args.has('MODEL') ? [findRecommender(args.text('MODEL'))] : recommenders;
    if (args.flag('json'))
      io.print(
        JSON.stringify(
          chosen.map(({ id, options }) => ({ id, kind: 'recommender', options })),
          null,
          2,
        ),
      );
    else for (const { id, options } of chosen) io.print([`${id} (recommender)`, ...optionTable(options), ''].join('\n'));
    return 0;
  },
};

function optionTable(options: readonly OptionSpec[]): string[] {
  return options.length === 0 ? ['  no options'] : table(options.map((option) => [option.name, `${option.what} ${range(option)}`]));
}

function range(option: OptionSpec): string {
  if (option.kind === 'number')
    return `From ${option.min} to ${option.max}${option.unit ? ` ${option.unit}` : ''}; default ${option.default}.`;
  return `${option.kind === 'choice' ? option.choices.join(' or ') : 'true or false'}; default ${option.default}.`;
}
