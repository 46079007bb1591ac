import { stableJson } from '../core/base/hash';
import { comparedTrainPart } from '../core/evaluation/tuning/trainPart';
import { valuesOfTrial } from '../core/evaluation/tuning/trialValues';
import { searchedAndFixed } from '../core/evaluation/tuning/space';
import { tune, type Trial, type TuningResult } from '../core/evaluation/tuning/tune';
import type { SplitSpec } from '../core/evaluation/types';
import type { RecommenderSpec } from '../core/plan/schema';
import { findRecommender } from '../core/recommenders/catalogue';
import { featureParts } from '../core/recommenders/readFeatures';
import { readNumbering } from '../core/recommenders/readTrainingData';
import { readInteractionList } from '../core/store/interactionQueries';
import { remember } from '../core/store/remember';
import type { Epoch } from './epoch';
import { refuseTooLargeModel, roomInBytes } from './recommenderEstimate';
import { computeOf } from './recommenders';
import { eventsOf } from './registry/events';

export interface TuningInput {
  model: RecommenderSpec;
  /** The comparison's: what it trains on is all that is looked at. */
  split: SplitSpec;
  /** The metric is NDCG at this rank. */
  cutoff: number;
  minutes: number;
}

/**
 * Searches for better options of one model within the train part of the comparison. What was tried is kept while the
 * workspace is open, so the next search of the same question goes on from there; those trials are reported first.
 */
export async function tuneModel(epoch: Epoch, { model, split, cutoff, minutes }: TuningInput): Promise<TuningResult> {
  const data = await epoch.data();
  const recommender = findRecommender(model.algorithm);
  const { searched, fixed } = searchedAndFixed(recommender.options, model.options);
  const { seed } = epoch.plan;
  const events = await eventsOf(epoch, model);
  const question = stableJson({ algorithm: recommender.id, fixed, split, cutoff, seed, events });
  const tried = await remember<Trial[]>(data, `tuning ${question}`, () => []);

  const now = () => epoch.desk.platform.now().getTime();
  const [started, total] = [now(), 60 * minutes];
  const progress = (values?: Record<string, number>) =>
    epoch.report({ stage: 'tune', done: Math.min(total, (now() - started) / 1000), total, unit: 'seconds', ...(values && { values }) });
  const tell = (trial: Trial) => progress(valuesOfTrial(trial, recommender.options));
  const earlier = [...tried];
  earlier.forEach(tell);

  const interactions = await readInteractionList(data.store, data, events, epoch.signal);
  await refuseTooLargeModel(epoch, { ...model, options: fixed }, interactions.userOfEvent.length);
  const numbering = await readNumbering(data, epoch.signal);
  const parts = featureParts({ ...data, privacy: epoch.plan.privacy }, events, epoch.signal);
  const part = comparedTrainPart({ interactions, numbering, parts, split, seed });
  const request = { ...part, recommender, given: fixed, current: searched, cutoff, seed, now, tried: earlier };
  const onTrial = (trial: Trial) => {
    tried.push(trial);
    tell(trial);
  };
  const budget = 1000 * total - (now() - started);
  // What a training says of itself is of no use here: how much of the time has gone is.
  const asked = { ...request, budget, room: roomInBytes[epoch.desk.platform.name], onTrial };
  const result = await tune(
    asked,
    await computeOf(epoch),
    epoch.reporting(() => progress()),
  );
  // Each customer's own score has served its turn.
  return { ...result, trials: result.trials.map(({ perUser: _, ...trial }) => trial) };
}
