import { z } from 'zod';
import type { OptionSpec } from '../base/options';
import { propensityAlgorithms } from '../predictions/catalogue';
import { recommenders } from '../recommenders/catalogue';
import { planVersion } from './version';
import { planSchema } from './schema';

type JsonSchema = Record<string, unknown>;

/**
 * The plan's schema for editors and other programs, with every model's options from the catalogues; published as
 * `static/plan.schema.json`. It describes the full form: what hands may abbreviate is in `shorthand.ts`.
 */
export function planJsonSchema(): JsonSchema {
  const { $schema, ...rest } = z.toJSONSchema(planSchema, { io: 'input', target: 'draft-2020-12' }) as JsonSchema;
  const schema = structuredClone(rest) as { properties: { models: { items: { oneOf: ModelBranch[] } } } };
  const models = schema.properties.models.items;
  models.oneOf = models.oneOf.flatMap((branch) => {
    const catalogue = branch.properties.kind.const === 'recommender' ? recommenders : propensityAlgorithms;
    return catalogue.map(({ id, options }) => withOptions(branch, id, options));
  });
  return {
    $schema,
    title: `Muster plan, version ${planVersion}`,
    description: 'What Muster makes from files of user behaviour.',
    ...schema,
  };
}

interface ModelBranch extends JsonSchema {
  properties: Record<'kind' | 'algorithm' | 'options', JsonSchema>;
}

function withOptions(branch: ModelBranch, algorithm: string, options: readonly OptionSpec[]): ModelBranch {
  const properties = Object.fromEntries(options.map((option) => [option.name, optionSchema(option)]));
  return {
    ...branch,
    properties: {
      ...branch.properties,
      algorithm: { const: algorithm },
      options: { type: 'object', default: {}, properties, additionalProperties: false },
    },
  };
}

function optionSchema(option: OptionSpec): JsonSchema {
  const common = { description: option.what, default: option.default };
  if (option.kind === 'number') return { type: option.integer ? 'integer' : 'number', minimum: option.min, maximum: option.max, ...common };
  return option.kind === 'choice' ? { enum: option.choices, ...common } : { type: 'boolean', ...common };
}
