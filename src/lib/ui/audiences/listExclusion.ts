import type { PlanList, PlanModel } from '$lib/core/plan/schema';
import { usualExclusion } from '$lib/core/recommendations/exclusion';
import { recommenders } from '$lib/core/recommenders/catalogue';

export type Exclusion = 'bought' | 'seen' | 'nothing';

/** What a list leaves out because customers have it: as it says, else as is usual for its model. */
export function exclusionOfList({ exclude, model }: PlanList, models: readonly PlanModel[]): Exclusion {
  const spec = models.find(({ id }) => id === model);
  const recommender = recommenders.find(({ id }) => spec?.kind === 'recommender' && id === spec.algorithm) ?? {};
  const [first = 'nothing', ...others] = exclude ?? usualExclusion(recommender);
  return others.includes('seen') ? 'seen' : first;
}
