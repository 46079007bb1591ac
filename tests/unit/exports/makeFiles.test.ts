import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import type { Destination } from '$lib/core/exports/destination';
import { csv } from '$lib/core/exports/destinations/csv';
import type { FileFormat } from '$lib/core/exports/format';
import { csvFormat } from '$lib/core/exports/formats/csv';
import { machineStyle } from '$lib/core/exports/formats/csvStyle';
import { makeFiles } from '$lib/core/exports/makeFiles';
import type { ExportCell, ExportColumn } from '$lib/core/exports/table';
import { tableOf } from './nasty';

const audienceColumns: ExportColumn[] = [{ name: 'user', type: 'text', required: true }];
const listColumns: ExportColumn[] = [
  { name: 'user', type: 'text', required: true },
  { name: 'rank', type: 'integer', required: true },
  { name: 'item', type: 'text', required: true },
];

const audience = (users: ExportCell[], customers = users.length, destination: Destination = csv, options = {}) => {
  const table = tableOf(
    audienceColumns,
    users.map((user) => [user]),
  );
  return makeFiles(
    'spring',
    { kind: 'audience', table, rows: users.length, users: customers },
    destination,
    options,
    new Set(),
    quietContext(),
  );
};
const list = (rows: ExportCell[][], users: number) =>
  makeFiles('picks', { kind: 'list', table: tableOf(listColumns, rows), rows: rows.length, users }, csv, {}, new Set(), quietContext());

describe('makeFiles', () => {
  it('hands over a checked file with its SHA-256', async () => {
    const [file] = (await audience(['Ann', 'Bob'])).files;
    const bytes = await file.read();
    expect(new TextDecoder().decode(bytes)).toBe('user\nAnn\nBob\n');
    expect(file).toMatchObject({ name: 'spring.csv', rows: 2, sha256: createHash('sha256').update(bytes).digest('hex') });
  });

  it('takes a list whose ranks run from 1 for every customer', async () => {
    const { rows } = await list(
      [
        ['Ann', 1, 'tea'],
        ['Ann', 2, 'cup'],
        ['Bob', 1, 'tea'],
      ],
      2,
    );
    expect(rows).toBe(3);
  });

  it.each([
    ['a customer twice', () => audience(['Ann', 'Ann']), 'the customer Ann is in it twice'],
    ['an empty id', () => audience(['Ann', '']), 'a customer id is empty'],
    ['a missing id', () => audience(['Ann', null]), 'a customer id is empty'],
    ['a customer too few', () => audience(['Ann', 'Bob'], 3), 'it holds 2 customers, not 3'],
    [
      'a gap in the ranks',
      () =>
        list(
          [
            ['Ann', 1, 'tea'],
            ['Ann', 3, 'cup'],
          ],
          1,
        ),
      'the ranks of the customer Ann are not 1, 2, 3',
    ],
    ['ranks that begin at 0', () => list([['Ann', 0, 'tea']], 1), 'the ranks of the customer Ann are not 1, 2, 3'],
    [
      'an item twice',
      () =>
        list(
          [
            ['Ann', 1, 'tea'],
            ['Ann', 2, 'tea'],
          ],
          1,
        ),
      'recommended the item tea twice',
    ],
    ['an item without id', () => list([['Ann', 1, '']], 1), 'an item id of the customer Ann is empty'],
    [
      'scattered rows',
      () =>
        list(
          [
            ['Ann', 1, 'tea'],
            ['Bob', 1, 'tea'],
            ['Ann', 2, 'cup'],
          ],
          2,
        ),
      'do not lie together',
    ],
    ['a missing customer', () => list([['Ann', 1, 'tea']], 2), 'it holds 1 customers, not 2'],
  ])('refuses a file with %s', async (_, make, reason) => {
    await expect(make()).rejects.toMatchObject({ code: 'export_check_failed', message: expect.stringContaining(reason) as string });
  });

  it('refuses a file that a broken writer made', async () => {
    const whole = csvFormat(machineStyle);
    const broken = (write: FileFormat['write']): Destination => ({ ...csv, format: () => ({ ...whole, write }) });
    const losesRows = broken(async function* (table, run) {
      const pieces: Uint8Array[] = [];
      for await (const piece of whole.write(table, run)) pieces.push(piece);
      yield* pieces.slice(0, -1);
    });
    const tearsRows = broken((table, run) => half(whole.write(table, run)));
    const changesValues = broken(async function* (table, run) {
      for await (const piece of whole.write(table, run)) yield piece.map((byte) => (byte === 'B'.charCodeAt(0) ? 'C'.charCodeAt(0) : byte));
    });
    for (const destination of [losesRows, tearsRows, changesValues]) {
      await expect(audience(['Ann', 'Bob'], 2, destination)).rejects.toMatchObject({ code: 'export_check_failed' });
    }
  });

  it('splits into as many files as the option says, and names each', async () => {
    const { files, rows } = await audience(['Ann', 'Bob', 'Cy'], 3, csv, { rowsPerFile: 2 });
    expect(files.map(({ name, rows: count }) => [name, count])).toEqual([
      ['spring-1.csv', 2],
      ['spring-2.csv', 1],
    ]);
    expect(rows).toBe(3);
    expect(new TextDecoder().decode(await files[1].read())).toBe('user\nCy\n');
  });
});

async function* half(pieces: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  for await (const piece of pieces) yield piece.subarray(0, Math.ceil(piece.length / 2));
}
