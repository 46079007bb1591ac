import { Bitset } from '../base/bitset';
import { UserError } from '../base/errors';
import type { RunContext } from '../base/run';
import type { PlanAudience } from '../plan/schema';
import { profileRelation, requireColumn, traitColumns } from '../profiles/profileRelation';
import { indexesOf } from '../store/columns';
import { remember } from '../store/remember';
import { identifier, sql } from '../store/sql';
import { membersOf, readMembers, type SegmentScope } from '../segments/evaluate';

/** An audience `from: everyone` needs no segment. */
export const everyone = 'everyone';

/** How many customers are left after a step: `everyone`, `segment`, `consent`, `top`, in this order. */
export interface AudienceStep {
  step: 'everyone' | 'segment' | 'consent' | 'top';
  left: number;
}

export interface AudienceMembers {
  members: Bitset;
  steps: AudienceStep[];
}

const consentColumns = { email: 'consent_email', sms: 'consent_sms', push: 'consent_push' } as const;

/**
 * Who is in an audience: the segment's members who agreed to the channel, and of them the best by a trait or score
 * (ties go to the lower user index; who has no value cannot be among the best).
 * @throws UserError `segment_unknown`, `consent_unknown`, `column_unknown`, and what the segment's rule throws
 */
export async function audienceMembers(scope: SegmentScope, audience: PlanAudience, run: RunContext): Promise<AudienceMembers> {
  let members = await segmentMembers(scope, audience.from, run);
  const steps: AudienceStep[] = [
    { step: 'everyone', left: scope.users },
    { step: 'segment', left: members.count },
  ];
  if (audience.consent) {
    members = members.and(await agreed(scope, audience.consent, run));
    steps.push({ step: 'consent', left: members.count });
  }
  if (audience.top) {
    members = await best(scope, members, audience.top, run);
    steps.push({ step: 'top', left: members.count });
  }
  return { members, steps };
}

async function segmentMembers(scope: SegmentScope, from: string, run: RunContext): Promise<Bitset> {
  if (from === everyone) return Bitset.all(scope.users);
  const segment = scope.segments.find(({ id }) => id === from);
  if (segment) return membersOf(scope, segment.rule, run);
  throw new UserError('segment_unknown', `There is no segment "${from}".`, 'Choose one of the segments of this plan.', { segment: from });
}

/** Silence is no consent: only those whose value is true. */
function agreed(scope: SegmentScope, channel: keyof typeof consentColumns, run: RunContext): Promise<Bitset> {
  const column = identifier(consentColumns[channel]);
  return remember(
    scope,
    `consent ${channel}`,
    async ({ signal }) => {
      const known = await scope.store.query(sql`SELECT count(${column})::INTEGER AS known FROM ${identifier(scope.tables.users)}`, signal);
      if (known.getChild('known')!.get(0) === 0) {
        throw new UserError(
          'consent_unknown',
          `The data does not say which customers agreed to ${channel}.`,
          'Import a file of customers with a consent column, or take the consent condition out of the audience.',
          { channel },
        );
      }
      return readMembers(scope.store, sql`SELECT user_index FROM ${identifier(scope.tables.users)} WHERE ${column}`, scope.users, signal);
    },
    run,
  );
}

async function best(scope: SegmentScope, members: Bitset, { by, count }: { by: string; count: number }, run: RunContext): Promise<Bitset> {
  const trait = identifier(requireColumn(await traitColumns(scope), by).id);
  const ranked = await scope.store.query(
    sql`SELECT user_index FROM ${profileRelation(scope)} WHERE ${trait} IS NOT NULL ORDER BY ${trait} DESC, user_index`,
    run.signal,
  );
  const chosen = new Bitset(scope.users);
  let left = count;
  for (const user of indexesOf(ranked, 'user_index')) {
    if (left === 0) break;
    if (!members.has(user)) continue;
    chosen.add(user);
    left--;
  }
  return chosen;
}
