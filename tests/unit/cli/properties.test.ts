import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { couponShopCsv, couponShopItems, couponShopPlan } from '../../support/couponShop';
import { muster } from './muster';

const folder = mkdtempSync(join(tmpdir(), 'muster-properties-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('a plan on disk uses columns that Muster gives no meaning, and rates', async () => {
  writeFileSync(join(folder, 'orders.csv'), couponShopCsv);
  writeFileSync(join(folder, 'items.csv'), couponShopItems);
  writeFileSync(join(folder, 'plan.yaml'), couponShopPlan);
  const { code, stderr } = await muster(['run', 'plan.yaml', '--out', 'files', '--json'], folder);
  expect([code, stderr.includes('ERROR')]).toEqual([0, false]);
  expect(readFileSync(join(folder, 'files/spring-mail.csv'), 'utf8').trimEnd().split('\n')).toEqual([
    'user,parcel-days,last-coupon,blue-things,revenue',
    'al,2.5,FRIEND,0,1.0874',
    'bo,3.5,SPRING,2,19.5724',
    'mo,3.5,SPRING,1,34',
  ]);
  const written = JSON.parse(readFileSync(join(folder, 'files/plan.json'), 'utf8')) as { rates: unknown };
  expect(written.rates).toEqual({ EUR: 1.08735 });
  // What the data lacks is said where it is used; the plan itself is one that opens.
  writeFileSync(join(folder, 'plan.yaml'), couponShopPlan.replace('from: spring,', 'from: not-seen-yet,'));
  const refused = await muster(['run', 'plan.yaml', '--out', 'other'], folder);
  expect(refused.code).not.toBe(0);
  expect(refused.stderr).toContain('event.shade');
  expect(refused.stderr).toContain('event.coupon');
}, 120_000);
