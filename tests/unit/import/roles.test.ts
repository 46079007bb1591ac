import { describe, expect, it } from 'vitest';
import { quietContext } from '../../../src/lib/core/base/run';
import { inspectSource } from '../../../src/lib/core/schema/inspect/inspectSource';
import { TimeZone } from '../../../src/lib/core/schema/parse/timeZone';
import { stageFile } from '../../../src/lib/core/schema/staging/stageFile';
import type { Mapping } from '../../../src/lib/core/schema/roles';
import { eventsOf, factsOf } from './presetSupport';
import { fileOf } from './support';

const suggestionsOf = async (text: string) =>
  Object.fromEntries(
    (await inspectSource(fileOf(text))).columns.flatMap(({ name, suggestion }) => (suggestion ? [[name, suggestion]] : [])),
  );
const stage = (text: string, mapping: Mapping) =>
  stageFile(fileOf(text), mapping, { sourceId: 's', zone: new TimeZone('UTC'), currency: 'CNY', run: quietContext() });

describe('a proposed role', () => {
  it('comes with a confidence and a reason, from headers in Chinese as in English', async () => {
    const found = await suggestionsOf(
      '订单编号,买家会员名,收货人手机号,宝贝标题,买家实际支付金额,下单日期\n1,茶客,13800138000,龙井,88.00,2026/5/1 8:30\n2,酒客,13900139000,普洱,66.00,2026/5/2 9:30\n',
    );
    expect(found).toMatchObject({
      订单编号: { role: 'order', reason: 'header-word' },
      买家会员名: { role: 'user', reason: 'header-word' },
      收货人手机号: { role: 'phone', reason: 'header-word' },
      宝贝标题: { role: 'title', reason: 'header-word' },
      买家实际支付金额: { role: 'value', reason: 'header-word' },
      下单日期: { role: 'time', reason: 'values-look-like-times', confidence: 0.6 },
    });
    for (const { confidence } of Object.values(found)) expect(confidence > 0 && confidence <= 1).toBe(true);
    expect(found['订单编号'].confidence).toBeGreaterThan(found['下单日期'].confidence);
  });

  it('follows from the cells where the header says nothing, and a contact stands for the person where nothing else does', async () => {
    const found = await suggestionsOf(
      'kontakt,stamp,artikel\nann@example.com,2026-05-01 08:00:00,tea\nbob@example.com,2026-05-02 08:00:00,pot\n',
    );
    expect(found.kontakt).toEqual({ role: 'user', confidence: 0.5, reason: 'values-look-like-emails' });
  });

  it('says how a number is a time', async () => {
    const rows = (times: (string | number)[]) => `user,item,timestamp\n${times.map((time, i) => `u${i},tea,${time}`).join('\n')}\n`;
    expect((await suggestionsOf(rows([1612069510, 1612069511]))).timestamp).toMatchObject({
      reason: 'values-are-epoch-times',
      values: { unit: 'seconds' },
    });
    expect((await suggestionsOf(rows([1612069510766, 1612069511766]))).timestamp).toMatchObject({ values: { unit: 'milliseconds' } });
    expect((await suggestionsOf(rows(['1612069510766593', '1612069511766593']))).timestamp).toMatchObject({
      values: { unit: 'microseconds' },
    });
    expect((await suggestionsOf(rows([46143.354166667, 46144]))).timestamp).toMatchObject({
      role: 'time',
      reason: 'values-are-serial-days',
    });
  });

  it('that another column could have as well is said, with both names', async () => {
    const { diagnostics } = await inspectSource(
      fileOf(
        'user_id,下单时间,订单创建时间,item_id\na,2026-05-01 08:00:00,2026-05-01 07:59:00,x\nb,2026-05-02 08:00:00,2026-05-02 07:59:00,y\n',
      ),
    );
    expect(diagnostics).toMatchObject([{ code: 'doubtful_time', severity: 'info', values: { column: '下单时间', other: '订单创建时间' } }]);
  });

  it('is found without a header, for users and items as for events', async () => {
    const users = fileOf('u1,ann@example.com,13800138000,CN\nu2,bob@example.com,13900139000,US\nu3,cleo@example.com,13700137000,CN\n');
    expect((await inspectSource(users)).mapping).toMatchObject({
      kind: 'users',
      roles: { user: 'column1', email: 'column2', phone: 'column3', country: 'column4' },
    });
    const items = fileOf('1,Oolong tea 100g,Tea,10.50\n2,Glass tea pot,Pots,20.00\n3,Green tea 50g,Tea,7.90\n4,Iron tea pot,Pots,29.00\n');
    expect((await inspectSource(items)).mapping).toMatchObject({
      kind: 'items',
      roles: { item: 'column1', title: 'column2', category: 'column3', price: 'column4' },
    });
  });
});

it('event names that nobody knows are listed with their counts', async () => {
  const { diagnostics } = await inspectSource(
    fileOf(
      'user,event,time\na,pv,2026-05-01 08:00:00\na,Sneeze,2026-05-02 08:00:00\nb,Sneeze,2026-05-02 08:00:00\nb,Yawn,2026-05-02 08:00:00\n',
    ),
  );
  expect(diagnostics).toMatchObject([{ code: 'unknown_events', values: { column: 'event', count: 2, words: 'Sneeze (2), Yawn (1)' } }]);
});

