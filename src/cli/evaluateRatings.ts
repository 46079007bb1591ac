import type { OptionValues } from '../lib/core/base/options';
import type { RatingMeasurement } from '../lib/core/evaluation/ratings';
import type { SplitFile } from '../lib/core/evaluation/splitLines';
import type { CommandIo } from './command';

export interface RatingsRequest {
  model: string;
  given: OptionValues;
  seed: number;
  train: SplitFile;
  test: SplitFile;
  json: boolean;
}

/** What `--ratings --json` prints. */
interface RatingsOutput extends RatingMeasurement {
  model: string;
  params: OptionValues;
  seed: number;
  users: number;
  items: number;
  trainRatings: number;
  testRatings: number;
  fitSeconds: number;
  scoreSeconds: number;
}

/**
 * How near a model predicts ratings that were held back.
 * @throws UserError `rating_predictor_unknown`, `option_…`, `split_line`, `ratings_too_many_items`
 */
export async function evaluateRatings({ model: id, given, seed, train, test, json }: RatingsRequest, io: CommandIo): Promise<number> {
  const [{ findRatingPredictor }, { measureRatings, readRatings }, { resolveOptions }] = await Promise.all([
    import('../lib/core/recommenders/ratings/catalogue'),
    import('../lib/core/evaluation/ratings'),
    import('../lib/core/base/options'),
  ]);
  const predictor = findRatingPredictor(id);
  const params = resolveOptions(predictor.id, predictor.options, given);
  const split = readRatings(train, test);
  const started = performance.now();
  const model = await predictor.train(split.train, params, seed, io.run);
  const fitted = performance.now();
  const measured = measureRatings(model, split.train, split.test, seed);
  const output: RatingsOutput = {
    model: predictor.id,
    params,
    seed,
    ...measured,
    users: split.userIds.length,
    items: split.itemIds.length,
    trainRatings: split.train.values.length,
    testRatings: split.test.values.length,
    fitSeconds: (fitted - started) / 1000,
    scoreSeconds: (performance.now() - fitted) / 1000,
  };
  io.print(json ? JSON.stringify(output, null, 2) : asText(output));
  return 0;
}

function asText({ model, testRatings, metrics, intervals, newUsers, newItems, fitSeconds }: RatingsOutput): string {
  const line = (name: 'rmse' | 'mae') =>
    `  ${name.padEnd(4)}  ${metrics[name].toFixed(4)}  (95 %: ${intervals[name].map((bound) => bound.toFixed(4)).join(' to ')})`;
  return [
    `${model}, ${testRatings} ratings predicted, ${newUsers} of people and ${newItems} of items without a rating in train`,
    line('rmse'),
    line('mae'),
    `fit ${fitSeconds.toFixed(1)} s`,
  ].join('\n');
}
