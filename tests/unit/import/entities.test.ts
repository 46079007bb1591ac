import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inspectSource } from '../../../src/lib/core/schema/inspect/inspectSource';
import type { Mapping } from '../../../src/lib/core/schema/roles';
import { attributeNames } from '../../../src/lib/core/schema/staging/attributeNames';
import { sql } from '../../../src/lib/core/store/sql';
import type { TableStore } from '../../../src/lib/core/store/tableStore';
import { openNativeStore } from '../../../src/lib/platform/node/nativeStore';
import { fileOf, importFile, rowsOf } from './support';

let store: TableStore;
beforeAll(async () => void (store = await openNativeStore()));
afterAll(() => store.close());

const people = [
  'customer_id,name,ssn,city,tier,home address,ref,second mail,joined via',
  ...Array.from({ length: 40 }, (_, i) =>
    [
      `c${i}`,
      `Ann ${i}`,
      `123-45-${6000 + i}`,
      ['Rome', 'Oslo'][i % 2],
      i % 3,
      `${i} High Street`,
      70012345 + 7 * i,
      `a${i}@example.com`,
      `told by friend number ${i}`,
    ].join(','),
  ),
].join('\n');

describe('columns without a role', () => {
  it('that look personal are not imported unless asked for; the others are kept', async () => {
    const { mapping, columns } = await inspectSource(fileOf(people));
    expect(mapping.kind).toBe('users');
    expect(mapping.keep).toEqual(['city', 'tier']);
    expect(columns.filter(({ name, personal }) => personal && name !== mapping.roles.user).map(({ name }) => name)).toEqual([
      'name',
      'ssn',
      'home address',
      'ref',
      'second mail',
      'joined via',
    ]);
    await importFile(store, fileOf(people));
    expect(await customColumns('users')).toEqual(['city', 'tier']);
    await importFile(store, fileOf(people), { mapping: { keep: ['name'] } });
    expect(await customColumns('users')).toEqual(['name']);
  });

  it('are all kept by a mapping from before there was a choice', async () => {
    const { mapping } = await inspectSource(fileOf(people));
    delete mapping.keep;
    expect([...attributeNames(mapping).keys()]).toEqual(mapping.columns.slice(1));
  });

  it('of items are kept whatever they are: nobody is named there', async () => {
    const { mapping } = await inspectSource(fileOf('sku,name,designer,notes\nt1,Tea,Ann,nice\nt2,Cup,Bob,blue\n'));
    expect([mapping.kind, mapping.keep]).toEqual(['items', ['designer', 'notes']]);
  });

  it('that are called alike but for case and spaces stay two columns, and ours stay ours', async () => {
    const file = fileOf(
      'customer_id,City,city,  Home  town,home town,E-mail,email\nann,Rome,Lyon,Nice,Bonn,ann@example.com,old@example.com\n',
    );
    const { mapping } = await inspectSource(file);
    expect(mapping.columns).toEqual(['customer_id', 'City', 'city 2', 'Home  town', 'home town 2', 'E-mail', 'email']);
    const roles: Mapping['roles'] = { user: 'customer_id', email: 'E-mail' };
    await importFile(store, file, { mapping: { roles, keep: mapping.columns.filter((name) => !Object.values(roles).includes(name)) } });
    expect(await rowsOf(store, sql`SELECT * EXCLUDE (user_index, user_id) FROM users`)).toMatchObject([
      {
        email: 'ann@example.com',
        City: 'Rome',
        'city 2': 'Lyon',
        'Home town': 'Nice',
        'home town 2': 'Bonn',
        'email (file)': 'old@example.com',
      },
    ]);
  });
});

