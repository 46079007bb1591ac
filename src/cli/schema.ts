import type { Command } from './command';

export const schema: Command = {
  name: 'schema',
  summary: 'Print the JSON Schema of the plan.',
  words: [],
  options: [],
  examples: ['schema > plan.schema.json'],
  async run(_args, io) {
    const { planJsonSchema } = await import('../lib/core/plan/jsonSchema');
    io.print(JSON.stringify(planJsonSchema(), null, 2));
    return 0;
  },
};
