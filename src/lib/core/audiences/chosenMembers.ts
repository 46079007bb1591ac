import { Bitset } from '../base/bitset';
import type { RunContext } from '../base/run';
import { agreedTo } from './consents';
import { contactedTooOften, type PastExport } from './contacts';
import { customerIds } from './customerIds';
import { notes, type AudienceNote } from './notes';
import { idListMembers, requireIdList } from '../segments/idListMembers';
import { everyone, ruleOfSource, type AudienceSource } from './source';
import type { PlanAudience } from './schema';
import { profileRelation, requireColumn, scoresVersion, traitColumns } from '../profiles/profileRelation';
import { indexesOf } from '../store/columns';
import { remember } from '../store/remember';
import { identifier, sql } from '../store/sql';
import { evaluateRule, type SegmentScope } from '../segments/evaluate';
import type { Rule } from '../segments/rule';

/** Where audiences find people: the data, and what was exported before. */
export interface ContactScope extends SegmentScope {
  past?: readonly PastExport[];
}

/** How many customers are left after a step; in this order. */
export interface AudienceStep {
  step: 'everyone' | 'segment' | 'suppressed' | 'consent' | 'frequency' | 'top' | 'sharing' | 'held_out';
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

/** Whom an audience would address by itself. */
export interface ChosenMembers {
  members: Bitset;
  /**
   * The members' numbers in the order of the file: with `top` by its trait, highest first, then by id; otherwise by
   * id in byte order. A number is no rank, so it never decides.
   */
  order: Int32Array;
  steps: AudienceStep[];
  /** In the order of the segment's tree; none for everyone. */
  conditions: ConditionCount[];
  notes: AudienceNote[];
}

/**
 * Whom an audience would address if there were no other and no test: its segments' members who are on no list of those
 * left out, agreed to the channel and were not contacted too often, and of these the best by a trait or score (ties go to
 * the lower id in byte order; who has no value cannot be among the best).
 * @throws UserError `segment_unknown`, `id_list_unknown`, `consent_unknown`, `column_unknown`, and what the segment's rule throws
 */
export async function chosenMembers(scope: ContactScope, audience: PlanAudience, run: RunContext): Promise<ChosenMembers> {
  const { users: all } = await customerIds(scope, run);
  const { members: chosen, conditions } = await segmentMembers(scope, audience.from, run);
  const steps: AudienceStep[] = [
    { step: 'everyone', left: all.length },
    { step: 'segment', left: chosen.count },
  ];
  const found: AudienceNote[] = [];
  let members = chosen;
  const leave = (step: AudienceStep['step'], left: Bitset) => {
    members = left;
    steps.push({ step, left: left.count });
  };
  if (audience.suppress?.length) {
    for (const id of audience.suppress) {
      const list = requireIdList(scope.idLists, id);
      const { members: listed, ids } = await idListMembers(scope, list, run);
      if (ids > 0 && listed.count === 0) found.push(notes.nobodyOnList(audience.id, list.name ?? id, ids));
      members = members.andNot(listed);
    }
    leave('suppressed', members);
  }
  if (audience.consent) {
    const before = members.count;
    leave('consent', members.and(await agreedTo(scope, audience.consent, run)));
    if (before > 0 && members.count === 0) found.push(notes.consentEmpties(audience.id, audience.consent, before));
  }
  if (audience.frequency)
    leave('frequency', members.andNot((await contactedTooOften(scope, audience.id, audience.frequency, run)).tooMany));
  if (!audience.top) return { members, order: all.filter((user) => members.has(user)), steps, conditions, notes: found };
  const ranked = await inOrderOf(scope, audience.top.by, run);
  const order = ranked.filter((user) => members.has(user)).slice(0, audience.top.count);
  leave('top', Bitset.of(scope.users, order));
  return { members, order, steps, conditions, notes: found };
}

async function segmentMembers(
  scope: SegmentScope,
  from: AudienceSource,
  run: RunContext,
): Promise<Pick<ChosenMembers, 'members' | 'conditions'>> {
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
