import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { moneyBound, quantityBound } from '../../../src/lib/core/schema/bounds';
import { inspectSource } from '../../../src/lib/core/schema/inspect/inspectSource';
import { numberReaders } from '../../../src/lib/core/schema/parse/numbers';
import { sql } from '../../../src/lib/core/store/sql';
import { readRejects } from '../../../src/lib/core/store/dataset';
import type { TableStore } from '../../../src/lib/core/store/tableStore';
import { openNativeStore } from '../../../src/lib/platform/node/nativeStore';
import { currentVersion, fileOf, importFile, rowsOf } from './support';

let store: TableStore;
beforeAll(async () => void (store = await openNativeStore()));
afterAll(() => store.close());

describe('a number too large', () => {
  const header = 'user_id,item_id,event,timestamp,quantity,price,amount\n';
  const row = (event: string, quantity: string, price: string, amount = '') =>
    `ann,tea,${event},2026-01-01 10:00:00,${quantity},${price},${amount}\n`;

  it('rejects its row with a reason, in a purchase and in a view alike, and the others come in', async () => {
    const file = fileOf(
      header +
        row('buy', '1', '19.90') +
        row('buy', '123456789012345', '19.90') +
        row('pv', '123456789012345', '19.90') +
        row('buy', '1', '900000000000') +
        row('pv', '1', '1e300') +
        row('buy', '1', '1', '-900000000000') +
        row('buy', '1e400', '1') +
        row('buy', '999999999', '899999999999'),
    );
    const { report } = await importFile(store, file);
    expect(report.rejectReasons).toEqual([
      { code: 'number_out_of_range', message: 'The number is larger than any that can be kept.', count: 7 },
    ]);
    expect((await readRejects(store, currentVersion(store)!, 'shop')).map(({ row, column }) => [row, column])).toEqual([
      [2, 'quantity'],
      [3, 'quantity'],
      [4, 'price'],
      [5, 'price'],
      [6, 'amount'],
      [7, 'quantity'],
      // Each number is small enough; what the line costs is not.
      [8, 'price'],
    ]);
    expect(await rowsOf(store, sql`SELECT quantity, value::VARCHAR AS value FROM events`)).toEqual([{ quantity: 1, value: '19.9000' }]);
  });

  it('leaves room: sums of a thousand million of the largest lines fit DECIMAL(38,4), and each is exact as a double', () => {
    expect(BigInt(moneyBound) * 10_000n * 1_000_000_000n).toBeLessThan(10n ** 38n);
    expect(moneyBound * 10_000).toBeLessThanOrEqual(Number.MAX_SAFE_INTEGER);
    expect(quantityBound).toBe(1e9);
  });

  it('is the only reason: zero has no sign, an exponent is a number, NaN is an empty cell and an infinity none', async () => {
    const file = fileOf(header + row('buy', '-0', '1e2') + row('buy', 'NaN', '-0.00') + row('buy', '2E0', '0') + row('buy', 'inf', '1'));
    const { report } = await importFile(store, file);
    expect(report.rejectReasons).toMatchObject([{ code: 'bad_number', count: 1 }]);
    const found = await rowsOf(store, sql`SELECT quantity, price::DOUBLE AS price, value::DOUBLE AS value, event FROM events`);
    expect(found).toEqual([
      { quantity: 0, price: 100, value: 0, event: 'order_completed' },
      { quantity: null, price: 0, value: 0, event: 'order_completed' },
      { quantity: 2, price: 0, value: 0, event: 'order_completed' },
    ]);
    for (const { quantity, value } of found) expect([Object.is(quantity, -0), Object.is(value, -0)]).toEqual([false, false]);
  });
});

