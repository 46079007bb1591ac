import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { createRunContext } from '../../../src/lib/core/base/run';
import { toFileSource, type FileInput, type FileSource } from '../../../src/lib/core/schema/files';
import { unpack } from '../../../src/lib/core/schema/formats/packing';
import { inspectSource } from '../../../src/lib/core/schema/inspect/inspectSource';
import { openFile } from '../../../src/lib/platform/node/files';
import { filesOpen } from '../../../src/lib/work/operations/files';
import type { OperationContext } from '../../../src/lib/work/operations';
import { fixture, fixtureBytes, stage } from './formatsSupport';
import { fileOf } from './support';

const context = createRunContext(new AbortController().signal) as unknown as OperationContext;
const dropped = (name: string, bytes = fixtureBytes(name)) => new File([bytes as Uint8Array<ArrayBuffer>], name);

async function textOf(file: FileSource): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const block of file.stream()) text += decoder.decode(block, { stream: true });
  return text;
}

describe('files that are dropped', () => {
  it('are tables one by one, whatever they are packed in; the others are told', async () => {
    const files: FileInput[] = [
      dropped('several.zip'),
      dropped('shop.csv.gzip'),
      dropped('shop-1904.xlsx'),
      dropped('shop.zip'),
      dropped('locked.zip'),
      dropped('locked.xlsx'),
      dropped('photo.png', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0])),
    ];
    const { tables, skipped } = await filesOpen({ files }, context);
    expect(tables.map(({ name, format, packing, sheet, estimatedRows }) => [name, format, packing, sheet, estimatedRows])).toEqual([
      ['several.zip/january.csv', 'delimited', 'zip', undefined, 120],
      ['several.zip/february.csv', 'delimited', 'zip', undefined, 120],
      ['several.zip/more/shop.csv.gz', 'delimited', 'zip', undefined, 240],
      ['shop.csv.gzip', 'delimited', 'gzip', undefined, 240],
      ['shop-1904.xlsx · Data', 'xlsx', undefined, 'Data', 240],
      ['shop.zip/export/shop.csv', 'delimited', 'zip', undefined, 240],
    ]);
    expect(tables[1].columns.slice(0, 3)).toEqual(['user_id', 'item_id', 'event']);
    expect(skipped.map(({ name, code }) => [name, code])).toEqual([
      ['several.zip/readme.txt', 'file_header_only'],
      ['locked.zip/shop.csv', 'archive_encrypted'],
      ['locked.xlsx', 'workbook_locked'],
      ['photo.png', 'file_binary'],
    ]);
    // What is told of a table opens it again, as it crosses from the worker to the page and back.
    const again = toFileSource(structuredClone(tables[0].file));
    const { mapping } = await inspectSource(again);
    expect((await stage(again, mapping)).rowsRead).toBe(120);
  });

  it('that are an archive of several say so where one file is wanted', async () => {
    await expect(inspectSource(fixture('several.zip'))).rejects.toMatchObject({ code: 'archive_several', values: { count: 4 } });
    const missing = { ...fixture('several.zip'), member: 'march.csv' };
    await expect(inspectSource(missing)).rejects.toMatchObject({ code: 'archive_no_member' });
  });

  it('are found in an archive of the disk, and a name that climbs out of it leads nowhere', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'muster-zip-'));
    try {
      const path = join(folder, 'several.zip');
      await writeFile(path, fixtureBytes('several.zip'));
      for (const name of ['january.csv', 'february.csv', '../../etc/february.csv']) {
        const file = await openFile(`${path}/${name}`);
        expect((await textOf(await unpack(file))).split('\n').length).toBe(122);
      }
      expect((await openFile(`${path}/../../etc/february.csv`)).name).toBe('several.zip/february.csv');
      await expect(inspectSource(await openFile(`${path}/../../etc/passwd`))).rejects.toMatchObject({ code: 'archive_no_member' });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('a packed file', () => {
  it('tells its progress by packed bytes, and inflates from anywhere', async () => {
    const text = Array.from({ length: 200_000 }, (_, i) => `u${(i * 7919) % 5003},i${i % 17},2026-01-01 10:00:00\n`).join('');
    const packed = gzipSync(new TextEncoder().encode(text), { level: 1 });
    const file = await unpack(fileOf(packed, 'log.csv.gz', 50_000));
    expect([file.name, file.size]).toEqual(['log.csv', packed.length]);
    const seen: number[] = [];
    for await (const block of file.stream()) seen.push(block.length && file.packed!.bytesRead);
    expect(seen.at(-1)).toBe(packed.length);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    const decoder = new TextDecoder();
    let middle = '';
    for await (const block of file.stream(4_200_000, 4_200_100)) middle += decoder.decode(block);
    expect(middle).toBe(text.slice(4_200_000, 4_200_100));
  });

  it('that inflates beyond any table is stopped', async () => {
    const zeros = new Uint8Array(40 << 20);
    const once = gzipSync(zeros, { level: 9 });
    // Many members of one run of zeros each: some 350 MB of a few hundred kB.
    const bomb = new Uint8Array(once.length * 9);
    for (let at = 0; at < bomb.length; at += once.length) bomb.set(once, at);
    await expect(textLength(fileOf(bomb, 'bomb.csv.gz'))).rejects.toMatchObject({ code: 'packed_too_large' });
  });

  it('that is damaged says so', async () => {
    const bytes = fixtureBytes('shop.csv.gzip');
    const wrong = bytes.slice();
    wrong[bytes.length - 6] ^= 1;
    for (const file of [bytes.slice(0, -20), wrong])
      await expect(textLength(fileOf(file, 'shop.csv.gz'))).rejects.toMatchObject({ code: 'packed_broken', values: { packing: 'gzip' } });
    const zipped = zipSync({ 'a.csv': new TextEncoder().encode('user,item,time\n'.repeat(50)) }, { level: 0 });
    zipped[60] ^= 1;
    await expect(textLength(fileOf(zipped, 'a.zip'))).rejects.toMatchObject({ code: 'packed_broken' });
  });

  it('can be a table that has to be read here and there', async () => {
    const parquet = fixtureBytes('shop-snappy.parquet');
    for (const file of [gzipSync(parquet), zipSync({ 'x/shop.parquet': parquet }), zipSync({ 'shop.xlsx': fixtureBytes('shop.xlsx') })]) {
      const { mapping, estimatedRows } = await inspectSource(fileOf(file, 'packed'));
      expect([estimatedRows, (await stage(fileOf(file, 'packed'), mapping)).rowsRead]).toEqual([240, 240]);
    }
  });
});

async function textLength(packed: FileSource): Promise<number> {
  let length = 0;
  for await (const block of (await unpack(packed)).stream()) length += block.length;
  return length;
}
