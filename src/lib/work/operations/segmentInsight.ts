import { reads } from './context';
import { scopeOf, type SegmentQuestion } from './segments';
import type { Bitset } from '../../core/base/bitset';
import { UserError } from '../../core/base/errors';
import { populationOf } from '../../core/profiles/population';
import { readRanks, type TraitRank } from '../../core/profiles/ranks';
import { numberOfUser, readUserIds } from '../../core/profiles/userIds';
import { checkSegment, type Finding } from '../../core/segments/checks';
import { evaluateRule, membersOf, type SegmentScope } from '../../core/segments/evaluate';
import { explainRule, type Reason } from '../../core/segments/explain';
import { overlapOf, type Overlap } from '../../core/segments/overlap';
import { relaxRule, type Relaxation } from '../../core/segments/relax';
import { samplePeople } from '../../core/segments/sample';
import { removedBy, waterfallOf, type WaterfallStep } from '../../core/segments/waterfall';
import { worthOf, type Worth } from '../../core/segments/worth';
import type { Rule } from '../../core/segments/rule';
import type { Epoch } from '../epoch';

export type { Finding } from '../../core/segments/checks';
export type { Reason } from '../../core/segments/explain';
export type { Overlap } from '../../core/segments/overlap';
export type { Relaxation } from '../../core/segments/relax';
export type { TraitRank } from '../../core/profiles/ranks';
export type { WaterfallStep } from '../../core/segments/waterfall';
export type { Worth } from '../../core/segments/worth';

export interface SegmentInsight {
  count: number;
  total: number;
  worth: Worth;
  waterfall: WaterfallStep[];
  asOf: string;
}

/** What a segment is worth, and what each of its conditions does. */
export const segmentInsight = reads<SegmentQuestion, SegmentInsight>(async (question, epoch) => {
  const scope = await scopeOf(question, epoch);
  const { rule, segmentId } = question;
  const evaluation = await evaluateRule(scope, rule, { segmentId, run: epoch });
  const { members, population } = evaluation;
  const worth = await worthOf(scope, members, epoch);
  return { count: members.count, total: population, worth, waterfall: waterfallOf(rule, evaluation), asOf: scope.asOf };
});

export interface SegmentChecks {
  findings: Finding[];
  /** Of an empty segment, the changes after which somebody is in it, the nearest first. */
  relaxations: Relaxation[];
}

export const segmentChecks = reads<SegmentQuestion, SegmentChecks>(async (question, epoch) => {
  const scope = await scopeOf(question, epoch);
  const { rule, segmentId } = question;
  const evaluation = await evaluateRule(scope, rule, { segmentId, run: epoch });
  const others = await membersOfSegments(scope, segmentId, epoch);
  const findings = checkSegment(rule, evaluation, others);
  return { findings, relaxations: await relaxRule(scope, rule, { segmentId, run: epoch }) };
});

/** The members of the scope's segments, but for one that is asked about itself. One that is wrong is left out: its own screen says what is wrong. */
export async function membersOfSegments(
  scope: SegmentScope,
  except: string | undefined,
  epoch: Epoch,
): Promise<{ id: string; members: Bitset }[]> {
  const found: { id: string; members: Bitset }[] = [];
  for (const { id, rule } of scope.segments) {
    if (id === except) continue;
    const members = await orNothing(membersOf(scope, rule, epoch));
    if (members) found.push({ id, members });
  }
  return found;
}

/** A person with the reasons of a rule. */
export interface ExplainedPerson {
  userId: string;
  reasons: Reason[];
}

/**
 * Why somebody is in a segment, or is not.
 * @throws UserError `user_unknown`, `user_not_yet`, and as `segmentCount`
 */
export const segmentExplain = reads<SegmentQuestion & { userId: string }, ExplainedPerson>(async (question, epoch) => {
  const scope = await scopeOf(question, epoch);
  const { rule, segmentId, userId } = question;
  const user = await knownUser(scope, userId, epoch);
  const [{ reasons }] = await explainRule(scope, rule, [user], { segmentId, run: epoch });
  return { userId, reasons };
});

