import { describe, expect, it } from 'vitest';
import { Random } from '$lib/core/base/random';
import { ColumnFile, encodeColumnFile, type FileTable } from '$lib/core/schema/columnFile';

const till: FileTable = {
  name: 'till',
  rows: 3,
  columns: [
    { name: 'tea', encoding: 'text', cells: ['龙井', '', 'Keemun'] },
    { name: 'cents', encoding: 'varint', cells: [0, 127, 9_800] },
    { name: 'second', encoding: 'delta', cells: [1_746_028_800, 1_746_028_860, 5] },
    { name: 'item', encoding: 'planes', cells: [0, 255, 2_000] },
  ],
};

describe('a column file', () => {
  it('gives back what was written', () => {
    const file = new ColumnFile(encodeColumnFile([till]), 'till.bin');
    expect(file.rows('till')).toBe(3);
    expect(file.texts('till', 'tea')).toEqual(['龙井', '', 'Keemun']);
    expect([...file.numbers('till', 'cents')]).toEqual([0, 127, 9_800]);
    expect([...file.numbers('till', 'second')]).toEqual([1_746_028_800, 1_746_028_860, 5]);
    expect([...file.numbers('till', 'item')]).toEqual([0, 255, 2_000]);
  });

  it('keeps any whole number in any order', () => {
    const random = new Random(1);
    const cells = Array.from({ length: 500 }, () => Math.floor(2 ** (random.uniform() * 50) - 1));
    const signed = cells.map((cell) => (random.uniform() < 0.5 ? -cell : cell));
    const file = new ColumnFile(
      encodeColumnFile([
        till,
        {
          name: 'numbers',
          rows: 500,
          columns: [
            { name: 'plain', encoding: 'varint', cells },
            { name: 'signed', encoding: 'delta', cells: signed },
          ],
        },
      ]),
      'numbers.bin',
    );
    expect([...file.numbers('numbers', 'plain')]).toEqual(cells);
    expect([...file.numbers('numbers', 'signed')].map((value) => value + 0)).toEqual(signed.map((value) => value + 0));
  });

  it.each([
    ['empty', () => new Uint8Array(0)],
    ['cut short', () => encodeColumnFile([till]).slice(0, -1)],
    ['another format', () => new TextEncoder().encode('\x02\0\0\0{}')],
    ['not one of ours', () => new TextEncoder().encode('user,item\n1,2\n')],
  ])('refuses a file that is %s', (_, bytes) => {
    expect(() => new ColumnFile(bytes(), 'shop.bin')).toThrow(/"shop\.bin" that ships with the app cannot be read/);
  });
});
