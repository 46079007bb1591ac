import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import { csv } from '$lib/core/exports/csv';
import type { Destination } from '$lib/core/exports/destination';
import { makeFile } from '$lib/core/exports/makeFile';
import type { ExportCell, ExportColumn } from '$lib/core/exports/table';
import { tableOf } from './nasty';

const audienceColumns: ExportColumn[] = [{ name: 'user', type: 'text', required: true }];
const listColumns: ExportColumn[] = [
  { name: 'user', type: 'text', required: true },
  { name: 'rank', type: 'integer', required: true },
  { name: 'item', type: 'text', required: true },
];

const audience = (users: ExportCell[], rows = users.length, destination: Destination = csv) =>
  makeFile(
    'spring.csv',
    tableOf(
      audienceColumns,
      users.map((user) => [user]),
    ),
    destination,
    {},
    { kind: 'audience', rows, users: rows },
    quietContext(),
  );
const list = (rows: ExportCell[][], users: number) =>
  makeFile('picks.csv', tableOf(listColumns, rows), csv, {}, { kind: 'list', rows: rows.length, users }, quietContext());

describe('makeFile', () => {
  it('hands over a checked file with its SHA-256', async () => {
    const file = await audience(['Ann', 'Bob']);
    expect(new TextDecoder().decode(file.bytes)).toBe('user\nAnn\nBob\n');
    expect(file).toMatchObject({ name: 'spring.csv', rows: 2, sha256: createHash('sha256').update(file.bytes).digest('hex') });
  });

  it('takes a list whose ranks run from 1 for every customer', async () => {
    const file = await list(
      [
        ['Ann', 1, 'tea'],
        ['Ann', 2, 'cup'],
        ['Bob', 1, 'tea'],
      ],
      2,
    );
    expect(file.rows).toBe(3);
  });

  it.each([
    ['a customer twice', () => audience(['Ann', 'Ann']), 'the customer Ann is in it twice'],
    ['an empty id', () => audience(['Ann', '']), 'a customer id is empty'],
    ['a missing id', () => audience(['Ann', null]), 'a customer id is empty'],
    ['a missing row', () => audience(['Ann', 'Bob'], 3), 'it holds 2 rows, not 3'],
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
    const losesRows: Destination = {
      ...csv,
      async *write(table, options, run) {
        const pieces: Uint8Array[] = [];
        for await (const piece of csv.write(table, options, run)) pieces.push(piece);
        yield* pieces.slice(0, -1);
      },
    };
    await expect(audience(['Ann', 'Bob'], 2, losesRows)).rejects.toMatchObject({ code: 'export_check_failed' });
    const tearsRows: Destination = { ...csv, write: (table, options, run) => half(csv.write(table, options, run)) };
    await expect(audience(['Ann', 'Bob'], 2, tearsRows)).rejects.toMatchObject({ code: 'export_check_failed' });
  });
});

async function* half(pieces: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  for await (const piece of pieces) yield piece.subarray(0, Math.ceil(piece.length / 2));
}
