import { UserError } from '../../base/errors';
import { classTransformation } from './classTransformation';
import { drLearner } from './drLearner';
import { rLearner } from './rLearner';
import { sLearner } from './sLearner';
import { tLearner } from './tLearner';
import { upliftForest } from './upliftForest';
import type { UpliftLearner } from './upliftLearner';
import { xLearner } from './xLearner';

/** Every learner of uplift: one file and one line each, with its words `option_metaLearner_<id>`. */
export const upliftLearners: readonly UpliftLearner[] = [
  tLearner,
  sLearner,
  xLearner,
  rLearner,
  drLearner,
  classTransformation,
  upliftForest,
];

/** @throws UserError `uplift_learner_unknown` */
export function findUpliftLearner(id: string): UpliftLearner {
  const found = upliftLearners.find((learner) => learner.id === id);
  if (found) return found;
  const known = upliftLearners.map((learner) => learner.id).join(', ');
  throw new UserError('uplift_learner_unknown', `There is no learner of uplift "${id}".`, `Choose one of: ${known}.`, { id, known });
}
