import { UserError } from '../../base/errors';
import type { LabelKind } from '../labels';
import { gradientBoosting } from './gradientBoosting';
import type { Learner } from './learner';
import { logistic } from './logistic';
import { network } from './network';
import { randomForest } from './randomForest';

/** Every learner, the plainest first: one file and one line each. */
export const learners: readonly Learner[] = [logistic, randomForest, gradientBoosting, network];

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

/** What a task may learn with: learners of its own labels, or of the simpler ones that it answers by. */
export function learnersFor({ labels, by }: { labels: LabelKind | null; by?: { labels: LabelKind } }): readonly Learner[] {
  const learnt = by?.labels ?? labels;
  return learnt === null ? [] : learnersOf(learnt);
}
