import type { OfferSaid, PlannedOffer } from '../lib/core/results/offerOf';
import type { OfferWorth } from '../lib/core/results/offerPlan';
import type { Arguments, Command, CommandIo } from './command';
import { needing } from './needed';
import { openingOf, planWord } from './opening';

export const breakEven: Command = {
  name: 'break-even',
  summary: 'What a coupon or points cost before they are sent, how many more must buy for them to pay, and where to stop.',
  words: [{ name: 'PLAN', what: `With --audience: what its data says is taken from there. ${planWord}` }],
  options: [
    { name: 'audience', kind: 'text', value: 'ID', what: 'Of the plan: who would be sent it.' },
    { name: 'people', kind: 'number', value: 'N', what: 'Without a plan: how many would be sent it.' },
    {
      name: 'rate',
      kind: 'number',
      value: 'SHARE',
      what: 'Share of them who buy anyway, 0 to 1. Default with a plan: what its data says.',
    },
    {
      name: 'order-value',
      kind: 'number',
      value: 'AMOUNT',
      what: 'What an order is worth. Default with a plan: the mean of their last year.',
    },
    { name: 'margin', kind: 'number', value: 'SHARE', what: 'Left after the cost of goods, 0 to 1. Default with a plan: from its costs.' },
    { name: 'coupon', kind: 'number', value: 'AMOUNT', what: 'What the coupon takes off an order.' },
    { name: 'points', kind: 'number', value: 'N', what: 'Instead of a coupon: points for an order.' },
    { name: 'point-value', kind: 'number', value: 'AMOUNT', default: 0.01, what: 'What a point is worth.' },
    { name: 'redemption', kind: 'number', value: 'SHARE', default: 1, what: 'Share of buyers who use it.' },
    { name: 'redemption-low', kind: 'number', value: 'SHARE', what: 'The least of it. Default: as --redemption.' },
    { name: 'redemption-high', kind: 'number', value: 'SHARE', what: 'The most of it. Default: as --redemption.' },
    { name: 'contact-cost', kind: 'number', value: 'AMOUNT', default: 0, what: 'What each message costs.' },
    { name: 'fixed', kind: 'number', value: 'AMOUNT', default: 0, what: 'What it costs once.' },
    {
      name: 'effect',
      kind: 'text',
      value: 'ID',
      what: 'A kept effect of the plan: buyers more for each contact are expected as it brought.',
    },
    { name: 'lift', kind: 'number', value: 'SHARE', what: 'Instead: buyers more for each contact.' },
    { name: 'lift-low', kind: 'number', value: 'SHARE', what: 'The least of it (95 %). Default: as --lift.' },
    { name: 'lift-high', kind: 'number', value: 'SHARE', what: 'The most of it (95 %). Default: as --lift.' },
    { name: 'days', kind: 'number', value: 'N', default: 30, what: 'Days in which an order counts.' },
    {
      name: 'score',
      kind: 'text',
      value: 'TRAIT',
      what: 'A chance to order, such as score:will-buy: who would buy anyway is told for each.',
    },
    {
      name: 'uplift',
      kind: 'text',
      value: 'TRAIT',
      what: 'How much likelier it makes an order, of an uplift model: where to stop is told by it.',
    },
    { name: 'json', kind: 'flag', what: 'Print one JSON object.' },
  ],
  examples: [
    'break-even --people 10000 --rate 0.04 --order-value 100 --margin 0.4 --coupon 15 --redemption 0.66 --contact-cost 0.05 --lift 0.018',
    'break-even shop.muster --audience win-back --coupon 20 --redemption 0.5 --redemption-low 0.3 --redemption-high 0.7 --effect autumn --json',
    'break-even shop.muster --audience win-back --points 500 --point-value 0.01 --redemption 0.4 --uplift score:tea-uplift',
  ],
  run: runBreakEven,
};

async function runBreakEven(args: Arguments, io: CommandIo): Promise<number> {
  const said = saidOf(args);
  const planned = await (args.has('PLAN') ? ofAudience(args, said, io) : ofNumbers(args, said));
  if (args.flag('json')) io.print(JSON.stringify(planned, null, 2));
  else io.print(lines(planned).join('\n'));
  return 0;
}

