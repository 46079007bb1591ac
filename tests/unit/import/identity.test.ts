import { afterEach, describe, expect, it } from 'vitest';
import { identifier, sql } from '../../../src/lib/core/store/sql';
import { operations } from '../../../src/lib/work/operations';
import { openPlan } from '../../../src/lib/work/openPlan';
import { closeDesks, importDesk, type ImportDesk } from '../../support/importDesk';
import { fileOf } from './support';

afterEach(closeDesks);

/** Ann has an account, a cookie and a phone; Bob and Cleo share one phone; the shop's own number stands on many orders. */
const web = 'user_id,event,timestamp,login\nc-1,pv,2026-01-01 10:00,Ann@X.org\nc-1,pv,2026-01-02 10:00,\nc-2,pv,2026-01-02 11:00,\n';
const orders = `user_id,item_id,event,timestamp,price,order_id,contact
ann,tea,buy,2026-01-03 10:00,4,o1,+49 30 1234567
bob,cup,buy,2026-01-03 11:00,9,o2,0171-5550001
cleo,cup,buy,2026-01-04 11:00,9,o3,0049 171 5550001
${[1, 2, 3, 4, 5, 6].map((n) => `guest${n},tea,buy,2026-01-05 1${n}:00,4,g${n},(030) 999-0000\n`).join('')}`;
const people = 'user_id,email,mobile\nann,ann@x.org,030 1234567\ndan,not given,1111111111\nd-9,ann@x.org ,\n';

async function filled(): Promise<ImportDesk> {
  const desk = await importDesk();
  await desk.add({ 'web.csv': web }, { sourceId: 'web', mapping: { ids: { login: 'email' }, userIdKind: 'cookie' } });
  await desk.add({ 'orders.csv': orders }, { sourceId: 'orders', mapping: { ids: { contact: 'phone' } } });
  await desk.add({ 'people.csv': people }, { sourceId: 'people', mapping: { ids: { email: 'email', mobile: 'phone' } } });
  return desk;
}
const apply = (desk: ImportDesk, merge: { kind: string; limit?: number }[], country?: string) =>
  operations.identityApply({ merge, ...(country && { country }) }, desk.context());
const ids = async (desk: ImportDesk) =>
  (await desk.rows((t) => sql`SELECT user_id AS id FROM ${identifier(t.users)} ORDER BY id`)).map(({ id }) => id);
const guests = [1, 2, 3, 4, 5, 6].map((n) => `guest${n}`);
const apart = ['ann', 'bob', 'c-1', 'c-2', 'cleo', 'd-9', 'dan', ...guests].sort();

