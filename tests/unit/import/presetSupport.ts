import { readFileSync } from 'node:fs';
import { inspectSource } from '../../../src/lib/core/schema/inspect/inspectSource';
import { understandTable, type UnderstoodTable } from '../../../src/lib/core/schema/inspect/understandTable';
import { atOnce, quietContext } from '../../../src/lib/core/base/run';
import { TimeZone } from '../../../src/lib/core/schema/parse/timeZone';
import { Found, RecordBatch } from '../../../src/lib/core/schema/records';
import { reshaped } from '../../../src/lib/core/schema/reshape';
import type { SourcePreview } from '../../../src/lib/core/schema/report';
import type { Mapping } from '../../../src/lib/core/schema/roles';
import type { NumberColumn, TextColumn } from '../../../src/lib/core/schema/staging/columns';
import { EventStager } from '../../../src/lib/core/schema/staging/stageEvents';
import type { StagedSource } from '../../../src/lib/core/schema/staging/staged';
import { stageFile, type StagedFile } from '../../../src/lib/core/schema/staging/stageFile';
import { fileOf } from './support';

export const fixture = (name: string) => readFileSync(new URL(`../../fixtures/presets/${name}`, import.meta.url));

export interface StagedFixture {
  preview: SourcePreview;
  staged: StagedFile;
}

/** Inspects and stages a file of the folder as a person would who agrees with every proposal. */
export async function stageFixture(
  name: string,
  bytes: Uint8Array = fixture(name),
  { timeZone = 'UTC', currency = 'USD' } = {},
): Promise<StagedFixture> {
  const file = fileOf(bytes, name);
  const preview = await inspectSource(file);
  const staged = await stageFile(file, preview.mapping, {
    sourceId: 's',
    zone: new TimeZone(timeZone),
    currency,
    run: quietContext(),
  });
  return { preview, staged };
}

/** A record of a nested format as the readers give it: paths of its values, and a row for each element of an array. */
export function tableOf(records: readonly object[], rowsAt?: string): { columns: string[]; rows: string[][] } {
  const found = records.flatMap((record) => rowsOf(record, rowsAt));
  const columns = [...new Set(found.flatMap((row) => [...row.keys()]))];
  return { columns, rows: found.map((row) => columns.map((name) => row.get(name) ?? '')) };
}

function rowsOf(record: object, rowsAt: string | undefined): Map<string, string>[] {
  const outside = flat(record, '', rowsAt);
  const elements = rowsAt?.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], record);
  if (!Array.isArray(elements) || elements.length === 0) return [outside];
  return elements.map((element) => new Map([...outside, ...flat(element as object, `${rowsAt}.`, undefined)]));
}

function flat(value: object, path: string, without: string | undefined): Map<string, string> {
  return new Map(
    Object.entries(value).flatMap(([key, inner]): [string, string][] => {
      const name = path + key;
      if (name === without || inner === null || inner === undefined) return [];
      if (Array.isArray(inner)) return [[name, JSON.stringify(inner)]];
      if (typeof inner === 'object') return [...flat(inner as object, `${name}.`, without)];
      return [[name, String(inner)]];
    }),
  );
}

export interface StagedRecords {
  table: UnderstoodTable;
  source: StagedSource;
  rejects: string[];
}

/** Understands and stages records of a nested format, without a file. */
export function stageRecords(records: readonly object[], rowsAt?: string): StagedRecords {
  const { columns, rows } = tableOf(records, rowsAt);
  const known = { delimiter: ',', quote: '"', header: true, encoding: 'utf-8', format: 'json' } as const;
  const table = understandTable({ fileName: 'events.jsonl', columns, rows, known, ...(rowsAt && { arrays: [rowsAt] }) }, {});
  const { source, rejects } = stageRows(rows, columns, table.mapping);
  return { table, source, rejects };
}

function stageRows(rows: string[][], columns: string[], mapping: Mapping): { source: StagedSource; rejects: string[] } {
  const batch = new RecordBatch(columns.length);
  for (const row of rows) {
    for (const cell of row) batch.addText(cell);
    batch.endRow();
  }
  const stager = new EventStager(mapping, new TimeZone('UTC'), 'USD');
  const reader = reshaped(batch, mapping, columns);
  const rejects: string[] = [];
  for (let row = 1; reader.next() !== Found.end; row++) {
    const code = stager.row(reader, row);
    if (code) rejects.push(`${row} ${code}`);
  }
  return { source: atOnce(stager.finish()), rejects };
}

/** Staged events as rows a person can read: texts as they are, money in units, times as ISO. */
export function eventsOf({ events }: StagedSource): Record<string, string | number>[] {
  const columns = Object.entries(events!).filter((entry): entry is [string, TextColumn | NumberColumn] => typeof entry[1] === 'object' && entry[1] !== null && 'kind' in entry[1]); // prettier-ignore
  return Array.from({ length: events!.rows }, (_, row) =>
    Object.fromEntries(
      columns.flatMap(([name, column]): [string, string | number][] => {
        if (column.kind === 'text') return column.codes[row] < 0 ? [] : [[name, column.pool.text(column.codes[row])]];
        const value = column.values[row];
        if (Number.isNaN(value)) return [];
        if (name === 'ts') return [[name, new Date(value / 1000).toISOString().replace('.000Z', 'Z')]];
        return [[name, name === 'price' || name === 'value' ? value / 10_000 : value]];
      }),
    ),
  );
}

/** What a source says of its users or items, by id. */
export function factsOf(source: StagedSource, of: 'users' | 'items'): Record<string, Record<string, string>> {
  const entities = source[of]!;
  const found: Record<string, Record<string, string>> = {};
  entities.id.codes.forEach((code, row) => {
    const facts = (found[entities.id.pool.text(code)] ??= {});
    for (const [name, column] of entities.attributes) if (column.codes[row] >= 0) facts[name] = column.pool.text(column.codes[row]);
  });
  return found;
}
