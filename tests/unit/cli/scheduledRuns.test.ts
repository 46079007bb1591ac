import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DriftReport } from '$lib/core/exports/drift/driftReport';
import type { Manifest } from '$lib/core/exports/types';
import { mendOutFolder } from '../../../src/cli/outFolder';
import { lockPath, takeRunLock } from '../../../src/cli/runLock';
import { teaShopCsv } from '../../support/teaShop';
import { musterHere as muster } from './muster';

const folder = mkdtempSync(join(tmpdir(), 'muster-test-'));
const out = join(folder, 'files');
afterAll(() => rmSync(folder, { recursive: true }));

const plan = `
muster: 2
name: Tea shop
timeZone: Asia/Shanghai
sources:
  - { id: orders, files: [orders.csv] }
segments:
  - { id: loyal, rule: { trait: orders, atLeast: 10 } }
  - { id: often, rule: { trait: orders, atLeast: 11 } }
audiences:
  - { id: loyal-mail, from: loyal, columns: [orders, revenue] }
  - { id: all-ids, from: everyone, columns: [] }
exports:
  - { audience: loyal-mail, destination: [csv, spreadsheet] }
  - { audience: all-ids, destination: csv }
`;

/** March: everybody who had bought little comes again five times, and nobody is new. */
function withMarch(): string {
  const orders = Array.from({ length: 24 * 5 }, (_, n) => {
    const customer = String(n % 24).padStart(4, '0');
    return `${customer},tea-1,order_completed,2026-03-${String(1 + Math.floor(n / 24)).padStart(2, '0')} 10:00:00,2,9.00,m${n}`;
  });
  return `${teaShopCsv()}${orders.join('\n')}\n`;
}

const refresh = (...more: string[]) => muster(['run', 'plan.yaml', '--out', 'files', '--refresh', '--threads', '1', ...more], folder);
const timesOf = () => Object.fromEntries(readdirSync(out).map((name) => [name, statSync(join(out, name)).mtimeMs]));
const manifestOf = () => JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')) as Manifest;

describe('muster run --refresh', () => {
  let first: Record<string, number>;
  beforeAll(async () => {
    writeFileSync(join(folder, 'orders.csv'), teaShopCsv());
    writeFileSync(join(folder, 'plan.yaml'), plan);
    expect((await refresh()).code).toBe(0);
    first = timesOf();
    expect(Object.keys(first).sort()).toEqual([
      'all-ids.csv',
      'loyal-mail-spreadsheet.csv',
      'loyal-mail.csv',
      'manifest.json',
      'plan.json',
    ]);
  });

  it('does nothing where plan and data are the same, and all again where a file of it was changed', async () => {
    const again = await refresh();
    expect([again.code, again.stdout]).toEqual([
      0,
      expect.stringMatching(/^Unchanged since .*: the same plan and the same data, so the 3 files/),
    ]);
    expect(timesOf()).toEqual(first);
    writeFileSync(join(out, 'loyal-mail.csv'), 'cut off');
    const mended = await refresh();
    expect([mended.code, mended.stdout]).toEqual([0, expect.stringContaining('Wrote 3 files')]);
    expect(readFileSync(join(out, 'loyal-mail.csv'), 'utf8')).toMatch(/^user,orders,revenue\n/);
    // Files that are the same are not written again.
    expect(timesOf()).toMatchObject({
      'all-ids.csv': first['all-ids.csv'],
      'loyal-mail-spreadsheet.csv': first['loyal-mail-spreadsheet.csv'],
    });
    first = timesOf();
  });

  it('hands nothing over that is further from the last run than allowed, and says how far', async () => {
    writeFileSync(join(folder, 'orders.csv'), withMarch());
    const before = manifestOf();
    const refused = await refresh('--fail-on-drift', 'size=5%,mix-psi=.2');
    expect(refused.code).toBe(3);
    expect(refused.stderr).toMatch(/muster: loyal-mail: \+[\d.]+ % customers; the limit size is 5 %\.\n/);
    expect(refused.stderr).toMatch(/muster: loyal-mail: revenue has shifted, PSI [\d.]+; the limit mix-psi is 0\.2\.\n/);
    expect(timesOf()).toEqual(first);
    const report = JSON.parse(readFileSync(join(folder, 'files.drift.json'), 'utf8')) as DriftReport;
    const [mail, all] = report.audiences;
    expect(report.since.createdAt).toBe(before.createdAt);
    expect([mail.then, mail.now]).toEqual([before.audiences[0].members, 24]);
    expect(mail.change).toBeCloseTo((24 - mail.then!) / mail.then!, 12);
    expect([all.then, all.now, all.change]).toEqual([24, 24, 0]);
    const often = all.mix.find(({ id }) => id === 'segment:often')!;
    expect([often.now, often.then! < 0.6]).toEqual([23 / 24, true]);
    expect(readFileSync(join(folder, 'files.drift.md'), 'utf8')).toContain('| loyal-mail |');

    const accepted = await refresh('--fail-on-drift', 'size=5%', '--accept-drift', '--json');
    expect([accepted.code, existsSync(join(folder, 'files.drift.md'))]).toEqual([0, false]);
    const { unchanged, drift } = JSON.parse(accepted.stdout) as { unchanged: string[]; drift: DriftReport };
    expect(unchanged).toEqual(['all-ids.csv', 'plan.json']);
    expect(drift.exceeded.map(({ limit, of }) => [limit, of])).toEqual([['size', 'loyal-mail']]);
    expect(timesOf()['all-ids.csv']).toBe(first['all-ids.csv']);
    expect(manifestOf().audiences[0].members).toBe(24);
    const checked = await muster(['verify', 'files'], folder);
    expect([checked.code, checked.stdout]).toEqual([0, expect.stringMatching(/^3 files, [\d,]+ rows: all as the manifest says/)]);
  });

  it('takes limits from the plan, and refuses what is none', async () => {
    writeFileSync(join(folder, 'orders.csv'), teaShopCsv());
    writeFileSync(join(folder, 'plan.yaml'), `${plan}drift: { size: 0.01 }\n`);
    expect((await refresh()).code).toBe(3);
    const wrong = await refresh('--fail-on-drift', 'size=lots');
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('"size=lots" is no limit of drift.')]);
  });

  it('tells changes to the run before, for platforms that are told only these', async () => {
    const changes = (...more: string[]) =>
      muster(['run', 'plan.yaml', '--out', 'changes', '--since', 'files', '--delta', '--accept-drift', '--threads', '1', ...more], folder);
    const told = await changes('--json');
    expect(told.code).toBe(0);
    const idsIn = (name: string) =>
      readFileSync(join(folder, name), 'utf8')
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((line) => line.split(',')[0]);
    const [before, now] = [idsIn('files/loyal-mail.csv'), idsIn('changes/loyal-mail-whole.csv')];
    expect([idsIn('changes/loyal-mail-added.csv'), idsIn('changes/loyal-mail-removed.csv')]).toEqual([
      [],
      before.filter((id) => !now.includes(id)),
    ]);
    expect((JSON.parse(told.stdout) as Manifest).exports[0].delta).toMatchObject({
      added: 0,
      removed: before.length - now.length,
      stays: now.length,
    });
    expect((await muster(['verify', 'changes'], folder)).code).toBe(0);
    writeFileSync(join(out, 'loyal-mail.csv'), 'user,orders,revenue\n');
    const damaged = await changes('--force');
    expect([damaged.code, damaged.stderr]).toEqual([2, expect.stringContaining('loyal-mail.csv is not as the run wrote it')]);
  });

  it('waits for no other run: it says whose the folder is', async () => {
    const release = await takeRunLock(out, new Date('2026-11-27T01:02:03Z'));
    const refused = await refresh();
    expect([refused.code, refused.stderr]).toEqual([
      4,
      expect.stringContaining(`process ${process.pid} on ${hostname()}, since 2026-11-27T01:02:03.000Z. Wait until it has ended.`),
    ]);
    await release();
    expect(existsSync(lockPath(out))).toBe(false);
  });
});

