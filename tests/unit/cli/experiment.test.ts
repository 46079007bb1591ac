import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sha256Hex } from '$lib/core/base/hash';
import { readManifest } from '$lib/core/exports/readManifest';
import { quietContext } from '$lib/core/base/run';
import { verifyExports } from '$lib/core/exports/verifyExports';
import type { ReadManifest } from '$lib/core/exports/manifestSchema';
import { teaShopCsv } from '../../support/teaShop';
import { muster } from './muster';

const plan = `
muster: 2
name: Tea test
sources:
  - { id: orders, files: [orders.csv] }
segments:
  - id: loyal
    rule: { trait: orders, atLeast: 14 }
audiences:
  - id: mail
    from: { not: loyal }
    experiment: { salt: winter, holdOut: 0.25, arms: [{ id: a, share: 0.5 }, { id: b, share: 0.25 }] }
exports:
  - { audience: mail, destination: [csv, jsonl] }
`;
const folder = mkdtempSync(join(tmpdir(), 'muster-test-'));
const out = join(folder, 'files');
const read = (name: string) => readFileSync(join(out, name), 'utf8');
let manifest: ReadManifest;
beforeAll(async () => {
  writeFileSync(join(folder, 'orders.csv'), teaShopCsv());
  writeFileSync(join(folder, 'plan.yaml'), plan);
  const { code, stdout, stderr } = await muster(['run', 'plan.yaml', '--out', 'files'], folder);
  expect([code, stderr.match(/error|refused/)]).toEqual([0, null]);
  expect(stdout).toMatch(/mail: control +\d+ customers/);
  manifest = readManifest(read('manifest.json'));
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

it('writes a file for each arm, and who is in which', async () => {
  expect(readdirSync(out).sort()).toEqual([
    'mail-a.csv',
    'mail-a.jsonl',
    'mail-b.csv',
    'mail-b.jsonl',
    'mail.arms.csv',
    'manifest.json',
    'plan.json',
  ]);
  const [header, ...lines] = read('mail.arms.csv').trimEnd().split('\n');
  expect(header).toBe('customer,arm,sent,stratum');
  const armOf = new Map(lines.map((line) => line.split(',').slice(0, 2) as [string, string]));
  for (const arm of ['a', 'b']) {
    const sent = read(`mail-${arm}.csv`).trimEnd().split('\n').slice(1);
    expect(sent.length).toBeGreaterThan(0);
    expect(new Set(sent.map((id) => armOf.get(id)))).toEqual(new Set([arm]));
  }
  const [{ experiment, members, steps, segment }] = manifest.audiences;
  expect(experiment).toMatchObject({ salt_sha256: sha256Hex('winter'), hold_out: 0.25, file: 'mail.arms.csv' });
  const people = Object.fromEntries(experiment!.arms.map((arm) => [arm.id, arm.people]));
  expect(people.control).toBeGreaterThan(0);
  expect(people.a + people.b).toBe(members);
  expect(steps.at(-1)).toEqual({ step: 'held_out', left: members });
  expect(segment).toEqual({ id: 'not loyal', name: 'not loyal' });
  const { code, stdout } = await muster(['verify', 'files'], folder);
  expect([code, stdout]).toEqual([0, expect.stringContaining('all as the manifest says')]);
});

it('finds whoever is held out and in a file all the same', async () => {
  const names = readdirSync(out);
  const control = /^(\w+),control,/m.exec(read('mail.arms.csv'))![1];
  const swapped = new Map(names.map((name) => [name, new Uint8Array(readFileSync(join(out, name)))]));
  const changed = structuredClone(manifest);
  const put = (name: string, text: string) => {
    const bytes = new TextEncoder().encode(text);
    swapped.set(name, bytes);
    Object.assign(
      changed.files.find((file) => file.name === name)!,
      { bytes: bytes.length, sha256: sha256Hex(bytes) },
    );
  };
  const problems = async () =>
    (await verifyExports(changed, names, (name) => Promise.resolve(swapped.get(name)!), quietContext())).map(
      ({ code, file }) => `${code} ${file}`,
    );
  expect(await problems()).toEqual([]);
  put('mail-a.csv', read('mail-a.csv').replace(/\n\w+\n/, `\n${control}\n`));
  expect(await problems()).toEqual(['held_out mail-a.csv']);
  put('mail-a.csv', read('mail-b.csv').replace(/^/, ''));
  expect(await problems()).toContain('held_out mail-a.csv');
  put('mail-a.csv', read('mail-a.csv'));
  put('mail.arms.csv', read('mail.arms.csv').replace(/,control,no,/, ',a,yes,'));
  expect(new Set(await problems())).toEqual(new Set(['arms mail.arms.csv']));
});

it('draws the lots of the plan again', async () => {
  const names = readdirSync(out);
  const arms = read('mail.arms.csv');
  const [inA, inB] = ['a', 'b'].map((arm) => new RegExp(`^(\\w+),${arm},`, 'm').exec(arms)![1]);
  // Two have changed places: all counts are as before.
  const swapped = arms.replace(`${inA},a,`, `${inA},b,`).replace(`${inB},b,`, `${inB},a,`);
  const problems = async (changes: Record<string, string>) => {
    const changed = structuredClone(manifest);
    const bytesOf = (name: string) => new TextEncoder().encode(changes[name] ?? read(name));
    for (const file of changed.files) Object.assign(file, { bytes: bytesOf(file.name).length, sha256: sha256Hex(bytesOf(file.name)) });
    const found = await verifyExports(changed, names, (name) => Promise.resolve(bytesOf(name)), quietContext());
    return found.filter(({ code }) => code === 'arms').map(({ what }) => what);
  };
  expect(await problems({})).toEqual([]);
  expect(await problems({ 'mail.arms.csv': swapped })).toEqual([
    `2 customers are in another arm than the lots of the plan give them, the first is ${[inA, inB].sort()[0]}`,
  ]);
  const salted = read('plan.json').replace('winter', 'summer');
  expect(await problems({ 'plan.json': salted })).toEqual([
    'the plan beside it has another salt than the one that the arms were drawn with',
  ]);
});
