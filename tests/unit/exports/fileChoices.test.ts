import { describe, expect, it } from 'vitest';
import type { OptionValues } from '$lib/core/base/options';
import { quietContext } from '$lib/core/base/run';
import { checkExport } from '$lib/core/exports/checkExport';
import { findDestination } from '$lib/core/exports/destinations';
import { withLayout, type LayoutColumn } from '$lib/core/exports/exportContent';
import { gb18030Encoder } from '$lib/core/exports/formats/gb18030';
import { makeFiles } from '$lib/core/exports/makeFiles';
import type { ExportTable } from '$lib/core/exports/table';
import { nastyTexts, tableOf } from './nasty';
import { withBytes } from '../../support/writtenFiles';

const members = tableOf(
  [
    { name: 'user', type: 'text', required: true },
    { name: 'city', type: 'text' },
    { name: 'spent', type: 'decimal' },
  ],
  [
    ['00042', '北京', 12.5],
    ['7', '=1+1', null],
    ['8', '𠮷野 😀', 3],
  ],
);

async function made(table: ExportTable, destination: string, options: OptionValues) {
  const content = { kind: 'audience' as const, table, rows: 3, users: 3 };
  const { files, ...rest } = await makeFiles('spring', content, findDestination(destination), options, new Set(), quietContext());
  return { ...rest, files: await withBytes(files) };
}

describe('GBK', () => {
  it('has two bytes for what GBK has and four for the rest, and says how much that is', async () => {
    const { files, hardToRead } = await made(members, 'spreadsheet', { encoding: 'gbk' });
    const text = new TextDecoder('gb18030', { fatal: true }).decode(files[0].bytes);
    expect(text).toBe('user,city,spent\r\n"=""00042""",北京,12.5\r\n"=""7""","\t=1+1",\r\n"=""8""",𠮷野 😀,3\r\n');
    // 北京 as code page 936 has it; 𠮷 and 😀 are beyond.
    expect([...files[0].bytes.slice(30, 34)]).toEqual([0xb1, 0xb1, 0xbe, 0xa9]);
    expect(hardToRead).toBe(2);
    expect((await made(members, 'spreadsheet', {})).hardToRead).toBeUndefined();
  });

  it('reads back every character that is not private', () => {
    const { encode } = gb18030Encoder();
    const decoder = new TextDecoder('gb18030', { fatal: true, ignoreBOM: true });
    const lost: number[] = [];
    for (let start = 0; start < 0x110000; start += 0x1000) {
      const points = Array.from({ length: 0x1000 }, (_, i) => start + i).filter((point) => point < 0xd800 || point > 0xdfff);
      const text = String.fromCodePoint(...points);
      if (decoder.decode(encode(text)) === text) continue;
      lost.push(...points.filter((point) => decoder.decode(encode(String.fromCodePoint(point))) !== String.fromCodePoint(point)));
    }
    // Editions of the standard disagree about a few private ones.
    expect(lost.filter((point) => point < 0xe000 || point > 0xf8ff)).toEqual([]);
    expect(lost.length).toBeLessThan(30);
  });

  it.each([
    ['中', [0xd6, 0xd0]],
    ['€', [0xa2, 0xe3]],
    ['ü', [0xa8, 0xb9]],
    ['ß', [0x81, 0x30, 0x89, 0x38]],
    ['😀', [0x94, 0x39, 0xfc, 0x36]],
  ])('%s is what Python’s gb18030 codec has', (character, bytes) => {
    expect([...gb18030Encoder().encode(character)]).toEqual(bytes);
  });

  it('writes half a character as UTF-8 does, and nasty texts as they are', () => {
    const { encode } = gb18030Encoder();
    const decoder = new TextDecoder('gb18030', { fatal: true, ignoreBOM: true });
    expect(decoder.decode(encode('a\ud83db'))).toBe('a\ufffdb');
    for (const text of nastyTexts.filter((nasty) => !/\p{Cs}/u.test(nasty))) expect(decoder.decode(encode(text))).toBe(text);
  });
});

describe('own columns', () => {
  const layout: LayoutColumn[] = [
    { from: 'spent', as: '消费金额' },
    { text: '=春季|活动', as: '来源' },
    { from: 'user', as: '会员号' },
  ];
  const textOf = async (options: OptionValues, columns = layout, destination = 'csv') =>
    new TextDecoder().decode((await made(withLayout(members, columns), destination, options)).files[0].bytes);

  it('come in the order, under the names and with the texts that somebody wants', async () => {
    expect(await textOf({})).toBe('消费金额,来源,会员号\n12.5,=春季|活动,00042\n,=春季|活动,7\n3,=春季|活动,8\n');
  });

  it('are guarded for people: what would run as a formula does not', async () => {
    expect(await textOf({ delimiter: 'tab' }, layout, 'spreadsheet')).toContain('12.5\t"\t=春季|活动"\t"=""00042"""\r\n');
  });

  it.each([
    ['semicolon', '12.5;=春季|活动;00042'],
    ['tab', '12.5\t=春季|活动\t00042'],
    ['pipe', '12.5|"=春季|活动"|00042'],
  ])('may have a %s between them', async (delimiter, line) => {
    expect((await textOf({ delimiter })).split('\n')[1]).toBe(line);
  });

  it('need not have the id', async () => {
    const { files } = await made(withLayout(members, [{ from: 'city' }]), 'csv', {});
    expect(new TextDecoder().decode(files[0].bytes)).toBe('city\n北京\n=1+1\n𠮷野 😀\n');
  });

  it('are refused where there are none, two of a name, or the platform has its own', () => {
    expect(() => withLayout(members, [])).toThrow('no columns');
    expect(() => withLayout(members, [{ from: 'user' }, { text: '', as: 'user' }])).toThrow('called "user"');
    expect(() => checkExport({ destination: 'meta', layout })).toThrow('cannot be used');
    expect(() => checkExport({ destination: 'csv', layout, columns: ['city'] })).toThrow('cannot be used');
  });
});
