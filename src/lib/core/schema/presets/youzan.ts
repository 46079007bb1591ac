import { columnNamed, idsOf, present, type PresetSample, type SourcePreset } from './preset';
import { withRefunds } from './refundsBeside';

/** States of an order, and of a line of one, in 有赞's reports. */
const states: Record<string, string> = {
  待付款: 'checkout_started',
  待支付: 'checkout_started',
  待成团: 'order_completed',
  待接单: 'order_completed',
  待发货: 'order_completed',
  部分发货: 'order_completed',
  已发货: 'order_completed',
  待收货: 'order_completed',
  待核销: 'order_completed',
  已完成: 'order_completed',
  交易完成: 'order_completed',
  交易成功: 'order_completed',
  退款中: 'order_completed',
  已关闭: 'order_closed',
  交易关闭: 'order_closed',
};

/**
 * 有赞's order export by order (订单号, 订单创建时间 or 下单时间, 订单实付金额 …) and by goods (a line a row; it names the
 * recipient and no time of the order, so it needs the export by order beside it unless a time is there), and its list of
 * customers. Headers as exports of 2020 to 2026 in public repositories have them; times are China's.
 */
export const youzan: SourcePreset = {
  id: 'youzan-orders',
  name: 'Youzan orders and customers',
  suggests: { currency: 'CNY', timeZone: 'Asia/Shanghai' },
  recognise: (sample) => goods(sample) ?? orders(sample) ?? customers(sample),
};

const china = { timeZone: 'Asia/Shanghai', currency: 'CNY' } as const;

function goods({ columns }: PresetSample) {
  const named = columnNamed(columns);
  const { order, time, phone, ...common } = headOf(columns);
  const [title, price, quantity] = [named('商品名称'), named('商品单价'), named('商品数量')];
  if (!order || !title || !price || !quantity) return undefined;
  const code = columns.find(({ name }) => name === named('商品编码', '规格编码'));
  return withRefunds(columns, {
    ...common,
    roles: present({
      order,
      // Without a time the line takes both from the file of orders, which has the buyer.
      user: time ? phone : undefined,
      item: code && code.emptyShare < 0.5 ? code.name : title,
      title,
      category: named('商品类目', '商品目录'),
      price,
      quantity,
      value: named('商品实际成交金额'),
      time,
      event: named('订单商品状态', '订单状态'),
      phone,
    }),
  });
}

function orders({ columns }: PresetSample) {
  const named = columnNamed(columns);
  const { order, time, phone, ...common } = headOf(columns);
  const value = named('订单实付金额', '订单实收金额');
  if (!order || !value || !time || !phone) return undefined;
  const title = named('全部商品名称', '商品名称');
  return withRefunds(columns, {
    ...common,
    roles: present({
      order,
      user: phone,
      value,
      time,
      event: named('订单状态'),
      phone,
      item: title,
      title,
      channel: named('订单来源', '销售渠道'),
    }),
  });
}

/** What orders and goods have alike: an order, perhaps its time and its buyer, and how they are read. */
function headOf(columns: PresetSample['columns']) {
  const named = columnNamed(columns);
  const time = named('订单创建时间', '下单时间', '买家付款时间', '付款时间');
  const phone = named('买家手机号', '收货人手机号提货人手机号', '收货人手机号提货人手机');
  const timeFormat = columns.find(({ name }) => name === time)?.time?.format;
  return {
    ...china,
    kind: 'events' as const,
    order: named('订单号'),
    time,
    phone,
    ...(timeFormat && { timeFormat }),
    eventNames: states,
    ids: idsOf([[phone, 'phone']]),
  };
}

function customers({ columns }: PresetSample) {
  const named = columnNamed(columns);
  const phone = named('客户手机号');
  const createdAt = named('成为客户时间');
  if (!phone || !createdAt || !named('客户姓名')) return undefined;
  return { ...china, kind: 'users' as const, roles: { user: phone, phone, createdAt }, ids: idsOf([[phone, 'phone']]) };
}
