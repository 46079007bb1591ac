import { inStretches, type RunContext } from '../../base/run';
import type { ImportReport } from '../../schema/report';
import type { SourceKind } from '../../schema/roles';
import type { TextColumn } from '../../schema/staging/columns';
import { rejectMessages, type RejectCode, type StagedSource } from '../../schema/staging/staged';
import type { StagedFile } from '../../schema/staging/stageFile';
import { timeRange } from './sourceFacts';

/** The quality card of one file, as far as its own rows tell. */
export async function reportOf(
  file: string,
  kind: SourceKind,
  staged: StagedFile,
  seconds: number,
  run: RunContext,
): Promise<ImportReport> {
  const { source, rowsRead, rowsRejected, rejectCounts } = staged;
  return {
    sourceId: source.sourceId,
    fileName: file,
    kind,
    rowsRead,
    rowsKept: rowsRead - rowsRejected,
    rowsRejected,
    rejectsKept: staged.rejectsKept,
    rejectReasons: reasons(rejectCounts),
    ...(await summarize(source, run)),
    duplicates: 0,
    missingUsers: rejectCounts.get('missing_user') ?? 0,
    negativeQuantities: staged.negativeQuantities,
    ...speed(rowsRead, seconds),
    diagnostics: [...staged.diagnostics],
  };
}

/**
 * Several files' cards as one. People and items are those of the file that has the most of them, because who occurs in
 * two files is only known when they are numbered; what the whole has stands in the change.
 */
export function joinedReport(sourceId: string, reports: readonly ImportReport[]): ImportReport {
  if (reports.length === 1) return { ...reports[0], sourceId };
  const sum = (of: (report: ImportReport) => number) => reports.reduce((total, report) => total + of(report), 0);
  const counts = new Map<RejectCode, number>();
  for (const { code, count } of reports.flatMap(({ rejectReasons }) => rejectReasons))
    counts.set(code as RejectCode, (counts.get(code as RejectCode) ?? 0) + count);
  const times = (of: 'firstTime' | 'lastTime') => reports.flatMap((report) => report[of] ?? []).sort();
  return {
    ...reports[0],
    sourceId,
    fileName: reports.map(({ fileName }) => fileName).join(', '),
    rowsRead: sum(({ rowsRead }) => rowsRead),
    rowsKept: sum(({ rowsKept }) => rowsKept),
    rowsRejected: sum(({ rowsRejected }) => rowsRejected),
    rejectsKept: sum(({ rejectsKept }) => rejectsKept ?? 0),
    rejectReasons: reasons(counts),
    firstTime: times('firstTime')[0] ?? null,
    lastTime: times('lastTime').at(-1) ?? null,
    users: Math.max(...reports.map(({ users }) => users)),
    items: Math.max(...reports.map(({ items }) => items)),
    duplicates: sum(({ duplicates }) => duplicates),
    missingUsers: sum(({ missingUsers }) => missingUsers),
    negativeQuantities: sum(({ negativeQuantities }) => negativeQuantities),
    ...speed(
      sum(({ rowsRead }) => rowsRead),
      sum(({ seconds }) => seconds),
    ),
    diagnostics: reports.flatMap(({ diagnostics }) => diagnostics),
  };
}

export function speed(rows: number, seconds: number): Pick<ImportReport, 'seconds' | 'rowsPerSecond'> {
  return { seconds, rowsPerSecond: Math.round(rows / Math.max(seconds, 0.001)) };
}

function reasons(counts: Map<RejectCode, number>): ImportReport['rejectReasons'] {
  return [...counts].sort((a, b) => b[1] - a[1]).map(([code, count]) => ({ code, message: rejectMessages[code], count }));
}

/** What the quality card says of the source's own rows; called before they become tables. */
async function summarize(
  { events, users, items }: StagedSource,
  run: RunContext,
): Promise<Pick<ImportReport, 'firstTime' | 'lastTime' | 'users' | 'items'>> {
  const { firstEvent, lastEvent } = timeRange(events?.ts.values);
  const ids = events ? [events.user, events.item] : [users?.id, items?.id];
  return { firstTime: firstEvent, lastTime: lastEvent, users: await distinct(ids[0], run), items: await distinct(ids[1], run) };
}

async function distinct(column: TextColumn | undefined, run: RunContext): Promise<number> {
  if (!column) return 0;
  const { codes, pool } = column;
  const seen = new Uint8Array(pool.size);
  let count = 0;
  await inStretches(codes.length, run, (start, end) => {
    for (let row = start; row < end; row++) {
      const code = codes[row];
      if (code < 0 || seen[code] === 1) continue;
      seen[code] = 1;
      count++;
    }
  });
  return count;
}
