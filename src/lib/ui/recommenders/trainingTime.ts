import type { RecommenderSpec } from '$lib/core/plan/schema';

/** A longer training is not begun without being asked for. */
const unaskedSeconds = 10;

/** How long these models will train, together; `isKnown` is false while one of them is not estimated yet. */
export function trainingTime(
  models: readonly RecommenderSpec[],
  seconds: (model: RecommenderSpec) => number | undefined,
): { seconds: number; isKnown: boolean; isLong: boolean } {
  const each = models.map(seconds);
  const sum = each.reduce<number>((total, one) => total + (one ?? 0), 0);
  return { seconds: sum, isKnown: each.every((one) => one !== undefined), isLong: sum > unaskedSeconds };
}