it('cells that are guarded against spreadsheets are read as their text', async () => {
  const text = `order_id,user_id,price,time\n"=""00123""",'13800138000,"=""12.50""",2026-05-01 08:00:00\n="00124",\t13900139000,3,2026-05-01 08:00:00\n"=1+1",'tis,3,2026-05-01 08:00:00\n`;
  const { mapping } = await inspectSource(fileOf(text));
  const { source } = await stage(text, mapping);
  expect(eventsOf(source)).toMatchObject([
    { order: '00123', user: '13800138000', price: 12.5 },
    { order: '00124', user: '13900139000' },
    // A formula stays the text that it is, and so does an apostrophe that belongs to a word.
    { order: '=1+1', user: "'tis" },
  ]);
});

describe('a mapping of an earlier month', () => {
  const may = 'user_id,event,time,channel\nann,buy,2026-05-01 08:00:00,web\n';
  const mapped = async () => (await inspectSource(fileOf(`${may}bob,pv,2026-05-02 08:00:00,app\n`))).mapping;

  it('reads a file with its columns in another order, other ones besides, and in other writing', async () => {
    const june = 'Shop;Time;Channel;Event;User ID\n'.replaceAll(';', ',') + 'north,2026-06-01 08:00:00,web,buy,ann\n';
    const { source } = await stage(june, await mapped());
    expect(eventsOf(source)).toEqual([{ user: 'ann', event: 'order_completed', ts: '2026-06-01T08:00:00Z', channel: 'web' }]);
  });

  it('is refused only where a column that it needs is missing', async () => {
    const mapping = await mapped();
    await expect(stage('user_id,event,time\nann,buy,2026-06-01 08:00:00\n', mapping)).rejects.toMatchObject({
      code: 'columns_changed',
      values: { column: 'channel' },
    });
    const kept = { ...mapping, roles: { user: 'user_id', event: 'event', time: 'time' }, keep: ['channel'] };
    const { diagnostics, source } = await stage('user_id,event,time\nann,buy,2026-06-01 08:00:00\n', kept);
    expect([diagnostics, source.events?.rows]).toMatchObject([[{ code: 'kept_column_missing', column: 'channel' }], 1]);
  });

  it('is proposed for a file that is like it, and named', async () => {
    const mapping = { ...(await mapped()), defaultEvent: 'product_viewed' };
    const other = (await inspectSource(fileOf('sku,title,price\n1,tea,3\n2,pot,4\n'))).mapping;
    const known = [
      { id: 'items', mapping: other },
      { id: 'log', mapping },
    ];
    const preview = await inspectSource(fileOf('event,user_id,channel,time,extra\nbuy,ann,web,2026-06-01 08:00:00,x\n'), { known });
    expect(preview).toMatchObject({
      like: 'log',
      mapping: { roles: mapping.roles, columns: ['event', 'user_id', 'channel', 'time', 'extra'] },
    });
    expect((await inspectSource(fileOf('city,country\nParis,FR\nRome,IT\n'), { known })).like).toBeUndefined();
  });

  it('that does not fit is said to when it is looked at', async () => {
    const { diagnostics } = await inspectSource(fileOf('city,country\nParis,FR\nRome,IT\n'), { mapping: await mapped() });
    expect(diagnostics[0]).toMatchObject({ code: 'columns_changed', severity: 'error' });
  });
});

it('people who are known by their address have it as an attribute, too, whatever order the roles have', async () => {
  const text = 'Email,city\nann@example.com,Paris\n';
  const { mapping } = await inspectSource(fileOf(`${text}bob@example.com,Rome\n`), { kind: 'users' });
  expect(mapping.roles).toEqual({ email: 'Email', user: 'Email' });
  const { source } = await stage(text, mapping);
  expect(factsOf(source, 'users')).toEqual({ 'ann@example.com': { email: 'ann@example.com', city: 'Paris' } });
});

describe('consents beside orders', () => {
  it('are of every channel, with their times', async () => {
    const channels = ['email', 'sms', 'push', 'phone', 'post', 'wechat'];
    const header = [
      'user_id',
      'event',
      'time',
      'order_id',
      'price',
      ...channels.map((channel) => `consent_${channel}`),
      'consent_wechat_at',
    ];
    const row = (who: string) => [who, 'buy', '2026-05-01 10:00:00', `o-${who}`, '5', ...channels.map(() => 'yes'), '2026-04-01'];
    const { mapping } = await inspectSource(
      fileOf([header, row('ann'), row('bob'), row('cid')].map((cells) => cells.join(',')).join('\n')),
    );
    const roles = channels.map((channel) => [`consent${channel[0].toUpperCase()}${channel.slice(1)}`, `consent_${channel}`]);
    expect(mapping.roles).toMatchObject({ ...Object.fromEntries(roles), consentWechatAt: 'consent_wechat_at', time: 'time' });
  });
});
