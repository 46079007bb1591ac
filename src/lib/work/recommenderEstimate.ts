import { UserError } from '../core/base/errors';
import { resolveOptions, type OptionValues } from '../core/base/options';
import type { RecommenderSpec } from '../core/plan/schema';
import { findRecommender } from '../core/recommenders/catalogue';
import type { Epoch } from './epoch';

export interface RecommenderEstimate {
  seconds: number;
  bytes: number;
  fits: boolean;
  /** What to do instead where it does not fit; empty where it does. */
  alternative: string;
  /** The largest number of factors that fits, where it does not and fewer would. */
  fittingFactors?: number;
  /** A model that does the same in less room, where this one does not fit. */
  lighter?: string;
}

/** WebAssembly ends at 4 GiB, and a tab has to hold the data as well. */
export const roomInBytes = { browser: 1.5e9, node: 3.5e9 };
/** Multiply-adds a second of one thread, as measured on this project's machines (docs/decisions/0015-kernels.md). */
const perSecond = { simd: 3e9, reference: 4e8 };

/** What training would cost on `pairs` interactions, and what to do instead where there is no room for it. */
export async function estimateRecommender({ desk, state }: Epoch, spec: RecommenderSpec, pairs: number): Promise<RecommenderEstimate> {
  const { userNumbers = 0, itemNumbers = 0 } = state.data?.version.facts ?? {};
  const recommender = findRecommender(spec.algorithm);
  const size = { users: userNumbers, items: itemNumbers, pairs };
  const options = resolveOptions(recommender.id, recommender.options, spec.options, size);
  const { info } = await desk.kernels();
  const { operations, bytes } = recommender.estimate(size, options);
  const room = roomInBytes[desk.platform.name];
  const fits = bytes <= room;
  const bytesOf = (given: OptionValues) => recommender.estimate(size, given).bytes;
  const fittingFactors = fits ? undefined : fewerFactors(options, bytesOf, room);
  const lighter = fits ? undefined : recommender.lighter;
  return {
    seconds: operations / (perSecond[info.kind] * info.threads),
    bytes,
    fits,
    alternative: fits ? '' : alternativeTo(fittingFactors, lighter),
    fittingFactors,
    lighter,
  };
}

/** @throws UserError `recommender_too_large` */
export async function refuseTooLarge(epoch: Epoch, spec: RecommenderSpec, pairs: number): Promise<void> {
  const { bytes, fits, alternative } = await estimateRecommender(epoch, spec, pairs);
  if (fits) return;
  const megabytes = Math.round(bytes / 1e6);
  const limit = Math.round(roomInBytes[epoch.desk.platform.name] / 1e6);
  throw new UserError(
    'recommender_too_large',
    `Training "${spec.id}" would need about ${megabytes} MB, and there is room for ${limit} MB.`,
    alternative,
    { id: spec.id, megabytes, limit, alternative },
  );
}

/** The largest number of factors that fits, where the model has such an option. */
function fewerFactors(options: OptionValues, bytesOf: (options: OptionValues) => number, room: number): number | undefined {
  for (let factors = Math.floor(Number(options.factors) / 2); factors >= 8; factors = Math.floor(factors / 2)) {
    if (bytesOf({ ...options, factors }) <= room) return factors;
  }
  return undefined;
}

function alternativeTo(fittingFactors: number | undefined, lighter: string | undefined): string {
  if (fittingFactors !== undefined) return `Take ${fittingFactors} factors.`;
  return lighter ? `Take ${lighter} instead.` : 'Use the command line on a larger machine, or import fewer customers.';
}
