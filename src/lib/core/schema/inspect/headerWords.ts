import type { EventRole, ItemRole, UserRole } from '../roles';

export type AnyRole = EventRole | ItemRole | UserRole;

/** Words that headers use, best first; lower case without spaces, dashes, dots and underscores. */
const words: Record<AnyRole, readonly string[]> = {
  user: [
    ...['userid', 'customerid', 'user', 'customer', 'uid', 'memberid', 'member', 'clientid', 'visitorid', 'buyerid', 'accountid'],
    ...['custid', 'cid', 'masterid', 'uuid', 'personid', 'shopperid', 'externalid', 'openid', 'unionid'],
    ...[
      '用户id',
      '用户编号',
      '用户',
      '客户id',
      '客户编号',
      '客户号',
      '客户',
      '会员id',
      '会员编号',
      '会员号',
      '会员卡号',
      '会员',
      '买家id',
      '买家',
      '买家昵称',
      '买家会员名',
      '买家账号',
      '会员名',
    ],
  ],
  item: [
    ...[
      'itemid',
      'productid',
      'item',
      'product',
      'sku',
      'skuid',
      'stockcode',
      'movieid',
      'goodsid',
      'spuid',
      'articleid',
      'contentid',
      'iid',
    ],
    ...['productcode', 'itemcode', 'productsku', 'lineitemsku', 'asin', 'songid', 'bookid', 'isbn', 'artistid'],
    ...[
      '商品id',
      '商品编号',
      '商品编码',
      '商品',
      '产品id',
      '产品编号',
      '产品编码',
      '产品',
      '货号',
      '物品id',
      '宝贝id',
      '商家编码',
      '规格编码',
      '条形码',
    ],
  ],
  event: [
    ...['event', 'eventname', 'eventtype', 'behavior', 'behaviour', 'behaviortype', 'action', 'actiontype', 'activity', 'type'],
    ...['行为', '行为类型', '事件', '事件名称', '事件名', '事件类型', '动作', '操作类型'],
  ],
  time: [
    ...['timestamp', 'eventtime', 'time', 'ts', 'datetime', 'createdat', 'date', 'invoicedate', 'orderdate', 'orderedat', 'ordertime'],
    ...[
      'purchasedate',
      'transactiondate',
      'purchasedat',
      'eventtimestamp',
      'eventdate',
      'occurredat',
      'paidat',
      'visittime',
      'actiontime',
      'createtime',
    ],
    ...[
      '下单时间',
      '订单创建时间',
      '买家下单时间',
      '时间',
      '时间戳',
      '日期',
      '行为时间',
      '事件时间',
      '交易时间',
      '交易日期',
      '购买时间',
      '购买日期',
      '付款时间',
      '支付时间',
      '订单付款时间',
      '买家付款时间',
      '订单时间',
      '创建时间',
      '发生时间',
    ],
  ],
  quantity: [
    ...['quantity', 'qty', 'count', 'units', 'amountofitems', 'numberofcds', 'cds', 'lineitemquantity', 'num', 'pieces'],
    ...['数量', '购买数量', '件数', '商品数量', '宝贝总数量', '销量'],
  ],
  price: ['unitprice', 'price', 'itemprice', 'lineitemprice', 'productprice', '单价', '价格', '商品单价', '宝贝单价', '售价', '成交单价'],
  value: [
    ...[
      'value',
      'amount',
      'revenue',
      'total',
      'sales',
      'dollarvalue',
      'totalprice',
      'totalamount',
      'linetotal',
      'spend',
      'payment',
      'orderamount',
      'gmv',
    ],
    ...[
      '金额',
      '实付金额',
      '买家实际支付金额',
      '买家实付金额',
      '订单实付金额',
      '支付金额',
      '付款金额',
      '订单金额',
      '消费金额',
      '总价',
      '总金额',
      '销售额',
      '成交金额',
      '实付款',
      '应付金额',
      '买家应付货款',
    ],
  ],
  currency: ['currency', 'currencycode', '币种', '货币'],
  order: [
    ...[
      'orderid',
      'invoiceno',
      'invoice',
      'order',
      'transactionid',
      'ordernumber',
      'orderno',
      'invoiceid',
      'invoicenumber',
      'receiptid',
      'basketid',
    ],
    ...['订单号', '订单编号', '订单id', '主订单编号', '订单', '交易号', '交易id', '交易编号', '小票号'],
  ],
  session: ['sessionid', 'session', 'usersession', 'visitid', '会话id', '会话', '访问id'],
  channel: ['channel', 'source', 'trafficsource', 'utmsource', 'medium', 'platform', '渠道', '来源', '来源渠道', '平台'],
  campaign: ['campaign', 'campaignid', 'campaignname', 'utmcampaign', '活动', '活动id', '活动名称', '营销活动'],
  device: ['device', 'devicetype', 'devicecategory', '设备', '设备类型', '终端'],
  rating: ['rating', 'score', 'stars', 'overall', '评分', '打分', '星级'],
  title: [
    ...[
      'title',
      'description',
      'itemname',
      'productname',
      'productdescription',
      'name',
      'itemtitle',
      'producttitle',
      'lineitemname',
      'movietitle',
    ],
    ...['商品名称', '商品标题', '商品名', '宝贝标题', '宝贝名称', '产品名称', '品名', '标题', '名称', '全部商品名称'],
  ],
  category: [
    ...[
      'category',
      'categoryid',
      'categorycode',
      'categoryname',
      'itemcategory',
      'productcategory',
      'department',
      'genre',
      'genres',
      'catid',
    ],
    ...['类目', '品类', '分类', '商品类目', '商品分类', '类目id', '商品类别', '类别', '宝贝类目'],
  ],
  brand: ['brand', 'brandname', 'brandid', 'vendor', '品牌'],
  cost: ['cost', 'costprice', 'unitcost', '成本', '成本价', '进价'],
  stock: ['stock', 'inventory', 'stockquantity', 'onhand', '库存', '库存数量'],
  updatedAt: [
    'updatedat',
    'updated',
    'lastupdated',
    'lastmodified',
    'modifiedat',
    'modified',
    'updatetime',
    '更新时间',
    '修改时间',
    '最后更新',
  ],
  createdAt: [
    'createdat',
    'createddate',
    'registeredat',
    'signupdate',
    'registrationdate',
    'registertime',
    '注册时间',
    '注册日期',
    '上架时间',
    '入会时间',
    '创建时间',
  ],
  text: ['text', 'longdescription', 'body', 'content', 'details', '描述', '商品描述', '详情'],
  email: ['email', 'emailaddress', 'mail', 'useremail', 'customeremail', '邮箱', '电子邮箱', '邮箱地址', '电子邮件', '邮件', '买家邮箱'],
  phone: [
    'phone',
    'phonenumber',
    'mobile',
    'mobilephone',
    'tel',
    'telephone',
    '手机',
    '手机号',
    '手机号码',
    '联系手机',
    '客户手机号',
    '买家手机号',
    '会员手机号',
    '收货人手机号',
    '收货人手机',
    '收件人手机',
    '收件人手机号',
    '收货人电话',
    '电话',
    '联系电话',
    '联系方式',
    '收货人手机号提货人手机号',
    'billingphone',
    'shippingphone',
    'customerphone',
  ],
  country: ['country', 'countrycode', 'countryregion', 'nation', '国家', '国家地区', '国家代码', 'billingcountry', 'shippingcountry'],
  consentEmail: [
    'consentemail',
    'emailconsent',
    'acceptsemailmarketing',
    'emailoptin',
    'acceptsmarketing',
    // The moment of a yes; where another column says yes or no, it is when that was said.
    ...['acceptsmarketingat', 'acceptsemailmarketingat', 'emailoptinat', 'emailoptintime', 'emailoptindate', '邮件订阅时间'],
    '邮件订阅',
    '邮件营销',
    '同意邮件',
    '接受邮件',
    ...['emailmarketingconsent', 'emailsubscriptionstatus', 'emailmarketingstatus', '邮件授权', '邮箱授权', '邮件营销授权', '是否接受邮件'],
  ],
  consentSms: [
    ...['consentsms', 'smsconsent', 'acceptssmsmarketing', 'smsoptin', '短信订阅', '同意短信', '接受短信'],
    ...['acceptssmsmarketingat', 'smsoptinat', 'smsoptintime', 'smsoptindate', '短信订阅时间'],
    ...['smsmarketingconsent', 'smssubscriptionstatus', 'smsmarketingstatus', '短信授权', '短信营销授权', '是否接受短信'],
  ],
  consentPush: [
    ...['consentpush', 'pushconsent', 'pushoptin', '推送订阅', '同意推送', '接受推送'],
    ...['pushsubscribe', 'pushsubscriptionstatus', '推送授权', '消息推送授权', '是否接受推送'],
  ],
  consentPhone: [
    'consentphone',
    'phoneconsent',
    'callconsent',
    'calloptin',
    'phoneoptin',
    '电话授权',
    '同意电话',
    '接受电话',
    '电话营销授权',
  ],
  consentPost: [
    'consentpost',
    'postconsent',
    'postalconsent',
    'mailconsent',
    'directmailoptin',
    'postoptin',
    '邮寄授权',
    '同意邮寄',
    '接受邮寄',
  ],
  consentWechat: ['consentwechat', 'wechatconsent', 'wechatoptin', '微信授权', '同意微信', '微信订阅', '微信营销授权', '企微授权'],
  consentEmailAt: [
    'consentemailat',
    'emailconsentat',
    'emailconsentdate',
    'emailoptintime',
    'emailoptindate',
    'emailmarketingconsentupdatedat',
    '邮件授权时间',
    '邮件订阅时间',
    ...['acceptsmarketingat', 'acceptsemailmarketingat', 'emailoptinat'],
  ],
  consentSmsAt: [
    'consentsmsat',
    'smsconsentat',
    'smsconsentdate',
    'smsoptintime',
    'smsoptindate',
    'smsmarketingconsentupdatedat',
    '短信授权时间',
    '短信订阅时间',
    ...['acceptssmsmarketingat', 'smsoptinat'],
  ],
  consentPushAt: ['consentpushat', 'pushconsentat', 'pushconsentdate', 'pushoptintime', 'pushoptindate', '推送授权时间', '推送订阅时间'],
  consentPhoneAt: ['consentphoneat', 'phoneconsentat', 'phoneconsentdate', 'callconsentdate', '电话授权时间'],
  consentPostAt: ['consentpostat', 'postconsentat', 'postalconsentdate', '邮寄授权时间'],
  consentWechatAt: ['consentwechatat', 'wechatconsentat', 'wechatconsentdate', '微信授权时间'],
};