/** Fills in what the plan's data says of the audience; as the screen asks it. */
async function ofAudience(args: Arguments, said: OfferSaid, io: CommandIo): Promise<PlannedOffer> {
  const [{ Desk }, { nodePlatform }, { offerBasis }, { offerOf }, { audienceScope }, { audienceNamed }] = await Promise.all([
    import('../lib/work/desk'),
    import('../lib/platform/node/platform'),
    import('../lib/core/results/offerBasis'),
    import('../lib/core/results/offerOf'),
    import('../lib/work/audiences'),
    import('../lib/core/audiences/audienceNamed'),
  ]);
  const desk = new Desk(nodePlatform({}));
  const { plan, open } = await openingOf(desk, args, io);
  const audience = audienceNamed(plan().audiences, needed(args, 'audience'));
  await open(io.run);
  return desk.read(io.run, async (epoch) => {
    const { basis, people } = await offerBasis(await audienceScope(epoch), await epoch.replay(), audience, said, epoch);
    return offerOf(basis, people, said, plan().effects ?? []);
  });
}

async function ofNumbers(args: Arguments, said: OfferSaid): Promise<PlannedOffer> {
  const { offerOf } = await import('../lib/core/results/offerOf');
  for (const name of ['people', 'rate', 'order-value', 'margin']) needed(args, name);
  const basis = { people: args.number('people'), days: said.days, rate: null, rateFrom: 'recent' as const, orderValue: null, margin: null };
  return offerOf(basis, {}, said, []);
}

function saidOf(args: Arguments): OfferSaid {
  const number = (name: string) => args.optionalNumber(name);
  const redemption = args.number('redemption');
  const lift = number('lift');
  const effect = args.optionalText('effect');
  const [score, uplift] = [args.optionalText('score'), args.optionalText('uplift')];
  const [rate, orderValue, margin] = ['rate', 'order-value', 'margin'].map(number);
  return {
    days: args.number('days'),
    ...(score !== undefined && { score }),
    ...(uplift !== undefined && { uplift }),
    worth: worthOf(args),
    redemption: { value: redemption, low: number('redemption-low') ?? redemption, high: number('redemption-high') ?? redemption },
    perContact: args.number('contact-cost'),
    fixed: args.number('fixed'),
    ...(rate !== undefined && { rate }),
    ...(orderValue !== undefined && { orderValue }),
    ...(margin !== undefined && { margin }),
    ...(effect !== undefined
      ? { expected: { effect } }
      : lift !== undefined && { expected: { lift: { value: lift, low: number('lift-low') ?? lift, high: number('lift-high') ?? lift } } }),
  };
}

function worthOf(args: Arguments): OfferWorth {
  if (args.has('points')) return { points: args.number('points'), pointValue: args.number('point-value') };
  return { coupon: Number(needed(args, 'coupon')) };
}

function lines({ asked, basis, missing, plan }: PlannedOffer): string[] {
  if (!plan) return [`Nobody knows the ${missing.join(', ')} of the audience: give ${missing.map((name) => `--${name}`).join(', ')}.`];
  const { result, cost, lift, profit, byDepth } = plan;
  const { givenAway, perBuyer } = result;
  return [
    `${figure(asked.people!)} people, of whom ${percent(asked.rate!)} buy anyway in ${basis.days} days; an order of ${figure(asked.orderValue!)} leaves ${percent(asked.margin!)}.`,
    `cost: ${figure(result.cost)} (${figure(cost.low)} to ${figure(cost.high)}), of it ${figure(givenAway)} to those who would have bought anyway.`,
    result.lift === null
      ? `A buyer more leaves ${figure(perBuyer)}: the offer can never pay.`
      : `It pays from ${figure(result.buyers!)} buyers more on, ${percent(result.lift)} of the people (${percent(lift.low!)} to ${lift.high === null ? 'never' : percent(lift.high)}); each leaves ${figure(perBuyer)}.`,
    ...(result.profit && profit
      ? [
          `expected profit: ${figure(result.profit.value)} (${figure(profit.low)} to ${figure(profit.high)}); it pays with a chance of ${percent(result.chance!)}.`,
        ]
      : []),
    ...(byDepth
      ? [
          byDepth.best
            ? `Stop after ${figure(byDepth.best.people)} people: ${figure(byDepth.best.profit)} (${figure(byDepth.best.low)} to ${figure(byDepth.best.high)}).`
            : 'Send it to nobody: even the first ones cost more than they bring.',
        ]
      : []),
  ];
}

const needed = needing('break-even', 'offer_option');

const figure = (value: number) => value.toLocaleString('en', { maximumFractionDigits: Math.abs(value) < 100 ? 2 : 0 });
const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
