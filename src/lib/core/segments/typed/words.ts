/** What people type for the events that every shop has, beside the names on screen; in both languages at once. */
export const eventWords: Readonly<Record<string, readonly string[]>> = {
  order_completed: ['orders', 'order', 'ordered', 'bought', 'buy', 'purchased', 'purchase', '下单', '购买', '买过', '成交', '买'],
  product_viewed: ['viewed', 'views', 'view', 'seen', 'saw', 'looked at', '浏览', '看过', '查看'],
  product_added: ['added to cart', 'add to cart', 'cart', '加购', '加入购物车'],
  product_added_to_wishlist: ['wishlist', 'favourited', '收藏', '加入收藏'],
  order_refunded: ['refunded', 'refund', 'returned', '退款', '退货'],
  order_cancelled: ['cancelled', 'canceled', '取消订单'],
  product_searched: ['searched', 'search', '搜索'],
  campaign_received: ['received', '收到营销'],
  campaign_opened: ['opened', '打开营销'],
  campaign_clicked: ['clicked', '点击营销'],
};

export const traitWords: Readonly<Record<string, readonly string[]>> = {
  revenue: ['revenue', 'spend', 'spent', 'spending', '消费金额', '累计消费', '消费额', '消费'],
  orders: ['orders', 'order count', '订单数', '下单次数'],
  averageOrderValue: ['average order', 'aov', '客单价'],
  daysSinceLastOrder: ['days since last order', 'recency', '距上次下单', '未下单天数'],
  consentEmail: ['email consent', 'e-mail consent', 'mail consent', '邮件授权', '同意邮件'],
  consentSms: ['sms consent', 'text consent', 'sms opt-in', '短信授权', '同意短信'],
  consentPush: ['push consent', '推送授权', '同意推送'],
};

/** Words that say which property a value is of. */
export const propertyHints: Readonly<Record<string, RegExp>> = {
  category: /\b(?:in )?(?:the )?categor(?:y|ies)\b|类目|品类|分类/,
  brand: /\b(?:of )?(?:the )?brand\b|品牌/,
  channel: /\bchannel\b|渠道/,
  item: /\b(?:item|product)\b|商品/,
};

/** Words that say nothing by themselves. */
export const fillers =
  /\b(?:customers|people|who|which|that|have|has|had|did|with|is|are|was|were|in|on|of|by|for|from|at|any|the|a|an|and|given|yes|times?|members?|segment|list|belongs? to)\b|客户|用户|会员|曾经|曾|进行|了|过|的|在|有|且|并|按|中|内|属于|分群|名单|位于|,|，|。|、|;|；|“|”|"|「|」/g;