describe('a decimal comma', () => {
  const german = (cells: readonly string[], delimiter = ';') =>
    fileOf(
      [['kunde', 'artikel', 'timestamp', 'price'], ...cells.map((cell, i) => [`k${i}`, 'tee', `2026-01-0${(i % 9) + 1} 10:00:00`, cell])]
        .map((record) => record.map((cell) => (cell.includes(delimiter) ? `"${cell}"` : cell)).join(delimiter))
        .join('\n'),
    );
  const roles = { user: 'kunde', item: 'artikel', time: 'timestamp', price: 'price' };
  const prices = async () => (await rowsOf(store, sql`SELECT price::DOUBLE AS price FROM events ORDER BY ts`)).map(({ price }) => price);

  it('is seen in the whole sample, with the thousands that go with it', async () => {
    const file = german(['1,100', '10,00', '1.478,70', '950', '-1.234.567,5']);
    const { mapping, diagnostics } = await inspectSource(file);
    expect([mapping.decimal, diagnostics.map(({ code }) => code).filter((code) => code.includes('decimal'))]).toEqual(['comma', []]);
    const { report } = await importFile(store, file, { mapping: { roles } });
    expect(report.rowsRejected).toBe(0);
    expect(await prices()).toEqual([1.1, 10, 1478.7, 950, -1234567.5]);
  });

  it('is what a semicolon speaks for where the numbers say neither, and the doubt is named', async () => {
    const { mapping, diagnostics } = await inspectSource(german(['1,100', '2,350']));
    expect(mapping.decimal).toBe('comma');
    expect(diagnostics).toMatchObject([
      { code: 'mapping_no_user' },
      { code: 'ambiguous_decimals', column: 'price', values: { example: '1,100', read: 1.1, other: 1100 } },
    ]);
  });

  it('can be told', async () => {
    const file = german(['1,100', '2,350']);
    await importFile(store, file, { mapping: { roles, decimal: 'point' } });
    expect(await prices()).toEqual([1100, 2350]);
    const { mapping } = await inspectSource(file);
    const told = await inspectSource(file, { mapping: { ...mapping, roles, decimal: 'point' } });
    expect([told.mapping.decimal, told.readings.number]).toEqual(['point', { column: 'price', text: '1,100', reads: 1100 }]);
  });

  it('where some numbers have a comma and some a point names the first of the fewer', async () => {
    const { mapping, diagnostics } = await inspectSource(german(['10,00', '12,50', '9.95']));
    expect(mapping.decimal).toBe('comma');
    expect(diagnostics.find(({ code }) => code === 'mixed_decimals')).toMatchObject({
      row: 3,
      column: 'price',
      values: { example: '9.95', count: 1 },
    });
  });

  it('is not seen in an ordinary file, and plans from before read as they did', async () => {
    const { mapping } = await inspectSource(german(['1,234.50', '10.00', '1,100'], ','));
    expect(mapping.decimal).toBeUndefined();
    await importFile(store, german(['1,234.50', '10.00', '1,100'], ','), { mapping: { roles } });
    expect(await prices()).toEqual([1234.5, 10, 1100]);
  });

  it.each([
    ['point', '1,299.00', 1299],
    ['point', '¥1,884.96', 1884.96],
    ['point', "1'234.5", 1234.5],
    ['point', '1 234.5', 1234.5],
    ['point', '1\u00a0234.5', 1234.5],
    ['point', '10,00', NaN],
    ['point', '1.478,70', NaN],
    ['comma', '1.478,70', 1478.7],
    ['comma', '€ 1.478,70', 1478.7],
    ['comma', '1 478,70', 1478.7],
    ['comma', '1\u202f478,70', 1478.7],
    ['comma', '1.478', 1478],
    ['comma', '1478', 1478],
    ['comma', ',5', 0.5],
    ['comma', '-0,5', -0.5],
    ['comma', '1e3', 1000],
    ['comma', '1,5e3', 1500],
    ['comma', '9.95', NaN],
    ['comma', '1,299.00', NaN],
    ['comma', '1.47,8', NaN],
    ['comma', '', NaN],
    ['comma', ',', NaN],
    ['point', '.', NaN],
  ] as const)('with %s: %s', (decimal, text, value) => {
    const { number, tenThousandths } = numberReaders(decimal);
    const bytes = new TextEncoder().encode(`;${text};`);
    expect(number(bytes, 1, bytes.length - 1)).toBe(value);
    expect(tenThousandths(bytes, 1, bytes.length - 1)).toBe(Math.round(value * 10_000));
  });
});
