import { putScores } from '../../core/predictions/scoresTable';
import { trainPropensity } from '../../core/predictions/trainPropensity';
import type { PropensityReport } from '../../core/predictions/types';
import type { PropensitySpec } from '../../core/plan/schema';
import { ensureData } from '../openData';
import { saveWorkspace } from '../saveWorkspace';
import { scoreKey } from '../scoreKey';
import type { Operation } from './context';

/**
 * Trains on earlier cut-offs, tests on the latest, then scores everyone as of the plan's `asOf`: the score becomes the
 * trait `score:<id>`. Progress stages: `features`, `train` with `{ epoch, loss, validationLoss }`, `test`, `score`.
 * Report and scores are saved with the workspace; cancelled or failed, the earlier ones stay.
 * @throws UserError `no_workspace`, `no_data` and those of {@link trainPropensity}
 */
export const propensityTrain: Operation<{ model: PropensitySpec }, PropensityReport> = async ({ model }, context) => {
  const { desk } = context;
  const { workspace } = desk;
  const { store, asOf, dataHash } = await ensureData(desk);
  const madeFrom = await scoreKey(desk, model);
  const trained = await trainPropensity(store, asOf, model, workspace.plan.seed, await desk.tensors(), context);
  const report = { ...trained.report, madeFrom, dataHash };
  await putScores(store, model.id, trained.scores);
  workspace.propensityReports.set(model.id, report);
  await saveWorkspace(desk, { tables: ['scores'] });
  return report;
};
