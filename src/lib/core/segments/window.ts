import { addDays } from '../schema/asOf';
import type { EventRule } from './rule';

/** A half-open span of local time; null is without an end on that side (there is always asOf to the right). */
export interface EventWindow {
  /** Local midnight, `YYYY-MM-DDT00:00:00`. */
  from: string | null;
  to: string;
}

/**
 * The absolute window of an event condition as of a local midnight: "the last 30 days" is [asOf − 30 days, asOf), and
 * a given last date is in it wholly. It never reaches past asOf.
 */
export function windowOf(rule: Pick<EventRule, 'withinDays' | 'from' | 'to'>, asOf: string): EventWindow {
  const from = rule.withinDays !== undefined ? addDays(asOf.slice(0, 10), -rule.withinDays) : rule.from;
  const reachesAsOf = rule.to === undefined || rule.to >= asOf.slice(0, 10);
  return { from: from === undefined ? null : midnight(from), to: reachesAsOf ? asOf : midnight(addDays(rule.to!, 1)) };
}

function midnight(date: string): string {
  return `${date}T00:00:00`;
}
