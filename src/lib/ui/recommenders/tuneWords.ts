import { stableJson } from '$lib/core/base/hash';
import type { Format } from '$lib/state/figures';
import type { Found } from '$lib/state/recommenderTuning.svelte';
import { m } from '$lib/paraglide/messages';
import { metricName } from './metrics';

/** What a search has come to, in a sentence or two. */
export function tuneVerdict({ trials, result, cutoff }: Found, isRunning: boolean, format: Format): string {
  const settings = new Set(trials.map(({ options }) => stableJson(options))).size;
  const count = format.count(settings);
  if (isRunning) return m.models_tune_running({ count });
  if (!result) return m.models_tune_stopped({ count });
  const score = (value: number) => format.fixed(value, 4);
  const { defaults, tuned } = result;
  const isBetter = tuned > Math.max(defaults, result.current ?? 0);
  if (!isBetter) {
    const isCurrent = result.current !== undefined && result.current >= defaults;
    return isCurrent ? m.models_tune_current_best({ count }) : m.models_tune_none({ count });
  }
  const values = { metric: metricName(`ndcg@${cutoff}`), tuned: score(tuned), defaults: score(defaults) };
  return result.current === undefined
    ? m.models_tune_better(values)
    : m.models_tune_better_current({ ...values, current: score(result.current) });
}
