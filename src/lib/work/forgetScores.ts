import { dropScores } from '../core/predictions/scoresTable';
import type { Desk } from './desk';

/**
 * Takes scores and reports of propensity models away when the data changed: scores lie under the customers' dense
 * indexes, and the same index may be another customer now.
 */
export async function forgetScores(desk: Desk): Promise<void> {
  desk.workspace.propensityReports.clear();
  await dropScores(await desk.store());
}
