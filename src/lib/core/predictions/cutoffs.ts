import { UserError } from '../base/errors';
import { addDays } from '../schema/asOf';
import type { Cutoffs } from './report';

const mostTrainCutoffs = 4;

/**
 * The latest test cut-off whose outcome is observed, validation one window before it, and training the windows
 * before that, as far back as there is history to look at. Windows do not overlap, so no outcome is learned from twice
 * and none is known before its time.
 * @param withinDays until an outcome is known: the days that are asked about, and those before them that are not
 * @param firstDay local date of the first event
 * @param observedTo midnight that ends the last observed day, or asOf where that is earlier
 * @throws UserError `propensity_history_too_short`
 */
export function planCutoffs(firstDay: string, observedTo: string, withinDays: number): Cutoffs {
  const endDay = observedTo.slice(0, 10);
  const cutoff = (windowsBack: number) => `${addDays(endDay, -windowsBack * withinDays)}T00:00:00`;
  // Looking back at least as far as ahead (a month at most) tells customers apart.
  const lookBack = Math.min(withinDays, 30);
  const earliest = `${addDays(firstDay, lookBack)}T00:00:00`;
  const train: string[] = [];
  for (let back = 3; train.length < mostTrainCutoffs && cutoff(back) >= earliest; back++) train.unshift(cutoff(back));
  if (train.length === 0) {
    const days = Math.round((Date.parse(endDay) - Date.parse(firstDay)) / 86_400_000);
    const needed = 3 * withinDays + lookBack;
    const longest = Math.max(1, Math.floor(days <= 120 ? days / 4 : (days - 30) / 3));
    throw new UserError(
      'propensity_history_too_short',
      `The data covers ${days} days; learning what happens within ${withinDays} days needs ${needed}.`,
      `Ask about ${longest} days or less, or add older events.`,
      { days, withinDays, needed, longest },
    );
  }
  return { train, validation: cutoff(2), test: cutoff(1) };
}
