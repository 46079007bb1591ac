import type { StandardEvent } from '../events';

/** Words that files use for the standard events, lower case without spaces, dashes and underscores. */
const words: Record<StandardEvent, readonly string[]> = {
  product_viewed: ['pv', 'view', 'views', 'viewitem', 'detail', 'pageview', 'productview', '浏览', '浏览商品', '查看', '点击浏览'],
  product_clicked: ['click', 'clicks', 'selectitem', '点击', '点击商品'],
  product_searched: ['search', 'productssearched', '搜索'],
  product_added: ['cart', 'addtocart', 'add2cart', 'addcart', 'atc', '加购', '加入购物车', '加购物车'],
  product_removed: ['removefromcart', 'removecart', '移出购物车'],
  product_added_to_wishlist: ['fav', 'favor', 'favorite', 'favourite', 'wishlist', 'addtowishlist', 'collect', '收藏'],
  checkout_started: ['checkout', 'begincheckout', 'startcheckout', '结算', '提交订单'],
  order_completed: [
    'buy',
    'purchase',
    'purchased',
    'order',
    'transaction',
    'completedorder',
    'paid',
    'pay',
    'sale',
    '购买',
    '下单',
    '支付',
    '成交',
    '付款',
  ],
  order_refunded: ['refund', 'refunded', 'return', 'returned', '退款', '退货'],
  order_cancelled: ['cancel', 'cancelled', 'canceled', 'ordercanceled', '取消', '取消订单', '订单取消'],
  product_reviewed: ['review', 'comment', '评论', '评价'],
  product_rated: ['rate', 'rating', 'rated', '评分', '打分'],
  campaign_received: ['received', 'delivered', '触达', '送达'],
  campaign_opened: ['open', 'opened', 'emailopened', '打开'],
  campaign_clicked: ['emailclicked', 'campaignclick', '点击活动'],
};

const eventOfWord = new Map(
  Object.entries(words).flatMap(([event, known]) => [event.replaceAll('_', ''), ...known].map((word) => [word, event as StandardEvent])),
);

/** The standard event that a file's word means (`pv`, `Add to cart`, `加购`); undefined where it means none of them. */
export function standardEventOf(word: string): StandardEvent | undefined {
  return eventOfWord.get(
    word
      .trim()
      .toLowerCase()
      .replace(/[\s_-]/g, ''),
  );
}

/** What each of a file's words becomes where it is another one: `{ pv: 'product_viewed' }`; undefined where all stay. */
export function knownEventNames(words: Iterable<string>): Record<string, string> | undefined {
  const renamed = [...new Set(words)].flatMap((word): [string, string][] => {
    const name = standardEventOf(word);
    return name !== undefined && name !== word ? [[word, name]] : [];
  });
  return renamed.length > 0 ? Object.fromEntries(renamed) : undefined;
}
