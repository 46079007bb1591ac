import { Bitset } from '../base/bitset';
import { UserError } from '../base/errors';
import type { RunContext } from '../base/run';
import { armsOf, type AudienceArms } from './arms';
import { agreedTo } from './consents';
import { controlArm } from './experiment';
import { everyone, ruleOfSource, type AudienceSource } from './source';
import type { PlanAudience } from './schema';
import { profileRelation, requireColumn, scoresVersion, traitColumns } from '../profiles/profileRelation';
import { indexesOf } from '../store/columns';
import { remember } from '../store/remember';
import { identifier, sql } from '../store/sql';
import { evaluateRule, type SegmentScope } from '../segments/evaluate';
import type { Rule } from '../segments/rule';

/** How many customers are left after a step; in this order. */
export interface AudienceStep {
  step: 'everyone' | 'segment' | 'consent' | 'top' | 'held_out';
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
  /** Whom the files address; who is held out is not among them. */
  members: Bitset;
  /**
   * The members' numbers in the order of the file: with `top` by its trait, highest first, then by id; otherwise by
   * id in byte order. A number is no rank, so it never decides.
   */
  order: Int32Array;
  steps: AudienceStep[];
  /** In the order of the segment's tree; none for everyone. */
  conditions: ConditionCount[];
  /** Of an audience with an experiment: everybody's arm, those who are held out among them. */
  arms?: AudienceArms;
}

/**
 * Who is in an audience: the segment's members who agreed to the channel, of them the best by a trait or score (ties go
 * to the lower id in byte order; who has no value cannot be among the best), and of these all who are not held out.
 * @throws UserError `segment_unknown`, `consent_unknown`, `column_unknown`, `experiment_nobody_left`, and what the
 * segment's rule and {@link armsOf} throw
 */
export async function audienceMembers(scope: SegmentScope, audience: PlanAudience, run: RunContext): Promise<AudienceMembers> {
  const chosen = await chosenMembers(scope, audience, run);
  return audience.experiment ? withoutHeldOut(scope, chosen, audience, run) : chosen;
}

/** Those whom the experiment does not hold out, in the order that they have. */
async function withoutHeldOut(
  scope: SegmentScope,
  { members, order, steps, conditions }: AudienceMembers,
  { id, experiment }: PlanAudience,
  run: RunContext,
): Promise<AudienceMembers> {
  const arms = await armsOf(scope, members, experiment!, run);
  const control = arms.arms.findIndex((arm) => arm.id === controlArm);
  const sent = Bitset.of(
    scope.users,
    arms.users.filter((_, i) => arms.arm[i] !== control),
  );
  const left = sent.count;
  if (left === 0 && order.length > 0) {
    throw new UserError(
      'experiment_nobody_left',
      `The experiment of "${id}" holds out everybody whom the audience has: ${order.length}.`,
      'Hold out less, or address more people.',
      { audience: id, people: order.length },
    );
  }
  return { members: sent, order: order.filter((user) => sent.has(user)), steps: [...steps, { step: 'held_out', left }], conditions, arms };
}

async function chosenMembers(scope: SegmentScope, audience: PlanAudience, run: RunContext): Promise<AudienceMembers> {
  const all = await inOrderOfId(scope, run);
  const { members: chosen, conditions } = await segmentMembers(scope, audience.from, run);
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
  from: AudienceSource,
  run: RunContext,
): Promise<Pick<AudienceMembers, 'members' | 'conditions'>> {
  // Of one segment its own conditions are told, of a combination the segments that it joins.
  const rule = typeof from === 'string' ? scope.segments.find(({ id }) => id === from)?.rule : undefined;
  const { members, nodes, population } = await evaluateRule(scope, rule ?? ruleOfSource(from), { run });
  return { members, conditions: from === everyone ? [] : conditionCounts(rule ?? ruleOfSource(from), nodes, population) };
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
