import type { Operation } from './context';
import type { PropensitySpec } from '../../core/plan/schema';
import type { PropensityReport } from '../../core/predictions/types';

/**
 * Trains on earlier cut-offs, tests on the latest, then scores everyone as of the plan's `asOf`: the score becomes the
 * trait `score:<id>`. Progress stages: `features`, `train` with `{ epoch, loss, validationLoss }`, `test`, `score`.
 */
export const propensityTrain: Operation<{ model: PropensitySpec }, PropensityReport> = notBuilt;

function notBuilt(): Promise<never> {
  throw new Error('not built yet');
}
