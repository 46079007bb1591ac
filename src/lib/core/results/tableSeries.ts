import { UserError } from '../base/errors';
import type { PromotionPanel } from '../experiments/promotionEffect';
import type { DataTable } from '../predictions/table/readTable';
import { columnOf, requireInTable, textsOf, valueUnknown } from './tableCells';

/** A value for each day from the first to the last. */
export interface DailySeries {
  firstDay: number;
  values: Float64Array;
}

/**
 * Sums of a column by day; a day without rows is 0. The days are those of all rows, whatever units are asked for.
 * @throws UserError `table_column_unknown`, `series_column`, `table_value_unknown`
 */
export function dailySeries(table: DataTable, date: string, value: string, only?: { unit: string; units: readonly string[] }): DailySeries {
  requireInTable(table, only ? [date, value, only.unit] : [date, value]);
  const unitOf = only && textsOf(table, only.unit);
  if (only) requireValues(table, only.unit, only.units, new Set(unitOf));
  const [days, amounts] = [date, value].map((column) => numbersOf(table, column));
  const [first, last] = days.reduce(
    ([low, high], day) => (Number.isNaN(day) ? [low, high] : [Math.min(low, day), Math.max(high, day)]),
    [Infinity, -Infinity],
  );
  const firstDay = Math.floor(first);
  const values = new Float64Array(Math.floor(last) - firstDay + 1);
  days.forEach((day, row) => {
    if (unitOf && !only.units.includes(unitOf[row] ?? '')) return;
    if (!Number.isNaN(day) && !Number.isNaN(amounts[row])) values[Math.floor(day) - firstDay] += amounts[row];
  });
  return { firstDay, values };
}

export interface PanelColumns {
  unit: string;
  /** Dates, numbers, or texts that sort as they follow each other. */
  period: string;
  value: string;
  /** Names of the units that got it. */
  treated: readonly string[];
  /** Those that it is compared with; none stands for all others. */
  compared?: readonly string[];
  /** Those that may have lost by it. */
  losing?: readonly string[];
  /** The first period after, as it is written. */
  after: string;
  /** The last period of it; absent: the last of all. */
  until?: string;
}

/**
 * Sums of a column by unit and period.
 * @throws UserError `table_column_unknown`, `series_column`, `table_value_unknown`, `panel_hole` where a unit lacks a period
 */
export function panelOf(
  table: DataTable,
  { unit, period, value, treated, compared = [], losing = [], after, until }: PanelColumns,
): Omit<PromotionPanel, 'dip'> & { names: string[]; periodNames: string[] } {
  requireInTable(table, [unit, period, value]);
  const [unitOf, periodOf] = [unit, period].map((column) => textsOf(table, column).map((name) => name ?? ''));
  const all = [...new Set(unitOf.filter((name) => name !== ''))].sort();
  const periodNames = inOrder([...new Set(periodOf.filter((name) => name !== ''))]);
  requireValues(table, unit, [...treated, ...compared, ...losing], new Set(all));
  requireValues(table, period, [after, ...(until === undefined ? [] : [until])], new Set(periodNames));
  const roleOf = (name: string) =>
    treated.includes(name)
      ? ('treated' as const)
      : losing.includes(name)
        ? ('losing' as const)
        : compared.length === 0 || compared.includes(name)
          ? ('compared' as const)
          : null;
  const names = all.filter((name) => roleOf(name) !== null);
  const [places, times] = [names, periodNames].map((known) => new Map(known.map((name, place) => [name, place])));
  const values = new Float64Array(names.length * periodNames.length).fill(NaN);
  numbersOf(table, value).forEach((amount, row) => {
    const [u, t] = [places.get(unitOf[row]), times.get(periodOf[row])];
    if (u === undefined || t === undefined || Number.isNaN(amount)) return;
    const at = u * periodNames.length + t;
    values[at] = (Number.isNaN(values[at]) ? 0 : values[at]) + amount;
  });
  const hole = values.findIndex((amount) => Number.isNaN(amount));
  if (hole >= 0) {
    const [name, at] = [names[Math.floor(hole / periodNames.length)], periodNames[hole % periodNames.length]];
    throw new UserError(
      'panel_hole',
      `"${name}" has no value in ${at}.`,
      'Give every unit a value in every period, 0 where nothing was sold.',
      {
        unit: name,
        period: at,
      },
    );
  }
  return {
    periods: periodNames.length,
    values,
    roles: names.map((name) => roleOf(name)!),
    from: periodNames.indexOf(after),
    until: until === undefined ? periodNames.length : periodNames.indexOf(until) + 1,
    names,
    periodNames,
  };
}

/** @throws UserError `table_value_unknown` */
function requireValues(table: DataTable, column: string, wanted: readonly string[], known: ReadonlySet<string | null>): void {
  const unknown = wanted.find((name) => !known.has(name));
  if (unknown !== undefined) throw valueUnknown(table, column, unknown, [...known].map(String));
}

/** @throws UserError `series_column` where its cells are texts */
function numbersOf(table: DataTable, name: string): Float64Array {
  const column = columnOf(table, name);
  if (column.kind !== 'text') return Float64Array.from(column.values);
  throw new UserError(
    'series_column',
    `"${name}" of "${table.name}" holds texts, and neither numbers nor dates.`,
    'Choose another column, or write its dates as 2026-11-27.',
    { column: name, file: table.name },
  );
}

function inOrder(names: string[]): string[] {
  return names.every((name) => Number.isFinite(Number(name))) ? names.sort((a, b) => Number(a) - Number(b)) : names.sort();
}
