import { describe, expect, it } from 'vitest';
import { duckdb } from '$lib/core/measures/duckdb';
import { formulaTraits, parseFormula, printFormula } from '$lib/core/profiles/formula';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { identifier, sql } from '$lib/core/store/sql';

describe('a formula', () => {
  it('is read as a tree, * before +, from left to right', async () => {
    const store = await openNativeStore();
    const value = async (text: string) => {
      const printed = printFormula(parseFormula(text), { dialect: duckdb, trait: identifier });
      const rows = await store.query(
        sql`SELECT ${printed} AS v FROM (SELECT 12 AS orders, 3.5 AS revenue, NULL AS nothing, 2 AS "tea-share")`,
      );
      return rows.getChild('v')!.get(0) as unknown;
    };
    expect(await value('revenue / orders * 24')).toBe(7);
    expect(await value('10 - 2 - 3 + .5')).toBe(5.5);
    expect(await value('-(orders + 1) * -2')).toBe(26);
    expect(await value('[tea-share] * 2')).toBe(4);
    expect(await value('coalesce(nothing, orders / 0, 7)')).toBe(7);
    expect(await value('revenue / (orders - 12)')).toBe(null);
    expect(await value('nothing + 1')).toBe(null);
    await store.close();
  });

  it('names its traits once', () => {
    expect(formulaTraits(parseFormula('客单价 + revenue / (orders + [attribute:orders]) - revenue'))).toEqual([
      '客单价',
      'revenue',
      'orders',
      'attribute:orders',
    ]);
  });

  it.each([
    '',
    'revenue /',
    '(orders',
    'orders)',
    'orders revenue',
    'orders; DROP TABLE users',
    'sqrt(orders)',
    '1..2',
    'a = b',
    'coalesce()',
  ])('is refused where it cannot be read: %j', (text) => {
    expect(() => parseFormula(text)).toThrow(expect.objectContaining({ code: 'formula_wrong' }));
  });
});