/** A header as the lists write it: lower case without spaces, dashes, dots, underscores and brackets. */
export function plainWord(header: string): string {
  return header.toLowerCase().replace(/[\s_.\-–/()（）'’"]/g, '');
}

/** Below this lie fits of a part of the header. */
const wholeFit = 700;
const pathFit = 600;

/**
 * How well a header fits a role: 0 not at all, higher is better. A path of a nested format (`context.traits.email`) fits
 * by its last steps, and a typed one (`user_id:token`) without its type, both less than a header that is the word.
 */
export function headerFit(header: string, role: AnyRole): number {
  const index = rankOf(header, role);
  if (index >= 0) return 1000 - index;
  const parts = header.replace(/:[a-z_]+$/, '').split('.');
  for (const steps of [2, 1]) {
    if (parts.length < steps || (parts.length === steps && !header.includes(':'))) continue;
    const inPath = rankOf(parts.slice(-steps).join('.'), role);
    if (inPath >= 0) return Math.max(1, Math.min(wholeFit, pathFit + steps * 50) - inPath);
  }
  return 0;
}

/** How many words headers have for a role. */
export function headerWordCount(role: AnyRole): number {
  return words[role].length;
}

function rankOf(header: string, role: AnyRole): number {
  return words[role].indexOf(plainWord(header));
}

const known = new Set(Object.values(words).flat());

export function isHeaderWord(header: string): boolean {
  return known.has(plainWord(header)) || /^\w+:(token|token_seq|float|float_seq)$/.test(header.trim());
}
