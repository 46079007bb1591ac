import { stringify } from 'yaml';
import { sha256Hex, stableJson } from '../base/hash';
import { planSchema, type Plan } from './schema';

/**
 * The plan as text with keys in the schema's order, so that two plans differ only in the lines where they differ.
 * Reading it gives the same plan.
 */
export function writePlan(plan: Plan, format: 'yaml' | 'json' = 'yaml'): string {
  const ordered = inSchemaOrder(planSchema.parse(plan));
  return format === 'json' ? `${JSON.stringify(ordered, null, 2)}\n` : stringify(ordered, { lineWidth: 0 });
}

/** SHA-256 of what the plan says, whatever the order of its keys and with defaults filled in. */
export function planHash(plan: Plan): string {
  return sha256Hex(stableJson(planSchema.parse(plan)));
}

/** Keys that come first where an object has them, in this order; the rest follow by name. */
const keyOrder = [
  ...Object.keys(planSchema.shape),
  ...[
    'id',
    'kind',
    'algorithm',
    'task',
    'learner',
    'files',
    'preset',
    'mapping',
    'from',
    'for',
    'model',
    'audience',
    'list',
    'destination',
  ],
  ...[
    'measure',
    'formula',
    'rank',
    'gaps',
    'responses',
    'cases',
    'first',
    'value',
    'when',
    'aggregate',
    'of',
    'events',
    'where',
    'property',
    'window',
  ],
  ...['trait', 'event', 'segment', 'list', 'random', 'rfm', 'all', 'any', 'not', 'rule', 'bins', 'method', 'cells', 'target', 'withinDays'],
];

function inSchemaOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inSchemaOrder);
  if (typeof value !== 'object' || value === null) return value;
  const place = (key: string) => (keyOrder.includes(key) ? keyOrder.indexOf(key) : keyOrder.length);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => place(a) - place(b) || (a < b ? -1 : 1))
      .map(([key, member]) => [key, inSchemaOrder(member)]),
  );
}
