import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../lib/core/base/errors';
import type { CampaignResult } from '../lib/core/results/campaignResult';
import type { CampaignCosts } from '../lib/core/results/profit';
import type { Trial } from '../lib/core/results/trial';
import type { Arguments, Command, CommandIo } from './command';
import { columnsOf } from './predict';

export const results: Command = {
  name: 'results',
  summary: 'Measure what came of a campaign beside the people who were held out of it; exit code 1 where the split is not as it was meant.',
  words: [],
  options: [
    { name: 'export', kind: 'text', value: 'DIR', what: 'The folder that run wrote: its manifest and file of arms say who was held out.' },
    { name: 'audience', kind: 'text', value: 'ID', what: 'Which audience of it, where several held people out.' },
    {
      name: 'outcomes',
      kind: 'text',
      value: 'FILE',
      required: true,
      what: 'What came of it: one line for each order, visit or open with customer and date, or a table with one row for each customer.',
    },
    {
      name: 'map',
      kind: 'pairs',
      value: 'ROLE=COLUMN',
      what: 'Which column is what, where the guess is wrong: user, time, value, order, event, currency.',
    },
    {
      name: 'sent',
      kind: 'text',
      value: 'DATE',
      what: 'The day of sending; what is earlier came before. Default: the asOf of the export.',
    },
    { name: 'days', kind: 'number', value: 'N', what: 'Days after sending that count. Default: as far as the outcomes reach.' },
    {
      name: 'before-days',
      kind: 'number',
      value: 'N',
      what: 'Days before sending that narrow the intervals. Default: as many as after, and at least 28.',
    },
    { name: 'time-zone', kind: 'text', value: 'ZONE', what: 'Where days begin. Default: that of the export.' },
    { name: 'currency', kind: 'text', value: 'CODE', what: 'The currency to count in. Default: that of the outcomes.' },
    { name: 'arm', kind: 'text', value: 'COLUMN', what: 'Without an export: the column of the table that says who got what.' },
    { name: 'control', kind: 'text', value: 'VALUE', what: 'Its value of those who were held out.' },
    {
      name: 'shares',
      kind: 'pairs',
      value: 'VALUE=SHARE',
      what: 'Shares of people that the arms were meant to have. Default: equal ones.',
    },
    {
      name: 'metrics',
      kind: 'text',
      value: 'A,B',
      what: 'Of a table: the columns to compare, the main one first. Default: all of numbers.',
    },
    { name: 'money', kind: 'text', value: 'A,B', what: 'Of a table: columns that are amounts of money.' },
    { name: 'before', kind: 'text', value: 'COLUMN', what: 'Of a table: a column known before sending, which narrows the intervals.' },
    { name: 'by', kind: 'text', value: 'COLUMN', what: 'Of a table: a column of groups that the result is split by.' },
    {
      name: 'margin',
      kind: 'number',
      value: 'SHARE',
      what: 'What is left of revenue after the cost of goods, 0 to 1; profit is told with it.',
    },
    { name: 'cost-per-contact', kind: 'number', value: 'AMOUNT', default: 0, what: 'What each message costs.' },
    {
      name: 'cost-per-order',
      kind: 'number',
      value: 'AMOUNT',
      default: 0,
      what: 'What each order of the addressed costs, such as a coupon.',
    },
    { name: 'fixed-cost', kind: 'number', value: 'AMOUNT', default: 0, what: 'What the campaign costs once.' },
    { name: 'level', kind: 'number', value: 'PERCENT', default: 95, what: 'Of the intervals.' },
    { name: 'json', kind: 'flag', what: 'Print one JSON object.' },
  ],
  examples: [
    'results --export files --outcomes orders.csv --days 30 --margin 0.4 --cost-per-contact 0.05',
    'results --export files --audience spring-mail --outcomes orders.csv --map user=buyer time=paid_at value=total --json',
    'results --outcomes cookie_cats.csv --arm version --control gate_30 --metrics retention_7',
  ],
  run: runResults,
};

