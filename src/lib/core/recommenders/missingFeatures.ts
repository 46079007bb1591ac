import type { InteractionMatrix } from '../math/sparseRows';
import type { TrainingResult } from './recommender';

/** The warning of a training whose items or customers have nothing but their ids. */
export function missingFeatures({
  items,
  users,
}: {
  items: InteractionMatrix;
  users?: InteractionMatrix;
}): Pick<TrainingResult, 'warnings'> {
  const missing = (bag: InteractionMatrix | undefined) => (bag && bag.columns.length === 0 ? 1 : 0);
  const values = { items: missing(items), users: missing(users) };
  return values.items + values.users === 0 ? {} : { warnings: [{ code: 'features_missing', values }] };
}
