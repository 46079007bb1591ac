import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quietContext } from '../../../src/lib/core/base/run';
import { readCleaning } from '../../../src/lib/core/store/quality/cleaning';
import { checkQuality } from '../../../src/lib/core/store/quality/report';
import { cleanData } from '../../../src/lib/core/store/dataset';
import type { TableStore } from '../../../src/lib/core/store/tableStore';
import { openFile } from '../../../src/lib/platform/node/files';
import { openNativeStore } from '../../../src/lib/platform/node/nativeStore';
import { importFile } from '../import/support';

const file = fileURLToPath(new URL('../../../../shared/data/uci-online-retail/online_retail.csv', import.meta.url));
const isThere = existsSync(file);
if (!isThere) console.log(`Skipped: UCI Online Retail is not at ${file}.`);

describe.skipIf(!isThere)('UCI Online Retail', () => {
  let store: TableStore;
  beforeAll(async () => void (store = await openNativeStore()));
  afterAll(() => store.close());

  it('has the faults that are known of it, and cleaning takes them out and back', async () => {
    const settings = { timeZone: 'Europe/London', currency: 'GBP' };
    const { version } = await importFile(store, await openFile(file), settings);
    const report = await checkQuality({ store, version, today: '2026-06-01', run: quietContext() });
    const count = (id: string) => report.checks.find((check) => check.id === id)!.count;
    // Of 5,225 rows of known customers that pandas finds repeated, two more differ in the item's title alone, which is no part of an event.
    expect(count('exact-duplicates')).toBe(5_227);
    expect(count('free-sales')).toBe(40);
    // The two orders that were given back within minutes.
    const baskets = report.checks.find(({ id }) => id === 'basket-outliers')!;
    expect(baskets.examples.map(({ order, quantity }) => [order, quantity])).toEqual([
      ['581483', 80_995],
      ['541431', 74_215],
    ]);
    // Christmas 2010, Easter, the bank holidays; the Saturdays, on which nobody worked, are none.
    expect(report.checks.find(({ id }) => id === 'daily-gaps')).toMatchObject({
      count: 16,
      examples: [{ at: '2010-12-24' }, {}, {}, {}, {}],
    });
    for (const id of ['robots', 'future-dates', 'early-dates', 'negative-amounts', 'order-ids-shared', 'unknown-events'])
      expect(count(id)).toBe(0);

    const cleaning = readCleaning([{ step: 'drop-exact-duplicates' }, { step: 'drop-amounts', options: { free: true } }]);
    const clean = await cleanData(store, version, { ...settings, cleaning, run: quietContext() });
    expect(clean.facts.removed!.map(({ rows }) => rows)).toEqual([5_227, 40]);
    // One customer was only ever given things.
    expect(clean.facts).toMatchObject({ events: 401_562, users: 4_371 });
    const back = await cleanData(store, clean, { ...settings, cleaning: [], run: quietContext() });
    expect([back.key, back.facts]).toEqual([version.key, version.facts]);
  });
});
