import { UserError } from '../base/errors';
import type { RunContext } from '../base/run';
import { readCurrency } from '../schema/currencies';
import type { FileSource } from '../schema/files';
import { inspectSource } from '../schema/inspect/inspectSource';
import { TimeZone } from '../schema/parse/timeZone';
import type { EventRole, Mapping } from '../schema/roles';
import { eventRoles } from '../schema/roles';
import type { StagedEvents } from '../schema/staging/staged';
import { stageFile } from '../schema/staging/stageFile';
import type { CampaignPeople } from './people';
import { placePeople } from './placePeople';
import type { OutcomeLines, ResultFinding } from './outcomes';

export interface OutcomeFileOptions {
  timeZone: string;
  /** Code of the currency to count in; the file's where it is absent. */
  currency?: string;
  /** Role → column, where the guess is wrong: `{ user: 'buyer', time: 'paid_at', value: 'total' }`. */
  roles?: Readonly<Record<string, string>>;
}

/** More rows than this that cannot be read are no slips any more. */
const mostUnreadable = 0.01;

/** How the file would be read: its mapping as the import proposes it, with the roles that were given. @throws UserError `results_role_unknown`, `results_column_unknown`, `file_…` */
export async function outcomeMapping(file: FileSource, roles: Readonly<Record<string, string>> = {}): Promise<Mapping> {
  const asked = Object.keys(roles).some((role) => role !== 'user');
  const { mapping } = await inspectSource(file, asked ? { kind: 'events' } : {});
  for (const [role, column] of Object.entries(roles)) {
    if (!eventRoles.some((known) => known === role)) {
      throw new UserError('results_role_unknown', `There is no role "${role}".`, `The roles are: ${eventRoles.join(', ')}.`, {
        role,
        known: eventRoles.join(', '),
      });
    }
    if (!mapping.columns.includes(column)) {
      throw new UserError(
        'results_column_unknown',
        `"${file.name}" has no column "${column}".`,
        `Its columns are: ${mapping.columns.join(', ')}.`,
        { file: file.name, column, columns: mapping.columns.join(', ') },
      );
    }
  }
  const others = Object.entries(mapping.roles).filter(([role, column]) => !(role in roles) && !Object.values(roles).includes(column));
  return { ...mapping, roles: { ...Object.fromEntries(others), ...roles } };
}

/**
 * A file of orders, visits or opens, one line an event, joined to the campaign's people by id.
 * @throws UserError `results_no_user_column`, `results_unreadable`, `results_currency`, those of {@link placePeople}, and what
 * reading a file throws
 */
export async function readOutcomeLines(
  file: FileSource,
  mapping: Mapping,
  people: CampaignPeople,
  { timeZone, currency }: OutcomeFileOptions,
  run: RunContext,
): Promise<{ lines: OutcomeLines; findings: ResultFinding[] }> {
  requireRoles(file.name, mapping, ['user', 'time']);
  const zone = new TimeZone(timeZone);
  const { source, rowsRead, rowsRejected, rejectCounts } = await stageFile(file, mapping, {
    sourceId: 'outcomes',
    zone,
    currency: currency ?? noCurrency,
    run,
  });
  const findings: ResultFinding[] = [];
  // Orders without a customer are nobody's of the campaign; whatever else was rejected could have been.
  const nobody = (rejectCounts.get('missing_user') ?? 0) + (rejectCounts.get('no_customer') ?? 0);
  const unreadable = rowsRejected - nobody;
  if (unreadable > 0) {
    const first = [...(source.rejects ?? [])].find(({ code }) => code !== 'missing_user' && code !== 'no_customer');
    const values = { count: unreadable, rows: rowsRead, row: first?.row ?? 0, column: first?.column ?? '', value: first?.value ?? '' };
    const message = `${unreadable} of ${rowsRead} rows of "${file.name}" cannot be read, the first in row ${values.row}, column "${values.column}": "${values.value}".`;
    if (unreadable > mostUnreadable * rowsRead) {
      throw new UserError(
        'results_unreadable',
        message,
        'Mend the cells, or say how the columns are to be read, and take the file again.',
        { ...values, file: file.name },
      );
    }
    findings.push({ code: 'results_rows_left_out', message, values: { ...values, file: file.name } });
  }
  const events = source.events!;
  const found = currencyOf(file.name, events, mapping, currency);
  const placed = placePeople(file.name, events.user.pool.texts(), people, [...countsOf(events.user.codes, events.user.pool.size)]);
  findings.push(...placed.findings);
  const { rows } = events;
  const at = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    at[row] = zone.toLocal(events.ts.values[row]);
    if (row % 65_536 === 0) await run.breathe();
  }
  return {
    lines: {
      rows,
      person: Int32Array.from(events.user.codes, (code) => placed.placeOf[code]),
      at,
      events: events.event.pool.texts(),
      event: events.event.codes,
      value: events.value ? events.value.values.map((value) => value / 10_000) : new Float64Array(rows).fill(NaN),
      order: events.order?.codes ?? new Int32Array(rows).fill(-1),
      hasAmounts: events.value !== undefined,
      currency: found,
    },
    findings,
  };
}

export function requireRoles(file: string, { roles, columns }: Mapping, wanted: readonly EventRole[]): void {
  const missing = wanted.find((role) => roles[role] === undefined);
  if (missing === undefined) return;
  throw new UserError(
    'results_column_missing',
    `No column of "${file}" looks like the ${missing === 'user' ? 'customer' : missing} of a line.`,
    `Say which one it is; the columns are: ${columns.join(', ')}.`,
    { file, role: missing, columns: columns.join(', ') },
  );
}

function countsOf(codes: Int32Array, size: number): Int32Array {
  const counts = new Int32Array(size);
  for (const code of codes) counts[code]++;
  return counts;
}

/** What staging takes for the plan's currency where nobody knows it: ISO 4217's "no currency". */
const noCurrency = 'XXX';

/** @throws UserError `results_currency` where there are several, or another than the one asked for */
function currencyOf(file: string, events: StagedEvents, mapping: Mapping, wanted: string | undefined): string | null {
  if (!events.value) return null;
  const found = new Set<string>();
  if (events.currency) for (const code of events.currency.codes) if (code >= 0) found.add(events.currency.pool.text(code));
  found.delete('');
  if (found.size === 0 && mapping.currency) found.add(readCurrency(mapping.currency) ?? mapping.currency);
  const names = [...found].sort();
  if (wanted === undefined && names.length <= 1) return names[0] ?? null;
  if (names.every((name) => name === wanted)) return wanted!;
  throw new UserError(
    'results_currency',
    wanted === undefined
      ? `"${file}" has amounts in ${names.join(' and ')}: sums of them mean nothing.`
      : `"${file}" has amounts in ${names.join(' and ')}, and the campaign is counted in ${wanted}: sums of both mean nothing.`,
    'Give a file in one currency, or say in which one to count.',
    { file, found: names.join(', '), wanted: wanted ?? names[0] },
  );
}
