import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quietContext } from '$lib/core/base/run';
import { planSchema } from '$lib/core/plan/schema';
import { readPlan } from '$lib/core/plan/read';
import { writePlan } from '$lib/core/plan/write';
import { membersOf, type SegmentScope } from '$lib/core/segments/evaluate';
import { idText, withoutIds } from '$lib/core/segments/idList';
import { idListMembers } from '$lib/core/segments/idListMembers';
import { readIdList } from '$lib/core/segments/readIdList';
import { sql } from '$lib/core/store/sql';
import type { TableStore } from '$lib/core/store/tableStore';
import { openNativeStore } from '$lib/platform/node/nativeStore';
import { namesIn, openTinyShop } from '../../support/tinyShop';

const at = '2026-05-01T10:00:00';
const guests = { id: 'guests', ids: 'ann\nnobody\n007\nann@x.cn' };

describe('a list of ids', () => {
  let store: TableStore;
  let scope: SegmentScope & { ids: string[] };
  beforeAll(async () => {
    store = await openNativeStore({ threads: 2 });
    const events = ['ann', 'bo', '007', '7', 'cy'].map((user) => ({ user, event: 'product_viewed', at }));
    scope = await openTinyShop(store, { events }, '2026-06-01T00:00:00');
  });
  afterAll(() => store.close());

  it('holds exactly the ids that are on it, and says how many the data does not know', async () => {
    const at = { ...scope, idLists: [guests] };
    expect(namesIn(await membersOf(at, { list: 'guests' }), scope)).toEqual(['007', 'ann']);
    expect(namesIn(await membersOf(at, { not: { list: 'guests' } }), scope)).toEqual(['7', 'bo', 'cy']);
    expect(await idListMembers(at, guests, quietContext())).toMatchObject({ ids: 4, unknown: 2 });
  });

  it('finds a person by whichever of their ids, once', async () => {
    const personIds = sql`SELECT user_index, user_id AS id FROM users UNION ALL SELECT ${scope.ids.indexOf('ann')}, 'ann@x.cn'`;
    const merged = { ...scope, idLists: [guests], personIds };
    const { members, unknown } = await idListMembers(merged, { ...guests, ids: 'ann@x.cn\nann\nbo' }, quietContext());
    expect([namesIn(members, scope), unknown]).toEqual([['ann', 'bo'], 0]);
  });

  it('finds people by e-mail and phone where nobody has the entry as an id, however they are written', async () => {
    await store.execute(sql`CREATE TABLE reachable AS SELECT user_index, user_id,
      CASE user_id WHEN 'ann' THEN 'Ann@Shop.cn' WHEN 'cy' THEN 'cy@shop.cn' END AS email,
      CASE user_id WHEN 'bo' THEN '+86 138-0013-8000' WHEN '7' THEN '13900139000' WHEN '007' THEN '' END AS phone FROM users`);
    const reachable = { ...scope, tables: { ...scope.tables, users: 'reachable' }, dataKey: 'reachable' };
    const find = async (ids: string) => {
      const { members, unknown } = await idListMembers(reachable, { ids }, quietContext());
      return [namesIn(members, scope), unknown];
    };
    expect(await find('ANN@shop.cn \n13800138000\n0086 139 0013 9000\nx@shop.cn')).toEqual([['7', 'ann', 'bo'], 1]);
    // An id comes first: the customer 7 is not asked for by a phone that ends in it.
    expect(await find('7\n8000\n013900139001')).toEqual([['7'], 2]);
  });

  it('is another answer once it holds others, under the same name', async () => {
    expect(namesIn(await membersOf({ ...scope, idLists: [{ id: 'guests', ids: 'bo' }] }, { list: 'guests' }), scope)).toEqual(['bo']);
    await expect(membersOf({ ...scope, idLists: [] }, { list: 'guests' })).rejects.toMatchObject({ code: 'id_list_unknown' });
  });

  it('loses an id that must not be kept, however short', () => {
    expect(withoutIds(guests, new Set(['007', 'ann@x.cn'])).ids).toBe('ann\nnobody');
    expect(withoutIds(guests, new Set(['07']))).toBe(guests);
    expect(idText(['a', '', 'b\nc', 'a', ' d'])).toBe('a\n d');
  });
});

describe('reading ids', () => {
  const read = (text: string) => readIdList(new TextEncoder().encode(text));
  it.each([
    ['one a line, with zeros and spaces around', ' 007 \r\nC2\n\nC2\n', { ids: '007\nC2' }],
    [
      'of the column that is called like customers',
      'name,customer_id,city\nAnn,C1,"Ulm, D"\nBo,C2,\n',
      { ids: 'C1\nC2', column: 'customer_id' },
    ],
    ['of a Chinese column', '手机号;会员编号\n138;M1\n139;M2', { ids: 'M1\nM2', column: '会员编号' }],
    [
      'of the column of addresses where none is of customers',
      '姓名,邮箱\nAnn,a@x.cn\nBo,b@x.cn',
      { ids: 'a@x.cn\nb@x.cn', column: '邮箱' },
    ],
    ['of one address a line, without a header', 'a@mail.cn\nb@mail.cn\n', { ids: 'a@mail.cn\nb@mail.cn' }],
    ['of the first column where none is', 'C1,12\nC2,15\n', { ids: 'C1\nC2' }],
    ['of one line with commas', 'C1, C2, C3', { ids: 'C1\nC2\nC3' }],
    ['of a file with a byte order mark', '\uFEFFuser_id\nC9\n', { ids: 'C9', column: 'user_id' }],
  ])('%s', (_, text, found) => expect(read(text)).toMatchObject(found));

  it('of a file in GBK', () => {
    expect(readIdList(Uint8Array.from([0xd3, 0xc3, 0xbb, 0xa7, 0x49, 0x44, 10, 0x41, 0x31, 10]))).toMatchObject({
      ids: 'A1',
      column: '用户ID',
    });
  });
});

describe('a plan with lists', () => {
  const plan = planSchema.parse({
    muster: 2,
    name: 'Guests',
    idLists: [{ id: 'guests', name: '贵宾', ids: ' lead\n007\n#1\n- x: y\n\ttab\ntrail ' }],
    segments: [{ id: 'a', rule: { all: [{ list: 'guests' }, { random: { name: 'A/B', from: 0, to: 50 } }] } }],
  });

  it('is read as it was written, in YAML and in JSON', () => {
    for (const format of ['yaml', 'json'] as const) expect(readPlan(writePlan(plan, format)).plan).toEqual(plan);
  });

  it('takes ids in a list, too, and refuses a list that is not there', () => {
    const text = (named: string) =>
      `muster: 2\nname: x\nidLists: [{ id: g, ids: [C1, "02", C1] }]\nsegments: [{ id: a, list: ${named} }]\n`;
    expect(readPlan(text('g')).plan.idLists).toEqual([{ id: 'g', ids: 'C1\n02' }]);
    expect(() => readPlan(text('h'))).toThrow('names the list of customers "h"');
  });
});
