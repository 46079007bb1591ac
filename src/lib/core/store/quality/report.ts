import type { RemovedRows } from '../../schema/canonical';
import { checks } from './catalogue';
import type { CheckScope, ColumnFacts, QualityCheck, TableName, Verdict } from './check';
import type { CleaningStep } from './cleaning';
import { columnFacts } from './columnFacts';

/** What the checks say of a state of the data, the worst first, and what cleaning has done to it. */
export interface QualityReport {
  checks: QualityCheck[];
  cleaning: CleaningStep[];
  removed: RemovedRows[];
  /** The local day up to which events are plausible. */
  today: string;
  events: number;
  seconds: number;
}

/** Runs every check; one that has nothing to look at is left out. @throws Cancelled */
export async function checkQuality(given: Omit<CheckScope, 'columns'>): Promise<QualityReport> {
  const started = performance.now();
  const { version, today, run } = given;
  const known = new Map<TableName, Promise<ColumnFacts[]>>();
  const columns = (table: TableName) => {
    if (!known.has(table)) known.set(table, columnFacts(given, table));
    return known.get(table)!;
  };
  const scope: CheckScope = { ...given, columns };
  const found: QualityCheck[] = [];
  for (const [i, { id, look }] of checks.entries()) {
    run.report({ stage: 'check', done: i, total: checks.length, unit: 'checks' });
    await run.breathe();
    const finding = await look(scope);
    if (finding) found.push({ id, ...finding });
  }
  found.sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
  const seconds = (performance.now() - started) / 1000;
  return {
    checks: found,
    cleaning: version.cleaning ?? [],
    removed: version.facts.removed ?? [],
    today,
    events: version.facts.events,
    seconds,
  };
}

const order: Verdict[] = ['problem', 'warning', 'note', 'good'];
