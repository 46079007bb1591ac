import type { ImportReport } from '../../schema/report';
import type { SourceKind } from '../../schema/roles';
import { rejectMessages, type RejectCode, type StagedSource } from '../../schema/staging/staged';
import type { StagedFile } from '../../schema/staging/stageFile';
import { timeRange } from './sourceFacts';

/** The quality card of one file, as far as its own rows tell. */
export function reportOf(file: string, kind: SourceKind, staged: StagedFile, seconds: number): ImportReport {
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
    ...summarize(source),
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
function summarize({ events, users, items }: StagedSource): Pick<ImportReport, 'firstTime' | 'lastTime' | 'users' | 'items'> {
  if (!events) return { firstTime: null, lastTime: null, users: distinct(users?.id.codes), items: distinct(items?.id.codes) };
  const { firstEvent, lastEvent } = timeRange(events.ts.values);
  return { firstTime: firstEvent, lastTime: lastEvent, users: distinct(events.user.codes), items: distinct(events.item?.codes) };
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
