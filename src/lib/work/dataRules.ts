import { callingCodes } from '../core/exports/callingCodes';
import type { Plan } from '../core/plan/schema';
import type { BuildOptions } from '../core/store/dataset';
import type { Merging } from '../core/store/dataset/identityKeys';

/** What a plan says of how its data is made from its files, besides who is one person. */
export function madeBy({
  timeZone,
  currency,
  rates,
  survivorship = {},
  cleaning,
}: Pick<Plan, 'timeZone' | 'currency'> & Partial<Pick<Plan, 'rates' | 'survivorship' | 'cleaning'>>): Omit<BuildOptions, 'run'> {
  return { timeZone, currency, rates, survivorship, cleaning };
}

/** By which ids its people are one: nobody is where it does not say. */
export function mergingOf({ identity }: Partial<Pick<Plan, 'identity'>>): Merging {
  const phones = identity?.country ? callingCodes[identity.country] : undefined;
  return { merge: identity?.merge ?? [], ...(phones && { phones }) };
}