describe('the lock of a folder', () => {
  const place = join(folder, 'locked');
  const put = (holder: object | string) => writeFileSync(lockPath(place), typeof holder === 'string' ? holder : JSON.stringify(holder));
  const dead = spawnSync(process.execPath, ['-e', '']).pid;

  it('is taken over from a run that is dead, and from one whose number another process has by now', async () => {
    for (const holder of [
      { pid: dead, host: hostname(), since: '2026-11-01T00:00:00Z', started: null },
      { pid: process.pid, host: hostname(), since: '2026-11-01T00:00:00Z', started: '1' },
    ]) {
      put(holder);
      await (
        await takeRunLock(place, new Date())
      )();
    }
    expect(readdirSync(folder).filter((name) => name.startsWith('.locked'))).toEqual([]);
  });

  it('is not taken from another machine, nor when nobody can tell whose it is', async () => {
    for (const holder of [{ pid: dead, host: 'elsewhere', since: '2026-11-01T00:00:00Z', started: null }, 'half a li']) {
      put(holder);
      await expect(takeRunLock(place, new Date())).rejects.toMatchObject({ code: 'run_locked' });
    }
    rmSync(lockPath(place));
  });

  it('is given to one of many who ask at once, also over a dead run’s', async () => {
    for (const begin of [() => undefined, () => put({ pid: dead, host: hostname(), since: '', started: null })]) {
      begin();
      const asked = await Promise.allSettled(Array.from({ length: 12 }, () => takeRunLock(place, new Date())));
      const given = asked.filter((one) => one.status === 'fulfilled');
      expect(given).toHaveLength(1);
      await given[0].value();
    }
  });
});

it('what a killed run has left is put right: half of its files go, the folder that it had moved aside comes back', async () => {
  const place = join(folder, 'torn');
  const fresh = join(folder, '.torn-0f0e0d0c-1111-4222-8333-444455556666');
  mkdirSync(fresh);
  mkdirSync(`${fresh}-old`);
  mkdirSync(join(folder, '.torn-notes'));
  writeFileSync(join(`${fresh}-old`, 'mail.csv'), 'user\n');
  await mendOutFolder(place);
  expect(readFileSync(join(place, 'mail.csv'), 'utf8')).toBe('user\n');
  expect(readdirSync(folder).filter((name) => name.startsWith('.torn'))).toEqual(['.torn-notes']);
});
