import { normalQuantile, normalUpper } from '../math/distributions';
import { wilson } from '../math/intervals';
import type { Effect } from './effect';

export interface ArmCounts {
  people: number;
  /** Of them, who did it. */
  did: number;
}

/**
 * Difference of two proportions: Newcombe's hybrid score interval (Statistics in Medicine 1998, method 10), which keeps
 * its level where proportions are small, and the two-sided z test with the pooled variance.
 * @throws RangeError where an arm is empty
 */
export function proportionEffect(control: ArmCounts, treated: ArmCounts, level = 0.95): Effect {
  if (control.people < 1 || treated.people < 1) throw new RangeError('an arm without people has no proportion');
  const z = normalQuantile(1 - (1 - level) / 2);
  const [p0, p1] = [control.did / control.people, treated.did / treated.people];
  const [low0, high0] = wilson(p0, control.people, z);
  const [low1, high1] = wilson(p1, treated.people, z);
  const difference = p1 - p0;
  const pooled = (control.did + treated.did) / (control.people + treated.people);
  const pooledError = Math.sqrt(pooled * (1 - pooled) * (1 / control.people + 1 / treated.people));
  return {
    control: p0,
    treated: p1,
    difference,
    low: difference - Math.hypot(p1 - low1, high0 - p0),
    high: difference + Math.hypot(high1 - p1, p0 - low0),
    relative: p0 === 0 ? null : difference / p0,
    p: pooledError === 0 ? 1 : 2 * normalUpper(Math.abs(difference) / pooledError),
    error: Math.sqrt((p0 * (1 - p0)) / control.people + (p1 * (1 - p1)) / treated.people),
  };
}
