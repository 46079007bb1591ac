import { Random } from '../../src/lib/core/base/random';
import { choose, dirichlet, pick } from './draws';
import { tastes, truth } from './truth';

export const channels = ['app', 'mini_program', 'web', 'store', 'email', 'sms', 'push'] as const;
export const devices = ['ios', 'android', 'desktop', 'tablet', 'pos'] as const;

export interface Customer {
  id: string;
  email: string;
  phone: string;
  country: string;
  city: string;
  /** `null` is not known. */
  consent: { email: boolean | null; sms: boolean | null; push: boolean | null };
  /** Weights over app, mini-program, web, store. */
  channelWeights: number[];
  phoneDevice: 'ios' | 'android';
  /** Planted: orders per day while active, chance of leaving after a repeat order, rate of an order's total. */
  looker: boolean;
  orderRate: number;
  leaveChance: number;
  spendRate: number;
  tasteMixture: number[];
}

const surnames = 'wang li zhang liu chen yang zhao huang zhou wu xu sun hu zhu gao lin he guo ma luo liang song zheng xie han tang'.split(
  ' ',
);
const givenNames =
  'wei fang na min jing li qiang lei yang jie juan yong yan chao ming xiu ping gang xin yu ting hao lin rui meng bo shan tao hui xue kai ning'.split(
    ' ',
  );
const foreignNames = 'anna ben clara david emma felix grace henry iris jack kate leo mia noah olivia paul rosa sam tina walter'.split(' ');
const foreignSurnames = 'smith brown taylor wilson lee tan lim wong martin clark young hall king wright green baker adams'.split(' ');
/** Reserved for examples (RFC 2606): no letter can reach a stranger. */
const mailDomains = ['example.com', 'example.net', 'example.org', 'mail.example', 'post.example'];
const cities = (
  '上海 Shanghai,北京 Beijing,广州 Guangzhou,深圳 Shenzhen,杭州 Hangzhou,成都 Chengdu,武汉 Wuhan,南京 Nanjing,苏州 Suzhou,' +
  '重庆 Chongqing,西安 Xi’an,长沙 Changsha,厦门 Xiamen,青岛 Qingdao,福州 Fuzhou,昆明 Kunming'
).split(',');
const cityWeights = [16, 14, 9, 10, 9, 8, 6, 5, 5, 6, 4, 4, 3, 3, 2, 2];
const abroad: { country: string; city: string; weight: number; phone: (random: Random) => string }[] = [
  // Blocks kept for fiction; where a country has none the customer has no phone.
  {
    country: 'US',
    city: 'New York',
    weight: 2,
    phone: (random) => `+1${pick(random, ['212', '415', '617', '206'])}55501${twoDigits(random)}`,
  },
  { country: 'GB', city: 'London', weight: 1, phone: (random) => `+447700900${digits(random, 3)}` },
  { country: 'AU', city: 'Sydney', weight: 1, phone: (random) => `+6149157${digits(random, 4)}` },
  { country: 'HK', city: '香港 Hong Kong', weight: 3, phone: () => '' },
  { country: 'SG', city: 'Singapore', weight: 2, phone: () => '' },
  { country: 'MY', city: 'Kuala Lumpur', weight: 1, phone: () => '' },
];

export function makeCustomer(seed: number, index: number): Customer {
  const random = new Random(seed, 1_000_000 + index);
  const { purchases, spend, dirt } = truth;
  const isAbroad = random.uniform() < 0.06;
  const place = isAbroad
    ? abroad[
        choose(
          random,
          abroad.map((entry) => entry.weight),
        )
      ]
    : undefined;
  const hasEmail = isAbroad || random.uniform() < 0.82;
  const domestic = random.uniform() < 0.9 ? `140${digits(random, 8)}` : '';
  const usesApp = random.uniform() < 0.55;
  const agrees = (share: number) => (random.uniform() < dirt.unknownConsentShare ? null : random.uniform() < share);
  const email = hasEmail ? makeEmail(random, isAbroad) : '';
  const phone = place ? place.phone(random) : domestic && (random.uniform() < dirt.nationalPhoneShare ? domestic : `+86${domestic}`);
  return {
    id: `C${String(index + 1).padStart(5, '0')}`,
    email,
    phone,
    country: place?.country ?? 'CN',
    city: place?.city ?? cities[choose(random, cityWeights)],
    consent: { email: email ? agrees(0.72) : false, sms: phone ? agrees(0.45) : false, push: usesApp ? agrees(0.62) : false },
    channelWeights: dirichlet(random, [usesApp ? 3 : 0.01, 1.6, 0.8, isAbroad ? 0.01 : 0.35]),
    phoneDevice: random.uniform() < 0.42 ? 'ios' : 'android',
    looker: random.uniform() < truth.lookerShare,
    orderRate: random.gamma(purchases.r, purchases.alphaDays),
    leaveChance: random.beta(purchases.a, purchases.b),
    spendRate: random.gamma(spend.q, spend.gammaYuan),
    tasteMixture: dirichlet(
      random,
      tastes.map((taste) => taste.share * truth.tasteConcentration),
    ),
  };
}

/** Staff who try the shop out: a fact of life that a careful analyst removes. */
export function makeTester(seed: number, index: number): Customer {
  return {
    ...makeCustomer(seed, 900_000 + index),
    id: `tester-${index + 1}`,
    email: `test${index + 1}@qinghe.example`,
    phone: '',
    country: 'CN',
    city: cities[4],
    consent: { email: true, sms: false, push: false },
  };
}

function makeEmail(random: Random, isAbroad: boolean): string {
  const given = pick(random, isAbroad ? foreignNames : givenNames);
  const surname = pick(random, isAbroad ? foreignSurnames : surnames);
  const form = random.below(3);
  const name = form === 0 ? `${given}.${surname}` : form === 1 ? `${surname}${given}` : `${given}_${surname}`;
  const email = `${name}${random.below(10_000)}@${pick(random, mailDomains)}`;
  return random.uniform() < truth.dirt.untidyEmailShare ? `${email[0].toUpperCase()}${email.slice(1)} ` : email;
}

function digits(random: Random, count: number): string {
  let text = '';
  for (let i = 0; i < count; i++) text += random.below(10);
  return text;
}

const twoDigits = (random: Random) => digits(random, 2);
