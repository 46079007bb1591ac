import { z } from '../base/shape';

/** The version of manifests that this Muster writes; a later one that only adds keys keeps it. */
export const manifestVersion = 2;

const counts = z.number().int().min(0);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const perReason = z.record(z.string(), counts);
const spread = z.looseObject({
  id: z.string(),
  kind: z.enum(['number', 'text']),
  missing: z.number(),
  shares: z.array(z.number()),
  edges: z.array(z.number()).optional(),
  median: z.number().optional(),
  values: z.array(z.string()).optional(),
});
const columnType = z.enum(['text', 'integer', 'decimal', 'number', 'boolean', 'date', 'time']);

/**
 * What programs may rely on in a manifest of version 2; published as `static/manifest.schema.json`. Keys that a newer
 * Muster adds are let through, so a reader never breaks on them.
 */
export const manifestSchema = z.looseObject({
  muster: z.literal(manifestVersion),
  plan: z.looseObject({ name: z.string(), sha256 }),
  data: z.looseObject({
    sha256: z.string(),
    users: counts,
    items: counts,
    events: counts,
    firstEvent: z.string().nullable(),
    lastEvent: z.string().nullable(),
    removed: z.array(z.looseObject({ step: z.string(), source: z.string(), rows: counts })).optional(),
  }),
  asOf: z.string(),
  timeZone: z.string(),
  seed: z.number(),
  inputs: z.looseObject({ sha256, files: z.array(z.looseObject({ name: z.string(), bytes: counts, sha256 })) }).optional(),
  versions: z.record(z.string(), z.string()),
  backends: z.record(z.string(), z.string()),
  createdAt: z.string(),
  audiences: z.array(
    z.looseObject({
      id: z.string(),
      name: z.string(),
      segment: z.looseObject({ id: z.string(), name: z.string() }),
      members: counts,
      steps: z.array(z.looseObject({ step: z.string(), left: counts })),
      conditions: z.array(z.looseObject({ path: z.string(), holds: counts })),
      experiment: z
        .looseObject({
          salt_sha256: sha256,
          hold_out: z.number().min(0).max(1),
          stratify: z.string().optional(),
          arms: z.array(z.looseObject({ id: z.string(), label: z.string().optional(), people: counts })),
          file: z.string(),
        })
        .optional(),
      notes: z.array(z.looseObject({ code: z.string(), message: z.string() })).optional(),
      spreads: z.array(spread).optional(),
    }),
  ),
  sharing: z
    .array(
      z.looseObject({
        id: z.string(),
        choose: z.string(),
        rows: z.array(z.looseObject({ audience: z.string(), wanted: counts, went: z.array(counts), nowhere: counts })),
        contacts: counts,
        cost: z.number(),
        profit: z.number().optional(),
        profitRange: z.looseObject({ low: z.number(), high: z.number() }).optional(),
        bound: z.number().optional(),
        priceOfBudget: z.number().optional(),
        priceOfContact: z.number().optional(),
      }),
    )
    .optional(),
  models: z
    .array(
      z.looseObject({
        id: z.string(),
        task: z.string(),
        quality: z.record(z.string(), z.number()),
        score: z.looseObject({ spread, percentiles: z.array(z.number()) }).optional(),
      }),
    )
    .optional(),
  lists: z.array(
    z.looseObject({
      id: z.string(),
      kind: z.string().optional(),
      audience: z.string(),
      model: z.string(),
      users: counts,
      rows: counts,
      shortLists: counts,
      withoutConsent: counts.optional(),
    }),
  ),
  exports: z.array(
    z.looseObject({
      audience: z.string().optional(),
      arm: z.string().optional(),
      list: z.string().optional(),
      destination: z.string(),
      options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
      columns: z.array(z.string()),
      types: z.array(columnType).optional(),
      rules: z.looseObject({ source: z.string(), readOn: z.string() }).optional(),
      rows: counts,
      files: z.array(z.string()),
      id: z.string().nullable().optional(),
      hardToRead: counts.optional(),
      delta: z
        .looseObject({
          since: z.string(),
          added: counts,
          changed: counts,
          removed: counts,
          stays: counts,
          removedColumns: z.array(z.string()),
        })
        .optional(),
      rejects: z.looseObject({ rows: perReason, values: perReason }).optional(),
      readiness: z
        .array(z.looseObject({ field: z.string(), trait: z.string(), valid: counts, mended: counts, rejected: counts, empty: counts }))
        .optional(),
      leastRows: counts.optional(),
    }),
  ),
  files: z.array(
    z.looseObject({ name: z.string(), destination: z.string(), role: z.string().optional(), rows: counts, bytes: counts, sha256 }),
  ),
});

/** The manifest as other programs read it. */
export type ReadManifest = z.infer<typeof manifestSchema>;

export function manifestJsonSchema(): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(manifestSchema, { io: 'input', target: 'draft-2020-12' }) as Record<string, unknown>;
  return {
    $schema,
    title: `Muster manifest, version ${manifestVersion}`,
    description: 'What lies beside the files of every run of Muster: what they are and how to make them again.',
    ...rest,
  };
}
