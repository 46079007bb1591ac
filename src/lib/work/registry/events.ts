import type { RecommenderSpec } from '../../core/plan/schema';
import { findRecommender } from '../../core/recommenders/catalogue';
import { defaultEventWeights, type EventWeights } from '../../core/store/interactionQueries';
import type { Epoch } from '../epoch';

/** The events that a model learns from: those of the plan, else its own where the data has any of them, else the usual ones. */
export async function eventsOf(epoch: Epoch, { algorithm, events }: RecommenderSpec): Promise<EventWeights> {
  if (events) return events;
  const own = findRecommender(algorithm).events;
  const { eventNames } = await epoch.data();
  return own && Object.keys(own).some((event) => eventNames.includes(event)) ? own : defaultEventWeights;
}
