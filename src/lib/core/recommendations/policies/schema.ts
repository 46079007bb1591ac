import { idShape, z } from '../../base/shape';
import { consentChannels } from '../../schema/privacy/consents';

const text = z.string().min(1).max(500);
const texts = z.array(text).max(100_000);

/** Of items: by id, by category (a path's beginning names all below it) or by brand. */
const itemChoice = { items: texts.optional(), categories: texts.optional(), brands: texts.optional() };

/** At most so many of one list may share this. Items of which it is not known are not limited. */
const capSchema = z.discriminatedUnion('by', [
  /** `level`: how many steps of the path count, 1 for the first alone; the whole path where it is left out. */
  z.strictObject({ by: z.literal('category'), most: z.number().int().min(1).max(1000), level: z.number().int().min(1).max(10).optional() }),
  z.strictObject({ by: z.literal('brand'), most: z.number().int().min(1).max(1000) }),
  /** `bands`: where one band of prices ends and the next begins, ascending; a price on the line is of the upper one. */
  z.strictObject({
    by: z.literal('price'),
    most: z.number().int().min(1).max(1000),
    bands: z.array(z.number().positive()).min(1).max(20),
  }),
]);

/** The item with most of it moves up by so many places, the one with least down by as many; unknown stays. */
const boostSchema = z.strictObject({
  by: z.enum(['margin', 'freshness', 'stock']),
  places: z.number().int().min(1).max(500),
});

/**
 * What holds for every row of a list, whichever model it comes from; see docs/decisions/0067. Whatever is left out
 * does nothing. The first five leave out, then come limits, preferences and promoted places.
 */
export const policiesSchema = z.strictObject({
  /** Recommenders that are asked after the list's own, in this order, where it has no more; popularity comes last. */
  models: z.array(idShape).max(8).optional(),
  /** What was bought (or seen) so many days ago or longer may come again. Of several rules the one with the longest path counts. */
  repurchase: z
    .array(z.strictObject({ category: text.optional(), afterDays: z.number().int().min(0).max(36500) }))
    .max(500)
    .optional(),
  /** Only items of which so many pieces are there; those whose stock nobody knows stay. */
  stock: z.strictObject({ atLeast: z.number().min(0) }).optional(),
  /** Never: these items for anybody, and single items for single customers. */
  hide: z
    .strictObject({
      ...itemChoice,
      pairs: z
        .array(z.strictObject({ user: text, item: text }))
        .max(100_000)
        .optional(),
    })
    .optional(),
  /** Nothing but these; where several ways to choose are given, an item has to pass each. */
  only: z.strictObject(itemChoice).optional(),
  /** Who did not agree to this channel gets no list. */
  consent: z.enum(consentChannels).optional(),
  caps: z.array(capSchema).max(10).optional(),
  /** No item in more than this share of all lists. */
  exposure: z.strictObject({ share: z.number().gt(0).max(1) }).optional(),
  boosts: z.array(boostSchema).max(3).optional(),
  /**
   * Lists of things less alike: `mmr` (Carbonell & Goldstein 1998) or `dpp` (Chen, Zhang & Zhou 2018). Raising `amount`
   * gives up more of the model's order. Alike are items of one `category`, or those of one `taste` in the model.
   */
  diversity: z
    .strictObject({
      method: z.enum(['mmr', 'dpp']),
      amount: z.number().min(0).max(1),
      likeness: z.enum(['category', 'taste']),
    })
    .optional(),
  /** At a position (1 is the first) one of these items, if the customer may be shown it: their best by the model, else the first. */
  slots: z
    .array(z.strictObject({ position: z.number().int().min(1).max(1000), items: z.array(text).min(1).max(1000) }))
    .max(50)
    .optional(),
});

export type ListPolicies = z.infer<typeof policiesSchema>;
export type ItemChoice = Pick<NonNullable<ListPolicies['hide']>, 'items' | 'categories' | 'brands'>;
export type Cap = z.infer<typeof capSchema>;
export type Boost = z.infer<typeof boostSchema>;
export type Diversity = NonNullable<ListPolicies['diversity']>;
