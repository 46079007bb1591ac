import { beforeAll, describe, expect, it } from 'vitest';
import { quietContext } from '../../src/lib/core/base/run';
import { readFeatures } from '../../src/lib/core/predictions/features';
import { readEventValues } from '../../src/lib/core/profiles/eventValues';
import { brokenTraits } from '../../src/lib/core/profiles/materialize';
import { membersOf } from '../../src/lib/core/segments/evaluate';
import type { Rule } from '../../src/lib/core/segments/rule';
import { rowsOf } from '../../src/lib/core/store/columns';
import { ordersOf } from '../../src/lib/core/store/dataset';
import { identifier, sql } from '../../src/lib/core/store/sql';
import type { Desk } from '../../src/lib/work/desk';
import { makeExports } from '../../src/lib/work/exports';
import { moneyRates } from '../../src/lib/work/operations/money';
import type { Platform } from '../../src/lib/work/platform';
import { openCouponShop } from '../support/couponShop';

/** Columns without a role and amounts in several currencies, from the file to conditions, traits, features and exports. */
export function propertiesContract(name: string, platform: () => Platform): void {
  describe(`kept columns and currencies on ${name}`, () => {
    const run = quietContext();
    let desk: Desk;
    beforeAll(async () => void (desk = await openCouponShop(platform())));

    const people = (rule: Rule) =>
      desk.read(run, async (epoch) => {
        const scope = await epoch.segments();
        const members = await membersOf(scope, rule, epoch);
        const users = await scope.store.query(sql`SELECT user_index, user_id FROM ${identifier(scope.tables.users)} ORDER BY user_id`);
        return rowsOf(users)
          .filter(([index]) => members.has(Number(index)))
          .map(([, id]) => id);
      });
    const rule = (id: string) => desk.state.plan.segments.find((segment) => segment.id === id)!.rule;

    it('are in the facts, with their types', () => {
      const { facts } = desk.state.data!.version;
      expect(facts.properties).toEqual([
        { name: 'coupon', type: 'text', distinct: 2 },
        { name: 'gift', type: 'text', distinct: 2 },
        { name: 'shipping_days', type: 'number' },
      ]);
      expect(facts.itemAttributes).toEqual([
        { name: 'colour', type: 'text' },
        { name: 'weight', type: 'number' },
      ]);
      expect(facts.currencies).toEqual([
        { currency: 'EUR', lines: 3, orders: 3, total: 19, rate: 1.08735 },
        { currency: 'USD', lines: 3, orders: 3, total: 64, rate: 1 },
        { currency: 'JPY', lines: 1, orders: 1, total: 700, rate: null },
      ]);
    });

    it('make conditions', async () => {
      expect(await people(rule('spring'))).toEqual(['al', 'bo', 'mo']);
      expect(await people(rule('slow-parcels'))).toEqual(['al', 'bo', 'mo']);
      expect(await people({ event: 'order_completed', where: [{ property: 'event.shipping_days', atLeast: 3, lessThan: 4 }] })).toEqual([
        'bo',
      ]);
      expect(await people({ event: 'order_completed', where: [{ property: 'event.Coupon', oneOf: ['SPRING'] }], withinDays: 10 })).toEqual([
        'bo',
      ]);
      expect(await people({ event: 'order_completed', where: [{ property: 'item.weight', moreThan: 1 }] })).toEqual(['di', 'mo']);
      const measure = { aggregate: 'last', of: 'event.shipping_days', events: 'order_completed' } as const;
      expect(await people({ measure, between: [3.5, 5] })).toEqual(['al', 'bo', 'mo']);
      expect(await people({ measure: { ...measure, of: 'event.coupon', aggregate: 'mostFrequent' }, is: 'FRIEND' })).toEqual(['al', 'bo']);
      const sequence = {
        first: { events: 'order_completed', where: [{ property: 'event.coupon' as const, oneOf: ['SPRING'] }] },
        next: { events: 'order_completed', where: [{ property: 'event.gift' as const, oneOf: ['false'] }] },
      };
      expect(await people({ sequence })).toEqual(['al', 'mo']);
    });

    it('are asked for by name, and a name that the data lacks is said', async () => {
      const found = await desk.read(run, async (epoch) => {
        const data = await epoch.data();
        return [
          await readEventValues(data, 'event.coupon', 'spr', 9),
          await readEventValues(data, 'item.colour', '', 9),
          await readEventValues(data, 'event.shade', '', 9),
        ];
      });
      expect(found).toEqual([
        [{ value: 'SPRING', label: 'SPRING', count: 3 }],
        [
          { value: 'blue', label: 'blue', count: 4 },
          { value: 'green', label: 'green', count: 3 },
        ],
        [],
      ]);
      await expect(people(rule('not-seen-yet'))).rejects.toMatchObject({
        code: 'kept_property_unknown',
        values: { property: 'event.shade' },
      });
      const text: Rule = { event: 'order_completed', where: [{ property: 'event.coupon', atLeast: 2 }] };
      await expect(people(text)).rejects.toMatchObject({ code: 'property_is_text' });
      const number: Rule = { event: 'order_completed', where: [{ property: 'event.shipping_days', oneOf: ['2'] }] };
      await expect(people(number)).rejects.toMatchObject({ code: 'property_is_number' });
      const broken = await desk.read(run, async (epoch) =>
        brokenTraits(await epoch.data(), [{ id: 'mean-coupon', measure: { aggregate: 'mean', of: 'event.coupon' } }]),
      );
      expect(broken.get('mean-coupon')).toMatchObject({ code: 'property_is_text' });
    });

    it('make features of a prediction, as of the cut-off', async () => {
      const { features, cutoff } = await desk.read(run, async (epoch) => readFeatures(await epoch.data(), '2026-02-01T00:00:00'));
      expect(cutoff).toBe('2026-02-01T00:00:00');
      const of = (id: string) => features.find((feature) => feature.id === id);
      expect(of('parcel-days')).toEqual({ id: 'parcel-days', origin: 'profile', kind: 'number', values: Float64Array.of(1, 3.5, 3.5) });
      expect(of('last-coupon')).toMatchObject({ kind: 'text', values: ['SPRING', 'FRIEND', 'SPRING'] });
    });

    it('are columns of a file', async () => {
      const { files } = await desk.read(run, makeExports);
      expect(
        new TextDecoder()
          .decode(await files[0].read())
          .trimEnd()
          .split('\n'),
      ).toEqual([
        'user,parcel-days,last-coupon,blue-things,revenue',
        'al,2.5,FRIEND,0,1.0874',
        'bo,3.5,SPRING,2,19.5724',
        'mo,3.5,SPRING,1,34',
      ]);
    });

    it('count amounts at the rates of now, each rounded by itself, in orders too', async () => {
      const totals = async () => {
        const { tables } = desk.state.data!.version;
        const rows = await (
          await desk.store()
        ).query(sql`SELECT order_id, total::VARCHAR FROM (${ordersOf(tables.events)}) ORDER BY order_id`);
        return Object.fromEntries(rowsOf(rows));
      };
      expect(await totals()).toEqual({
        A1: '4.0000',
        A2: '30.0000',
        A3: '9.7862',
        A4: '9.7862',
        A5: '1.0874',
        A6: '0.0000',
        A7: '30.0000',
      });
      const before = desk.state.data!;
      const view = await moneyRates({ rates: { EUR: 1.1, JPY: 0.0067 } }, { ...run, desk });
      expect(view.plan.rates).toEqual({ EUR: 1.1, JPY: 0.0067 });
      expect(view.facts!.currencies!.map(({ currency, rate }) => [currency, rate])).toEqual([
        ['EUR', 1.1],
        ['USD', 1],
        ['JPY', 0.0067],
      ]);
      expect(await totals()).toMatchObject({ A3: '9.9000', A5: '1.1000', A6: '4.6900' });
      const after = desk.state.data!;
      expect(after.version.sources).toEqual(before.version.sources);
      expect([after.version.key, after.version.facts.dataHash]).not.toEqual([before.version.key, before.version.facts.dataHash]);
      const back = await moneyRates({ rates: { EUR: 1.08735 } }, { ...run, desk });
      expect([back.dataKey, back.facts!.dataHash]).toEqual([before.version.key, before.version.facts.dataHash]);
      expect([back.dataKey, back.facts!.dataHash]).toMatchInlineSnapshot(`
        [
          "193c3ce1836d67aa",
          "76a984da5a8f055a4c224fae0cd12b5c889dd3521610eb7a110c667fbd2ab9ee",
        ]
      `);
      await expect(moneyRates({ rates: { EUR: 0 } }, { ...run, desk })).rejects.toMatchObject({ code: 'rate_invalid' });
    });
  });
}
