/** Calendar arithmetic on local days as whole numbers since 1970-01-01. */

export type Period = 'week' | 'month' | 'quarter';
export const periods: readonly Period[] = ['week', 'month', 'quarter'];

/** Times of the data are in microseconds. */
export const microsecondsOfDay = 86_400_000_000;

/** The number of a local date or midnight. */
export function dayNumber(date: string): number {
  return Date.parse(`${date.slice(0, 10)}T00:00:00Z`) / 86_400_000;
}

/** `YYYY-MM-DD`. */
export function dateOfDay(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}

/** The same day of the month so many months before; the month's last where it has no such day. */
export function monthsBefore(date: string, months: number): string {
  const [year, month, day] = date.slice(0, 10).split('-').map(Number);
  const last = new Date(Date.UTC(year, month - months, 0)).getUTCDate();
  return dateOfDay(Date.UTC(year, month - 1 - months, Math.min(day, last)) / 86_400_000);
}

/** The number of the period in which a day lies: consecutive periods have consecutive numbers. Weeks begin on Monday. */
export function periodOf(day: number, by: Period): number {
  if (by === 'week') return Math.floor((day + 3) / 7);
  const date = new Date(day * 86_400_000);
  const month = date.getUTCFullYear() * 12 + date.getUTCMonth();
  return by === 'month' ? month : Math.floor(month / 3);
}

/** The first day of a period. */
export function startOfPeriod(period: number, by: Period): number {
  if (by === 'week') return period * 7 - 3;
  const month = by === 'month' ? period : period * 3;
  return Date.UTC(Math.floor(month / 12), month % 12, 1) / 86_400_000;
}
