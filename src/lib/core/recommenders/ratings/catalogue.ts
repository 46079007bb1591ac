import { UserError } from '../../base/errors';
import { bias } from './bias';
import { biasedAls } from './biasedAls';
import { itemKnnRatings } from './itemKnnRatings';
import type { RatingPredictor } from './ratingPredictor';

export const ratingPredictors: readonly RatingPredictor[] = [bias, itemKnnRatings, biasedAls];

/** @throws UserError `rating_predictor_unknown` */
export function findRatingPredictor(id: string): RatingPredictor {
  const found = ratingPredictors.find((predictor) => predictor.id === id);
  if (found) return found;
  const known = ratingPredictors.map((predictor) => predictor.id).join(', ');
  throw new UserError('rating_predictor_unknown', `"${id}" does not predict ratings.`, `With --ratings choose one of: ${known}.`, {
    id,
    known,
  });
}
