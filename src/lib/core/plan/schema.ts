import { audienceSchema, sharingSchema } from '../audiences/schema';
import { destinations } from '../exports/destinations';
import { driftLimitsSchema } from '../exports/drift/limits';
import { daysShape, idShape as id, z } from '../base/shape';
import { columnClasses } from '../schema/privacy/classes';
import { erasedIdShape } from '../schema/privacy/erasedIds';
import { policiesSchema } from '../recommendations/policies/schema';
import { greatestRate, leastRate } from '../schema/bounds';
import { encodings, fileFormats } from '../schema/roles';
import { cleaningSchema } from '../store/quality/cleaning';
import { definitionSchemas } from '../profiles/kinds';
import type { PlanTrait } from '../profiles/planTraits';
import { tagSchema } from '../profiles/tags/tag';
import { idListSchema } from '../segments/idList';
import { ruleSchema } from '../segments/ruleSchema';
import { keptEffectSchema } from '../results/keptEffect';
import { listKinds, ordersModel } from '../recommendations/listKinds';
import { longestName } from './names';
import { planVersion } from './version';
import type { PredictionSpec } from '../predictions/spec';

const optionValues = z.record(z.string(), z.union([z.number(), z.string(), z.boolean()]));

/** See `Mapping`; a file of its own in YAML or JSON has the same shape. */
export const mappingSchema = z.strictObject({
  kind: z.enum(['events', 'items', 'users']),
  format: z.enum(fileFormats).optional(),
  delimiter: z.string().min(1).max(4).default(','),
  quote: z.string().max(1).default('"'),
  header: z.boolean().default(true),
  encoding: z.enum(encodings).default('utf-8'),
  sheet: z.string().optional(),
  rowsAt: z.string().optional(),
  reshape: z.string().optional(),
  columns: z.array(z.string()).min(1),
  roles: z.record(z.string(), z.string()),
  timeFormat: z
    .union([
      z.strictObject({ kind: z.literal('unix-seconds') }),
      z.strictObject({ kind: z.literal('unix-milliseconds') }),
      z.strictObject({ kind: z.literal('unix-microseconds') }),
      z.strictObject({ kind: z.literal('excel-serial') }),
      z.strictObject({ kind: z.literal('text'), pattern: z.string() }),
    ])
    .optional(),
  timeZone: z.string().optional(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .optional(),
  ids: z.record(z.string(), z.string().min(1)).optional(),
  userIdKind: z.string().min(1).optional(),
  /** How numbers are written; a point where it is absent. */
  decimal: z.enum(['point', 'comma']).optional(),
  /** Columns without a role that are kept as attributes or properties; see `Mapping`. */
  keep: z.array(z.string()).optional(),
  defaultEvent: z.string().optional(),
  eventNames: z.record(z.string(), z.string()).optional(),
  cancelledOrderPrefix: z.string().optional(),
  trimFloatIds: z.boolean().optional(),
});

/**
 * In a plan's text also the path of a file that holds the mapping, relative to the plan. `withMappings` puts it in before
 * anything else looks at the sources, so that the type knows mappings alone.
 */
const mappingOrPath = z.union([mappingSchema, z.string().min(1)]) as unknown as typeof mappingSchema;

export const sourceSchema = z.strictObject({
  id,
  /** Paths relative to the plan on the command line; file names in the page; `sample:shop` is the shipped shop. */
  files: z.array(z.string()).min(1),
  preset: z.string().optional(),
  mapping: mappingOrPath.optional(),
  /** Where the rows are lines of orders that another file says more about: whose they are, and when. */
  orders: z
    .strictObject({
      files: z.array(z.string()).min(1),
      mapping: mappingOrPath.optional(),
      /**
       * For each of the source's files, the places (0 …) of the files of orders that it takes from: the first that has an
       * order counts. Where it is absent, those that have most of the orders of its first lines come first.
       */
      byFile: z.array(z.array(z.number().int().min(0))).optional(),
    })
    .optional(),
  /**
   * Rows of what is there before them that agree in these columns (roles, or names of kept ones) go: the way of files
   * with updated rows. `files`: the places (0 …) of the files of which that holds; all of them where it is absent.
   */
  upsert: z.strictObject({ by: z.array(z.string()).min(1), files: z.array(z.number().int().min(0)).optional() }).optional(),
});

/** What columns say about people where a person knows better than the guess, and which of them models may learn from. */
const privacy = z.strictObject({
  /** By the name of an attribute, or `event.<name>` for a property of events. */
  columns: z.record(z.string(), z.enum([...columnClasses, 'none'])).optional(),
  /** Names of attributes and properties of a class that may be features all the same. */
  allowFeatures: z.array(z.string()).optional(),
});

/** A trait of a person's own: one of the definitions of the catalogue, under its key. */
const trait = z.union(
  definitionSchemas({
    id,
    name: z.string().max(longestName).optional(),
    /** How the values are shown, where the definition does not say: a formula over money is money. */
    kind: z.enum(['number', 'money', 'days', 'count', 'share']).optional(),
    /** Whether predictions learn from it; they do not where it is left out. */
    feature: z.boolean().optional(),
  }),
) as unknown as z.ZodType<PlanTrait>;

const segment = z.strictObject({ id, name: z.string().max(longestName).optional(), rule: ruleSchema });

const recommenderModel = z.strictObject({
  id,
  kind: z.literal('recommender'),
  algorithm: z.string(),
  options: optionValues.default({}),
  /** Events that count as an interaction, with a weight each. */
  events: z.record(z.string(), z.number().positive()).optional(),
  /** Nothing is trained: the weights are those of the model of this name in the registry. */
  weights: id.optional(),
});
/** See {@link PredictionSpec}: which task takes which learner, target and options stands in the catalogues. */
const predictionModel = z.strictObject({
  id,
  kind: z.literal('prediction'),
  task: z.string(),
  learner: z.string().optional(),
  target: z
    .strictObject({
      event: z.string().optional(),
      withinDays: daysShape.optional(),
      /** Days between the prediction time and these, of which nothing is asked. */
      gapDays: z.number().int().min(0).max(365).optional(),
      /** Only of items of this category, or of those below it. */
      category: z.string().min(1).optional(),
      /** Only of the item with this id. */
      item: z.string().min(1).optional(),
      segment: id.optional(),
      traits: z.array(z.string().min(1)).min(1).max(50).optional(),
      treated: z.string().optional(),
      control: z.string().optional(),
      arm: z.string().optional(),
      assignedOn: z
        .string()
        .regex(/^\d{4}-\d{2}-\d{2}$/)
        .optional(),
      /** The customers' attribute whose value is learnt, and its value that counts as yes. */
      attribute: z.string().min(1).optional(),
      positive: z.string().optional(),
    })
    .optional(),
  options: optionValues.default({}),
  /** Traits that it may not go by. */
  leaveOut: z.array(z.string().min(1)).optional(),
  /** What its outcomes are worth to a campaign, in the plan's currency; the model does not depend on it. */
  campaign: z
    .strictObject({
      costPerContact: z.number().min(0),
      marginPerOutcome: z.number().min(0),
      anywayShare: z.number().min(0).max(1).optional(),
    })
    .optional(),
});

const list = z.strictObject({
  id,
  /** What it is a list of; for each person where it is left out. */
  kind: z.enum(listKinds).optional(),
  /** Of a list of what was bought together: in how many orders two items must stand; two where it is left out. */
  leastOrders: z.number().int().min(1).optional(),
  for: id,
  /** A recommender; what is bought together is counted from orders and needs none. */
  model: id.default(ordersModel),
  size: z.number().int().min(1).max(1000).default(10),
  /** Absent: what was bought, unless the model is there to recommend what people have already (`buy-again`). */
  exclude: z.array(z.enum(['bought', 'seen'])).optional(),
  /** What holds for every row, whichever model it comes from; nothing where it is left out. */
  policies: policiesSchema.optional(),
});

const exportChoices = {
  /** Where the file goes; `muster destinations` lists them with their options. */
  destination: z.enum(destinations.map((destination) => destination.id)),
  options: optionValues.optional(),
  /** Traits instead of the audience's columns; or, where the destination has fields of its own, field → trait. */
  columns: z.union([z.array(z.string()), z.record(z.string(), z.string())]).optional(),
};
/** Instead of `columns` and `headers`: every column of the file from the left, `user` or a trait, or the same text in every row. */
const layout = z
  .array(
    z.union([
      z.strictObject({ from: z.string(), as: z.string().min(1).optional() }),
      z.strictObject({ text: z.string(), as: z.string().min(1) }),
    ]),
  )
  .optional();
/** Of audiences: the whole list each time, or who came and who went since the run before, where there is one. */
const delivers = z.enum(['everything', 'changes']).optional();
/** Own names of columns: `user` or trait → header; of destinations whose columns are chosen. */
const headers = z.record(z.string(), z.string().min(1)).optional();
const exportSpec = z.union([
  z.strictObject({ audience: id, ...exportChoices, headers, layout, delivers }),
  z.strictObject({ list: id, ...exportChoices }),
]);

/** The one document that a person makes, in the version that this Muster writes. */
export const planSchema = z.strictObject({
  muster: z.literal(planVersion),
  name: z.string().min(1).max(longestName),
  timeZone: z.string().default('UTC'),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .default('USD'),
  /** What one unit of other currencies is in the plan's; amounts in a currency without a rate are in no sum. */
  rates: z.record(z.string().regex(/^[A-Z]{3}$/), z.number().min(leastRate).max(greatestRate)).optional(),
  /** `latest` is the end of the local day of the last event; otherwise an ISO instant. */
  asOf: z.string().default('latest'),
  seed: z.number().int().min(0).max(4294967295).default(1),
  sources: z.array(sourceSchema).default([]),
  /** What is taken out of the events before anything is computed, in this order; see `CleaningStep`. */
  cleaning: cleaningSchema.optional(),
  privacy: privacy.optional(),
  /** Who was erased, as salted hashes of their ids: files that bring them again are read without them. */
  erased: z.array(z.string().regex(erasedIdShape)).optional(),
  /** By which kinds of ids people are one, and by how many of them one id may be borne before it says nothing; see `Mapping.ids`. */
  identity: z
    .strictObject({
      merge: z.array(z.strictObject({ kind: z.string().min(1), limit: z.number().int().min(2).optional() })),
      /** Of phone numbers without a country's code, as ISO 3166 has it. */
      country: z
        .string()
        .regex(/^[A-Z]{2}$/)
        .optional(),
    })
    .optional(),
  /** Which value of an attribute counts where sources disagree; the latest where it is not said. */
  survivorship: z
    .record(z.string(), z.union([z.enum(['latest', 'first']), z.strictObject({ sources: z.array(z.string()).min(1) })]))
    .optional(),
  traits: z.array(trait).default([]),
  /** Tags that people were given by hand or by a file; none where it is left out. Rules name one as the trait `tag:<id>`. */
  tags: z.array(tagSchema).optional(),
  segments: z.array(segment).default([]),
  /** Lists of customers' ids that conditions can name; none where it is left out. */
  idLists: z.array(idListSchema).optional(),
  models: z.array(z.discriminatedUnion('kind', [recommenderModel, predictionModel])).default([]),
  audiences: z.array(audienceSchema).default([]),
  /** What one contact of past campaigns brought, for audiences to reckon with. */
  effects: z.array(keptEffectSchema).optional(),
  /** Groups of audiences that exclude each other and share contacts or money; none where it is left out. */
  sharing: z.array(sharingSchema).optional(),
  lists: z.array(list).default([]),
  exports: z.array(exportSpec).default([]),
  /** How far a run of the command line may be from the one before; nothing where it is left out. */
  drift: driftLimitsSchema.optional(),
});

export type Plan = z.infer<typeof planSchema>;
export type PlanPrivacy = z.infer<typeof privacy>;
export type PlanSource = Plan['sources'][number];
export type { PlanTrait };
export type PlanSegment = Plan['segments'][number];
export type { Tag } from '../profiles/tags/tag';
export type { IdList } from '../segments/idList';
export type PlanModel = Plan['models'][number];
export type RecommenderSpec = z.infer<typeof recommenderModel>;
export type { PredictionSpec };
export type { PlanAudience, PlanSharing } from '../audiences/schema';
export type PlanList = z.infer<typeof list>;
export type PlanExport = z.infer<typeof exportSpec>;