async function knownUser(scope: SegmentScope, userId: string, epoch: Epoch): Promise<number> {
  const user = await numberOfUser(scope, userId, epoch.signal);
  if ((await populationOf(scope, epoch)).has(user)) return user;
  const asOf = scope.asOf.slice(0, 10);
  throw new UserError(
    'user_not_yet',
    `"${userId}" was not yet a customer before ${asOf}.`,
    'Choose a later date in the top bar, or another customer.',
    { user: userId, asOf },
  );
}

/** Whom a table of people is of: the members, or those whom one condition takes away (see `removedBy`). */
export type PeopleOf = { members: true } | { removedBy: string; of: 'here' | 'only' };

export interface SegmentPeople {
  /** How many there are, of whom these are some. */
  total: number;
  people: ExplainedPerson[];
}

/** Some people with the reasons, drawn by a seed; the next ones are others. */
export const segmentPeople = reads<SegmentQuestion & { whom: PeopleOf; seed: number; offset: number; limit: number }, SegmentPeople>(
  async (question, epoch) => {
    const scope = await scopeOf(question, epoch);
    const { rule, segmentId, whom } = question;
    const evaluation = await evaluateRule(scope, rule, { segmentId, run: epoch });
    const people = 'members' in whom ? evaluation.members : removedBy(whom.removedBy, whom.of, evaluation);
    const users = samplePeople(people, question);
    return { total: people.count, people: await explained(scope, rule, users, segmentId, epoch) };
  },
);

async function explained(
  scope: SegmentScope,
  rule: Rule,
  users: number[],
  segmentId: string | undefined,
  epoch: Epoch,
): Promise<ExplainedPerson[]> {
  const ids = await readUserIds(scope, users, epoch.signal);
  const found = await explainRule(scope, rule, users, { segmentId, run: epoch });
  return found.map(({ reasons }, i) => ({ userId: ids[i], reasons }));
}

export interface SegmentsOverlap extends Overlap {
  /** The segments, in the order of the figures; those that cannot be counted are left out. */
  segments: string[];
  total: number;
  asOf: string;
}

/** How segments of the plan lie over each other: by their sets, without a query once each was counted. */
export const segmentsOverlap = reads<{ ids: readonly string[]; segments?: SegmentQuestion['segments'] }, SegmentsOverlap>(
  async (question, epoch) => {
    const scope = await scopeOf(question, epoch);
    const found: { id: string; members: Bitset }[] = [];
    for (const id of question.ids) {
      const segment = scope.segments.find((known) => known.id === id);
      const members = segment && (await orNothing(membersOf(scope, segment.rule, epoch)));
      if (members) found.push({ id, members });
    }
    const overlap = await overlapOf(
      found.map(({ members }) => members),
      epoch,
    );
    return { ...overlap, segments: found.map(({ id }) => id), total: (await populationOf(scope, epoch)).count, asOf: scope.asOf };
  },
);

export interface CustomerSegments {
  /** Every segment of the plan that can be counted, in its order, with the reasons. */
  segments: { id: string; isIn: boolean; reasons: Reason[] }[];
  /** Every number trait against everybody. */
  ranks: TraitRank[];
}

/** In which segments of the plan somebody is, and why; and where their figures stand among everybody's. */
export const customerSegments = reads<{ userId: string; segments?: SegmentQuestion['segments'] }, CustomerSegments>(
  async (question, epoch) => {
    const scope = await scopeOf(question, epoch);
    const user = await knownUser(scope, question.userId, epoch);
    const found: CustomerSegments['segments'] = [];
    for (const { id, rule } of scope.segments) {
      const explanations = await orNothing(explainRule(scope, rule, [user], { segmentId: id, run: epoch }));
      if (!explanations) continue;
      const [{ reasons }] = explanations;
      found.push({ id, isIn: reasons[0].holds, reasons });
    }
    return { segments: found, ranks: await readRanks(scope, user, epoch.signal) };
  },
);

/** What a person can mend is told where they mend it. */
async function orNothing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
