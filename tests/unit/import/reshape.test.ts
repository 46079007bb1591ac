import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quietContext } from '../../../src/lib/core/base/run';
import { inspectSource } from '../../../src/lib/core/schema/inspect/inspectSource';
import { TimeZone } from '../../../src/lib/core/schema/parse/timeZone';
import { Found, RecordBatch } from '../../../src/lib/core/schema/records';
import { reshaped, reshapedColumns, reshapes } from '../../../src/lib/core/schema/reshape';
import { reshapeRows } from '../../../src/lib/core/schema/reshape/reshapeRows';
import type { Mapping } from '../../../src/lib/core/schema/roles';
import { stageFile } from '../../../src/lib/core/schema/staging/stageFile';
import { eventsOf, fixture } from './presetSupport';
import { fileOf } from './support';

const mappingOf = (reshape: string, columns: string[], roles: Mapping['roles'] = {}): Mapping => ({
  kind: 'events',
  delimiter: ',',
  quote: '"',
  header: true,
  encoding: 'utf-8',
  reshape,
  columns,
  roles,
});
const rowsOf = (reshape: string, columns: string[], rows: string[][], roles?: Mapping['roles']) => {
  const made = reshapedColumns({ reshape }, columns);
  return reshapeRows(rows, mappingOf(reshape, made, roles), columns).map((row) =>
    Object.fromEntries(row.map((cell, at) => [made[at], cell])),
  );
};

describe('orders that say on their first line what holds for all', () => {
  const columns = ['Name', 'Email', 'Financial Status', 'Total', 'Created at', 'Lineitem quantity', 'Lineitem price', 'Refunded Amount'];

  it('are filled within an order, without its amounts, and never beyond it', () => {
    const rows = rowsOf('fill-orders', columns, [
      ['#1', 'a@x.com', 'paid', '30', '2026-05-01', '2', '10', '0'],
      ['#1', '', '', '', '', '1', '10', ''],
      ['#2', 'b@x.com', '', '', '2026-05-02', '1', '5', ''],
      ['', '', '', '', '', '1', '5', ''],
    ]);
    expect(rows.map((row) => [row.Email, row['Created at'], row.Total, row['order event'], row['line amount']])).toEqual([
      ['a@x.com', '2026-05-01', '30', 'order_completed', '20.0000'],
      ['a@x.com', '2026-05-01', '', 'order_completed', '10.0000'],
      ['b@x.com', '2026-05-02', '', 'order_completed', '5.0000'],
      ['', '', '', 'order_completed', '5.0000'],
    ]);
  });

  it('keep their row numbers: a row that was added has none', async () => {
    const broken = new TextDecoder().decode(fixture('shopify-orders.csv')).replace('2026-09-07 08:00:00 -0400,1,Teapot', 'never,1,Teapot');
    const file = fileOf(broken, 'orders.csv', 97);
    const { mapping } = await inspectSource(file);
    const { source, rowsRead, rowsRejected } = await stageFile(file, mapping, {
      sourceId: 's',
      zone: new TimeZone('UTC'),
      currency: 'USD',
      run: quietContext(),
    });
    expect([rowsRead, rowsRejected]).toEqual([5, 1]);
    const rejects = [...source.rejects!];
    expect(rejects).toMatchObject([{ row: 4, column: 'Created at', code: 'bad_time' }]);
    expect(rejects[0].text).toContain('#1003,cleo@example.com');
    expect(eventsOf(source).at(-1)).toMatchObject({ order: '#1004' });
  });
});

describe('one property a row', () => {
  it('becomes columns; the latest counts, whatever order they come in', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([1, 2, 3, 4, 5], { minLength: 5 }), (times) => {
        const rows = rowsOf(
          'long-properties',
          ['timestamp', 'itemid', 'property', 'value'],
          times.map((time) => [String(time), 'a', 'categoryid', `c${time}`]),
        );
        const said = rows.map(({ categoryid }) => categoryid).filter((value) => value !== '');
        expect(said.at(-1)).toBe('c5');
        expect(rows.every(({ itemid }) => itemid === 'a')).toBe(true);
      }),
      { seed: 20261126 },
    );
  });

  it('of other columns is whatever the mapping names', () => {
    const columns = ['timestamp', 'itemid', 'property', 'value'];
    const mapping = { ...mappingOf('long-properties', ['itemid', '790']), kind: 'items' as const };
    expect(reshapeRows([['1', 'a', '790', 'n552'], ['1', 'a', 'other', 'x']], mapping, columns)).toEqual([['a', 'n552'], ['a', '']]); // prettier-ignore
  });
});

it('orders of a user that are not in their order have no date', () => {
  const columns = ['order_id', 'user_id', 'order_number', 'order_dow', 'order_hour_of_day', 'days_since_prior_order'];
  const rows = rowsOf('instacart-orders', columns, [['1', 'a', '1', '0', '08', ''], ['3', 'a', '3', '2', '08', '7.0'], ['2', 'a', '2', '1', '09', '30.0']]); // prettier-ignore
  expect(rows.map((row) => row['ordered at'])).toEqual(['2017-01-01 08:00:00', '', '2017-01-31 09:00:00']);
});

describe('every reshaping', () => {
  it.each(reshapes.map(({ id }) => id))('%s gives a row for each row, also for misshapen ones, and their text', (id) => {
    const columns = ['a', 'b', 'c'];
    const made = reshapedColumns({ reshape: id }, columns);
    const batch = new RecordBatch(3);
    for (const row of [
      ['1', '2', '3'],
      ['4', '', '6'],
    ]) {
      for (const cell of row) batch.addText(cell);
      batch.endRow();
    }
    const records = reshaped(batch, mappingOf(id, made), columns);
    const texts: string[] = [];
    while (records.next() !== Found.end) if (!records.added) texts.push(records.text(100));
    expect(texts).toEqual(['1,2,3', '4,,6']);
    expect(records.cells).toBe(made.length);
  });

  it('is refused by a name that none has', () => {
    expect(() => reshapedColumns({ reshape: 'upside-down' }, ['a'])).toThrow(expect.objectContaining({ code: 'unknown_reshape' }));
  });
});
