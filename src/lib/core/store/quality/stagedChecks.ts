import type { RunContext } from '../../base/run';
import { addDays } from '../../schema/asOf';
import type { TimeZone } from '../../schema/parse/timeZone';
import type { TextColumn } from '../../schema/staging/columns';
import type { StagedEvents, StagedSource } from '../../schema/staging/staged';
import { countEqualRows } from '../dataset/stageSource';
import { good, shownExamples, type Finding, type QualityCheck, type QualityExample, type Verdict } from './check';
import { dateShape, mostly, numberShape } from './checks/columns';
import { firstPlausibleDay } from './checks/dates';

export interface StagedContext {
  /** The local day up to which events are plausible, `2026-05-01`. */
  today: string;
  /** The plan's. */
  zone: TimeZone;
  run: RunContext;
  /** Rows that equal an earlier one, where somebody has counted them. */
  duplicates?: number;
}

/** A file that was staged. */
export interface StagedToCheck {
  name: string;
  staged: StagedSource;
  /** Rows of it that equal an earlier one, where somebody has counted them. */
  duplicates?: number;
}

/** What {@link checksOfStaged} says of several files of one source together. @throws Cancelled */
export async function checksOfFiles(files: readonly StagedToCheck[], context: StagedContext): Promise<QualityCheck[]> {
  const found = new Map<string, QualityCheck>();
  for (const { name, staged, duplicates } of files) {
    for (const check of await checksOfStaged(staged, { ...context, duplicates })) {
      const examples = files.length > 1 ? check.examples.map((example) => ({ ...example, source: name })) : check.examples;
      const before = found.get(check.id);
      found.set(check.id, before ? together(before, { ...check, examples }) : { ...check, examples });
    }
  }
  return [...found.values()];
}

function together(one: QualityCheck, other: QualityCheck): QualityCheck {
  const worse = verdicts.indexOf(one.verdict) >= verdicts.indexOf(other.verdict) ? one : other;
  const count = one.count + other.count;
  const of = (one.of ?? 0) + (other.of ?? 0);
  const examples = [...one.examples, ...other.examples].slice(0, shownExamples);
  return { ...worse, count, of, examples, values: { ...worse.values, ...(count > 0 && { count, of }) } };
}

const verdicts: Verdict[] = ['good', 'note', 'warning', 'problem'];

/**
 * The checks that cost next to nothing before the import, over one source as it was staged: equal rows, dates that
 * cannot be, columns of numbers with words in them. They bear the names that they have in the report.
 * @throws Cancelled
 */
export async function checksOfStaged({ events, users, items }: StagedSource, context: StagedContext): Promise<QualityCheck[]> {
  const found: QualityCheck[] = [];
  if (events && events.rows > 0) {
    found.push({ id: 'exact-duplicates', ...(await duplicates(events, context)) });
    await context.run.breathe();
    found.push(...dates(events, context));
  }
  const mixed: QualityExample[] = [];
  let columns = 0;
  const tables = [['events', events?.properties] as const, ['users', users?.attributes] as const, ['items', items?.attributes] as const];
  for (const [table, kept] of tables) {
    for (const [name, column] of kept ?? []) {
      columns++;
      if (column.kind === 'number') continue;
      const words = exceptions(column);
      if (words) mixed.push({ column: `${table}.${name}`, ...words });
      await context.run.breathe();
    }
  }
  if (columns > 0) {
    const finding: Finding =
      mixed.length === 0
        ? good(columns)
        : {
            verdict: 'warning',
            count: mixed.length,
            of: columns,
            examples: mixed.slice(0, shownExamples),
            values: { count: mixed.length },
          };
    found.push({ id: 'mixed-types', ...finding });
  }
  return found;
}

async function duplicates(events: StagedEvents, { run, duplicates: counted }: StagedContext): Promise<Finding> {
  const count = counted ?? (await countEqualRows(events, run));
  if (count === 0) return good(events.rows);
  return {
    verdict: count / events.rows > 0.05 ? 'problem' : 'warning',
    count,
    of: events.rows,
    examples: [],
    remedy: { step: 'drop-exact-duplicates', options: {} },
    values: { count, of: events.rows },
  };
}

function dates(events: StagedEvents, { today, zone }: StagedContext): QualityCheck[] {
  const { values } = events.ts;
  const startOf = (day: string) => Date.parse(`${day}T00:00:00Z`) * 1000;
  const [earliest, end] = [startOf(firstPlausibleDay), startOf(addDays(today, 1))];
  const early: number[] = [];
  const late: number[] = [];
  for (let row = 0; row < values.length; row++) {
    // No zone is further than a day from UTC.
    const near = values[row] < earliest + microsecondsOfDay || values[row] > end - microsecondsOfDay;
    if (!near) continue;
    const local = zone.toLocal(values[row]);
    if (local < earliest) early.push(row);
    else if (local >= end) late.push(row);
  }
  const example = (row: number): QualityExample => ({
    user: events.user.pool.text(events.user.codes[row]),
    event: events.event.pool.text(events.event.codes[row]),
    at: new Date(zone.toLocal(values[row]) / 1000).toISOString().slice(0, 19),
  });
  const finding = (rows: number[], remedy: Finding['remedy'], given: Finding['values']): Finding =>
    rows.length === 0
      ? { ...good(events.rows), values: given }
      : {
          verdict: 'problem',
          count: rows.length,
          of: events.rows,
          examples: rows.slice(0, shownExamples).map(example),
          remedy: rows.length < events.rows ? remedy : undefined,
          values: { ...given, count: rows.length, of: events.rows },
        };
  return [
    { id: 'future-dates', ...finding(late, { step: 'drop-future', options: { after: today } }, { today }) },
    {
      id: 'early-dates',
      ...finding(early, { step: 'drop-before', options: { before: firstPlausibleDay } }, { before: firstPlausibleDay }),
    },
  ];
}

const microsecondsOfDay = 86_400_000_000;

/** Where a column is of numbers (or dates) mostly: how many cells are none, and one of them. */
function exceptions({ codes, pool }: TextColumn): { rows: number; text: string } | null {
  const counts = new Int32Array(pool.size);
  for (const code of codes) if (code >= 0) counts[code]++;
  let cells = 0;
  const fits = [0, 0];
  const word: (string | undefined)[] = [undefined, undefined];
  for (let code = 0; code < pool.size; code++) {
    if (counts[code] === 0 || pool.offsets[code] === pool.offsets[code + 1]) continue;
    cells += counts[code];
    const text = pool.text(code).trim();
    shapes.forEach((shape, s) => (shape.test(text) ? (fits[s] += counts[code]) : (word[s] ??= text)));
  }
  const s = fits[0] >= fits[1] ? 0 : 1;
  return cells > 0 && fits[s] >= mostly * cells && fits[s] < cells ? { rows: cells - fits[s], text: word[s]! } : null;
}

const shapes = [new RegExp(numberShape), new RegExp(dateShape)];
