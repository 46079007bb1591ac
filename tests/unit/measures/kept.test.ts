import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkFilters, checkMeasure } from '$lib/core/measures/check';
import { queryKeptColumns, type KeptColumn } from '$lib/core/measures/kept';
import { emptyValue, measureKind, type EventMeasure } from '$lib/core/measures/measure';
import { measureQuery } from '$lib/core/measures/measureQuery';
import { measureSchema, propertyFilterSchema } from '$lib/core/measures/schema';
import { spark } from '$lib/core/measures/spark';
import { rowsOf } from '$lib/core/store/columns';
import { identifier, sql } from '$lib/core/store/sql';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { currentVersion, fileOf, importFile } from '../import/support';

const till = `customer,product,event,date,value,order,coupon,"days ""to door""",grams
ann,tea,order_completed,2026-01-05 10:00,4,A1,SPRING,2,0.1
ann,pot,order_completed,2026-01-20 10:00,30,A2,,5,0.2
bo,cup,order_completed,2026-01-09 10:00,9,B1,FRIEND,3,123456789.123
bo,tea,order_completed,2026-01-09 10:00,4,B1,FRIEND,,-0.000001
bo,,order_cancelled,2026-01-12 10:00,,B1,,,
cy,,product_viewed,2026-01-12 10:00,,,,1,
`;
const goods = `product,title,colour,fragile,weight
tea,Tea,green,false,0.25
pot,Pot,blue,true,1.5
cup,Cup,blue,true,
`;

