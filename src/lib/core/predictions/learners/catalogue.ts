import { UserError } from '../../base/errors';
import type { LabelKind } from '../labels';
import type { Learner } from './learner';
import { linear } from './linear';
import { logistic } from './logistic';
import { network } from './network';
import { stackOf } from './stack';

/** Every learner, the plainest first: one file and one line each. */
export const learners: readonly Learner[] = [
  logistic,
  linear,
  network,
  stackOf({ binary: [logistic, network], number: [linear, network] }),
];

/** @throws UserError `learner_unknown` */
export function findLearner(id: string): Learner {
  const found = learners.find((learner) => learner.id === id);
  if (found) return found;
  const known = learners.map((learner) => learner.id).join(', ');
  throw new UserError('learner_unknown', `There is no learner "${id}".`, `Choose one of: ${known}.`, { id, known });
}

export function learnersOf(labels: LabelKind): readonly Learner[] {
  return learners.filter((learner) => learner.labels.includes(labels));
}
