import { columnNamed, idsOf, present, type PresetSample, type SourcePreset } from './preset';
import { withRefunds } from './refundsBeside';

/** States of an order in the seller's centre. A closed one was never paid, or paid back whole: it is no order. */
const states: Record<string, string> = {
  等待买家付款: 'checkout_started',
  '买家已付款，等待卖家发货': 'order_completed',
  '买家已付款,等待卖家发货': 'order_completed',
  买家已付款: 'order_completed',
  卖家部分发货: 'order_completed',
  '卖家已发货，等待买家确认': 'order_completed',
  '卖家已发货,等待买家确认': 'order_completed',
  卖家已发货: 'order_completed',
  交易成功: 'order_completed',
  交易关闭: 'order_closed',
};

/**
 * 已卖出的宝贝 of 淘宝 and 天猫: ExportOrderList (an order a row), the older ExportOrderDetailList (a line a row, without
 * buyer or time: it needs the list beside it) and the newer one (a line a row, with times, 退款状态 and 退款金额). GBK, order numbers as
 * `="1930…"`, phones as `'186…`; times are China's. Headers as exports of 2016 to 2024 in public repositories have them.
 */
export const taobaoOrders: SourcePreset = {
  id: 'taobao-orders',
  name: 'Taobao / Tmall orders',
  suggests: { currency: 'CNY', timeZone: 'Asia/Shanghai' },
  recognise: (sample) => orderList(sample) ?? orderLines(sample),
};

const chinese = {
  kind: 'events',
  timeFormat: { kind: 'text', pattern: '%Y-%m-%d %H:%M:%S' },
  timeZone: 'Asia/Shanghai',
  currency: 'CNY',
} as const;

function orderList({ columns }: PresetSample) {
  const named = columnNamed(columns);
  const [order, user, value] = [named('订单编号'), named('买家会员名'), named('买家实际支付金额', '买家应付货款')];
  const time = named('订单创建时间');
  if (!order || !user || !value || !time || !named('宝贝标题')) return undefined;
  const phone = named('联系手机');
  const title = named('宝贝标题');
  return withRefunds(columns, {
    ...chinese,
    ...formatOf(columns, time),
    roles: present({ order, user, value, time, event: named('订单状态'), phone, item: title, title }),
    eventNames: states,
    ids: idsOf([[phone, 'phone']]),
  });
}

function orderLines({ columns }: PresetSample) {
  const named = columnNamed(columns);
  const [order, title] = [named('主订单编号', '订单编号'), named('标题')];
  const [price, quantity] = [named('价格'), named('购买数量')];
  if (!order || !title || !price || !quantity) return undefined;
  const code = columns.find(({ name }) => name === named('商家编码'));
  const time = named('订单创建时间');
  const user = named('买家会员名');
  return withRefunds(columns, {
    ...chinese,
    ...(time ? formatOf(columns, time) : { timeFormat: undefined }),
    roles: present({
      order,
      user,
      item: code && code.emptyShare < 0.5 ? code.name : title,
      title,
      price,
      quantity,
      value: named('买家实际支付金额', '买家实付金额'),
      time,
      event: named('订单状态'),
    }),
    eventNames: states,
  });
}

/** A file that went through a spreadsheet has its dates in the spreadsheet's writing (`2016/5/23 22:02`). */
function formatOf(columns: PresetSample['columns'], time: string) {
  const format = columns.find(({ name }) => name === time)?.time?.format;
  return format ? { timeFormat: format } : {};
}
