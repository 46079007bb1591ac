import { reads } from './context';
import { scopeOf, type SegmentQuestion } from './segments';
import { readUserIds } from '../../core/profiles/userIds';
import { membersOf, type SegmentScope } from '../../core/segments/evaluate';
import { explainRule, type Reason } from '../../core/segments/explain';
import type { Rule } from '../../core/segments/rule';
import { samplePeople } from '../../core/segments/sample';
import type { RuleVersion } from '../../core/segments/versions';
import type { Epoch } from '../epoch';

export type { RuleVersion } from '../../core/segments/versions';

/** The rules that a segment had and has, as they were saved, the oldest first; none where it was never changed. */
export const segmentVersions = reads<{ segment: string }, RuleVersion[]>(async ({ segment }, { state }) =>
  state.versions.filter((version) => version.segment === segment),
);

/** Two rules of one segment, both told of today's data. */
export interface RulesQuestion extends Pick<SegmentQuestion, 'segments' | 'segmentId'> {
  before: Rule;
  after: Rule;
}

export interface RulesCompared {
  before: number;
  after: number;
  stayed: number;
  entered: number;
  left: number;
  asOf: string;
}

/** Whom a change of a rule brings in and takes out. @throws UserError as `segmentCount` */
export const rulesCompare = reads<RulesQuestion, RulesCompared>(async (question, epoch) => {
  const { scope, before, after } = await bothMembers(question, epoch);
  const stayed = before.and(after).count;
  const [was, is] = [before.count, after.count];
  return { before: was, after: is, stayed, entered: is - stayed, left: was - stayed, asOf: scope.asOf };
});

/** Somebody with the reasons of both rules. */
export interface RuleMover {
  userId: string;
  then: Reason[];
  now: Reason[];
}

/** Some of those who come in, go or stay, drawn by a seed. */
export const rulesMovers = reads<
  RulesQuestion & { group: 'entered' | 'left' | 'stayed'; seed: number; offset: number; limit: number },
  { total: number; people: RuleMover[] }
>(async (question, epoch) => {
  const { scope, before, after } = await bothMembers(question, epoch);
  const { group } = question;
  const people = group === 'entered' ? after.andNot(before) : group === 'left' ? before.andNot(after) : before.and(after);
  const users = samplePeople(people, question);
  const ids = await readUserIds(scope, users, epoch.signal);
  const reasonsOf = async (rule: Rule) =>
    (await explainRule(scope, rule, users, { segmentId: question.segmentId, run: epoch })).map(({ reasons }) => reasons);
  const [then, now] = [await reasonsOf(question.before), await reasonsOf(question.after)];
  return { total: people.count, people: ids.map((userId, i) => ({ userId, then: then[i], now: now[i] })) };
});

async function bothMembers(question: RulesQuestion, epoch: Epoch) {
  const scope: SegmentScope = await scopeOf(question, epoch);
  return { scope, before: await membersOf(scope, question.before, epoch), after: await membersOf(scope, question.after, epoch) };
}
