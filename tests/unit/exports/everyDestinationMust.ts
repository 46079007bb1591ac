import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { resolveOptions } from '$lib/core/base/options';
import { quietContext } from '$lib/core/base/run';
import { checkFiles } from '$lib/core/exports/checkFiles';
import type { Destination, ExportKind } from '$lib/core/exports/destination';
import type { ExportContent } from '$lib/core/exports/exportContent';
import { fieldsTable, mapFields, traitsOf } from '$lib/core/exports/fields';
import { makeFiles } from '$lib/core/exports/makeFiles';
import type { ExportCell, ExportColumn, ExportTable } from '$lib/core/exports/table';
import { TableDigest } from '$lib/core/exports/tableDigest';
import { columns as nastyColumns, nastyRows, nastyTexts, readRows, tableOf } from './nasty';
import { withBytes } from '../../support/writtenFiles';
import { inMemory } from '$lib/core/exports/shelf';
import type { FileRole } from '$lib/core/exports/types';

/** What a destination can be asked to write: customers with the traits that it knows, or anything it is given. */
export interface Sample {
  /** Traits of the data beside `user`. */
  traits: readonly string[];
  /** A good customer's values, in the order of the traits. */
  good: (n: number) => string[];
}

/**
 * The contract of the catalogue: whatever a destination is, what it writes reads back as it must, nothing broken is
 * handed over, and files for platforms hold every value exactly.
 */