describe('measures of kept columns', () => {
  let store: TableStore;
  let kept: KeptColumn[];
  beforeAll(async () => {
    store = await openNativeStore({ threads: 2 });
    await importFile(store, fileOf(till, 'till.csv'), { sourceId: 'till', mapping: { keep: ['coupon', 'days "to door"', 'grams'] } });
    await importFile(store, fileOf(goods, 'goods.csv'), { sourceId: 'goods', mode: 'add' });
    kept = await queryKeptColumns(store, currentVersion(store)!.tables);
  });
  afterAll(() => store.close());

  const valuesOf = async (measure: EventMeasure) => {
    expect(checkMeasure(measureSchema.parse(measure), kept)).toEqual([]);
    const { tables } = currentVersion(store)!;
    const query = measureQuery({ tables, asOf: '2026-02-01T00:00:00' }, measure);
    const rows = rowsOf(
      await store.query(
        sql`SELECT user_id, value FROM ${identifier(tables.users)} LEFT JOIN (${query}) USING (user_index) ORDER BY user_id`,
      ),
    );
    return Object.fromEntries(rows.map(([user, value]) => [user, value ?? emptyValue(measure)]));
  };

  it('knows what the data has', () => {
    expect(kept).toEqual([
      { property: 'event.coupon', type: 'text' },
      { property: 'event.days "to door"', type: 'number' },
      { property: 'event.grams', type: 'number' },
      { property: 'item.price', type: 'number' },
      { property: 'item.colour', type: 'text' },
      { property: 'item.fragile', type: 'text' },
      { property: 'item.weight', type: 'number' },
    ]);
  });

  it('aggregate numbers and texts', async () => {
    const days = 'event.days "to door"' as const;
    expect(await valuesOf({ aggregate: 'mean', of: days, events: 'order_completed' })).toEqual({ ann: 3.5, bo: 3, cy: null });
    expect(await valuesOf({ aggregate: 'sum', of: days })).toEqual({ ann: 7, bo: 3, cy: 1 });
    expect(await valuesOf({ aggregate: 'max', of: days })).toEqual({ ann: 5, bo: 3, cy: 1 });
    expect(await valuesOf({ aggregate: 'last', of: days })).toEqual({ ann: 5, bo: 3, cy: 1 });
    expect(await valuesOf({ aggregate: 'mostFrequent', of: 'event.coupon' })).toEqual({ ann: 'SPRING', bo: 'FRIEND', cy: null });
    expect(await valuesOf({ aggregate: 'distinct', of: 'event.coupon' })).toEqual({ ann: 1, bo: 1, cy: 0 });
    expect(await valuesOf({ aggregate: 'first', of: 'item.colour', events: 'order_completed' })).toEqual({
      ann: 'green',
      bo: 'blue',
      cy: null,
    });
    expect(await valuesOf({ aggregate: 'sum', of: 'item.weight', events: 'order_completed' })).toEqual({ ann: 1.75, bo: 0.25, cy: 0 });
    // Added as decimals: neither cents nor millionths are lost.
    expect(await valuesOf({ aggregate: 'sum', of: 'event.grams' })).toEqual({ ann: 0.3, bo: 123456789.122999, cy: 0 });
  });

  it('filter events and products', async () => {
    const orders = (where: EventMeasure['where']) => valuesOf({ aggregate: 'count', events: 'order_completed', where });
    expect(await orders([{ property: 'event.coupon', oneOf: ['SPRING', 'FRIEND'] }])).toEqual({ ann: 1, bo: 1, cy: 0 });
    expect(await orders([{ property: 'event.days "to door"', moreThan: 2, atMost: 5 }])).toEqual({ ann: 1, bo: 1, cy: 0 });
    expect(await orders([{ property: 'item.fragile', oneOf: ['true'] }])).toEqual({ ann: 1, bo: 1, cy: 0 });
    expect(await orders([{ property: 'item.weight', lessThan: 1 }])).toEqual({ ann: 1, bo: 1, cy: 0 });
  });

  it('take back what was sold with a coupon where the order is cancelled', async () => {
    const money = { aggregate: 'sum', of: 'value', events: ['order_completed', 'order_cancelled'] } as const;
    const friend = [{ property: 'event.coupon' as const, oneOf: ['FRIEND'] }];
    expect(await valuesOf({ ...money, where: friend } as unknown as EventMeasure)).toEqual({ ann: 0, bo: 0, cy: 0 });
    expect(await valuesOf({ ...money, where: friend, events: 'order_completed' } as unknown as EventMeasure)).toEqual({
      ann: 0,
      bo: 13,
      cy: 0,
    });
  });

  it('are checked against the data, and against nothing where it is not known', () => {
    const codes = (measure: EventMeasure, known?: readonly KeptColumn[]) => checkMeasure(measure, known).map(({ code }) => code);
    expect(codes({ aggregate: 'mean', of: 'event.coupon' }, kept)).toEqual(['property_is_text']);
    expect(codes({ aggregate: 'mean', of: 'event.Grams' }, kept)).toEqual([]);
    expect(codes({ aggregate: 'mean', of: 'event.gone' }, kept)).toEqual(['kept_property_unknown']);
    expect(codes({ aggregate: 'mean', of: 'event.gone' })).toEqual([]);
    expect(codes({ aggregate: 'shareOf', of: 'event.grams' }, kept)).toEqual(['measure_of_wrong', 'measure_share_of_all']);
    expect(checkFilters([{ property: 'event.grams', oneOf: ['1'] }], kept)[0].code).toBe('property_is_number');
    expect(checkFilters([{ property: 'event.coupon', oneOf: [] }], kept)[0].code).toBe('condition_empty');
    expect(checkFilters([{ property: 'event.grams' }], kept)[0].code).toBe('condition_empty');
    expect(propertyFilterSchema.safeParse({ property: 'event.', oneOf: ['x'] }).success).toBe(false);
    expect(propertyFilterSchema.safeParse({ property: 'user.x', oneOf: ['x'] }).success).toBe(false);
  });

  it('are of the kind that their column is', () => {
    expect(measureKind({ aggregate: 'last', of: 'event.grams' }, kept)).toBe('number');
    expect(measureKind({ aggregate: 'last', of: 'event.coupon' }, kept)).toBe('text');
    expect(measureKind({ aggregate: 'mean', of: 'event.grams' })).toBe('number');
    expect(measureKind({ aggregate: 'distinct', of: 'event.coupon' }, kept)).toBe('count');
  });

  it('are printed for Spark', () => {
    const query = measureQuery(
      { tables: { events: 'events', users: 'users', items: 'items' }, asOf: '2026-02-01T00:00:00' },
      {
        aggregate: 'mean',
        of: 'event.Grams',
        events: 'order_completed',
        where: [
          { property: 'event.a`b', oneOf: ["it's"] },
          { property: 'item.weight', atLeast: 1 },
        ],
      },
      spark,
    );
    expect(query.text.replace(/\s+/g, ' ').trim()).toMatchInlineSnapshot(
      `"WITH seen AS (SELECT * FROM ( SELECT user_index, item_index, event, local_ts, to_date(local_ts) AS day, coalesce(order_id, 'day ' || to_date(local_ts)) AS order_key, value, price, quantity, rating, channel, campaign, device, \`p_a\`\`b\`, \`p_grams\` FROM \`events\` WHERE local_ts < CAST('2026-02-01T00:00:00' AS TIMESTAMP_NTZ)) e LEFT JOIN (SELECT item_index AS item_number, \`weight\` AS \`of_item_0\` FROM \`items\`) i ON i.item_number = e.item_index WHERE event = 'order_completed' AND \`p_a\`\`b\` IN ('it\\'s') AND (CAST(\`of_item_0\` AS DOUBLE) >= 1)) SELECT user_index, \`value\` FROM (SELECT user_index, CAST(sum(CAST(\`p_grams\` AS DECIMAL(38,6))) AS DOUBLE) / nullif(count(\`p_grams\`), 0) AS \`value\` FROM seen GROUP BY user_index)"`,
    );
  });
});
