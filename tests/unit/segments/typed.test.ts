import { describe, expect, it } from 'vitest';
import type { Rule } from '$lib/core/segments/rule';
import { readTyped, type TypedValue, type TypedVocabulary } from '$lib/core/segments/typed/readTyped';

const vocabulary: TypedVocabulary = {
  traits: [
    { id: 'orders', kind: 'count', names: ['Orders', '订单数'] },
    { id: 'revenue', kind: 'money', names: ['Revenue', '累计消费'] },
    { id: 'daysSinceLastOrder', kind: 'days', names: ['Days since last order', '距上次下单天数'] },
    { id: 'country', kind: 'text', names: ['Country', '国家'], values: ['CN', 'DE'] },
    { id: 'city', kind: 'text', names: ['City', '城市'], values: ['上海', 'Berlin'] },
    { id: 'consentSms', kind: 'boolean', names: ['Text-message consent', '短信授权'] },
    { id: 'createdAt', kind: 'date', names: ['Customer since', '注册日期'] },
    { id: 'score:soon', kind: 'score', names: ['Score of soon', '「soon」得分'] },
  ],
  events: [
    { id: 'order_completed', names: ['Ordered', '下单'] },
    { id: 'product_viewed', names: ['Viewed', '浏览商品'] },
    { id: 'product_added', names: ['Added to cart', '加入购物车'] },
    { id: 'login', names: ['login'] },
  ],
  segments: [{ id: 'vip', names: ['Champions', '高价值客户'] }],
  idLists: [{ id: 'guests', names: ['Guests', '贵宾'] }],
};
const values: TypedValue[] = [
  { property: 'category', value: 'Women', label: 'Women' },
  { property: 'category', value: '女装', label: '女装' },
  { property: 'category', value: '女装 / 连衣裙', label: '女装 / 连衣裙' },
  { property: 'category', value: '茶 Tea', label: '茶 Tea' },
  { property: 'category', value: '茶 Tea / 绿茶 Green Tea', label: '茶 Tea / 绿茶 Green Tea' },
  { property: 'brand', value: 'Leaf', label: 'Leaf' },
  { property: 'channel', value: 'app', label: 'app' },
];
const category = (value: string) => [{ property: 'category', oneOf: [value] }];
const ordered = { event: 'order_completed' };
const viewed = { event: 'product_viewed' };

