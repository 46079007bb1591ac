import { longestName } from '../base/longestName';
import { daysShape, idShape as id, z } from '../base/shape';
import { consentChannels } from '../schema/privacy/consents';
import { experimentSchema } from './experiment';
import { sourceShape } from './source';

/** `22:00`, of the plan's time zone. */
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day such as 22:00');

/** Who a campaign addresses: whom it takes, whom it leaves out, how many, whom it tests, when it is sent. */
export const audienceSchema = z.strictObject({
  id,
  name: z.string().max(longestName).optional(),
  from: sourceShape,
  /** Lists of ids of the plan (`idLists`): whoever is on one of them is left out. */
  suppress: z.array(id).optional(),
  /** Only customers who agreed to this channel. */
  consent: z.enum(consentChannels).optional(),
  /** Who was contacted `max` times or more in the `days` before is left out: this contact would be one too many. */
  frequency: z.strictObject({ days: daysShape, max: z.number().int().min(1).max(1000) }).optional(),
  /** The best by a trait or by a model's output (`score:<model id>`, `score:<model id>.<output>`), after all that leaves out. */
  top: z.strictObject({ by: z.string(), count: z.number().int().min(1) }).optional(),
  experiment: experimentSchema.optional(),
  /** A column `send_at` in the file: the day that the plan's date begins, at the hour that a trait says, never in the quiet hours. */
  sendAt: z
    .strictObject({
      /** A trait that is an hour of the day, 0 to 23: `score:<model id>.hour` of best contact times. */
      by: z.string().min(1),
      quiet: z.strictObject({ from: timeOfDay, to: timeOfDay }).optional(),
    })
    .optional(),
  /** Files of fewer customers than this are not made. */
  minimumSize: z.number().int().min(1).optional(),
  /** Traits to write beside the id, in this order. */
  columns: z.array(z.string()).default([]),
  /** Sensitive traits of which somebody confirmed, where the files are made, that they may decide who is in it. */
  sensitive: z.array(z.string()).optional(),
});
export type PlanAudience = z.infer<typeof audienceSchema>;

const money = z.number().positive();

/**
 * Audiences that exclude each other and share what there is to spend. Everybody goes to at most one of them: to the first
 * in this order that wants them and has room (`priority`), or so that the expected profit of all is the greatest (`profit`).
 */
export const sharingSchema = z.strictObject({
  id,
  name: z.string().max(longestName).optional(),
  choose: z.enum(['priority', 'profit']).default('priority'),
  /** Most contacts of all audiences together. */
  contacts: z.number().int().min(1).optional(),
  /** Most that all contacts may cost together, in the plan's currency. */
  budget: money.optional(),
  /** In order of priority. */
  audiences: z
    .array(
      z.strictObject({
        audience: id,
        /** What one contact costs, in the plan's currency. */
        cost: z.number().min(0).optional(),
        /** A trait or a model's output by which a contact is worth more or less: the chance that somebody does it. */
        score: z.string().min(1).optional(),
        /** What it is worth where somebody does it, in the plan's currency; a contact is expected to bring score × value − cost. */
        value: z.number().min(0).optional(),
        /**
         * A kept effect of the plan (`effects`) in place of a guess: a contact is expected to bring its revenue × `margin`, or
         * its buyers × `value`, less the cost. With a score, people have shares of it in proportion to their scores.
         */
        effect: id.optional(),
        /** Share of revenue that is left after the cost of goods. */
        margin: z.number().min(0).max(1).optional(),
        /** Most contacts of this audience. */
        most: z.number().int().min(1).optional(),
        /** Most that the contacts of this audience may cost. */
        budget: money.optional(),
        /** Only who is expected to bring more than they cost. */
        profitable: z.boolean().optional(),
      }),
    )
    .min(1)
    .max(20),
});
export type PlanSharing = z.infer<typeof sharingSchema>;
