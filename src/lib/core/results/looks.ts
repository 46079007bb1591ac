import { proportionEffect } from '../experiments/proportions';
import { alwaysValid } from '../experiments/sequential';
import type { Trial } from './trial';

/** What was to be seen at the end of one day after sending. */
export interface Look {
  /** Days after sending, from 1. */
  day: number;
  /** Of the main metric, as shares of people. */
  difference: number;
  /** May be looked at on every day. */
  low: number;
  high: number;
  /** The smallest 1 − level at which the interval leaves out 0. */
  p: number;
  /** The ordinary interval, which holds for one look only. */
  onceLow: number;
  onceHigh: number;
}

/**
 * The share of people who have converted by the end of each day, beside the control, with an interval that may be looked
 * at every day. Everybody was sent it at once, so what grows from look to look is not the number of people but that of
 * conversions: the information about a difference grows with them, and the confidence sequence runs over them, narrowest
 * at the end. Empty without dates.
 */
export function looksOf({ firstDay, windowDays }: Trial, control: Int32Array, treated: Int32Array, level: number): Look[] {
  if (!firstDay || windowDays === null) return [];
  const byDay = [control, treated].map((rows) => {
    const counts = new Float64Array(windowDays);
    for (const row of rows) if (firstDay[row] >= 0 && firstDay[row] < windowDays) counts[firstDay[row]]++;
    return counts;
  });
  const expected = byDay.reduce((sum, counts) => sum + counts.reduce((total, count) => total + count, 0), 0);
  const looks: Look[] = [];
  const did = [0, 0];
  for (let day = 0; day < windowDays; day++) {
    did[0] += byDay[0][day];
    did[1] += byDay[1][day];
    const converted = did[0] + did[1];
    const effect = proportionEffect({ people: control.length, did: did[0] }, { people: treated.length, did: did[1] }, level);
    if (converted === 0 || effect.error === 0) continue;
    const valid = alwaysValid(effect, effect.error, converted, expected, level);
    looks.push({ day: day + 1, difference: effect.difference, ...valid, onceLow: effect.low, onceHigh: effect.high });
  }
  return looks;
}
