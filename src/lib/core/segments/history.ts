import type { Bitset } from '../base/bitset';
import { stableJson } from '../base/hash';
import type { RunContext } from '../base/run';
import { readUserColumns, namedAttributes } from '../profiles/attributes';
import { openProfiles } from '../profiles/materialize';
import { madeOf } from '../profiles/profilesQuery';
import { liesBeside, withReferences, type PlanTrait } from '../profiles/planTraits';
import { profileTraits } from '../profiles/profileTraits';
import { scoresVersion, type ScoreColumn } from '../profiles/profileRelation';
import { tagKey, type Tag } from '../profiles/tags/tag';
import { addDays } from '../schema/asOf';
import type { DataScope } from '../store/dataScope';
import { remember } from '../store/remember';
import { evaluateRule, type SegmentScope } from './evaluate';
import { idListKey } from './idList';
import { namesIn, segmentsInside } from './names';
import type { Rule } from './rule';
import { childrenOf, groupKind, isGroup } from './ruleEdit';
import { isLeaf } from './rule';
import { visitRule } from './walk';

/** What a rule is replayed in: the data, the plan's traits and segments, and the scores of now. */
export interface ReplayScope extends DataScope, Pick<SegmentScope, 'idLists' | 'personIds'> {
  planTraits: readonly PlanTrait[];
  scores: ReadonlyMap<string, ScoreColumn>;
  planTags?: readonly Tag[];
  segments: SegmentScope['segments'];
}

/** A rule's members as they would have been told on a day. */
export interface PastMembers {
  /** Local midnight: what was known before it. */
  asOf: string;
  members: Bitset;
  /** The people known then. */
  everyone: Bitset;
  /** Whom each condition of the outermost group held for, in their order. */
  parts: { path: string; set: Bitset }[];
}

/**
 * The members of a rule as of a past midnight, remembered for that day. Only the traits that the rule needs are made,
 * and their tables are let go afterwards: a day costs a scan or two, not the whole of the profiles.
 */
export function replayRule(scope: ReplayScope, rule: Rule, asOf: string, run: RunContext): Promise<PastMembers> {
  const inside = segmentsInside(rule, scope.segments);
  const traits = scope.planTraits.map(({ name: _, feature: __, ...definition }) => definition);
  const named = [rule, ...inside.map((segment) => segment.rule)].flatMap((each) => namesIn(each, 'list'));
  const lists = (scope.idLists ?? []).filter(({ id }) => named.includes(id)).map((list) => [list.id, idListKey(list)]);
  const what = `replay ${stableJson([rule, inside, traits, lists, (scope.planTags ?? []).map(tagKey)])} ${scoresVersion({ ...scope, profiles: '' })}`;
  return remember({ ...scope, asOf }, what, (run) => withPast(scope, rule, asOf, run, (past) => partsOf(past, rule, run)), run);
}

/** Works on the data as of a past midnight, with no more of the profiles than a rule needs; what is made for it goes again. */
export async function withPast<T>(
  scope: ReplayScope,
  rule: Rule,
  asOf: string,
  run: RunContext,
  work: (past: SegmentScope) => Promise<T>,
): Promise<T> {
  const cache = scope.cache.reader();
  try {
    const { planTraits: traits, planTags: tags, scores, segments, idLists, personIds } = scope;
    const only = traitsNeeded(rule, scope.segments);
    const past = await openProfiles({ ...scope, cache, asOf }, { traits, scores, tags, personIds, only }, run);
    return await work({ ...past, segments, idLists, personIds });
  } finally {
    await cache.release();
  }
}

async function partsOf(past: SegmentScope, rule: Rule, run: RunContext): Promise<PastMembers> {
  const { members, everyone, sets } = await evaluateRule(past, rule, { run });
  const paths = isGroup(rule) ? childrenOf(rule).map((_, i) => `${groupKind(rule)}.${i}`) : [''];
  return { asOf: past.asOf, members, everyone, parts: paths.map((path) => ({ path, set: sets.get(path)! })) };
}