export function everyDestinationMust(destination: Destination, sample: Sample): void {
  const content = (users: readonly ExportCell[][]): ExportContent => contentFor(destination, sample, users);
  const people = (count: number) => Array.from({ length: count }, (_, n) => [`u${String(n).padStart(4, '0')}`, ...sample.good(n)]);
  const make = async (given: ExportContent, of: Destination = destination) => {
    const made = await makeFiles('spring', given, of, {}, new Set(), quietContext());
    return { ...made, files: await withBytes(made.files) };
  };

  /** A cell of a workbook holds no more; what is longer is refused. */
  const longest = destination.id === 'xlsx' ? 32_767 : Infinity;

  describe(`${destination.id} as a destination`, () => {
    it('says who reads it, and from whom and when its rules are', () => {
      expect(['people', 'platforms']).toContain(destination.readers);
      expect(destination.what).toMatch(/^[A-Z].*\.$/);
      if (destination.fields !== 'chosen') {
        expect(destination.rules?.source).toMatch(/^https:\/\//);
        expect(destination.rules?.readOn).toMatch(/^\d{4}-\d{2}-\d{2}$/);
      }
    });

    it('has options whose defaults it takes itself', () => {
      const defaults = resolveOptions(destination.id, destination.options);
      expect(resolveOptions(destination.id, destination.options, defaults)).toEqual(defaults);
    });

    it('writes what reads back, the same bytes each time', async () => {
      const made = await make(content(people(50)));
      expect(made.rows).toBe(50);
      expect(made.files).toHaveLength(1);
      expect(await make(content(people(50)))).toEqual(made);
    });

    it('writes a readable file for an audience of nobody', async () => {
      const { files, rows } = await make(content([]));
      expect([files.length, rows]).toEqual([1, 0]);
      expect(await read(destination, content([]).table.columns, files)).toEqual([]);
    });

    it('writes nasty values, or says why it cannot', async () => {
      const texts = nastyTexts.filter((text) => text.length <= longest);
      const made = await make(
        contentFor(
          destination,
          sample,
          texts.map((text) => [text, ...sample.traits.map(() => text)]),
        ),
      );
      const left = Object.values(made.rejects?.rows ?? {}).reduce((sum, count) => sum + count, 0);
      expect(made.rows + left).toBe(texts.length);
      if (destination.fields === 'chosen') {
        const rows = nastyRows.filter((row) => row.every((cell) => String(cell).length <= longest));
        const typed: ExportContent = {
          kind: 'audience',
          table: tableOf(nastyColumns, rows),
          rows: rows.length,
          users: rows.length,
        };
        expect(await read(destination, nastyColumns, (await make(typed)).files)).toEqual(rows);
      }
    });

    it.runIf(destination.takes.includes('list'))('writes recommendations', async () => {
      const table = tableOf(listColumns, [
        ['=Ann', 1, '0042', 0.5],
        ['=Ann', 2, '-1', 0.25],
        ['Bob', 1, '0042', null],
      ]);
      expect((await make({ kind: 'list', table, rows: 3, users: 2 })).rows).toBe(3);
    });

    it('splits at the limit of rows and of bytes, and loses nothing', async () => {
      const whole = await make(content(people(50)));
      const byRows = await make(content(people(50)), { ...destination, limits: () => ({ rows: 20 }) });
      expect(byRows.files.map(({ rows }) => rows)).toEqual([20, 20, 10]);
      expect(new Set(byRows.files.map(({ name }) => name)).size).toBe(3);
      const bytes = Math.ceil(whole.files[0].bytes.length * 0.9);
      const byBytes = await make(content(people(50)), { ...destination, limits: () => ({ bytes }) });
      expect(byBytes.files.length).toBeGreaterThan(1);
      expect(Math.max(...byBytes.files.map((file) => file.bytes.length))).toBeLessThanOrEqual(bytes);
      const columns = content([]).table.columns;
      const all = await read(destination, columns, whole.files);
      expect(await read(destination, columns, byRows.files)).toEqual(all);
      expect(await read(destination, columns, byBytes.files)).toEqual(all);
      const tiny = { ...destination, limits: () => ({ bytes: 10 }) };
      await expect(make(content(people(2)), tiny)).rejects.toMatchObject({ code: 'export_row_too_large' });
    });

    it('refuses a file of which a byte is damaged, wherever that changes what it says', async () => {
      const given = content(people(25));
      const { columns } = given.table;
      const { files } = await make(given);
      const [whole] = files;
      const check = await checker(destination, given);
      const said = JSON.stringify(await read(destination, columns, files));
      let refused = 0;
      for (const at of places(whole.bytes)) {
        const bytes = whole.bytes.slice();
        bytes[at] ^= 0x04;
        const problem = await check([{ ...whole, bytes }]);
        if (problem === undefined) expect(JSON.stringify(await read(destination, columns, [{ ...whole, bytes }]))).toBe(said);
        else expect(problem).toMatchObject({ code: 'export_check_failed' });
        if (problem !== undefined) refused++;
      }
      expect(refused).toBeGreaterThan(20);
    });

    it('refuses a file that lost rows, or was cut off', async () => {
      const given = content(people(50));
      const [whole] = (await make(given)).files;
      const [shorter] = (await make(content(people(49)))).files;
      const check = await checker(destination, given);
      expect(await check([{ ...whole, bytes: shorter.bytes }])).toMatchObject({ code: 'export_check_failed' });
      const half = whole.bytes.slice(0, whole.bytes.length / 2);
      expect(await check([{ ...whole, bytes: half }])).toMatchObject({ code: 'export_check_failed' });
    });

    it('guards cells for people, and never for platforms', async () => {
      const guards = /^\uFEFF|(^|[,\n])"?['\t]|="/m;
      const rows = people(3)
        .map(([, ...rest]) => ['=1+1', ...rest])
        .slice(0, 1);
      const [{ name, bytes }] = (await make(content(rows))).files;
      const inner = /\.(zip|xlsx)$/.test(name) ? Object.values(unzipSync(bytes)).at(-1) : bytes;
      const texts = new TextDecoder('utf-8', { ignoreBOM: true }).decode(inner);
      if (destination.readers === 'platforms') expect(texts).not.toMatch(guards);
      else if (name.endsWith('.xlsx')) expect(texts).toContain('t="inlineStr"><is><t xml:space="preserve">=1+1</t>');
      else expect(texts).toMatch(/^\uFEFF[^]*"\t=1\+1"/);
    });
  });
}

const listColumns: ExportColumn[] = [
  { name: 'user', type: 'text', required: true },
  { name: 'rank', type: 'integer', required: true },
  { name: 'item', type: 'text', required: true },
  { name: 'score', type: 'number' },
];

/** @param users id, then the sample's traits */
function contentFor(destination: Destination, { traits }: Sample, users: readonly ExportCell[][]): ExportContent {
  const source: ExportTable = tableOf(
    ['user', ...traits].map((name) => ({ name, type: 'text' as const })),
    users.map((row) => [...row]),
    7,
  );
  const counts = { kind: 'audience' as ExportKind, rows: users.length, users: users.length };
  if (destination.fields === 'chosen') return { ...counts, table: source };
  const options = resolveOptions(destination.id, destination.options);
  const mapping = mapFields(destination, traits, options);
  expect(traitsOf(mapping).every((trait) => traits.includes(trait))).toBe(true);
  return { ...counts, table: fieldsTable(source, destination, mapping, options) };
}

/**
 * About sixty places all over a file. Of Parquet and Arrow only those inside values: with a damaged length in a
 * header their readers count up to it.
 */
function places(bytes: Uint8Array): number[] {
  const text = new TextDecoder('latin1').decode(bytes);
  const all = /^(PAR1|ARROW1)/.test(text)
    ? [...text.slice(0, text.startsWith('PAR1') ? startOfFooter(bytes) : undefined).matchAll(/[a-z.@0-9]{8,}/g)].flatMap((run) =>
        Array.from(run[0], (_, i) => run.index + i),
      )
    : [...bytes.keys()];
  const step = Math.max(1, Math.floor(all.length / 61));
  return all.filter((_, i) => i % step === 0);
}

function startOfFooter(bytes: Uint8Array): number {
  return bytes.length - 8 - new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 8, true);
}

/** The rows of an export's files, in order, without the list of rejects. */
export async function read(
  destination: Destination,
  columns: readonly ExportColumn[],
  files: readonly { bytes: Uint8Array; role?: FileRole }[],
): Promise<ExportCell[][]> {
  const format = await destination.format(resolveOptions(destination.id, destination.options));
  const rows: ExportCell[][] = [];
  for (const { bytes, role } of files) if (role === undefined) rows.push(...(await readRows(format, bytes, [...columns])));
  return rows;
}

/** For saying what the check of other files than those that were written says. */
async function checker(destination: Destination, content: ExportContent) {
  const options = resolveOptions(destination.id, destination.options);
  const { columns } = content.table;
  const written = new TableDigest(columns);
  for await (const block of content.table.blocks()) written.take(block);
  const format = await destination.format(options);
  return async (files: { name: string; bytes: Uint8Array; rows: number }[]): Promise<unknown> => {
    const rules = destination.check(content.kind, columns, options);
    try {
      await checkFiles(
        files.map(({ bytes, ...file }) => ({ ...file, ...inMemory([bytes]) })),
        format,
        rules,
        { columns, written, users: content.users },
        quietContext(),
      );
      return undefined;
    } catch (error) {
      return error;
    }
  };
}
