import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readManifest } from '$lib/core/exports/readManifest';
import { teaShopCsv } from '../../support/teaShop';
import { muster } from './muster';

const folder = mkdtempSync(join(tmpdir(), 'muster-test-'));
afterAll(() => rmSync(folder, { recursive: true }));
const rowsOf = (file: string) =>
  readFileSync(join(folder, file), 'utf8')
    .replace(/^\uFEFF/, '')
    .trimEnd()
    .split(/\r?\n/)
    .slice(1);

it('two campaigns of the sample shop share 5,000 contacts and a budget, and hold out a tenth', async () => {
  const ended = await muster(['run', resolve('docs/examples/sample-shop-two-campaigns.yaml'), '--out', 'files'], folder);
  expect([ended.code, ended.stderr.match(/^muster: .*$/m)]).toEqual([0, null]);
  const { audiences, sharing, files } = readManifest(readFileSync(join(folder, 'files/manifest.json'), 'utf8'));
  expect(sharing).toMatchObject([{ contacts: 5000, cost: 12_000, rows: [{ audience: 'call' }, { audience: 'letter' }] }]);
  const [{ rows }] = sharing!;
  expect([rows[0].went, rows[1].went[1]]).toEqual([[1000, expect.any(Number) as number], 4000]);

  const arms = (id: string) => rowsOf(`files/${id}.arms.csv`).map((line) => line.split(','));
  const [call, letter] = [arms('call'), arms('letter')];
  expect([call.length, letter.length]).toEqual([1000, 4000]);
  const called = new Set(call.map(([customer]) => customer));
  expect(letter.filter(([customer]) => called.has(customer))).toEqual([]);
  // The letter's arms are balanced by orders, so that the control is a tenth to the person or two.
  expect(Math.abs(letter.filter(([, arm]) => arm === 'control').length - 400)).toBeLessThanOrEqual(3);
  const sent = new Set(
    ['call-spreadsheet', 'letter-discount', 'letter-story'].flatMap((file) =>
      rowsOf(`files/${file}.csv`).map((line) => line.split(',')[0].replace(/^"?'?/, '')),
    ),
  );
  expect(sent.size).toBe(audiences.reduce((sum, { members }) => sum + members, 0));
  expect([...call, ...letter].filter(([customer, arm]) => arm === 'control' && sent.has(customer))).toEqual([]);
  expect(files.filter(({ role }) => role === 'arms').map(({ name }) => name)).toEqual(['call.arms.csv', 'letter.arms.csv']);
  const verified = await muster(['verify', 'files'], folder);
  expect([verified.code, verified.stdout]).toEqual([0, expect.stringContaining('all as the manifest says')]);

  // The next day somebody else complained, and the run delivers what has changed.
  const plan = readFileSync('docs/examples/sample-shop-two-campaigns.yaml', 'utf8').replace('C00031', `C00031, ${letter[0][0]}`);
  writeFileSync(join(folder, 'next.yaml'), plan);
  const next = await muster(['run', 'next.yaml', '--out', 'next', '--since', 'files', '--delta'], folder);
  expect(next.code).toBe(0);
  const manifest = readManifest(readFileSync(join(folder, 'next/manifest.json'), 'utf8'));
  const deltas = manifest.exports.filter(({ audience }) => audience === 'letter').map(({ delta }) => delta!);
  for (const { added, removed, changed, stays } of deltas) {
    expect(stays).toBeGreaterThan(1700);
    // One leaves and one takes the place; arms that are balanced by orders may move a few more.
    expect(added + removed + changed).toBeLessThan(100);
  }
  expect(deltas.reduce((sum, { removed }) => sum + removed, 0)).toBeGreaterThan(0);
  expect((await muster(['verify', 'next'], folder)).code).toBe(0);
}, 240_000);

it('an earlier run counts for the frequency guard of another audience, and tells of another salt', async () => {
  writeFileSync(join(folder, 'orders.csv'), teaShopCsv());
  const plan = (audience: string) => `
muster: 2
name: Tea
sources: [{ id: orders, files: [orders.csv] }]
audiences: [{ ${audience} }]
exports: [{ audience: mail, destination: csv }]
`;
  writeFileSync(join(folder, 'may.yaml'), plan('id: mail, from: everyone, experiment: { salt: a, holdOut: 0.5 }'));
  writeFileSync(join(folder, 'june.yaml'), plan('id: mail, from: everyone, experiment: { salt: b, holdOut: 0.1 }'));
  writeFileSync(join(folder, 'guard.yaml'), plan('id: mail, from: everyone, frequency: { days: 30, max: 1 }').replaceAll('mail', 'other'));
  expect((await muster(['run', 'may.yaml', '--out', 'runs/may'], folder)).code).toBe(0);
  const june = await muster(['run', 'june.yaml', '--out', 'june', '--history', 'runs'], folder);
  expect([june.code, june.stderr]).toEqual([0, expect.stringContaining('people have changed arms')]);
  const guard = await muster(['run', 'guard.yaml', '--out', 'guard', '--history', 'runs'], folder);
  expect(guard.code).toBe(0);
  const heldOut = rowsOf('runs/may/mail.arms.csv').flatMap((line) => (line.includes(',control,') ? [line.split(',')[0]] : []));
  expect(heldOut.length).toBeGreaterThan(0);
  expect(rowsOf('guard/other.csv')).toEqual(heldOut);
  const nowhere = await muster(['run', 'guard.yaml', '--out', 'no', '--history', 'nowhere'], folder);
  expect([nowhere.code, nowhere.stderr]).toEqual([2, expect.stringContaining('There is no folder')]);
}, 120_000);

it('muster check says of a plan what keeps an audience from reaching anybody', async () => {
  writeFileSync(join(folder, 'orders.csv'), teaShopCsv());
  writeFileSync(
    join(folder, 'check.yaml'),
    `
muster: 2
name: Tea
sources: [{ id: orders, files: [orders.csv] }]
idLists: [{ id: gone, name: Unsubscribed, ids: [x1, x2] }]
audiences: [{ id: mail, from: everyone, suppress: [gone], top: { by: orders, count: 20 } }]
exports: [{ audience: mail, destination: pinterest }]
`,
  );
  const { code, stderr } = await muster(['check', 'check.yaml'], folder);
  expect(code).toBe(0);
  expect(stderr).toContain('None of 2 ids on the list "Unsubscribed" is a customer');
  expect(stderr).toContain('"mail" has at most 20 people, and pinterest takes lists from 100 on');
}, 60_000);
