import { UserError } from '../base/errors';
import { isDate } from '../schema/asOf';
import { isKept, keptType, type KeptColumn, type KeptProperty } from './kept';
import { aggregatesOfKept, aggregateTakes, numberProperties, type EventMeasure, type MeasureWindow, type PropertyFilter } from './measure';

/**
 * What is wrong with a measure, beside its shape: what it aggregates, its window, its filters.
 * @param kept the kept properties of the data; without them any may exist
 */
export function checkMeasure(measure: EventMeasure, kept?: readonly KeptColumn[]): UserError[] {
  const { aggregate, of, where = [], window } = measure;
  const takes = aggregateTakes[aggregate];
  const found: UserError[] = [];
  const optional = takes.length === 0 || aggregate === 'shareOf';
  const ofNumbers = aggregatesOfKept.number.includes(aggregate);
  if (of !== undefined && isKept(of) && (ofNumbers || aggregatesOfKept.any.includes(aggregate))) {
    found.push(...checkKept(of, ofNumbers ? 'number' : undefined, kept));
  } else if (of === undefined ? !optional : !takes.includes(of)) {
    const known = takes.join(', ') || 'nothing';
    found.push(
      new UserError('measure_of_wrong', `"${aggregate}" cannot take ${of ?? 'nothing'}.`, `Give it one of: ${known}.`, {
        aggregate,
        of: of ?? '–',
        known,
      }),
    );
  }
  if (aggregate === 'shareOf' && where.length === 0)
    found.push(
      new UserError(
        'measure_share_of_all',
        'A share needs a filter: it is that of the events that pass it.',
        'Add a filter, such as a category.',
      ),
    );
  return [...found, ...checkWindow(window), ...checkFilters(where, kept)];
}

export function checkWindow(window: MeasureWindow | undefined): UserError[] {
  if (!window) return [];
  if ('withinDays' in window) return checkDays([window.withinDays], 1);
  const { fromDaysAgo, toDaysAgo, from, to } = window as { fromDaysAgo?: number; toDaysAgo?: number; from?: string; to?: string };
  const found = checkDays([fromDaysAgo, toDaysAgo], 0);
  for (const date of [from, to])
    if (date !== undefined && !(/^\d{4}-\d{2}-\d{2}$/.test(date) && isDate(date)))
      found.push(
        new UserError('date_invalid', `"${date}" is no date.`, 'Write year, month and day, such as 2026-05-01.', { date: String(date) }),
      );
  const backwards =
    (from !== undefined && to !== undefined && from > to) ||
    (fromDaysAgo !== undefined && toDaysAgo !== undefined && fromDaysAgo < toDaysAgo);
  if (backwards) {
    const ends = { from: String(from ?? fromDaysAgo), to: String(to ?? toDaysAgo) };
    found.push(
      new UserError('window_backwards', `The window from ${ends.from} to ${ends.to} ends before it begins.`, 'Swap the two.', ends),
    );
  }
  return found;
}

export function checkFilters(where: readonly PropertyFilter[], kept?: readonly KeptColumn[]): UserError[] {
  return where.flatMap((filter) => {
    const { property } = filter;
    const type = isKept(property) ? ('oneOf' in filter ? 'text' : 'number') : undefined;
    if (type) {
      const wrong = checkKept(property as KeptProperty, type, kept);
      if (wrong.length > 0) return wrong;
    }
    const isNumber = type ? type === 'number' : numberProperties.some((known) => known === property);
    const filled = 'oneOf' in filter ? !isNumber && filter.oneOf.length > 0 : isNumber && Object.keys(filter).length > 1;
    return filled ? [] : [new UserError('condition_empty', `The filter on ${property} is not filled in.`, 'Fill it in, or remove it.')];
  });
}

/** Whether the data has a kept property, and of the type that is needed. */
function checkKept(property: KeptProperty, needed: KeptColumn['type'] | undefined, kept: readonly KeptColumn[] | undefined): UserError[] {
  if (!kept) return [];
  const type = keptType(kept, property);
  if (type === undefined) {
    const known = kept.map((column) => column.property).join(', ') || '–';
    return [
      new UserError(
        'kept_property_unknown',
        `The data has no property "${property}".`,
        `It has: ${known}. Import the file again and keep that column.`,
        { property, known },
      ),
    ];
  }
  if (needed === undefined || type === needed) return [];
  return [
    type === 'text'
      ? new UserError('property_is_text', `"${property}" is text in this data, not a number.`, 'Choose some of its values.', { property })
      : new UserError('property_is_number', `"${property}" is a number in this data.`, 'Give it a lower or an upper bound.', { property }),
  ];
}

function checkDays(numbers: readonly (number | undefined)[], least: number): UserError[] {
  return numbers.flatMap((days) =>
    days === undefined || (Number.isInteger(days) && days >= least && days <= 36500)
      ? []
      : [
          new UserError('days_invalid', `${days} is no number of days.`, `Give a whole number of days from ${least} to 36500.`, {
            event: '',
            days: String(days),
          }),
        ],
  );
}
