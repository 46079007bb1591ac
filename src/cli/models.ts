import { UserError } from '../lib/core/base/errors';
import type { Command } from './command';
import { optionTable } from './optionTable';

export const models: Command = {
  name: 'models',
  summary: 'Print the catalogue of models with their options.',
  words: [{ name: 'MODEL', what: 'Only this one.' }],
  options: [{ name: 'json', kind: 'flag', what: 'Print JSON.' }],
  examples: ['models', 'models ials'],
  async run(args, io) {
    const [{ recommenders }, { learners }, { predictionTasks }] = await Promise.all([
      import('../lib/core/recommenders/catalogue'),
      import('../lib/core/predictions/learners/catalogue'),
      import('../lib/core/predictions/tasks/catalogue'),
    ]);
    const all = [
      ...recommenders.map(({ id, options }) => ({ id, kind: 'recommender', options })),
      ...predictionTasks.map(({ id, options }) => ({ id, kind: 'prediction task', options })),
      ...learners.map(({ id, options }) => ({ id, kind: 'learner', options })),
    ];
    const wanted = args.optionalText('MODEL');
    const chosen = all.filter(({ id }) => wanted === undefined || id === wanted);
    if (chosen.length === 0) throw unknownModel(wanted!, all.map(({ id }) => id).join(', '));
    if (args.flag('json')) io.print(JSON.stringify(chosen, null, 2));
    else for (const { id, kind, options } of chosen) io.print([`${id} (${kind})`, ...optionTable(options), ''].join('\n'));
    return 0;
  },
};

function unknownModel(id: string, known: string): UserError {
  return new UserError('model_unknown', `There is no model "${id}".`, `Choose one of: ${known}.`, { id, known });
}
