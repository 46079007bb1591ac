import { z } from 'zod';
import type { OptionSpec } from '../base/options';
import type { Destination } from '../exports/destination';
import { destinations } from '../exports/destinations';
import { learnersFor } from '../predictions/learners/catalogue';
import { optionsOf } from '../predictions/options';
import { predictionTasks } from '../predictions/tasks/catalogue';
import { recommenders } from '../recommenders/catalogue';
import { planVersion } from './version';
import { planSchema } from './schema';

type JsonSchema = Record<string, unknown>;

/**
 * The plan's schema for editors and other programs, with the options of every model and destination from the catalogues; published as
 * `static/plan.schema.json`. It describes the full form: what hands may abbreviate is in `shorthand.ts`.
 */
export function planJsonSchema(): JsonSchema {
  const { $schema, ...rest } = z.toJSONSchema(planSchema, { io: 'input', target: 'draft-2020-12' }) as JsonSchema;
  const schema = structuredClone(rest) as {
    properties: { models: { items: { oneOf: ModelBranch[] } }; exports: { items: { anyOf: ExportBranch[] } } };
  };
  const models = schema.properties.models.items;
  models.oneOf = models.oneOf.flatMap((branch) =>
    branch.properties.kind.const === 'recommender'
      ? recommenders.map(({ id, options }) => withOptions(branch, { algorithm: { const: id } }, options))
      : predictionBranches(branch),
  );
  const exported = schema.properties.exports.items;
  exported.anyOf = exported.anyOf.flatMap((branch) => {
    const kind = 'list' in branch.properties ? 'list' : 'audience';
    return destinations.filter(({ takes }) => takes.includes(kind)).map((destination) => toDestination(branch, destination));
  });
  return {
    $schema,
    title: `Muster plan, version ${planVersion}`,
    description: 'What Muster makes from files of user behaviour.',
    ...schema,
  };
}

interface ModelBranch extends JsonSchema {
  properties: Record<string, JsonSchema>;
  required: string[];
}

/** Each task with each learner that can learn it, or by itself. */
function predictionBranches(branch: ModelBranch): ModelBranch[] {
  return predictionTasks.flatMap((task) => {
    const { learner: _, target, ...properties } = branch.properties;
    const asked = {
      ...branch,
      properties: { ...properties, ...(task.asks.length > 0 ? { target: { ...target, required: [...task.asks] } } : {}) },
    };
    const required = [...branch.required, ...(task.asks.length > 0 ? ['target'] : [])];
    if (task.labels === null) return [withOptions({ ...asked, required }, { task: { const: task.id } }, optionsOf(task, null))];
    return learnersFor(task).map((learner) =>
      withOptions(
        { ...asked, required: [...required, 'learner'] },
        { task: { const: task.id }, learner: { const: learner.id } },
        optionsOf(task, learner),
      ),
    );
  });
}

function withOptions(branch: ModelBranch, fixed: Record<string, JsonSchema>, options: readonly OptionSpec[]): ModelBranch {
  return {
    ...branch,
    properties: {
      ...branch.properties,
      ...fixed,
      options: { default: {}, ...optionsSchema(options) },
    },
  };
}

interface ExportBranch extends JsonSchema {
  properties: Record<'destination' | 'options', JsonSchema>;
}

function toDestination(branch: ExportBranch, { id, what, options }: Destination): ExportBranch {
  return {
    ...branch,
    description: what,
    properties: { ...branch.properties, destination: { const: id }, options: optionsSchema(options) },
  };
}

function optionsSchema(options: readonly OptionSpec[]): JsonSchema {
  const properties = Object.fromEntries(options.map((option) => [option.name, optionSchema(option)]));
  return { type: 'object', properties, additionalProperties: false };
}

function optionSchema(option: OptionSpec): JsonSchema {
  const rule = option.kind === 'number' ? option.rule : undefined;
  // A default that follows the data is no value that an editor could fill in.
  const common = rule ? { description: `${option.what} Left out: ${rule.why}` } : { description: option.what, default: option.default };
  if (option.kind === 'number') return { type: option.integer ? 'integer' : 'number', minimum: option.min, maximum: option.max, ...common };
  if (option.kind === 'text') return { type: 'string', maxLength: option.longest, ...common };
  return option.kind === 'choice' ? { enum: option.choices, ...common } : { type: 'boolean', ...common };
}
