import type { RunContext } from '../../base/run';
import type { TableStore } from '../tableStore';
import type { DatasetFacts } from '../../schema/canonical';
import type { FileSource } from '../../schema/files';
import { finishTables } from './finishTables';
import { readSources } from './sourceTables';
import { TimeZone } from '../../schema/parse/timeZone';
import type { ImportReport } from '../../schema/report';
import type { Mapping } from '../../schema/roles';
import { rejectMessages, type RejectCode, type StagedSource } from '../../schema/staging/staged';
import { stageFile } from '../../schema/staging/stageFile';

export interface ImportRequest {
  file: FileSource;
  sourceId: string;
  mapping: Mapping;
  /** `replace`: earlier sources of the same kind go. `add`: they stay, except one with the same id. */
  mode: 'replace' | 'add';
  timeZone: string;
  currency: string;
  run: RunContext;
}

export interface ImportResult {
  report: ImportReport;
  facts: DatasetFacts;
  /** All sources that the tables now hold, in order. */
  sourceIds: string[];
}

/**
 * Imports one file into the store: reads it in blocks, keeps or rejects each row, and rebuilds the canonical tables.
 * All or nothing: on a failure or cancel the tables are those from before.
 *
 * @throws UserError `file_…`, `mapping_…`, `columns_changed`, `all_rows_rejected`, `unknown_time_zone`; Cancelled
 */
export async function importSource(store: TableStore, request: ImportRequest): Promise<ImportResult> {
  const { file, sourceId, mapping, mode, timeZone, currency, run } = request;
  const started = performance.now();
  const staged = await stageFile(file, mapping, { sourceId, zone: new TimeZone(timeZone), currency, run });
  const stay = await readSources(store, (id, kind) => id !== sourceId && (mode === 'add' || kind !== mapping.kind));
  const sources = [...stay, staged.source];
  const summary = summarize(staged.source);
  const { facts, duplicates } = await finishTables(store, sources, { timeZone, currency, run });
  const seconds = (performance.now() - started) / 1000;
  const report: ImportReport = {
    sourceId,
    fileName: file.name,
    kind: mapping.kind,
    rowsRead: staged.rowsRead,
    rowsKept: staged.rowsRead - staged.rowsRejected,
    rowsRejected: staged.rowsRejected,
    rejectsKept: staged.rejectsKept,
    rejectReasons: reasons(staged.rejectCounts),
    ...summary,
    duplicates: duplicates.get(sourceId) ?? 0,
    missingUsers: staged.rejectCounts.get('missing_user') ?? 0,
    negativeQuantities: staged.negativeQuantities,
    seconds,
    rowsPerSecond: Math.round(staged.rowsRead / Math.max(seconds, 0.001)),
    diagnostics: staged.diagnostics,
  };
  return { report, facts, sourceIds: sources.map((source) => source.sourceId) };
}

/** Takes a source away and rebuilds the tables; without any source left they are empty. */
export async function removeSource(
  store: TableStore,
  sourceId: string,
  options: { timeZone: string; currency: string; run: RunContext },
): Promise<DatasetFacts> {
  const sources = await readSources(store, (id) => id !== sourceId);
  return (await finishTables(store, sources, options)).facts;
}

function reasons(counts: Map<RejectCode, number>): ImportReport['rejectReasons'] {
  return [...counts].sort((a, b) => b[1] - a[1]).map(([code, count]) => ({ code, message: rejectMessages[code], count }));
}

/** What the quality card says of the source's own rows; called before they become tables. */
function summarize({ events, users, items }: StagedSource): Pick<ImportReport, 'firstTime' | 'lastTime' | 'users' | 'items'> {
  if (!events) return { firstTime: null, lastTime: null, users: distinct(users?.id.codes), items: distinct(items?.id.codes) };
  let first = Infinity;
  let last = -Infinity;
  for (const ts of events.ts.values) {
    if (ts < first) first = ts;
    if (ts > last) last = ts;
  }
  return {
    firstTime: new Date(first / 1000).toISOString(),
    lastTime: new Date(last / 1000).toISOString(),
    users: distinct(events.user.codes),
    items: distinct(events.item?.codes),
  };
}

function distinct(codes: Int32Array | undefined): number {
  if (!codes) return 0;
  let largest = -1;
  for (const code of codes) if (code > largest) largest = code;
  const seen = new Uint8Array(largest + 1);
  let count = 0;
  for (const code of codes) {
    if (code < 0 || seen[code]) continue;
    seen[code] = 1;
    count++;
  }
  return count;
}