/** The traits that a rule and the segments it refers to look at, RFM's three among them. */
function traitsNeeded(rule: Rule, segments: ReplayScope['segments']): string[] {
  const rules = [rule, ...segmentsInside(rule, segments).map((segment) => segment.rule)];
  const needed = new Set(rules.flatMap((each) => namesIn(each, 'trait')));
  for (const each of rules)
    visitRule(each, (node) => {
      if (isLeaf(node) && 'rfm' in node) for (const id of ['daysSinceLastOrder', 'orders', 'revenue']) needed.add(id);
    });
  return [...needed];
}

/**
 * The traits of a rule whose past is not in the data: attributes of a customer file (they are as they were imported
 * last), tags (as they are in the plan) and scores (as the model gave them last). A replay takes them as they are now.
 */
export async function timelessTraits(scope: ReplayScope, rule: Rule): Promise<string[]> {
  const attributes = namedAttributes(
    await readUserColumns(scope),
    scope.planTraits.map(({ id }) => id),
  );
  const timeless = new Set(attributes.filter(({ column }) => column !== 'created_at').map(({ id }) => id));
  return traitsNeeded(rule, scope.segments).filter((id) => {
    if (liesBeside(id)) return true;
    const own = scope.planTraits.find((trait) => trait.id === id);
    const made = madeOf([id], own ? [...profileTraits, ...withReferences(own, scope.planTraits)] : profileTraits);
    return (
      [...made].some((part) => timeless.has(part) || liesBeside(part)) || (own && 'attribute' in own && own.attribute !== 'created_at')
    );
  });
}

export type ReplayStep = 'month' | 'week';

/** More points than a line can show say nothing more, and each costs a replay. */
const mostDays = 60;

/** The ends of months, or of weeks (Sunday night), after the first event and before asOf, and asOf itself; the newest of them. */
export function replayDays(firstDay: string, asOf: string, step: ReplayStep): string[] {
  const today = asOf.slice(0, 10);
  const days = [today];
  for (let day = before(today, step); day > firstDay && days.length < mostDays; day = before(day, step)) days.unshift(day);
  return days.map((day) => `${day}T00:00:00`);
}

/** The first of a month, or the Monday, before a day: its midnight ends the one before. */
function before(day: string, step: ReplayStep): string {
  const earlier = addDays(day, -1);
  if (step === 'month') return `${earlier.slice(0, 7)}-01`;
  const weekday = (new Date(`${earlier}T00:00:00Z`).getUTCDay() + 6) % 7;
  return addDays(earlier, -weekday);
}

/** Who moved between two days. */
export interface Moves {
  stayed: Bitset;
  /** In it now, known then, and not in it then. */
  entered: Bitset;
  /** In it now, and not known then: they came into the data later. */
  arrived: Bitset;
  left: Bitset;
  /** For each condition: for how many of those who entered or left it turned, and for how many it alone did. */
  turned: { path: string; entered: number; enteredAlone: number; left: number; leftAlone: number }[];
}

export function movesBetween(then: PastMembers, now: PastMembers): Moves {
  const entered = now.members.andNot(then.members);
  const left = then.members.andNot(now.members);
  const arrived = entered.andNot(then.everyone);
  const known = entered.and(then.everyone);
  const changes = now.parts.map(({ path, set }, i) => {
    const before = then.parts[i].set;
    return { path, on: set.andNot(before).and(known), off: before.andNot(set).and(left) };
  });
  const alone = (i: number, of: 'on' | 'off') =>
    changes.reduce((rest, change, j) => (i === j ? rest : rest.andNot(change[of])), changes[i][of]);
  return {
    stayed: now.members.and(then.members),
    entered: known,
    arrived,
    left,
    turned: changes.map(({ path, on, off }, i) => ({
      path,
      entered: on.count,
      enteredAlone: alone(i, 'on').count,
      left: off.count,
      leftAlone: alone(i, 'off').count,
    })),
  };
}

/** Those of one group of movers for whom a condition turned. */
export function moversBy(moves: Moves, then: PastMembers, now: PastMembers, group: 'entered' | 'left', path: string): Bitset {
  const [before, after] = [then, now].map(({ parts }) => parts.find((part) => part.path === path)!.set);
  return moves[group].and(group === 'left' ? before.andNot(after) : after.andNot(before));
}
