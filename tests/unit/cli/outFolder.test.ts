import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inMemory } from '$lib/core/exports/shelf';
import { diskShelf, mendOutFolder, refuseOutFolder, writeOutFolder } from '../../../src/cli/outFolder';

let folder: string;
let out: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muster-test-'));
  out = join(folder, 'out');
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = (name: string, content: string) => ({ name, ...inMemory([new TextEncoder().encode(content)]) });
/** As a run writes: its manifest names its files. */
const run = (...names: string[]) => [
  ...names.map((name) => file(name, name)),
  file('plan.json', '{}'),
  file('manifest.json', JSON.stringify({ muster: 2, files: names.map((name) => ({ name })) })),
];

describe('the folder of --out', () => {
  it('with --force loses what an earlier run wrote, and nothing else may be in it', async () => {
    await writeOutFolder(out, run('mail.csv', 'picks.csv'));
    await expect(refuseOutFolder(out, false)).rejects.toMatchObject({ code: 'out_not_empty' });
    await refuseOutFolder(out, true);
    await writeOutFolder(out, run('mail.csv'));
    expect(readdirSync(out).sort()).toEqual(['mail.csv', 'manifest.json', 'plan.json']);

    writeFileSync(join(out, 'my notes.txt'), 'keep me');
    await expect(refuseOutFolder(out, true)).rejects.toMatchObject({
      code: 'out_foreign',
      message: expect.stringContaining('my notes.txt') as string,
    });
  });

  it.each([
    ['without a manifest', () => writeFileSync(join(out, 'thesis.csv'), 'x')],
    [
      'with somebody else’s manifest',
      () => writeFileSync(join(out, 'manifest.json'), '{ "name": "my app", "files": [{ "name": "manifest.json" }] }'),
    ],
    ['with a broken manifest', () => writeFileSync(join(out, 'manifest.json'), '{')],
    [
      'with a folder that a manifest names',
      () => (mkdirSync(join(out, 'photos')), writeFileSync(join(out, 'manifest.json'), '{ "muster": 2, "files": [{ "name": "photos" }] }')),
    ],
  ])('%s is never replaced', async (_, fill) => {
    mkdirSync(out);
    fill();
    await expect(refuseOutFolder(out, true)).rejects.toMatchObject({ code: 'out_foreign' });
  });

  it('keeps a file that came while the run was working, and writes nothing', async () => {
    await writeOutFolder(out, run('mail.csv'));
    await refuseOutFolder(out, true);
    writeFileSync(join(out, 'late.txt'), 'keep me');
    await expect(writeOutFolder(out, run('other.csv'))).rejects.toMatchObject({ code: 'out_foreign' });
    expect(readFileSync(join(out, 'late.txt'), 'utf8')).toBe('keep me');
    expect(existsSync(join(out, 'mail.csv'))).toBe(true);
    expect(readdirSync(folder)).toEqual(['out']);
  });

  it('may be empty, or not be there', async () => {
    await refuseOutFolder(out, false);
    mkdirSync(out);
    await refuseOutFolder(out, false);
    await refuseOutFolder(out, true);
  });

  it('has the files of a run on the disk beside it until they are written, and none that a killed run left', async () => {
    const waiting = diskShelf(out);
    const pieces = ['user\n', 'Ann\n'].map((each) => new TextEncoder().encode(each));
    const shelved = await waiting.shelf(pieces);
    expect([shelved.size, new TextDecoder().decode(await shelved.read())]).toEqual([9, 'user\nAnn\n']);
    await writeOutFolder(out, [{ name: 'mail.csv', ...shelved }, ...run().slice(-1)]);
    await waiting.remove();
    expect(readdirSync(folder)).toEqual(['out']);
    expect(readFileSync(join(out, 'mail.csv'), 'utf8')).toBe('user\nAnn\n');
    await diskShelf(out).shelf(pieces);
    expect(readdirSync(folder)).toHaveLength(2);
    await mendOutFolder(out);
    expect(readdirSync(folder)).toEqual(['out']);
  });
});
