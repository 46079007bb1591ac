import type { DataSize, DefaultRule } from '../base/options';

/**
 * How many factors a model may learn from so many pairs: one for each `pairsEach`, from four up to what it would have on
 * enough data. With more, what is learnt of a small shop is the noise of single histories
 * (docs/decisions/0070-laboratory.md).
 */
export function factorsFor({ pairs }: DataSize, enough: number, pairsEach: number): number {
  return Math.min(enough, Math.max(4, Math.round(pairs / pairsEach)));
}

/** That as an option's default, where what is best on large data is one number. */
export function factorsRule(enough: number, pairsEach: number): DefaultRule {
  return {
    of: (size) => factorsFor(size, enough, pairsEach),
    why: `One for each ${pairsEach} pairs, from four to ${enough}: with more, a small shop teaches the noise of single histories.`,
  };
}
