import type { AudienceMembers } from '../audiences/members';
import { peopleOfArms } from '../audiences/arms';
import { controlArm } from '../audiences/experiment';
import { notes, type AudienceNote } from '../audiences/notes';
import { sharingOf } from '../audiences/traitsOfAudience';
import { UserError } from '../base/errors';
import type { Plan, PlanAudience } from '../plan/schema';
import { findDestination } from './destinations';

/** Where a limit of the plan keeps an audience below the size from which on a platform takes its list. */
export function limitNotes({ exports, sharing }: Pick<Plan, 'exports' | 'sharing'>, { id, top }: PlanAudience): AudienceNote[] {
  const group = sharingOf(id, sharing);
  const own = group?.audiences.find(({ audience }) => audience === id)?.most;
  const most = Math.min(top?.count ?? Infinity, own ?? Infinity, group?.contacts ?? Infinity);
  return exports.flatMap((entry) => {
    if (!('audience' in entry) || entry.audience !== id) return [];
    const { leastRows } = findDestination(entry.destination);
    return leastRows !== undefined && most < leastRows ? [notes.belowDestination(id, most, entry.destination, leastRows)] : [];
  });
}

/** @throws UserError `audience_too_small`, `audience_too_small_arm` where a file would have fewer people than the audience allows */
export function refuseTooSmall({ id, minimumSize: least }: PlanAudience, { members, arms }: AudienceMembers): void {
  const people = members.count;
  if (least === undefined) return;
  if (people < least) {
    throw new UserError(
      'audience_too_small',
      `"${id}" has ${people} people, fewer than the ${least} that its files need.`,
      'Address more people, or lower the smallest size.',
      { audience: id, people, least },
    );
  }
  const small = arms && peopleOfArms(arms).find((arm) => arm.id !== controlArm && arm.people < least);
  if (!small) return;
  throw new UserError(
    'audience_too_small_arm',
    `The arm "${small.id}" of "${id}" has ${small.people} people, fewer than the ${least} that its files need.`,
    'Address more people, or make fewer arms.',
    { audience: id, arm: small.id, people: small.people, least },
  );
}
