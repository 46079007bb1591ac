import { UserError } from '../../base/errors';
import { churnRhythm } from './churnRhythm';
import { clv } from './clv';
import { clvInputs } from './clvInputs';
import { clusters } from './clusters';
import { contactTime } from './contactTime';
import { discountSensitivity } from './discountSensitivity';
import type { FeatureRequest } from '../features';
import { knownColumn, knownNumber } from './knownColumn';
import { lookalike } from './lookalike';
import { nextPurchase } from './nextPurchase';
import { propensity } from './propensity';
import { spend } from './spend';
import type { PredictionTask } from './task';
import { uplift, upliftSpend } from './uplift';

/** Every question that a prediction can answer: one file and one line each. */
export const predictionTasks: readonly PredictionTask[] = [
  propensity,
  churnRhythm,
  nextPurchase,
  spend,
  discountSensitivity,
  contactTime,
  knownColumn,
  knownNumber,
  lookalike,
  clv,
  clvInputs,
  uplift,
  upliftSpend,
  clusters,
];

/** Whom a task asks about today: those with an event, or of what is known today everybody. */
export function peopleOf(task: PredictionTask | undefined): FeatureRequest['people'] {
  return task && task.labels !== null && task.cutoffs === null ? 'known' : 'active';
}

/** Whether a model can say of today what it learnt before, without learning anew. */
export function scoresAgain({ task }: { task: string }): boolean {
  const known = predictionTasks.find(({ id }) => id === task);
  return known !== undefined && (known.labels !== null || known.again !== undefined);
}

/** @throws UserError `task_unknown` */
export function findTask(id: string): PredictionTask {
  const found = predictionTasks.find((task) => task.id === id);
  if (found) return found;
  const known = predictionTasks.map((task) => task.id).join(', ');
  throw new UserError('task_unknown', `There is no prediction task "${id}".`, `Choose one of: ${known}.`, { id, known });
}
