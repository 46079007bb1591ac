/**
 * Everything that is planted in the sample shop. The generator reads it, the card prints it and tests recover it.
 * Days are days of 24 hours; money is yuan.
 */
export const truth = {
  seed: 20261101,
  customers: 20_000,
  products: 2_000,
  /** The first and the last local day with events (Asia/Shanghai, UTC+8 without summer time). */
  firstDay: '2025-05-01',
  lastDay: '2026-10-31',
  days: 549,
  /** Share of customers who look and never order. */
  lookerShare: 0.08,
  /**
   * BG/NBD (Fader, Hardie & Lee 2005): a customer orders at Poisson rate λ ~ Gamma(r, α days) while active and leaves
   * after each repeat order with probability p ~ Beta(a, b).
   */
  purchases: { r: 0.9, alphaDays: 42, a: 0.85, b: 2.6 },
  /** Gamma-gamma (Fader & Hardie 2013): an order's total ~ Gamma(p, rate ν) with ν ~ Gamma(q, rate γ yuan). */
  spend: { p: 6, q: 4, gammaYuan: 92 },
  /** Of those who order: share whose first order falls into the first sixty days. */
  earlyShare: 0.3,
  /** A customer's mixture over tastes is Dirichlet with these shares times this concentration: small is one-sided. */
  tasteConcentration: 1.2,
  experiment: {
    campaign: 'autumn-tea-2026',
    /** Local day and hour of sending. */
    day: '2026-09-10',
    hour: 10,
    windowDays: 30,
    holdOutShare: 0.5,
    /**
     * First rule that fits wins; days since the last order and orders are counted at the moment of sending. The effect
     * is in percentage points of customers with an order in the window, treated minus held out.
     */
    segments: [
      { id: 'lapsed-tea', what: 'last order 45–270 days ago and at least 40 % of order lines so far are tea', effectPoints: 8 },
      { id: 'loyal', what: 'at least 4 orders, the last less than 45 days ago', effectPoints: 0 },
      { id: 'sleepers', what: 'last order more than 270 days ago', effectPoints: -1 },
      { id: 'others', what: 'everyone else', effectPoints: 1.5 },
    ],
  },
  /** Local days on which the newsletter goes out at ten to everyone who agreed to e-mail and was seen in 180 days; no effect. */
  newsletters: ['2025-06-10', '2025-08-20', '2025-11-05', '2026-01-28', '2026-03-18', '2026-06-08', '2026-08-12', '2026-10-15'],
  refundedOrderShare: 0.035,
  /**
   * A product's margin is a share of its list price: one per subcategory, even between least and most, and each product
   * normally around it. Pieces on the shelf are log-normal with σ = 1, but for what is sold out.
   */
  supply: { margin: { least: 0.25, most: 0.6, spread: 0.06 }, soldOutShare: 0.06, medianStock: 60 },
  dirt: {
    itemsWithoutTitle: 12,
    itemsWithoutBrand: 9,
    itemsWithoutCost: 20,
    itemsWithoutStock: 15,
    testers: 5,
    nationalPhoneShare: 0.01,
    untidyEmailShare: 0.008,
    unknownConsentShare: 0.02,
  },
} as const;

export type SegmentId = (typeof truth.experiment.segments)[number]['id'];

/** Twelve tastes: share of customers' taste, and how much each subcategory weighs in it (by Chinese name). */
export const tastes: { id: string; share: number; weights: Record<string, number> }[] = [
  { id: 'tea ceremony', share: 0.17, weights: { 绿茶: 3, 乌龙茶: 4, 普洱与白茶: 5, 茶具: 3, 香氛: 1 } },
  { id: 'everyday tea', share: 0.15, weights: { 绿茶: 4, 红茶: 4, 花草茶: 4, 糕点: 1.5, 水杯保温: 1 } },
  { id: 'snacking', share: 0.1, weights: { 红茶: 1, 坚果: 3, 糕点: 3, 果干蜜饯: 3, 肉脯海味: 3, 巧克力糖果: 3 } },
  { id: 'quick meals', share: 0.06, weights: { 方便速食: 4, 肉脯海味: 2, 清洁: 2, 巧克力糖果: 1 } },
  { id: 'cooking', share: 0.08, weights: { 锅具: 3, 刀具砧板: 3, 餐具: 3, 小家电: 2, 收纳: 2 } },
  { id: 'cosy home', share: 0.08, weights: { 床品: 3, 毛巾浴品: 3, 香氛: 2, 灯具: 2, 绿植园艺: 2, 内衣家居服: 1 } },
  { id: 'beauty', share: 0.08, weights: { 面部护肤: 4, 面膜: 3, 彩妆: 3, 身体护理: 1 } },
  { id: 'daily care', share: 0.06, weights: { 洗护发: 3, 身体护理: 3, 口腔护理: 3, 清洁: 2, 毛巾浴品: 1 } },
  { id: 'womenswear', share: 0.07, weights: { 女装: 4, 鞋靴: 2, 箱包: 2, 配饰: 3, 彩妆: 1 } },
  { id: 'menswear', share: 0.04, weights: { 男装: 4, 鞋靴: 2, 内衣家居服: 1, 跑步: 1, 水杯保温: 1 } },
  { id: 'parenting', share: 0.05, weights: { 纸尿裤湿巾: 4, 喂养: 2, 童装: 3, 玩具: 3, 绘本文具: 2, 孕产护理: 2 } },
  { id: 'outdoors', share: 0.06, weights: { 瑜伽健身: 2, 跑步: 3, 露营: 3, 登山徒步: 3, 骑行: 2, 球类: 2 } },
];
