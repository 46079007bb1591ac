import { resolveOptions, type DataSize } from '../core/base/options';
import type { RecommenderSpec } from '../core/plan/schema';
import { findRecommender } from '../core/recommenders/catalogue';
import { checkRoom, refuseTooLarge, type RoomCheck } from '../core/recommenders/room';
import type { Epoch } from './epoch';

export interface RecommenderEstimate extends RoomCheck {
  seconds: number;
  size: DataSize;
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
  const { operations } = recommender.estimate(size, options);
  const check = checkRoom(recommender, options, size, roomInBytes[desk.platform.name]);
  return { ...check, size, seconds: operations / (perSecond[info.kind] * info.threads) };
}

/** @throws UserError `recommender_too_large`, `recommender_too_large_factors`, `recommender_too_large_lighter` */
export async function refuseTooLargeModel(epoch: Epoch, spec: RecommenderSpec, pairs: number): Promise<void> {
  const estimate = await estimateRecommender(epoch, spec, pairs);
  refuseTooLarge(spec.id, estimate.size, estimate, roomInBytes[epoch.desk.platform.name]);
}
