import { addDays } from '../schema/asOf';

/**
 * Months from the first that is known to that of the last moment before asOf, none left out: a curve that leaves months
 * out where nothing happened would look as if something had.
 * @param known in any order; `month` is `2026-05`
 * @param empty what stands where nothing is known
 */
export function monthsUpTo<Month extends { month: string }>(
  known: readonly Month[],
  asOf: string,
  empty: (month: string) => Month,
): Month[] {
  if (known.length === 0) return [];
  const byMonth = new Map(known.map((each) => [each.month, each]));
  const end = addDays(asOf.slice(0, 10), -1).slice(0, 7);
  const all: Month[] = [];
  for (let month = [...byMonth.keys()].sort()[0]; month <= end; month = monthAfter(month)) all.push(byMonth.get(month) ?? empty(month));
  return all;
}

function monthAfter(month: string): string {
  const [year, number] = month.split('-').map(Number);
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
}
