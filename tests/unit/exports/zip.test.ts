import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { Random } from '$lib/core/base/random';
import { Cancelled } from '$lib/core/base/errors';
import { createRunContext, quietContext } from '$lib/core/base/run';
import { safeFileName } from '$lib/core/exports/fileNames';
import { inMemory } from '$lib/core/exports/shelf';
import { zipFiles, zipPieces } from '$lib/core/exports/zip';

const random = new Random(1);
const entries = [
  { name: '春季人群.csv', bytes: new TextEncoder().encode('user\n张伟\n'.repeat(50_000)) },
  { name: 'picks.parquet', bytes: Uint8Array.from({ length: 700_000 }, () => random.below(256)) },
  { name: 'empty.csv', bytes: new Uint8Array(0) },
];

describe('zipFiles', () => {
  it('holds every file as it was, under its Chinese name', async () => {
    const unzipped = unzipSync(await zipFiles(entries, quietContext()));
    expect(Object.keys(unzipped)).toEqual(entries.map(({ name }) => name));
    for (const { name, bytes } of entries) expect(Buffer.from(unzipped[name]).equals(bytes), name).toBe(true);
  });

  it('is read by another program, and made again byte for byte', async () => {
    const zip = await zipFiles(entries, quietContext());
    expect(Buffer.from(await zipFiles(entries, quietContext())).equals(zip)).toBe(true);
    const folder = mkdtempSync(join(tmpdir(), 'muster-test-'));
    writeFileSync(join(folder, 'files.zip'), zip);
    const listing =
      'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; print([(i.filename, i.date_time[:3]) for i in z.infolist()])';
    const seen = execFileSync('python3', ['-c', listing, join(folder, 'files.zip')], {
      encoding: 'utf8',
      env: { ...process.env, PYTHONIOENCODING: 'utf-8' },
    });
    expect(seen.trim()).toBe("[('春季人群.csv', (1980, 1, 1)), ('picks.parquet', (1980, 1, 1)), ('empty.csv', (1980, 1, 1))]");
    rmSync(folder, { recursive: true });
  });

  it('refuses what a zip without zip64 cannot hold, before anything is read', async () => {
    const sized = { name: 'a.csv', ...inMemory([]), size: 2 ** 31 };
    const many = Array.from({ length: 65_535 }, (_, n) => ({ name: `${n}.csv`, ...inMemory([]) }));
    for (const tooMuch of [[sized, sized], many])
      await expect(zipPieces(tooMuch, quietContext()).next()).rejects.toMatchObject({ code: 'zip_too_large' });
  });

  it('stops in the middle when it is cancelled', async () => {
    const stop = new AbortController();
    const run = createRunContext(stop.signal, () => stop.abort());
    await expect(zipFiles(entries, run)).rejects.toBeInstanceOf(Cancelled);
  });
});

describe('safeFileName', () => {
  it.each([
    ['春季-人群', '春季-人群.csv'],
    ['../../etc/passwd', '_etc_passwd.csv'],
    ['C:\\temp', 'C_temp.csv'],
    ['NUL', 'NUL_.csv'],
    ['com1', 'com1_.csv'],
    ['', 'file.csv'],
    ['x'.repeat(500), `${'x'.repeat(64)}.csv`],
  ])('makes of %s %s', (id, name) => {
    expect(safeFileName(id, 'csv', new Set())).toBe(name);
  });

  it('tells names apart on disks that do not tell cases apart', () => {
    const taken = new Set<string>();
    expect(['Mail', 'mail', 'MAIL'].map((id) => safeFileName(id, 'csv', taken))).toEqual(['Mail.csv', 'mail-2.csv', 'MAIL-3.csv']);
  });
});
