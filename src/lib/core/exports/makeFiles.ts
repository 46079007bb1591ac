import { resolveOptions, type OptionValues } from '../base/options';
import type { RunContext } from '../base/run';
import { checkFiles } from './checkFiles';
import type { Destination, ExportKind } from './destination';
import type { ExportContent } from './exportContent';
import { asciiStem, safeFileName } from './fileNames';
import { ContentReport, type FieldReadiness, type Reject } from './contentReport';
import type { FileFormat } from './format';
import { spreadsheetStyle } from './formats/csvStyle';
import { hashOf, ownFile } from './ownFile';
import { inMemory, type Shelf } from './shelf';
import { splitTable } from './splitTable';
import type { ExportBlock, ExportTable } from './table';
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
  /** Characters that programs of the files' encoding may not show; absent where there are none. */
  hardToRead?: number;
  /** Present for destinations with fields of their own. */
  readiness?: FieldReadiness[];
}

/**
 * Writes an export's content as the files of a destination, then reads them back and compares them with what they
 * must hold: a broken file is never handed over. Progress stages: `write:<stem>`, `check:<file>`.
 * @param stem the audience's or list's id, from which the files get their names
 * @param names of all files of the run so far, lower case; added to
 * @param role what the files are to whoever finds them, where they are not simply the list
 * @param shelf where they lie from then on; a part leaves the memory before the next is written
 * @throws UserError `export_check_failed`, `export_row_too_large`, and what resolveOptions throws
 */
export async function makeFiles(
  stem: string,
  content: ExportContent,
  destination: Destination,
  given: OptionValues,
  names: Set<string>,
  run: RunContext,
  { role, shelf = inMemory }: { role?: ExportFile['role']; shelf?: Shelf } = {},
): Promise<MadeFiles> {
  const options = resolveOptions(destination.id, destination.options, given);
  const target = { stem, kind: content.kind, destination, options, format: await destination.format(options), names, shelf };
  const title = titleOf(target);
  const report = new ContentReport();
  let done = 0;
  let hardToRead = 0;
  const { hardToRead: hardIn } = target.format;
  const table = counted(content, report, (block) => {
    run.report({ stage: `write:${stem}${title}`, done: (done += block.rows), total: content.rows, unit: 'rows' });
    if (hardIn) for (const cells of block.cells) for (const cell of cells) if (typeof cell === 'string') hardToRead += hardIn(cell);
  });
  const { rejects } = report;
  const files = await writeChecked(target, table, role, run, () => content.users - countRows(rejects));
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  if (destination.reasons && rejects.length > 0) {
    files.push(await rejectsFile(rejects, destination.reasons, safeFileName(stem, 'csv', names, `${title}-rejects`), run));
  }
  return {
    files,
    rows,
    ...(hardToRead > 0 && { hardToRead }),
    ...(destination.reasons && { rejects: countsOf(rejects) }),
    ...(destination.fields !== 'chosen' && { readiness: report.readiness }),
  };
}

/** Where a table goes. */
export interface FileTarget {
  /** The audience's or list's id, from which the files get their names. */
  stem: string;
  kind: ExportKind;
  destination: Destination;
  /** Resolved. */
  options: OptionValues;
  format: FileFormat;
  /** Of all files of the run so far, lower case; added to. */
  names: Set<string>;
  shelf: Shelf;
}

/**
 * Writes a table as the files of a destination, reads them back and compares.
 * @param users how many the table holds, known once it was read; absent: as many as the files show
 * @throws UserError `export_check_failed`, `export_row_too_large`
 */
export async function writeChecked(
  target: FileTarget,
  given: ExportTable,
  role: ExportFile['role'],
  run: RunContext,
  users?: () => number,
): Promise<ExportFile[]> {
  const { stem, kind, destination, options, format, names, shelf } = target;
  const written = new TableDigest(given.columns);
  const table = digested(given, written);
  const parts: Omit<ExportFile, 'name'>[] = [];
  for await (const { pieces, rows } of splitTable(table, format, destination.limits?.(options) ?? {}, run))
    parts.push({ sha256: await hashOf(pieces, run), ...(await shelf(pieces)), rows });
  const files: ExportFile[] = [];
  const title = `${titleOf(target)}${role ? `-${role}` : ''}`;
  const fileStem = destination.asciiNames ? asciiStem(stem) : stem;
  for (const [i, part] of parts.entries()) {
    const name = safeFileName(fileStem, format.extension, names, parts.length === 1 ? title : `${title}-${i + 1}`);
    files.push({ name, ...part, ...(role && { role }) });
  }
  const { columns } = table;
  const check = destination.check(kind, columns, options);
  await checkFiles(files, format, check, { columns, written, users: users?.() }, run);
  return files;
}

/** Two exports of one audience must not look alike: only a destination that is its format goes without its name. */
function titleOf({ destination, format }: FileTarget): string {
  return destination.id === format.extension ? '' : `-${destination.id}`;
}

function counted(content: ExportContent, report: ContentReport, ondone: (block: ExportBlock) => void): ExportTable {
  return {
    columns: content.table.columns,
    async *blocks() {
      for await (const block of content.table.blocks(report)) {
        yield block;
        ondone(block);
      }
    },
  };
}

function digested(table: ExportTable, written: TableDigest): ExportTable {
  return {
    columns: table.columns,
    async *blocks() {
      for await (const block of table.blocks()) {
        written.take(block);
        yield block;
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
