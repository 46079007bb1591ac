import { UserError } from '../base/errors';

/**
 * The local midnight that a plan's `asOf` stands for, as `YYYY-MM-DDT00:00:00`; everything sees only events with
 * `local_ts` before it. `latest` is the midnight after the local day of the last event, so that this day counts whole;
 * a date or an instant is the midnight at the beginning of its local day. null without data. Customers alone, without any
 * event, have no last day: `latest` is then a day after all of them have signed up, whenever that was.
 * @throws UserError `as_of_invalid`
 */
export function resolveAsOf(
  plan: { asOf: string; timeZone: string },
  facts: { lastEvent: string | null; users?: number } | null,
): string | null {
  if (facts === null || (facts.lastEvent === null && !facts.users)) return null;
  if (plan.asOf === 'latest')
    return facts.lastEvent === null ? afterAll : midnight(addDays(localDate(new Date(facts.lastEvent), plan.timeZone), 1));
  if (/^\d{4}-\d{2}-\d{2}(T00:00(:00)?)?$/.test(plan.asOf) && isDate(plan.asOf.slice(0, 10))) return midnight(plan.asOf.slice(0, 10));
  const instant = new Date(plan.asOf);
  if (!/[zZ]$|[+-]\d{2}:?\d{2}$/.test(plan.asOf) || Number.isNaN(instant.getTime())) {
    throw new UserError(
      'as_of_invalid',
      `The plan's asOf is "${plan.asOf}", which is no date and no instant.`,
      'Write latest, a date such as 2026-05-01, or an instant with its offset such as 2026-05-01T00:00:00+08:00.',
      { asOf: plan.asOf },
    );
  }
  return midnight(localDate(instant, plan.timeZone));
}

const afterAll = midnight('2100-01-01');

/** The calendar date `YYYY-MM-DD` on which an instant falls in a time zone. */
export function localDate(instant: Date, timeZone: string): string {
  // The Swedish form is ISO's, whatever the machine's own language.
  return new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(instant);
}

/** A calendar date so many days later (or earlier, where negative). */
export function addDays(date: string, days: number): string {
  const day = new Date(`${date}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + days);
  return day.toISOString().slice(0, 10);
}

/** Whether a text `YYYY-MM-DD` names a day that exists (30 February does not). */
export function isDate(date: string): boolean {
  const time = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date);
}

function midnight(date: string): string {
  return `${date}T00:00:00`;
}
