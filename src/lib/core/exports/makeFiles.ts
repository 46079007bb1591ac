import { resolveOptions, type OptionValues } from '../base/options';
import type { RunContext } from '../base/run';
import { checkFiles } from './checkFiles';
import type { Destination } from './destination';
import type { ExportContent } from './exportContent';
import { asciiStem, safeFileName } from './fileNames';
import { ContentReport, type FieldReadiness, type Reject } from './contentReport';
import { spreadsheetStyle } from './formats/csvStyle';
import { hashOf, ownFile } from './ownFile';
import { splitTable } from './splitTable';
import type { ExportTable } from './table';
import { TableDigest } from './tableDigest';
import type { ExportFile, RejectCounts } from './types';

/** What one of the plan's exports gave. */
export interface MadeFiles {
  /** In the order of their rows; the list of rejects, where there is one, is the last. */
  files: ExportFile[];
  /** Rows of all files together. */
  rows: number;
  /** Present for destinations that cannot use every value. */
  rejects?: RejectCounts;
  /** Present for destinations with fields of their own. */
  readiness?: FieldReadiness[];
}

/**
 * Writes an export's content as the files of a destination, then reads them back and compares them with what they
 * must hold: a broken file is never handed over. Progress stages: `write:<stem>`, `check:<file>`.
 * @param stem the audience's or list's id, from which the files get their names
 * @param names of all files of the run so far, lower case; added to
 * @throws UserError `export_check_failed`, `export_row_too_large`, and what resolveOptions throws
 */
export async function makeFiles(
  stem: string,
  content: ExportContent,
  destination: Destination,
  given: OptionValues,
  names: Set<string>,
  run: RunContext,
): Promise<MadeFiles> {
  const options = resolveOptions(destination.id, destination.options, given);
  const format = await destination.format(options);
  // Two exports of one audience must not look alike: only a destination that is its format goes without its name.
  const title = destination.id === format.extension ? '' : `-${destination.id}`;
  const written = new TableDigest(content.table.columns);
  const report = new ContentReport();
  const table = watched(content, written, report, (done) =>
    run.report({ stage: `write:${stem}${title}`, done, total: content.rows, unit: 'rows' }),
  );
  const parts = [];
  for await (const part of splitTable(table, format, destination.limits?.(options) ?? {}, run)) parts.push(part);
  const files: ExportFile[] = [];
  const fileStem = destination.asciiNames ? asciiStem(stem) : stem;
  for (const [i, { bytes, rows }] of parts.entries()) {
    const name = safeFileName(fileStem, format.extension, names, parts.length === 1 ? title : `${title}-${i + 1}`);
    files.push({ name, bytes, rows, sha256: await hashOf(bytes, run) });
  }
  const { columns } = table;
  const { rejects } = report;
  const users = content.users - countRows(rejects);
  await checkFiles(files, format, destination.check(content.kind, columns, options), { columns, written, users }, run);
  if (destination.reasons && rejects.length > 0) {
    files.push(await rejectsFile(rejects, destination.reasons, safeFileName(stem, 'csv', names, `${title}-rejects`), run));
  }
  return {
    files,
    rows: written.rows,
    ...(destination.reasons && { rejects: countsOf(rejects) }),
    ...(destination.fields !== 'chosen' && { readiness: report.readiness }),
  };
}

function watched(content: ExportContent, written: TableDigest, report: ContentReport, ondone: (rows: number) => void): ExportTable {
  const { columns } = content.table;
  return {
    columns,
    async *blocks() {
      for await (const block of content.table.blocks(report)) {
        written.take(block);
        yield block;
        ondone(written.rows);
      }
    },
  };
}

/** For people, who look these customers up: ids and reasons, never the value, which is what the hash was to hide. */
function rejectsFile(
  rejects: readonly Reject[],
  reasons: Readonly<Record<string, string>>,
  name: string,
  run: RunContext,
): Promise<ExportFile> {
  const columns = {
    user: rejects.map(({ user }) => user),
    field: rejects.map(({ field }) => field ?? null),
    reason: rejects.map(({ reason }) => reasons[reason] ?? reason),
  };
  return ownFile(name, 'rejects', columns, spreadsheetStyle(','), run);
}

function countRows(rejects: readonly Reject[]): number {
  return rejects.filter(({ field }) => field === undefined).length;
}

function countsOf(rejects: readonly Reject[]): RejectCounts {
  const counts: RejectCounts = { rows: {}, values: {} };
  for (const { field, reason } of rejects) {
    const of = field === undefined ? counts.rows : counts.values;
    of[reason] = (of[reason] ?? 0) + 1;
  }
  return counts;
}
