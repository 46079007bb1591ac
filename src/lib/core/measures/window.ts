import { addDays } from '../schema/asOf';
import type { MeasureWindow } from './measure';

/** A half-open span of local time; null is without an end on that side (there is always asOf to the right). */
export interface EventWindow {
  /** Local midnight, `YYYY-MM-DDT00:00:00`. */
  from: string | null;
  to: string;
}

/** The absolute window as of a local midnight. It never reaches past asOf. */
export function resolveWindow(window: MeasureWindow | undefined, asOf: string): EventWindow {
  const today = asOf.slice(0, 10);
  if (!window) return { from: null, to: asOf };
  if ('withinDays' in window) return { from: midnight(addDays(today, -window.withinDays)), to: asOf };
  if ('fromDaysAgo' in window || 'toDaysAgo' in window) {
    const { fromDaysAgo, toDaysAgo } = window;
    return {
      from: fromDaysAgo === undefined ? null : midnight(addDays(today, -fromDaysAgo)),
      to: midnight(addDays(today, Math.min(0, 1 - (toDaysAgo ?? 1)))),
    };
  }
  const { from, to } = window as { from?: string; to?: string };
  return { from: from === undefined ? null : midnight(from), to: to === undefined || to >= today ? asOf : midnight(addDays(to, 1)) };
}

function midnight(date: string): string {
  return `${date}T00:00:00`;
}