describe('cells of users and items', () => {
  it('that do not fit are empty, and a diagnostic names row, column and example', async () => {
    const items = 'sku,title,price,cost,stock\nt1,Tea,19.90,8,5\nt2,Cup,on request,?,2\nt3,Pot,999999999999999,3,many\n';
    const { report } = await importFile(store, fileOf(items));
    expect(report.rowsRejected).toBe(0);
    expect(report.diagnostics).toMatchObject([
      { code: 'unfit_number', column: 'price', row: 2, values: { count: 2, example: 'on request' } },
      { code: 'unfit_number', column: 'cost', row: 2, values: { count: 1, example: '?' } },
      { code: 'unfit_number', column: 'stock', row: 3, values: { count: 1, example: 'many' } },
    ]);
    expect(await rowsOf(store, sql`SELECT price::DOUBLE AS price, cost, stock FROM items ORDER BY item_id`)).toEqual([
      { price: 19.9, cost: 8, stock: 5 },
      { price: null, cost: null, stock: 2 },
      { price: null, cost: 3, stock: null },
    ]);
  });

  it('have their decimal comma, also in columns that are only kept', async () => {
    const items = fileOf('sku;title;price;weight\nt1;Tea;1.478,70;1,5\nt2;Cup;9,95;1.250\nt3;Pot;12;1,5\n');
    const { mapping } = await inspectSource(items);
    expect(mapping).toMatchObject({ decimal: 'comma', keep: ['weight'] });
    await importFile(store, items);
    expect(await rowsOf(store, sql`SELECT price::DOUBLE AS price, weight FROM items ORDER BY item_id`)).toEqual([
      { price: 1478.7, weight: 1.5 },
      { price: 9.95, weight: 1250 },
      { price: 12, weight: 1.5 },
    ]);
  });

  it('say when somebody signed up in the time zone of the plan', async () => {
    const users = 'customer_id,tier,created_at\nann,gold,2026-05-01 08:00\nbob,gold,2026-05-01T08:00+02:00\ncid,gold,soon\n';
    const { report } = await importFile(store, fileOf(users), { timeZone: 'Asia/Shanghai' });
    expect(await rowsOf(store, sql`SELECT strftime(created_at, '%d %H:%M') AS utc FROM users ORDER BY user_index`)).toEqual([
      { utc: '01 00:00' },
      { utc: '01 06:00' },
      { utc: null },
    ]);
    expect(report.diagnostics).toMatchObject([{ code: 'unfit_time', column: 'created_at', row: 3, values: { example: 'soon' } }]);
  });
});

describe('a consent', () => {
  beforeEach(async () => void (store = await openNativeStore()));

  const consents = async () =>
    Object.fromEntries(
      (await rowsOf(store, sql`SELECT user_id, consent_email FROM users ORDER BY user_id`)).map((row) => [row.user_id, row.consent_email]),
    );
  const first = 'customer_id,accepts_email_marketing,tier\nann,yes,gold\nbob,yes,gold\ncid,yes,gold\ndan,yes,gold\n';

  it('ends where a newer file has the column and no yes; a file without the column says nothing', async () => {
    await importFile(store, fileOf(first), { sourceId: 'may' });
    await importFile(store, fileOf('customer_id,tier\nann,silver\n'), { sourceId: 'tiers', mode: 'add' });
    expect(await consents()).toEqual({ ann: true, bob: true, cid: true, dan: true });
    const june = 'customer_id,accepts_email_marketing,tier\nann,,gold\nbob,no,gold\ncid,perhaps,gold\n';
    const { report } = await importFile(store, fileOf(june), { sourceId: 'june', mode: 'add' });
    expect(await consents()).toEqual({ ann: null, bob: false, cid: null, dan: true });
    expect(report.diagnostics).toMatchObject([{ code: 'unfit_consent', row: 3, values: { example: 'perhaps' } }]);
    // What was staged is kept with the workspace: a third source must not bring the yes back.
    await importFile(store, fileOf('sku,title\nt1,Tea\n'), { sourceId: 'items', mode: 'add' });
    expect(await consents()).toEqual({ ann: null, bob: false, cid: null, dan: true });
  });

  it('that rides along with order lines holds for the whole order, and ends with a newer file all the same', async () => {
    const orders = 'order_id,customer_id,sku,created_at,price,accepts_marketing\n';
    await importFile(store, fileOf(`${orders}o1,ann,tea,2026-05-01,9.9,yes\no1,ann,cup,2026-05-01,5,\n`), { sourceId: 'may' });
    expect(await consents()).toEqual({ ann: true });
    await importFile(store, fileOf(`${orders}o2,ann,tea,2026-06-01,9.9,\no3,bob,tea,2026-06-01,9.9,yes\n`), {
      sourceId: 'june',
      mode: 'add',
    });
    expect(await consents()).toEqual({ ann: null, bob: true });
  });
});

async function customColumns(table: string): Promise<unknown[]> {
  const ours = ['user_index', 'user_id', 'email', 'phone', 'country', 'consent_email', 'consent_sms', 'consent_push', 'created_at'];
  const rows = await rowsOf(
    store,
    sql`SELECT column_name FROM information_schema.columns WHERE table_name = ${table} ORDER BY ordinal_position`,
  );
  return rows.map((row) => row.column_name).filter((name) => !ours.includes(name as string));
}
