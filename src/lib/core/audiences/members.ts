import { Bitset } from '../base/bitset';
import { agreedTo } from './consents';
import { UserError } from '../base/errors';
import type { RunContext } from '../base/run';
import type { PlanAudience } from '../plan/schema';
import { profileRelation, requireColumn, scoresVersion, traitColumns } from '../profiles/profileRelation';
import { indexesOf } from '../store/columns';
import { remember } from '../store/remember';
import { identifier, sql } from '../store/sql';
import { evaluateRule, type SegmentScope } from '../segments/evaluate';
import type { Rule } from '../segments/rule';

/** An audience `from: everyone` needs no segment. */
export const everyone = 'everyone';

/** How many customers are left after a step: `everyone`, `segment`, `consent`, `top`, in this order. */
export interface AudienceStep {
  step: 'everyone' | 'segment' | 'consent' | 'top';
  left: number;
}

/** One condition of the audience's segment, where it stands in the rule's tree (`all.0`), and what it did. */
export interface ConditionCount {
  path: string;
  /** The condition itself; a group is its key: `all`, `any` or `not`. */
  condition: Rule | 'all' | 'any' | 'not';
  /** Customers for whom it holds, whatever the others say. */
  holds: number;
  /** For what is joined by `all`: who is left after it, and how many of those before it took away. */
  left?: number;
  removed?: number;
}

export interface AudienceMembers {
  members: Bitset;
  /**
   * The members' numbers in the order of the file: with `top` by its trait, highest first, then by id; otherwise by
   * id in byte order. A number is no rank, so it never decides.
   */
  order: Int32Array;
  steps: AudienceStep[];
  /** In the order of the segment's tree; none for everyone. */
  conditions: ConditionCount[];
}

/**
 * Who is in an audience: the segment's members who agreed to the channel, and of them the best by a trait or score
 * (ties go to the lower id in byte order; who has no value cannot be among the best).
 * @throws UserError `segment_unknown`, `consent_unknown`, `column_unknown`, and what the segment's rule throws
 */
export async function audienceMembers(scope: SegmentScope, audience: PlanAudience, run: RunContext): Promise<AudienceMembers> {
  const all = await inOrderOfId(scope, run);
  const { members: chosen, conditions } = await segmentMembers(scope, audience.from, all, run);
  const steps: AudienceStep[] = [
    { step: 'everyone', left: all.length },
    { step: 'segment', left: chosen.count },
  ];
  let members = chosen;
  if (audience.consent) {
    members = members.and(await agreedTo(scope, audience.consent, run));
    steps.push({ step: 'consent', left: members.count });
  }
  if (!audience.top) return { members, order: all.filter((user) => members.has(user)), steps, conditions };
  const ranked = await inOrderOf(scope, audience.top.by, run);
  const order = ranked.filter((user) => members.has(user)).slice(0, audience.top.count);
  steps.push({ step: 'top', left: order.length });
  return { members: Bitset.of(scope.users, order), order, steps, conditions };
}

async function segmentMembers(
  scope: SegmentScope,
  from: string,
  all: Int32Array,
  run: RunContext,
): Promise<Pick<AudienceMembers, 'members' | 'conditions'>> {
  if (from === everyone) return { members: Bitset.of(scope.users, all), conditions: [] };
  const segment = scope.segments.find(({ id }) => id === from);
  if (!segment) {
    throw new UserError('segment_unknown', `There is no segment "${from}".`, 'Choose one of the segments of this plan.', { segment: from });
  }
  const { members, nodes } = await evaluateRule(scope, segment.rule, { run });
  return { members, conditions: conditionCounts(segment.rule, nodes, all.length) };
}

/** What each node found, with what it took away from those that the ones before it had left. */
function conditionCounts(
  rule: Rule,
  nodes: readonly { path: string; count: number; left?: number }[],
  everybody: number,
): ConditionCount[] {
  const leftBefore = new Map<string, number>();
  return nodes.map(({ path, count, left }) => {
    const found: ConditionCount = { path, condition: conditionAt(rule, path), holds: count };
    if (left === undefined) return found;
    const group = path.slice(0, path.lastIndexOf('.'));
    const before = leftBefore.get(group) ?? everybody;
    leftBefore.set(group, left);
    return { ...found, left, removed: before - left };
  });
}

function conditionAt(rule: Rule, path: string): ConditionCount['condition'] {
  let node: unknown = rule;
  for (const step of path === '' ? [] : path.split('.')) node = (node as Record<string, unknown>)[step];
  const group = (['all', 'any', 'not'] as const).find((key) => key in (node as object));
  return group ?? (node as Rule);
}

/** Everybody who is known as of the scope's instant. */
function inOrderOfId(scope: SegmentScope, run: RunContext): Promise<Int32Array> {
  const query = sql`SELECT user_index FROM ${identifier(scope.profiles)} ORDER BY user_id`;
  return remember(scope, 'users by id', async ({ signal }) => indexesOf(await scope.store.query(query, signal), 'user_index'), run);
}

/** Who has a value of the trait, highest first, then by id. */
async function inOrderOf(scope: SegmentScope, by: string, run: RunContext): Promise<Int32Array> {
  const trait = identifier(requireColumn(await traitColumns(scope), by).id);
  const query = sql`SELECT user_index FROM ${profileRelation(scope)} WHERE ${trait} IS NOT NULL ORDER BY ${trait} DESC, user_id`;
  return remember(
    scope,
    `users by ${by} then id ${scoresVersion(scope)}`,
    async ({ signal }) => indexesOf(await scope.store.query(query, signal), 'user_index'),
    run,
  );
}
