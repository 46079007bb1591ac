import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { check } from '../../../src/cli/check';
import { parseArguments } from '../../../src/cli/arguments';
import { quietContext } from '../../../src/lib/core/base/run';
import { readColumnProfiles } from '../../../src/lib/core/store/quality/columnProfiles';
import { openNativeStore } from '../../../src/lib/platform/node/nativeStore';
import { importAll } from './support';

const header = 'user_id,item_id,event,timestamp,price,order_id\n';
const lines = Array.from({ length: 24 }, (_, i) => `u${i % 4},i${i % 3},buy,2026-01-${String(i + 1).padStart(2, '0')} 10:00,${i},A${i}\n`);

it('column profiles say how full a column is and how its values are spread', async () => {
  const store = await openNativeStore();
  const version = await importAll(store, { 'shop.csv': header + lines.join('') });
  const profiles = await readColumnProfiles({ store, version, run: quietContext() });
  const of = (name: string) => profiles.find((profile) => profile.table === 'events' && profile.name === name)!;
  expect(of('price')).toMatchObject({ kind: 'number', rows: 24, filled: 24, least: 0, greatest: 23, histogram: Array(12).fill(2) });
  expect(of('ts')).toMatchObject({ kind: 'time', least: '2026-01-01T10:00:00', greatest: '2026-01-24T10:00:00' });
  expect(of('event')).toMatchObject({ kind: 'text', distinct: 1, top: [{ value: 'order_completed', count: 24 }] });
  // Nearly every order id is another one.
  expect(of('order_id')).toMatchObject({ top: [], histogram: [] });
  expect(of('session_id')).toBeUndefined();
  await store.close();
});

it('different values are counted, not estimated', async () => {
  const store = await openNativeStore();
  // Estimates of these are 10 to 25 % off.
  const rows = Array.from({ length: 6000 }, (_, i) => `u${i % 10},i${i % 300},buy,2026-01-01 10:00:${10 + (i % 50)},1,A${i % 2500}\n`);
  const version = await importAll(store, { 'shop.csv': header + rows.join('') });
  const profiles = await readColumnProfiles({ store, version, run: quietContext() });
  const of = (table: string, name: string) => profiles.find((profile) => profile.table === table && profile.name === name);
  expect(of('events', 'order_id')).toMatchObject({ distinct: 2500, isAbout: false });
  expect(of('events', 'ts')).toMatchObject({ distinct: 50, isAbout: false });
  expect(of('users', 'user_id')).toMatchObject({ distinct: 10 });
  expect(of('items', 'item_id')).toMatchObject({ distinct: 300 });
  await store.close();
});

it('muster check prints what a plan’s data has, after its cleaning', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-check-'));
  writeFileSync(join(folder, 'shop.csv'), header + lines.join('') + lines[0] + lines[0].replace('2026', '2062'));
  const plan = { muster: 2, name: 'Tea', sources: [{ id: 'shop', files: ['shop.csv'] }], cleaning: [{ step: 'drop-exact-duplicates' }] };
  writeFileSync(join(folder, 'plan.json'), JSON.stringify(plan));
  const printed: string[] = [];
  const io = { print: (line: string) => void printed.push(line), note: () => {}, run: quietContext(), path: (given: string) => given };
  const path = join(folder, 'plan.json');
  expect(await check.run(parseArguments(check, [path]), io)).toBe(0);
  expect(printed[0]).toContain('drop-exact-duplicates');
  expect(printed[0]).toMatch(/future-dates +problem: 1 of 25, remedy:\s+\{"step":"drop-future"/);
  expect(await check.run(parseArguments(check, [path, '--json']), io)).toBe(0);
  expect(JSON.parse(printed[1])).toMatchObject({ events: 25, removed: [{ rows: 1 }] });
});

it('muster check reads a file of data as the import screen proposes it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-check-'));
  const path = join(folder, 'shop.csv');
  writeFileSync(path, `${header}${lines.join('')}${lines[0]},i1,buy,2026-01-01 10:00,1,A1\n`);
  const printed: string[] = [];
  const io = { print: (line: string) => void printed.push(line), note: () => {}, run: quietContext(), path: (given: string) => given };
  expect(await check.run(parseArguments(check, [path]), io)).toBe(0);
  expect(printed[0]).toMatch(/shop.csv +26 rows read, 1 rejected \(missing_user 1\)/);
  expect(printed[0]).toMatch(/exact-duplicates +warning: 1 of 25/);
  // JSON is a plan only where it says so.
  const records = join(folder, 'clicks.json');
  writeFileSync(records, JSON.stringify([{ user_id: 'u1', item_id: 'i1', event: 'view', timestamp: '2026-01-05 10:00' }]));
  expect(await check.run(parseArguments(check, [records]), io)).toBe(0);
  expect(printed[1]).toMatch(/clicks.json +1 rows read, 0 rejected/);
});
