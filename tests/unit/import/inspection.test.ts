import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inspectSource } from '../../../src/lib/core/schema/inspect/inspectSource';
import { sql } from '../../../src/lib/core/store/sql';
import type { TableStore } from '../../../src/lib/core/store/tableStore';
import { openNativeStore } from '../../../src/lib/platform/node/nativeStore';
import { fileOf, importFile, rowsOf } from './support';

let store: TableStore;
beforeAll(async () => void (store = await openNativeStore()));
afterAll(() => store.close());

describe('day and month', () => {
  const dated = (dates: readonly string[]) => fileOf(`user,item,time\n${dates.map((date) => `ann,tea,${date}`).join('\n')}\n`);
  const inMonth = (month: number, days: number) =>
    Array.from({ length: days }, (_, i) => `${String(i + 1).padStart(2, '0')}/${String(month).padStart(2, '0')}/2025`);

  it('are guessed from the whole sample, and the guess is shown on a date that shows it', async () => {
    // In order of time, the thirteenth comes late: the first 400 rows do not tell.
    const file = dated([...Array.from({ length: 600 }, () => '02/01/2025'), '14/01/2025']);
    const { mapping, readings, diagnostics } = await inspectSource(file);
    expect(mapping.timeFormat).toEqual({ kind: 'text', pattern: '%d/%m/%Y' });
    expect(readings.time).toEqual({ column: 'time', text: '02/01/2025', reads: '2025-01-02T00:00:00' });
    expect(diagnostics).toEqual([]);
  });

  it('in doubt are said to be, and can be switched', async () => {
    const file = dated(inMonth(1, 12));
    const { mapping, readings, diagnostics } = await inspectSource(file);
    expect(diagnostics).toMatchObject([{ code: 'ambiguous_dates', column: 'time' }]);
    expect(readings.time).toMatchObject({ text: '02/01/2025', reads: '2025-02-01T00:00:00' });
    const switched = await inspectSource(file, { mapping: { ...mapping, timeFormat: { kind: 'text', pattern: '%d/%m/%Y' } } });
    expect(switched.readings.time).toMatchObject({ text: '02/01/2025', reads: '2025-01-02T00:00:00' });
  });

  it('in both orders are a diagnostic, whichever are more', async () => {
    const { mapping, diagnostics } = await inspectSource(dated([...inMonth(1, 20), '01/25/2025', '01/26/2025']));
    expect(mapping.timeFormat).toEqual({ kind: 'text', pattern: '%d/%m/%Y' });
    expect(diagnostics).toMatchObject([
      { code: 'mixed_day_month', row: 21, column: 'time', values: { fits: 8, fitsOther: 2, example: '01/25/2025' } },
    ]);
  });
});

describe('a mapping that the person corrects', () => {
  const file = fileOf(
    'who,when,what,other\nann,2026-01-01,buy,05.01.2026\nbob,2026-01-02,Sneeze,06.01.2026\nann,2026-01-03,buy,07.01.2026\n',
  );

  it('loses its problems as they are resolved', async () => {
    const { mapping, diagnostics } = await inspectSource(file);
    expect(diagnostics.map(({ code }) => code)).toEqual(['mapping_no_user']);
    const corrected = { ...mapping, roles: { ...mapping.roles, user: 'who' } };
    const again = await inspectSource(file, { mapping: corrected });
    expect([again.diagnostics, again.mapping]).toEqual([[], corrected]);
  });

  it('finds the words of any column that may hold events, and how any column would be read as times', async () => {
    const { columns } = await inspectSource(file);
    expect(columns.map(({ name, words }) => [name, words])).toContainEqual(['what', ['buy', 'Sneeze']]);
    expect(columns.map(({ name, timeFormat }) => [name, timeFormat])).toContainEqual(['other', { kind: 'text', pattern: '%d.%m.%Y' }]);
  });

  it('says that a column chosen for the time holds none', async () => {
    const { mapping } = await inspectSource(file);
    const { diagnostics } = await inspectSource(file, {
      mapping: { ...mapping, roles: { user: 'who', time: 'what' }, timeFormat: undefined },
    });
    expect(diagnostics).toMatchObject([{ code: 'time_not_recognised', severity: 'error', column: 'what', values: { example: 'buy' } }]);
  });

  it('gives events by hand the meaning that the person chose', async () => {
    const roles = { user: 'who', time: 'when', event: 'what' };
    const eventNames = { buy: 'order_completed', Sneeze: 'product_viewed' };
    await importFile(store, file, { mapping: { roles, eventNames, timeFormat: { kind: 'text', pattern: '%Y-%m-%d' } } });
    expect(await rowsOf(store, sql`SELECT event, count(*)::INTEGER AS n FROM events GROUP BY 1 ORDER BY 1`)).toEqual([
      { event: 'order_completed', n: 2 },
      { event: 'product_viewed', n: 1 },
    ]);
  });
});

describe('a preset', () => {
  it('may know the currency and the time zone of its data', async () => {
    const uci =
      'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n536365,85123A,LAMP,6,12/1/2010 8:26,2.55,17850,UK\n536366,85123A,LAMP,6,12/13/2010 8:26,2.55,17850,UK\n';
    expect(await inspectSource(fileOf(uci))).toMatchObject({
      preset: 'uci-online-retail',
      suggests: { currency: 'GBP', timeZone: 'Europe/London' },
    });
  });
});
