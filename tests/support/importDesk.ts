import { quietContext, type RunContext } from '../../src/lib/core/base/run';
import type { Mapping } from '../../src/lib/core/schema/roles';
import { inspectSource } from '../../src/lib/core/schema/inspect/inspectSource';
import { sql } from '../../src/lib/core/store/sql';
import { nodePlatform } from '../../src/lib/platform/node/platform';
import { Desk } from '../../src/lib/work/desk';
import { operations, type OperationContext } from '../../src/lib/work/operations';
import type { ImportMode } from '../../src/lib/work/stages';
import { memorySnapshots } from './memorySnapshots';
import { fileOf } from '../unit/import/support';

const desks: Desk[] = [];

/** A desk with an empty workspace, which is saved in memory where `kept` does not say otherwise. */
export async function importDesk(timeZone = 'UTC', currency = 'USD', { kept = true } = {}): Promise<ImportDesk> {
  const desk = new Desk({ ...nodePlatform({ threads: 1 }), ...(kept && { snapshots: memorySnapshots() }) });
  desks.push(desk);
  const made = new ImportDesk(desk);
  await operations.workspaceCreate({ name: 'Tea', timeZone, currency }, made.context());
  return made;
}

export async function closeDesks(): Promise<void> {
  for (const desk of desks.splice(0)) {
    await desk.close();
    (await desk.opened()).kernels?.close();
    await (await desk.store()).close();
  }
}

interface Given extends Partial<ImportMode> {
  sourceId?: string;
  mapping?: Partial<Mapping>;
  run?: RunContext;
}

/** Files by name. */
export type Files = Record<string, string>;

/** What tests of imports ask of a desk. */
export class ImportDesk {
  constructor(readonly desk: Desk) {}

  context(run: RunContext = quietContext()): OperationContext {
    return { signal: run.signal, report: (at) => run.report(at), breathe: () => run.breathe(), desk: this.desk };
  }

  async stage(files: Files, given: Given = {}) {
    return operations.sourceStage(await requestOf(files, given), this.context(given.run));
  }

  async add(files: Files, given: Given = {}) {
    return operations.sourceImport(await requestOf(files, given), this.context(given.run));
  }

  get version() {
    return this.desk.state.data!.version;
  }

  get plan() {
    return this.desk.state.plan;
  }

  async rows(query: (tables: ImportDesk['version']['tables']) => ReturnType<typeof sql>): Promise<Record<string, unknown>[]> {
    const found = await (await this.desk.store()).query(query(this.version.tables));
    return found.toArray().map((row) => ({ ...row.toJSON() }));
  }

  async tables(): Promise<string[]> {
    const found = await (
      await this.desk.store()
    ).query(sql`SELECT table_name AS n FROM duckdb_tables() UNION SELECT view_name FROM duckdb_views() WHERE NOT internal ORDER BY 1`);
    return found.toArray().map(({ n }) => String(n));
  }
}

async function requestOf(files: Files, { sourceId = 'orders', mapping, mode = 'add', key, replaces }: Given) {
  const opened = Object.entries(files).map(([name, text]) => fileOf(text, name));
  const proposed = (await inspectSource(opened[0])).mapping;
  return { files: opened, sourceId, mapping: { ...proposed, ...mapping }, mode, key, replaces };
}
