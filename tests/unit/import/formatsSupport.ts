import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { quietContext } from '../../../src/lib/core/base/run';
import type { FileSource } from '../../../src/lib/core/schema/files';
import { openTable } from '../../../src/lib/core/schema/formats';
import type { ChosenSettings } from '../../../src/lib/core/schema/formats/format';
import { TimeZone } from '../../../src/lib/core/schema/parse/timeZone';
import { Found } from '../../../src/lib/core/schema/records';
import type { Mapping } from '../../../src/lib/core/schema/roles';
import { stageFile, type StagedFile } from '../../../src/lib/core/schema/staging/stageFile';
import { fileOf } from './support';

/** A file that scripts/reference/write_formats.py wrote. */
export const fixtureBytes = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(fileURLToPath(new URL(`../../fixtures/formats/${name}`, import.meta.url))));

export const fixture = (name: string, blockBytes = 1 << 20): FileSource => fileOf(fixtureBytes(name), name, blockBytes);

/** The rows of a table as its sample shows them, as objects. */
export async function sampledTable(file: FileSource, chosen: ChosenSettings = {}): Promise<Record<string, string>[]> {
  const { file: unpacked, format } = await openTable(file);
  const { columns, rows } = await format.sample(unpacked, chosen);
  return rows.map((row) => Object.fromEntries(columns.map((column, cell) => [column, row[cell]])));
}

/** All rows as the stagers get them, cell by cell; broken ones as their text. */
export async function readTable(file: FileSource, mapping: Partial<Mapping>): Promise<(Record<string, string> | string)[]> {
  const { file: unpacked, format } = await openTable(file, mapping.format);
  const { settings, columns } = await format.sample(unpacked, mapping);
  const whole = { kind: 'events', ...settings, columns, roles: {}, keep: mapping.columns ?? columns, ...mapping } as Mapping;
  const { blocks } = await format.open(unpacked, whole, {});
  const rows: (Record<string, string> | string)[] = [];
  for await (const { records } of blocks()) {
    for (let found = records.next(); found !== Found.end; found = records.next()) {
      if (found === Found.broken) rows.push(records.text(200));
      else
        rows.push(
          Object.fromEntries(
            whole.columns.map((name, cell) => [name, text(records.bytes.subarray(records.starts[cell], records.ends[cell]))]),
          ),
        );
    }
  }
  return rows;
}

export function stage(file: FileSource, mapping: Mapping): Promise<StagedFile> {
  return stageFile(file, mapping, { sourceId: 'x', zone: new TimeZone('UTC'), currency: 'USD', run: quietContext() });
}

const text = (bytes: Uint8Array) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
