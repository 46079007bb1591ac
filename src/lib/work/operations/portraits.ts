import { personalAttributes } from '../../core/profiles/personal';
import { populationOf } from '../../core/profiles/population';
import { membersOf } from '../../core/segments/evaluate';
import { readPortrait, type PortraitLine } from '../../core/segments/portrait';
import type { Rule } from '../../core/segments/rule';
import { reads } from './context';

export type { PortraitLine } from '../../core/segments/portrait';

export interface Portrait {
  /** Customers in the rule, and in what they are compared with. */
  first: number;
  second: number;
  lines: PortraitLine[];
}

/**
 * What distinguishes the customers of a rule from all others, or from those of another rule; who is in both counts for
 * the first. Addresses and phone numbers are looked at by nobody. Progress stage: `compare`.
 * @throws UserError as `segmentCount`
 */
export const segmentPortrait = reads<{ rule: Rule; against?: Rule; segments?: readonly { id: string; rule: Rule }[] }, Portrait>(
  async ({ rule, against, segments }, epoch) => {
    const saved = await epoch.segments();
    const scope = { ...saved, segments: segments ?? saved.segments };
    const first = await membersOf(scope, rule, epoch);
    const second = (against ? await membersOf(scope, against, epoch) : await populationOf(scope, epoch)).andNot(first);
    const personal = await personalAttributes(await epoch.data(), epoch.plan.privacy, epoch.plan.traits, epoch);
    const contacts = new Set([...personal.values()].filter(({ class: of }) => of === 'contact').map(({ id }) => id));
    return { first: first.count, second: second.count, lines: await readPortrait(scope, first, second, contacts, epoch) };
  },
);
