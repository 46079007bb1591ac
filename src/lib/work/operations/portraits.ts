import type { Bitset } from '../../core/base/bitset';
import { stableJson } from '../../core/base/hash';
import type { PlanModel } from '../../core/plan/schema';
import { personalAttributes } from '../../core/profiles/personal';
import { scorePrefix } from '../../core/profiles/profileColumns';
import { traitColumns } from '../../core/profiles/profileRelation';
import { populationOf } from '../../core/profiles/population';
import { membersOf, type SegmentScope } from '../../core/segments/evaluate';
import { namesIn, traitsBehind } from '../../core/segments/names';
import { readPlaceShares, type PlaceShares } from '../../core/segments/places/placeShares';
import { readPortrait, type PortraitLine } from '../../core/segments/portrait';
import type { Rule } from '../../core/segments/rule';
import type { Epoch } from '../epoch';
import { reads } from './context';
import { scopeOf, type SegmentQuestion } from './segments';

export type { PortraitLine } from '../../core/segments/portrait';

export interface Portrait {
  /** Customers in the rule, and in what they are compared with. */
  first: number;
  second: number;
  lines: PortraitLine[];
  /** Traits that are not looked at because the rules go by them: their differences are what the rules say. */
  ofRule: string[];
}

/**
 * What distinguishes the customers of a rule from all others, or from those of another rule; who is in both counts for
 * the first. Addresses and phone numbers are looked at by nobody. Progress stage: `compare`.
 * @throws UserError as `segmentCount`
 */
export const segmentPortrait = reads<Omit<SegmentQuestion, 'segmentId'> & { against?: Rule }, Portrait>(
  async ({ rule, against, segments }, epoch) => {
    const scope = await scopeOf({ segments }, epoch);
    const ofRule = traitsOf(against ? [rule, against] : [rule], scope.segments, epoch.plan.models);
    return portraitOf(scope, await membersOf(scope, rule, epoch), against && (await membersOf(scope, against, epoch)), ofRule, epoch);
  },
);

/**
 * Where the customers of a rule are, beside all others or those of another rule: each attribute or trait of the plan
 * whose values are countries or Chinese provinces.
 * @throws UserError as `segmentCount`
 */
export const segmentPlaces = reads<Omit<SegmentQuestion, 'segmentId'> & { against?: Rule }, PlaceShares[]>(
  async ({ rule, against, segments }, epoch) => {
    const scope = await scopeOf({ segments }, epoch);
    const first = await membersOf(scope, rule, epoch);
    const second = (against ? await membersOf(scope, against, epoch) : await populationOf(scope, epoch)).andNot(first);
    const contacts = await contactsOf(epoch);
    const found: PlaceShares[] = [];
    for (const { id, kind, origin } of await traitColumns(scope)) {
      if (kind !== 'text' || (origin !== 'attribute' && origin !== 'plan') || contacts.has(id)) continue;
      const shares = await readPlaceShares(scope, id, first, second, epoch);
      if (shares) found.push(shares);
    }
    return found;
  },
);

/** Addresses and phone numbers. */
async function contactsOf(epoch: Epoch): Promise<Set<string>> {
  const personal = await personalAttributes(await epoch.data(), epoch.plan.privacy, epoch.plan.traits, epoch);
  return new Set([...personal.values()].filter(({ class: of }) => of === 'contact').map(({ id }) => id));
}

/** A portrait of people who are known already. @param ofRule traits that are not looked at */
export async function portraitOf(
  scope: SegmentScope,
  first: Bitset,
  against: Bitset | undefined,
  ofRule: string[],
  epoch: Epoch,
): Promise<Portrait> {
  const second = (against ?? (await populationOf(scope, epoch))).andNot(first);
  const lines = await readPortrait(scope, first, second, new Set([...(await contactsOf(epoch)), ...ofRule]), epoch);
  return { first: first.count, second: second.count, lines, ofRule };
}

/** The traits that the rules go by, those of segments that they name, and the likeness to segments with one of the rules. */
function traitsOf(rules: readonly Rule[], segments: readonly { id: string; rule: Rule }[], models: readonly PlanModel[]): string[] {
  const behind = traitsBehind(
    rules.flatMap((rule) => namesIn(rule, 'segment')),
    segments,
  );
  const texts = rules.map((rule) => stableJson(rule));
  const same = segments.filter(({ rule }) => texts.includes(stableJson(rule))).map(({ id }) => id);
  const alike = models.filter(
    (model) => model.kind === 'prediction' && model.task === 'lookalike' && same.includes(model.target?.segment ?? ''),
  );
  return [...new Set([...rules.flatMap((rule) => namesIn(rule, 'trait')), ...behind, ...alike.map(({ id }) => `${scorePrefix}${id}`)])];
}
