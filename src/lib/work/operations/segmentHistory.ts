import { reads } from './context';
import type { SegmentQuestion } from './segments';
import type { ExplainedPerson } from './segmentInsight';
import { readUserIds } from '../../core/profiles/userIds';
import { explainRule } from '../../core/segments/explain';
import {
  movesBetween,
  moversBy,
  replayDays,
  replayRule,
  timelessTraits,
  withPast,
  type Moves,
  type ReplayStep,
} from '../../core/segments/history';
import { samplePeople } from '../../core/segments/sample';
import { localDate } from '../../core/schema/asOf';

export interface SegmentHistory {
  /** Ascending; the last is today's asOf. */
  points: { asOf: string; count: number; total: number }[];
  /** Traits of the rule whose past the data does not hold: they are taken as they are now. */
  timeless: string[];
}

/** The sizes of a segment as its rule would have told them at the ends of months or weeks. */
export const segmentHistory = reads<SegmentQuestion & { step: ReplayStep }, SegmentHistory>(async (question, epoch) => {
  const scope = await epoch.replay(question.segments);
  const { rule, step } = question;
  const first = epoch.state.data?.version.facts.firstEvent;
  const days = replayDays(first ? localDate(new Date(first), epoch.plan.timeZone) : scope.asOf.slice(0, 10), scope.asOf, step);
  const points: SegmentHistory['points'] = [];
  for (const [done, asOf] of days.entries()) {
    epoch.report({ stage: 'replay', done, total: days.length, unit: 'steps' });
    const { members, everyone } = await replayRule(scope, rule, asOf, epoch);
    points.push({ asOf, count: members.count, total: everyone.count });
    await epoch.breathe();
  }
  return { points, timeless: await timelessTraits(scope, rule) };
});

export interface SegmentMoves {
  from: string;
  to: string;
  before: number;
  after: number;
  stayed: number;
  entered: number;
  /** In it now, and not in the data then. */
  arrived: number;
  left: number;
  turned: Moves['turned'];
  timeless: string[];
}

export interface MovesQuestion extends SegmentQuestion {
  /** Local midnights, the earlier first. */
  from: string;
  to: string;
}

/** Who entered and who left between two days, and which conditions turned. */
export const segmentMoves = reads<MovesQuestion, SegmentMoves>(async (question, epoch) => {
  const scope = await epoch.replay(question.segments);
  const { rule, from, to } = question;
  const then = await replayRule(scope, rule, from, epoch);
  const now = await replayRule(scope, rule, to, epoch);
  const moves = movesBetween(then, now);
  return {
    from,
    to,
    before: then.members.count,
    after: now.members.count,
    stayed: moves.stayed.count,
    entered: moves.entered.count,
    arrived: moves.arrived.count,
    left: moves.left.count,
    turned: moves.turned,
    timeless: await timelessTraits(scope, rule),
  };
});

/** Somebody who moved, with the reasons of both days; who was not known then has none of that day. */
export interface Mover {
  userId: string;
  then: ExplainedPerson['reasons'] | null;
  now: ExplainedPerson['reasons'];
}

export interface SegmentMovers {
  total: number;
  people: Mover[];
}

/** Some of those who moved, with the figures of both days; `by` are those for whom one condition turned. */
export const segmentMovers = reads<
  MovesQuestion & { group: 'entered' | 'left' | 'arrived' | 'stayed'; by?: string; seed: number; offset: number; limit: number },
  SegmentMovers
>(async (question, epoch) => {
  const scope = await epoch.replay(question.segments);
  const { rule, from, to, group, by } = question;
  const then = await replayRule(scope, rule, from, epoch);
  const now = await replayRule(scope, rule, to, epoch);
  const moves = movesBetween(then, now);
  const people = by !== undefined && (group === 'entered' || group === 'left') ? moversBy(moves, then, now, group, by) : moves[group];
  const users = samplePeople(people, question);
  const reasonsAt = (asOf: string) =>
    withPast(scope, rule, asOf, epoch, async (past) =>
      (await explainRule(past, rule, users, { run: epoch })).map(({ reasons }) => reasons),
    );
  const before = group === 'arrived' ? null : await reasonsAt(from);
  const after = await reasonsAt(to);
  const ids = await readUserIds(scope, users, epoch.signal);
  return { total: people.count, people: ids.map((userId, i) => ({ userId, then: before?.[i] ?? null, now: after[i] })) };
});
