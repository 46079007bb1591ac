import { UserError } from '../../base/errors';
import { resolveOptions, type OptionValues } from '../../base/options';
import type { RunContext } from '../../base/run';
import type { Destination } from '../destination';
import type { ExportContent } from '../exportContent';
import type { FileFormat } from '../format';
import { idColumn } from '../manifest';
import { makeFiles, writeChecked, type MadeFiles } from '../makeFiles';
import { inMemory, type Shelf } from '../shelf';
import { blockRows, type ExportBlock, type ExportColumn, type ExportTable } from '../table';
import type { DeltaCounts, ExportFile } from '../types';
import type { PreviousList } from './previousList';
import { takesRemovals } from './removals';
import { rowKeys, type RowKeys } from './rowKeys';

export interface MadeDelta extends MadeFiles {
  delta: DeltaCounts;
}

/**
 * Writes what has changed since an earlier list: the rows that are new or have an identifier more (`-added`), those of
 * which nothing is in the list any more (`-removed`, where the destination takes such files), and the whole list
 * (`-whole`), which stays here for the next time. Who stays in by any identifier is never removed: the platform would
 * take the person out.
 * @throws UserError `delta_no_id`, and what makeFiles throws
 */
export async function makeDelta(
  stem: string,
  content: ExportContent,
  destination: Destination,
  given: OptionValues,
  previous: PreviousList,
  names: Set<string>,
  run: RunContext,
  shelf: Shelf = inMemory,
): Promise<MadeDelta> {
  const options = resolveOptions(destination.id, destination.options, given);
  const format = await destination.format(options);
  const { columns } = content.table;
  const id = idColumn(columns);
  const keysNow = rowKeys(destination, columns, options, id);
  const keysThen = rowKeys(destination, previous.columns, options, previous.id);
  if (!keysNow || !keysThen) throw noId(destination.id);

  const whole = await makeFiles(stem, content, destination, given, names, run, { role: 'whole', shelf });
  const lists = whole.files.filter(({ role }) => role === 'whole');
  const rowsNow = tableOf(
    columns,
    format,
    lists.map(({ read }) => read),
    run,
  );
  const rowsThen = tableOf(
    previous.columns,
    format,
    previous.files.map((name) => () => previous.read(name)),
    run,
  );
  const [then, now] = [await allKeys(rowsThen, keysThen, run), await allKeys(rowsNow, keysNow, run)];

  const counts = { added: 0, changed: 0, removed: 0, stays: 0 };
  const added = filtered(rowsNow, (block, row) => {
    const keys = keysNow(block, row);
    const known = keys.filter((key) => then.has(key)).length;
    counts[known === 0 ? 'added' : known < keys.length ? 'changed' : 'stays']++;
    return known < keys.length;
  });
  const removed = filtered(rowsThen, (block, row) => {
    const isGone = keysThen(block, row).every((key) => !now.has(key));
    if (isGone) counts.removed++;
    return isGone;
  });

  const target = { stem, kind: content.kind, destination, options, format, names, shelf };
  const files: ExportFile[] = await writeChecked(target, added, 'added', run);
  // Whoever takes people out needs to know who they are, and nothing else of them.
  const named = destination.fields === 'chosen' ? onlyColumn(removed, previous.columns, previous.id!) : removed;
  if (takesRemovals(destination)) files.push(...(await writeChecked(target, named, 'removed', run)));
  else await readThrough(named);
  const removedColumns = named.columns.map(({ name }) => name);
  return { ...whole, files: [...files, ...whole.files], delta: { since: previous.since, ...counts, removedColumns } };
}

/** Only to count. */
async function readThrough(table: ExportTable): Promise<number> {
  let rows = 0;
  for await (const block of table.blocks()) rows += block.rows;
  return rows;
}

/** The rows of files that were written in a format, read as often as they are asked for. */
function tableOf(
  columns: readonly ExportColumn[],
  format: FileFormat,
  files: readonly (() => Promise<Uint8Array>)[],
  run: RunContext,
): ExportTable {
  return {
    columns,
    async *blocks() {
      for (const read of files) yield* format.read(await read(), columns, run);
    },
  };
}

async function allKeys(table: ExportTable, keys: RowKeys, run: RunContext): Promise<Set<string>> {
  const found = new Set<string>();
  for await (const block of table.blocks()) {
    for (let row = 0; row < block.rows; row++) for (const key of keys(block, row)) found.add(key);
    await run.breathe();
  }
  return found;
}

function filtered(table: ExportTable, keep: (block: ExportBlock, row: number) => boolean): ExportTable {
  return {
    columns: table.columns,
    async *blocks() {
      for await (const block of table.blocks()) {
        for (let from = 0; from < block.rows; from += blockRows) {
          const rows: number[] = [];
          for (let row = from; row < Math.min(block.rows, from + blockRows); row++) if (keep(block, row)) rows.push(row);
          yield { rows: rows.length, cells: block.cells.map((cells) => rows.map((row) => cells[row])) };
        }
      }
    },
  };
}

function onlyColumn(table: ExportTable, columns: readonly ExportColumn[], name: string): ExportTable {
  const at = columns.findIndex((column) => column.name === name);
  return {
    columns: [{ ...columns[at], required: true }],
    async *blocks() {
      for await (const { rows, cells } of table.blocks()) yield { rows, cells: [cells[at]] };
    },
  };
}

function noId(destination: string): UserError {
  return new UserError(
    'delta_no_id',
    `The files for ${destination} do not say who their rows are, so nobody can tell what has changed.`,
    'Leave the column of the customer’s id in, or deliver everything.',
    { destination },
  );
}
