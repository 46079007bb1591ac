import { m } from '$lib/paraglide/messages';
import type { QualityCheck, QualityExample, Verdict } from '$lib/core/store/quality/check';
import type { CleaningStepInput } from '$lib/core/store/quality/cleaning';
import { defaultLimits } from '$lib/core/store/quality/rates';
import { noValue } from '$lib/state/figures';
import { format } from '$lib/state/format.svelte';
import { textOf } from '../../catalogue.svelte';
import { eventName } from '../../eventNames';

export const verdictWords: Record<Verdict, { name: () => string; tone: 'negative' | 'warning' | 'accent' | 'positive' }> = {
  problem: { name: m.quality_verdict_problem, tone: 'negative' },
  warning: { name: m.quality_verdict_warning, tone: 'warning' },
  note: { name: m.quality_verdict_note, tone: 'accent' },
  good: { name: m.quality_verdict_good, tone: 'positive' },
};

const keyOf = (id: string) => `quality_check_${id.replaceAll('-', '_')}`;
const dates = ['today', 'before'];

/** What a check is called, with what it found, or with what its finding means. */
export function checkWords({ id, values }: Pick<QualityCheck, 'id' | 'values'>, what?: 'found' | 'means'): string {
  const written = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, dates.includes(name) ? format().date(String(value)) : value]),
  );
  if ('above' in written) written.above = format().money(Number(written.above));
  return textOf(what ? `${keyOf(id)}_${what}` : keyOf(id), id, written);
}

/** What a step does: "Remove events after Jun 30, 2026". */
export function stepName(step: CleaningStepInput): string {
  const { count } = format();
  switch (step.step) {
    case 'drop-exact-duplicates':
      return m.quality_step_exact();
    case 'drop-duplicate-orders':
      return m.quality_step_orders();
    case 'drop-future':
      return m.quality_step_future({ day: format().date(step.options.after) });
    case 'drop-before':
      return m.quality_step_before({ day: format().date(step.options.before) });
    case 'drop-robots': {
      const { perMinute, perHour, perDay } = { ...defaultLimits, ...step.options };
      return m.quality_step_robots({ perMinute: count(perMinute), perHour: count(perHour), perDay: count(perDay) });
    }
    case 'drop-amounts': {
      const { above, free, negative } = step.options;
      const names = [
        ...(above === undefined ? [] : [m.quality_step_above({ amount: format().money(above) })]),
        ...(free ? [m.quality_step_free()] : []),
        ...(negative ? [m.quality_step_negative()] : []),
      ];
      return names.reduce((one, other) => m.quality_and({ one, other }));
    }
    case 'drop-baskets': {
      const { lines, quantity } = step.options;
      if (lines === undefined) return m.quality_step_basket_quantity({ quantity: count(quantity!) });
      if (quantity === undefined) return m.quality_step_basket_lines({ lines: count(lines) });
      return m.quality_step_baskets({ lines: count(lines), quantity: count(quantity) });
    }
    case 'drop-items-unknown':
      return m.quality_step_items();
    case 'drop-event':
      return m.quality_step_event({ names: step.options.events.map(eventName).join(', ') });
  }
}

/** Parts of an example in the order of their columns. */
export const exampleParts: readonly { key: keyof QualityExample; name: () => string; number?: true }[] = [
  { key: 'user', name: m.quality_example_user },
  { key: 'item', name: m.quality_example_item },
  { key: 'event', name: m.quality_example_event },
  { key: 'at', name: m.quality_example_at },
  { key: 'order', name: m.quality_example_order },
  { key: 'column', name: m.quality_example_column },
  { key: 'text', name: m.quality_example_text },
  { key: 'source', name: m.quality_example_source },
  { key: 'other', name: m.quality_example_other },
  { key: 'value', name: m.quality_example_value, number: true },
  { key: 'quantity', name: m.quality_example_quantity, number: true },
  { key: 'rows', name: m.quality_example_rows, number: true },
  { key: 'usual', name: m.quality_example_usual, number: true },
];

/** One part of an example as a person reads it. */
export function exampleText(key: keyof QualityExample, example: QualityExample): string {
  const value = example[key];
  if (value === null || value === undefined) return noValue;
  switch (key) {
    case 'event':
      return eventName(String(value));
    case 'at':
      return String(value).length > 10 ? format().dateTime(String(value)) : format().date(String(value));
    case 'value':
      return format().money(Number(value));
    case 'column':
      return qualifiedColumn(String(value));
    default:
      return typeof value === 'number' ? format().number(value) : value;
  }
}

/** `users.city` → "Customers · city". */
function qualifiedColumn(column: string): string {
  const at = column.indexOf('.');
  return `${tableNames[column.slice(0, at) as keyof typeof tableNames]()} · ${column.slice(at + 1)}`;
}

export const tableNames = { events: m.quality_table_events, users: m.quality_table_users, items: m.quality_table_items };
