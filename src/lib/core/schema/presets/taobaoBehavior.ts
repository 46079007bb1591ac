import type { SourcePreset } from './preset';

/**
 * UserBehavior.csv of Tianchi (tianchi.aliyun.com/dataset/649): a hundred million rows of user, item, category, one of
 * pv, buy, cart and fav, and seconds since 1970; no header.
 */
export const taobaoBehavior: SourcePreset = {
  id: 'taobao-user-behavior',
  name: 'Taobao UserBehavior',
  formerly: 'event-log',
  isDataset: true,
  suggests: { currency: 'CNY', timeZone: 'Asia/Shanghai' },
  recognise({ header, columns }) {
    if (header || columns.length !== 5) return undefined;
    const [user, item, category, event, time] = columns;
    const words = new Set(['pv', 'buy', 'cart', 'fav']);
    const isBehavior = event.values.length > 0 && event.values.every((value) => words.has(value.trim()));
    if (!isBehavior || time.time?.format.kind !== 'unix-seconds' || time.type !== 'time') return undefined;
    return {
      kind: 'events',
      roles: { user: user.name, item: item.name, category: category.name, event: event.name, time: time.name },
      timeFormat: { kind: 'unix-seconds' },
    };
  },
};
