import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import { manifestJsonSchema } from '$lib/core/exports/manifestSchema';
import { readManifest } from '$lib/core/exports/readManifest';
import type { ReadManifest } from '$lib/core/exports/manifestSchema';
import { verifyExports } from '$lib/core/exports/verifyExports';

/** An export that the Muster of November 2026 wrote; kept as it was, so that what others have can be read for good. */
const folder = 'tests/fixtures/exports/2026-11';
const names = readdirSync(folder);
const bytesOf = (name: string) => new Uint8Array(readFileSync(`${folder}/${name}`));
const text = readFileSync(`${folder}/manifest.json`, 'utf8');

const problems = (manifest: ReadManifest, files = names, read = bytesOf) =>
  verifyExports(manifest, files, (name) => Promise.resolve(read(name)), quietContext());
const changed = (change: (manifest: ReadManifest) => void): ReadManifest => {
  const manifest = readManifest(text);
  change(manifest);
  return manifest;
};

it('static/manifest.schema.json is what the code says', () => {
  const published = JSON.parse(readFileSync('static/manifest.schema.json', 'utf8')) as unknown;
  expect(published, 'run: node --import tsx scripts/build-manifest-schema.ts').toEqual(manifestJsonSchema());
});

it('finds nothing wrong with an export that was kept', async () => {
  const manifest = readManifest(text);
  expect(manifest.files.length).toBeGreaterThan(2);
  expect(await problems(manifest)).toEqual([]);
});

it('finds a file that is missing, one too many, and one of which a byte was changed', async () => {
  const [{ name }] = readManifest(text).files;
  const others = names.filter((file) => file !== name);
  expect(await problems(readManifest(text), [...others, 'notes.txt'])).toEqual([
    { code: 'file_unknown', file: 'notes.txt', what: 'the manifest does not name it' },
    { code: 'file_missing', file: name, what: 'it is not there' },
  ]);
  const damaged = (file: string) => {
    const bytes = bytesOf(file);
    if (file === name) bytes[bytes.length - 3] ^= 1;
    return bytes;
  };
  expect(await problems(readManifest(text), names, damaged)).toMatchObject([{ code: 'hash', file: name }]);
});

it('finds counts that do not fit the rows or each other', async () => {
  const rows = changed(({ files, exports }) => {
    files[0].rows++;
    exports[0].rows++;
  });
  expect((await problems(rows)).map(({ code }) => code)).toEqual(['sum', 'rows']);
  const steps = changed(({ audiences }) => audiences[0].steps.at(-1)!.left--);
  expect((await problems(steps)).map(({ code }) => code)).toEqual(['steps']);
  const columns = changed(({ exports }) => (exports[0].columns[0] = 'customer'));
  expect((await problems(columns)).map(({ code }) => code)).toEqual(['unreadable']);
});

it('reads what a later Muster adds, and refuses what it cannot know', () => {
  const later = { ...(JSON.parse(text) as object), added: 1 };
  expect(readManifest(JSON.stringify(later))).toMatchObject({ muster: 2 });
  expect(() => readManifest(JSON.stringify({ ...later, muster: 3 }))).toThrow('of version 3');
  expect(() => readManifest(JSON.stringify({ ...later, files: [{}] }))).toThrow('files.0.name');
  expect(() => readManifest('muster')).toThrow('no JSON');
});