const phrases: [string, unknown][] = [
  ['orders at least 3 in last 90 days', { ...ordered, atLeast: 3, withinDays: 90 }],
  ['下单 至少 3 次 近 90 天', { ...ordered, atLeast: 3, withinDays: 90 }],
  ['近90天下单3次以上', { ...ordered, atLeast: 3, withinDays: 90 }],
  ['下单 ３ 次 最近 ９０ 天', { ...ordered, atLeast: 3, withinDays: 90 }],
  ['bought twice in the past 2 weeks', { ...ordered, atLeast: 2, withinDays: 14 }],
  ['bought in category Women at least twice within 90 days', { ...ordered, atLeast: 2, withinDays: 90, where: category('Women') }],
  ['近 90 天购买女装至少两次', { ...ordered, atLeast: 2, withinDays: 90, where: category('女装') }],
  ['bought Women at least 2 times in the last 90 days', { ...ordered, atLeast: 2, withinDays: 90, where: category('Women') }],
  ['未浏览 女装 近 30 天', { ...viewed, atMost: 0, withinDays: 30, where: category('女装') }],
  ['近 30 天没有浏览过女装类目', { ...viewed, atMost: 0, withinDays: 30, where: category('女装') }],
  ['not viewed Women last 30 days', { ...viewed, atMost: 0, withinDays: 30, where: category('Women') }],
  ['never ordered', { ...ordered, atMost: 0 }],
  ['浏览 连衣裙', { ...viewed, atLeast: 1, where: category('女装 / 连衣裙') }],
  ['viewed tea', { ...viewed, atLeast: 1, where: category('茶 Tea') }],
  ['浏览茶', { ...viewed, atLeast: 1, where: category('茶 Tea') }],
  ['viewed green tea twice', { ...viewed, atLeast: 2, where: category('茶 Tea / 绿茶 Green Tea') }],
  ['viewed brand leaf', { ...viewed, atLeast: 1, where: [{ property: 'brand', oneOf: ['Leaf'] }] }],
  ['added to cart between 30 and 90 days ago', { event: 'product_added', atLeast: 1, fromDaysAgo: 90, toDaysAgo: 30 }],
  ['加购 30 到 90 天前', { event: 'product_added', atLeast: 1, fromDaysAgo: 90, toDaysAgo: 30 }],
  ['ordered since 2026-05-01', { ...ordered, atLeast: 1, from: '2026-05-01' }],
  ['2026-05-01 至 2026-05-31 下单', { ...ordered, atLeast: 1, from: '2026-05-01', to: '2026-05-31' }],
  ['login exactly 2 times', { event: 'login', atLeast: 2, atMost: 2 }],
  ['top 20% revenue', { trait: 'revenue', topPercent: 20 }],
  ['top 20 % by spend', { trait: 'revenue', topPercent: 20 }],
  ['消费前 20%', { trait: 'revenue', topPercent: 20 }],
  ['累计消费 排名前20%', { trait: 'revenue', topPercent: 20 }],
  ['revenue more than 1,000', { trait: 'revenue', moreThan: 1000 }],
  ['累计消费 超过 1.5万', { trait: 'revenue', moreThan: 15000 }],
  ['orders between 2 and 5', { trait: 'orders', between: [2, 5] }],
  ['订单数 2 到 5', { trait: 'orders', between: [2, 5] }],
  ['days since last order at most 30', { trait: 'daysSinceLastOrder', atMost: 30 }],
  ['country DE', { trait: 'country', is: 'DE' }],
  ['城市 是 上海', { trait: 'city', is: '上海' }],
  ['city is ber', { trait: 'city', is: 'Berlin' }],
  ['with sms consent', { trait: 'consentSms', is: true }],
  ['有短信授权', { trait: 'consentSms', is: true }],
  ['no sms consent', { not: { trait: 'consentSms', is: true } }],
  ['customer since last 30 days', { trait: 'createdAt', withinDays: 30 }],
  ['score of soon at least 80%', { trait: 'score:soon', atLeast: 0.8 }],
  ['champions', { segment: 'vip' }],
  ['不在 高价值客户', { not: { segment: 'vip' } }],
  ['not in guests', { not: { list: 'guests' } }],
  ['random 10%', { random: { name: 'A/B', from: 0, to: 10 } }],
  ['随机分流 50% 到 100%', { random: { name: 'A/B', from: 50, to: 100 } }],
  ['/ rev', { trait: 'revenue', exists: true }],
  ['累计', { trait: 'revenue', exists: true }],
];

describe('a typed condition', () => {
  it.each(phrases)('%s', (typed, rule) => {
    const [best] = readTyped(typed, vocabulary, values);
    expect(best).toEqual({ rule: rule as Rule, left: '' });
  });

  it('says what it did not understand, and nothing for nothing', () => {
    expect(readTyped('ordered wombats', vocabulary, values)[0]).toMatchObject({ left: 'wombats' });
    expect(readTyped('  ', vocabulary, values)).toEqual([]);
    expect(readTyped('/', vocabulary, values)).toEqual([]);
    expect(readTyped('xyzzy', vocabulary, values)).toEqual([]);
  });

  it('offers what else it may mean', () => {
    const rules = readTyped('orders at least 3', vocabulary, values).map(({ rule }) => rule);
    expect(rules.slice(0, 2)).toEqual([
      { trait: 'orders', atLeast: 3 },
      { ...ordered, atLeast: 3 },
    ]);
  });
});
