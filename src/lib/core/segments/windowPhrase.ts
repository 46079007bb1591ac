import type { MeasureWindow } from '../measures/measure';
import { gap, phrase, type Phrase } from './phrase';

/** "in the last 30 days" as parts; without a window "at any time". */
export function windowPhrase(window: MeasureWindow | undefined): Phrase {
  if (!window) return phrase('segments_say_window_ever');
  if ('withinDays' in window) return phrase('segments_say_window_within', { days: gap.number(window.withinDays) });
  if ('fromDaysAgo' in window || 'toDaysAgo' in window) {
    const { fromDaysAgo, toDaysAgo } = window;
    if (fromDaysAgo === undefined) return phrase('segments_say_window_ago_to', { to: gap.number(toDaysAgo ?? 1) });
    return phrase('segments_say_window_ago', { from: gap.number(fromDaysAgo), to: gap.number(toDaysAgo ?? 1) });
  }
  const { from, to } = window as { from?: string; to?: string };
  if (from === undefined) return phrase('segments_say_window_until', { to: gap.date(to ?? '') });
  if (to === undefined) return phrase('segments_say_window_since', { from: gap.date(from) });
  return phrase('segments_say_window_dates', { from: gap.date(from), to: gap.date(to) });
}
