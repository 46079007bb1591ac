import type { OptionValues } from '../base/options';

/** What the option `segmentBy` of a recommender names: one attribute of customers, or segments of the plan. */
export function segmentsNamed({ segmentBy }: OptionValues): string[] {
  return typeof segmentBy === 'string' ? segmentBy.split(',').flatMap((name) => name.trim() || []) : [];
}
