import { idShape, z } from '../base/shape';
import type { CampaignResult, MetricEffect } from './campaignResult';

const interval = z.strictObject({ value: z.number(), low: z.number(), high: z.number() });

/** What one contact of a past campaign brought, kept in the plan so that audiences can reckon with it. */
export const keptEffectSchema = z.strictObject({
  id: idShape,
  campaign: z.string().min(1).max(200),
  arm: z.string().min(1).max(200),
  /** Local dates of what was counted; the last one included. */
  from: z.string().optional(),
  to: z.string().optional(),
  /** People of the arm and of the control. */
  people: z.number().int().min(1),
  control: z.number().int().min(1),
  level: z.number().gt(0).lt(1),
  /** Buyers more for each person contacted. */
  buyers: interval.optional(),
  /** Revenue more for each person contacted. */
  revenue: interval.optional(),
  /** Margin less costs of each person contacted, where they were known. */
  profit: interval.optional(),
  currency: z.string().optional(),
});
export type KeptEffect = z.infer<typeof keptEffectSchema>;

/** The effect per contact of one arm, with what was known before taken off where that narrows it. */
export function keptEffectOf({ campaign, span, arms, results, level, currency }: CampaignResult, arm: string, id: string): KeptEffect {
  const { metrics, profit } = results.find((each) => each.arm === arm)!;
  const of = (metric: string) => {
    const found = metrics.find((each) => each.id === metric);
    return found && perContact(found);
  };
  const [buyers, revenue] = [of('ordered'), of('revenue')];
  return {
    id,
    campaign,
    arm,
    ...(span && { from: span.from, to: span.to }),
    people: arms.find((each) => each.id === arm)!.people,
    control: arms[0].people,
    level,
    ...(buyers && { buyers }),
    ...(revenue && { revenue }),
    ...(profit && { profit: profit.perPerson }),
    ...(currency !== null && { currency }),
  };
}

function perContact({ effect, cuped }: MetricEffect) {
  const { difference, low, high } = cuped ?? effect;
  return { value: difference, low, high };
}