async function runResults(args: Arguments, io: CommandIo): Promise<number> {
  const level = inRange(args, 'level', 50, 99.9) / 100;
  const costs = costsOf(args);
  const [trial, { measureTrial }, { resultText }] = await Promise.all([
    trialOf(args, io),
    import('../lib/core/results/measure'),
    import('../lib/core/results/resultText'),
  ]);
  const result = await measureTrial(trial, { level, ...(costs && { costs }) }, io.run);
  for (const { message } of result.findings) io.note(message);
  io.print(args.flag('json') ? JSON.stringify(result, null, 2) : resultText(result));
  return isUnreliable(result) ? 1 : 0;
}

async function trialOf(args: Arguments, io: CommandIo): Promise<Trial> {
  const [{ trialOfExport, trialOfOneTable }, { openFile }] = await Promise.all([
    import('../lib/core/results/campaignOfFiles'),
    import('../lib/platform/node/files'),
  ]);
  const outcomes = await openFile(io.path(args.text('outcomes')));
  const columns = {
    ...(args.has('metrics') && { metrics: columnsOf(args.text('metrics')) }),
    money: columnsOf(args.optionalText('money')),
    before: args.optionalText('before'),
    by: args.optionalText('by'),
  };
  const currency = args.optionalText('currency');
  const folder = args.optionalText('export');
  if (folder === undefined) {
    const [column, control] = [args.optionalText('arm'), args.optionalText('control')];
    if (column === undefined || control === undefined) {
      throw new UserError(
        'results_no_arms',
        'Nobody says who was held out.',
        'Give --export with the folder of the export, or --arm and --control with a column of the table.',
      );
    }
    const shares = args.has('shares') ? sharesOf(args.pairs('shares')) : undefined;
    const { user } = args.pairs('map');
    return trialOfOneTable(outcomes, { column, control, ...(shares && { shares }) }, { ...columns, user, currency }, io.run);
  }
  const path = io.path(folder);
  const asked = {
    roles: args.pairs('map'),
    currency,
    timeZone: args.optionalText('time-zone'),
    sentOn: args.optionalText('sent'),
    days: args.optionalNumber('days'),
    beforeDays: args.optionalNumber('before-days'),
    table: columns,
  };
  const { manifestOf } = await import('./verify');
  const read = (name: string) => readFile(join(path, name)).then((bytes) => new Uint8Array(bytes), () => null); // prettier-ignore
  return trialOfExport({ manifest: await manifestOf(path), read }, args.optionalText('audience'), outcomes, asked, io.run);
}

function costsOf(args: Arguments): CampaignCosts | undefined {
  if (!args.has('margin')) return undefined;
  return {
    margin: inRange(args, 'margin', 0, 1),
    perContact: inRange(args, 'cost-per-contact', 0, 1e9),
    perOrder: inRange(args, 'cost-per-order', 0, 1e9),
    fixed: inRange(args, 'fixed-cost', 0, 1e12),
  };
}

function sharesOf(pairs: Record<string, string>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(pairs).map(([arm, text]) => {
      const share = Number(text);
      if (share > 0 && Number.isFinite(share)) return [arm, share];
      throw new UserError('results_share', `The share of "${arm}" is "${text}".`, 'Give a number above 0, such as 50.', {
        arm,
        value: text,
      });
    }),
  );
}

function inRange(args: Arguments, name: string, least: number, most: number): number {
  const value = args.number(name);
  if (value >= least && value <= most) return value;
  throw new UserError('argument_between', `--${name} is ${value}.`, `Give a number from ${least} to ${most}.`, {
    name,
    value,
    least,
    most,
  });
}

export function isUnreliable({ results }: CampaignResult): boolean {
  return results.some(({ verdict }) => verdict.code === 'unreliable');
}
