import { UserError } from '../base/errors';
import type { PropensityAlgorithm } from './algorithm';
import { logistic } from './logistic';
import { network } from './network';

/** Every kind of propensity model, the plainest first: one file and one line each. */
export const propensityAlgorithms: readonly PropensityAlgorithm[] = [logistic, network];

/** @throws UserError `propensity_algorithm_unknown` */
export function findPropensityAlgorithm(id: string): PropensityAlgorithm {
  const found = propensityAlgorithms.find((algorithm) => algorithm.id === id);
  if (found) return found;
  const known = propensityAlgorithms.map((algorithm) => algorithm.id).join(', ');
  throw new UserError('propensity_algorithm_unknown', `There is no propensity model "${id}".`, `Choose one of: ${known}.`, { id, known });
}
