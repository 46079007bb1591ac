import { UserError } from '../base/errors';
import type { DataSize, OptionValues } from '../base/options';
import type { Recommender } from './recommender';

/** Whether a training has room, and what to do instead where it has not. */
export interface RoomCheck {
  bytes: number;
  fits: boolean;
  /** The largest number of factors that fits, where the model does not and fewer would. */
  fittingFactors?: number;
  /** A model that does the same in less room, where this one does not fit. */
  lighter?: string;
}

/** @param room bytes */
export function checkRoom(recommender: Recommender, options: OptionValues, size: DataSize, room: number): RoomCheck {
  const bytesOf = (given: OptionValues) => recommender.estimate(size, given).bytes;
  const bytes = bytesOf(options);
  if (bytes <= room) return { bytes, fits: true };
  return { bytes, fits: false, fittingFactors: fewerFactors(options, bytesOf, room), lighter: recommender.lighter };
}

/**
 * @param name what the model is called where it was asked for
 * @throws UserError `recommender_too_large`, `recommender_too_large_factors`, `recommender_too_large_lighter`
 */
export function refuseTooLarge(name: string, { items }: DataSize, check: RoomCheck, room: number): void {
  if (check.fits) return;
  const { bytes, fittingFactors: factors, lighter } = check;
  const values = { id: name, items, megabytes: Math.ceil(bytes / 1e6), limit: Math.floor(room / 1e6) };
  const sentence = `Training "${name}" on ${items} items would need about ${values.megabytes} MB of memory, and there is room for ${values.limit} MB.`;
  if (factors !== undefined)
    throw new UserError('recommender_too_large_factors', sentence, `Take ${factors} factors.`, { ...values, factors });
  if (lighter) {
    throw new UserError('recommender_too_large_lighter', sentence, `Take ${lighter} instead, which needs less.`, { ...values, lighter });
  }
  throw new UserError('recommender_too_large', sentence, 'Use the command line on a larger machine, or import fewer customers.', values);
}

/** The largest number of factors that fits, where the model has such an option. */
function fewerFactors(options: OptionValues, bytesOf: (options: OptionValues) => number, room: number): number | undefined {
  for (let factors = Math.floor(Number(options.factors) / 2); factors >= 8; factors = Math.floor(factors / 2)) {
    if (bytesOf({ ...options, factors }) <= room) return factors;
  }
  return undefined;
}
