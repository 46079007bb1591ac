import { takesRemovals } from '../lib/core/exports/delta/removals';
import { destinations as all, findDestination } from '../lib/core/exports/destinations';
import type { Command } from './command';
import { table } from './help';
import { optionTable } from './optionTable';

export const destinations: Command = {
  name: 'destinations',
  summary: 'Print the destinations of exports with their fields and options.',
  words: [{ name: 'DESTINATION', what: 'Only this one.' }],
  options: [{ name: 'json', kind: 'flag', what: 'Print JSON.' }],
  examples: ['destinations', 'destinations google-customer-match'],
  async run(args, io) {
    const wanted = args.optionalText('DESTINATION');
    const chosen = wanted === undefined ? all : [findDestination(wanted)];
    if (args.flag('json')) {
      io.print(
        JSON.stringify(
          chosen.map(({ id, what, readers, group = 'files', takes, fields, removals, rules, leastRows, options }) => ({
            id,
            what,
            readers,
            group,
            takes,
            fields: fields === 'chosen' ? fields : fields.map(({ name, from }) => ({ name, from })),
            removals: takesRemovals({ fields, removals }),
            rules,
            leastRows,
            options,
          })),
          null,
          2,
        ),
      );
      return 0;
    }
    for (const { id, what, readers, takes, fields, removals, rules, leastRows, options } of chosen) {
      const facts = [
        ['', `For ${readers}; takes ${takes.map((kind) => `${kind}s`).join(' and ')}.`],
        ...(rules ? [['', `Rules of ${rules.source}, read on ${rules.readOn}.`]] : []),
        ...(leastRows === undefined ? [] : [['', `Takes lists from ${leastRows} rows on.`]]),
        ...(takesRemovals({ fields, removals }) ? [] : [['', 'Takes no file of who leaves a list: changes name who comes only.']]),
        ...(fields === 'chosen'
          ? []
          : fields.map(({ name, from }) => [name, from.length > 0 ? `from ${from.join(', ')}` : 'only from a trait that you name'])),
      ];
      io.print([`${id}: ${what}`, ...table(facts), ...optionTable(options), ''].join('\n'));
    }
    return 0;
  },
};