describe('ids that files declare', () => {
  it('find the person that they are merged into', async () => {
    const desk = await filled();
    const found = async (search: string, rule?: object) => {
      const { total, rows } = await operations.profilesPage({ search, rule: rule as never, offset: 0, limit: 9 }, desk.context());
      expect(total).toBe(rows.length);
      return rows.map(([id]) => id).sort();
    };
    expect(await found('d-9')).toEqual(['d-9']);
    await apply(desk, [{ kind: 'email' }]);
    const shown = (await ids(desk)).find((id) => ['ann', 'c-1', 'd-9'].includes(String(id)));
    for (const search of ['D-9', 'c-1', 'ann']) expect(await found(search)).toEqual([shown]);
    expect(await found('bob')).toEqual(['bob']);
    // Within a segment that the person is not in they are not found.
    expect(await found('d-9', { event: 'product_added', atLeast: 5 })).toEqual([]);
  });

  it('merge nobody until somebody says so, and are counted before', async () => {
    const desk = await filled();
    expect(await ids(desk)).toEqual(apart);
    const before = desk.version;
    const merge = [{ kind: 'email' }, { kind: 'phone' }];
    const preview = await operations.identityPreview({ merge, country: 'DE' }, desk.context());
    expect(desk.version).toBe(before);
    expect(preview).toMatchObject({
      kinds: [
        { kind: 'email', sources: ['web', 'people'] },
        { kind: 'phone', sources: ['orders', 'people'] },
      ],
      ids: 13,
      people: 10,
      merged: 2,
      by: [
        // Letter case and spaces do not tell two addresses apart, and "not given" is none.
        { kind: 'email', limit: 3, ids: 1, shared: 1, overLimit: 0, joined: 2, alarms: [] },
        // Ann's number with and without the country is one; ten equal digits are none; the shop's is everybody's.
        { kind: 'phone', limit: 5, ids: 3, shared: 2, overLimit: 1, joined: 1, alarms: [{ id: '(030) 999-0000', people: 6 }] },
      ],
    });
    expect(preview.clusters).toEqual([
      { ids: 3, shown: 'c-1', examples: expect.arrayContaining([{ kind: 'cookie', id: 'c-1' }, { kind: 'user', id: 'ann' }, { kind: 'user', id: 'd-9' }]) }, // prettier-ignore
      {
        ids: 2,
        shown: 'bob',
        examples: expect.arrayContaining([
          { kind: 'user', id: 'bob' },
          { kind: 'user', id: 'cleo' },
        ]),
      },
    ]);
  });

  it('are applied as they were counted, and taken back', async () => {
    const desk = await filled();
    const before = desk.version;
    const view = await apply(desk, [{ kind: 'email' }, { kind: 'phone' }], 'DE');
    expect(view.plan.identity).toEqual({ merge: [{ kind: 'email' }, { kind: 'phone' }], country: 'DE' });
    // A plain id comes before the cookie, whichever came first.
    expect(await ids(desk)).toEqual(['ann', 'bob', 'c-2', 'dan', ...guests].sort());
    expect(view.facts!.users).toBe(10);
    await operations.dataStepBack(undefined, desk.context());
    expect([await ids(desk), desk.version.facts, desk.plan.identity]).toEqual([apart, before.facts, undefined]);
    await operations.dataStepBack(undefined, desk.context());
    expect(desk.plan.identity).toBeDefined();
    const undone = await apply(desk, []);
    expect([await ids(desk), undone.facts, undone.plan.identity]).toEqual([apart, before.facts, undefined]);
  });

  it('make one person through others, and lose nothing of what each of them did', async () => {
    const desk = await importDesk();
    // A cookie and an account by an address, the account and a till by a number; the order under both is one order.
    const log = `user_id,item_id,event,timestamp,price,order_id,mail,tel
cookie,tea,pv,2026-01-01 10:00,,,a@x.org,
ann,tea,buy,2026-01-02 10:00,4,o1,a@x.org,030 1234567
ann,cup,buy,2026-01-02 10:00,9,o1,,
till,pot,buy,2026-01-03 10:00,30,o2,,030 1234567
bo,pot,buy,2026-01-03 10:00,30,o3,,
`;
    await desk.add({ 'log.csv': log }, { mapping: { ids: { mail: 'email', tel: 'phone' } } });
    await desk.add({ 'people.csv': 'user_id,city,level\ncookie,Berlin,\ntill,,gold\n' }, { sourceId: 'people' });
    await apply(desk, [{ kind: 'email' }, { kind: 'phone' }]);
    expect(await ids(desk)).toEqual(['ann', 'bo']);
    const { traits, timelineTotal } = await operations.profilesOne({ userId: 'ann' }, desk.context());
    expect(traits).toMatchObject({ orders: 2, revenue: 43, events: 4, city: 'Berlin', level: 'gold' });
    expect(timelineTotal).toBe(4);
    const { events, orders: sold } = desk.version.facts;
    expect([events, sold]).toEqual([5, 3]);
  });

  it('are all told of the customer whom they make up', async () => {
    const desk = await filled();
    const known = (userId: string) => operations.personIds({ userId }, desk.context());
    expect(await known('c-1')).toEqual([]);
    await apply(desk, [{ kind: 'email' }]);
    expect(await known('ann')).toEqual([
      { kind: 'cookie', id: 'c-1' },
      { kind: 'user', id: 'ann' },
      { kind: 'user', id: 'd-9' },
    ]);
    expect([await known('bob'), await known('nobody')]).toEqual([[], []]);
  });

  it('say that people differ in an address or a number only where it is another one', async () => {
    const desk = await importDesk();
    const rows =
      'user_id,email,phone,city\nann,ann@x.org,+49 30 1234567,Berlin\nann-2,Ann@X.org,030 1234567,berlin\nbo,bo@x.org,030 7654321,Rome\nbo,bo@y.org,030 7654321,Rome\n';
    await desk.add({ 'people.csv': rows }, { sourceId: 'people' });
    await apply(desk, [{ kind: 'phone' }], 'DE');
    const asked = await operations.attributeSources(undefined, desk.context());
    expect(asked.map(({ attribute, people, differing }) => [attribute, people, differing])).toEqual([
      ['city', 2, 1],
      ['email', 2, 1],
      ['phone', 2, 0],
    ]);
  });

  it('keep to the limit that is set', async () => {
    const desk = await filled();
    await apply(desk, [{ kind: 'phone', limit: 10 }], 'DE');
    expect(await ids(desk)).toEqual(['ann', 'bob', 'c-1', 'c-2', 'd-9', 'dan', 'guest1']);
    await apply(desk, [{ kind: 'email', limit: 2 }]);
    expect(await ids(desk)).toEqual(apart);
  });

  it('compare phones as they are where no country is given', async () => {
    const desk = await filled();
    await apply(desk, [{ kind: 'phone' }]);
    expect(await ids(desk)).toEqual(apart);
  });

  it('go on to count when files are added, and when the plan is run', async () => {
    const desk = await filled();
    await apply(desk, [{ kind: 'email' }]);
    await desk.add({ 'more.csv': 'user_id,email\nnew,ANN@x.org\n' }, { sourceId: 'more', mapping: { ids: { email: 'email' } } });
    // Four ids with one address are one more than the limit.
    expect(await ids(desk)).toEqual([...apart, 'new'].sort());
    await apply(desk, [{ kind: 'email', limit: 4 }]);
    expect(await ids(desk)).toEqual(['ann', 'bob', 'c-2', 'cleo', 'dan', ...guests].sort());
    const files: Record<string, string> = {
      'web.csv': web,
      'orders.csv': orders,
      'people.csv': people,
      'more.csv': 'user_id,email\nnew,ANN@x.org\n',
    };
    const { plan, version } = desk;
    const other = await importDesk();
    await openPlan(other.desk, plan, async (name) => fileOf(files[name], name), other.context());
    expect(other.version.facts).toEqual(version.facts);
  });
});

describe('ids of two kinds that are written alike', () => {
  it('are shown with their kind', async () => {
    const desk = await importDesk();
    const log = (user: string) => `user_id,event,timestamp\n${user},pv,2026-01-01 10:00\nother,pv,2026-01-01 11:00\n`;
    await desk.add({ 'shop.csv': log('7') }, { sourceId: 'shop' });
    await desk.add({ 'web.csv': log('7').replace('other', 'visitor') }, { sourceId: 'web', mapping: { userIdKind: 'cookie' } });
    expect(await ids(desk)).toEqual(['7', 'cookie:7', 'other', 'visitor']);
    // The other way round it is the same people under the same names.
    const turned = await importDesk();
    await turned.add({ 'web.csv': log('7').replace('other', 'visitor') }, { sourceId: 'web', mapping: { userIdKind: 'cookie' } });
    await turned.add({ 'shop.csv': log('7') }, { sourceId: 'shop' });
    expect([await ids(turned), turned.version.facts.dataHash]).toEqual([await ids(desk), desk.version.facts.dataHash]);
  });
});
