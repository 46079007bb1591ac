import type { KeptProperty } from '../lib/core/measures/kept';
import type { ReferralFound } from '../lib/core/results/referralOf';
import type { Arguments, Command, CommandIo } from './command';
import { needing } from './needed';
import { openingOf, planWord } from './opening';

export const referral: Command = {
  name: 'referral',
  summary: 'How a referral programme spreads: its K factor, how long a cycle takes, and when a reward has paid back.',
  words: [{ name: 'PLAN', what: `Instead of a log: the plan's own events. ${planWord}` }],
  options: [
    {
      name: 'log',
      kind: 'text',
      value: 'FILE',
      what: 'One row for each invitation: who sent it, when, and when somebody joined by it (empty where nobody did).',
    },
    { name: 'inviter', kind: 'text', value: 'COLUMN', default: 'inviter', what: 'Of a log: who invited.' },
    { name: 'invited', kind: 'text', value: 'COLUMN', default: 'invited', what: 'Of a log: the day of the invitation.' },
    { name: 'joined', kind: 'text', value: 'COLUMN', default: 'joined', what: 'Of a log: the day of joining.' },
    { name: 'customers', kind: 'number', value: 'N', what: 'Of a log: all who could have invited.' },
    { name: 'invitation', kind: 'text', value: 'EVENT', what: 'Of a plan: what the inviter does.' },
    { name: 'join', kind: 'text', value: 'EVENT', what: 'Of a plan: what somebody does who comes of it.' },
    { name: 'property', kind: 'text', value: 'NAME', what: 'Of a plan: the kept property that both have, such as event.code.' },
    {
      name: 'holds',
      kind: 'choice',
      choices: ['code', 'inviter'],
      default: 'code',
      what: 'What the property is: a code of the invitation, or, of the join, the inviter’s id.',
    },
    {
      name: 'reward',
      kind: 'number',
      value: 'AMOUNT',
      what: 'What a join costs, both sides together; payback is told with it and --margin.',
    },
    { name: 'margin', kind: 'number', value: 'SHARE', what: 'Left of revenue after the cost of goods, 0 to 1.' },
    {
      name: 'month-margins',
      kind: 'text',
      value: 'A,B',
      what: 'Of a log: what somebody who joined leaves in margin in each month after it.',
    },
    { name: 'json', kind: 'flag', what: 'Print one JSON object.' },
  ],
  examples: [
    'referral --log invitations.csv --customers 20000 --reward 30 --month-margins 12,8,6,5 --json',
    'referral shop.muster --invitation invite_sent --join signed_up --property event.code --reward 30 --margin 0.4',
  ],
  run: runReferral,
};

async function runReferral(args: Arguments, io: CommandIo): Promise<number> {
  const found = await (args.has('PLAN') ? ofPlan(args, io) : ofLog(args, io));
  if (args.flag('json')) io.print(JSON.stringify(found, null, 2));
  else io.print(lines(found).join('\n'));
  return 0;
}

async function ofPlan(args: Arguments, io: CommandIo): Promise<ReferralFound> {
  const [{ Desk }, { nodePlatform }, { referralInData }] = await Promise.all([
    import('../lib/work/desk'),
    import('../lib/platform/node/platform'),
    import('../lib/core/results/referralOf'),
  ]);
  const events = {
    invitation: needed(args, 'invitation'),
    join: needed(args, 'join'),
    property: needed(args, 'property') as KeptProperty,
    holds: args.text('holds') === 'inviter' ? ('inviter' as const) : ('code' as const),
  };
  const money = args.has('reward') ? { perJoin: args.number('reward'), margin: Number(needed(args, 'margin')) } : undefined;
  const desk = new Desk(nodePlatform({}));
  const { open } = await openingOf(desk, args, io);
  await open(io.run);
  return desk.read(io.run, async (epoch) => referralInData(await epoch.data(), events, money, epoch));
}

async function ofLog(args: Arguments, io: CommandIo): Promise<ReferralFound> {
  const [{ readTable }, { openFile }, { referralOfTable }, { paybackMonths }] = await Promise.all([
    import('../lib/core/predictions/table/readTable'),
    import('../lib/platform/node/files'),
    import('../lib/core/results/referralOf'),
    import('../lib/core/results/referral'),
  ]);
  const columns = { inviter: args.text('inviter'), invited: args.text('invited'), joined: args.text('joined') };
  const table = await readTable(await openFile(io.path(needed(args, 'log'))), { categories: [columns.inviter] }, io.run);
  const found = referralOfTable(table, columns, Number(needed(args, 'customers')));
  if (!args.has('reward') || !args.has('month-margins')) return found;
  const marginPerMonth = args.text('month-margins').split(',').map(Number);
  const months = paybackMonths({ perJoin: args.number('reward'), marginPerMonth: Float64Array.from(marginPerMonth) });
  return { ...found, payback: { marginPerMonth, months } };
}

function lines({ referral, payback }: ReferralFound): string[] {
  const { k, low, high, participation, perInviter, conversion, amplification, cycleDays, invitations, joins } = referral;
  return [
    `K = ${k.toFixed(4)} (95 %: ${low.toFixed(4)} to ${high.toFixed(4)}): ${percent(participation)} of customers invite ${perInviter.toFixed(2)} times each, and ${percent(conversion)} of invitations are joined by (${joins} of ${invitations}).`,
    amplification === null
      ? 'Everybody brings somebody: the programme does not end by itself.'
      : `A customer brings ${(amplification - 1).toFixed(3)} others in the end, theirs included.`,
    cycleDays === null ? 'Nobody joined.' : `From invitation to joining: ${cycleDays} days (median).`,
    ...(payback
      ? [
          payback.months === null
            ? 'The reward has not paid back as far as was seen.'
            : `The reward has paid back after ${payback.months.toFixed(1)} months.`,
        ]
      : []),
  ];
}

const needed = needing('referral', 'referral_option');

const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
