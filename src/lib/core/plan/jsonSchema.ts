import { z } from 'zod';
import { planSchema } from './schema';

/** The plan's schema for editors and other programs; published as `static/plan.schema.json`. */
export function planJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(planSchema, { io: 'input', target: 'draft-2020-12' });
  const { $schema, ...rest } = schema as Record<string, unknown>;
  return { $schema, title: 'Muster plan, version 1', description: 'What Muster makes from files of user behaviour.', ...rest };
}
