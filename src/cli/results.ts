import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../lib/core/base/errors';
import type { ExportFiles } from '../lib/core/results/campaignOfFiles';
import type { CampaignResult } from '../lib/core/results/campaignResult';
import type { CampaignCosts } from '../lib/core/results/profit';
import type { Trial } from '../lib/core/results/trial';
import type { Arguments, Command, CommandIo } from './command';
import { openingOf, planWord } from './opening';
import { columnsOf } from './predict';

export const results: Command = {
  name: 'results',
  summary: 'Measure what came of a campaign beside the people who were held out of it; exit code 1 where the split is not as it was meant.',
  words: [{ name: 'PLAN', what: `Instead of outcomes: what has happened since in its own data. ${planWord}` }],
  options: [
    { name: 'export', kind: 'text', value: 'DIR', what: 'The folder that run wrote: its manifest and file of arms say who was held out.' },
    { name: 'audience', kind: 'text', value: 'ID', what: 'Which audience of it, where several held people out.' },
    {
      name: 'outcomes',
      kind: 'text',
      value: 'FILE',
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
    'results shop.muster --export files --days 30',
    'results shop.muster --days 30',
    'results --outcomes cookie_cats.csv --arm version --control gate_30 --metrics retention_7',
  ],
  run: runResults,
};

async function runResults(args: Arguments, io: CommandIo): Promise<number> {
  const level = inRange(args, 'level', 50, 99.9) / 100;
  const costs = costsOf(args);
  const [trials, { measureTrial }, { resultText }] = await Promise.all([
    args.has('PLAN') ? trialsOfPlan(args, io) : trialOf(args, io).then((trial) => [trial]),
    import('../lib/core/results/measure'),
    import('../lib/core/results/resultText'),
  ]);
  const results: CampaignResult[] = [];
  for (const trial of trials) results.push(await measureTrial(trial, { level, ...(costs && { costs }) }, io.run));
  for (const { findings } of results) for (const { message } of findings) io.note(message);
  if (results.length === 0) io.note('No campaign in the data has people who were held out and enough days behind it.');
  // Of one export there is one result; a plan's own data may have any number of campaigns.
  const isOne = !args.has('PLAN') || args.has('export');
  if (args.flag('json')) io.print(JSON.stringify(isOne ? results[0] : results, null, 2));
  else io.print(results.map(resultText).join('\n\n'));
  return results.some(isUnreliable) ? 1 : 0;
}

/** Campaigns in the plan's own data, or an export measured by it. */
async function trialsOfPlan(args: Arguments, io: CommandIo): Promise<Trial[]> {
  if (args.has('outcomes')) {
    throw new UserError(
      'results_two_outcomes',
      'Both a plan and a file of outcomes are given.',
      'Leave PLAN out to measure by the file, or --outcomes to measure by the plan’s own data.',
    );
  }
  const [{ Desk }, { nodePlatform }, { campaignsInData, trialInWorkspace }, { peopleOfExport, sentOn }] = await Promise.all([
    import('../lib/work/desk'),
    import('../lib/platform/node/platform'),
    import('../lib/core/results/dataCampaigns'),
    import('../lib/core/results/campaignOfFiles'),
  ]);
  const desk = new Desk(nodePlatform({}));
  const { plan, open } = await openingOf(desk, args, io);
  await open(io.run);
  const window = { days: args.optionalNumber('days'), beforeDays: args.optionalNumber('before-days') };
  return desk.read(io.run, async (epoch) => {
    const { currency } = plan();
    const scope = await epoch.data();
    if (!args.has('export')) return campaignsInData(scope, currency, window, epoch);
    const { people } = await peopleOfExport(await exportedFiles(args, io), args.optionalText('audience'), epoch);
    return [await trialInWorkspace(scope, sentOn(people, args.optionalText('sent')), currency, window, epoch)];
  });
}

async function trialOf(args: Arguments, io: CommandIo): Promise<Trial> {
  const [{ trialOfExport, trialOfOneTable }, { openFile }] = await Promise.all([
    import('../lib/core/results/campaignOfFiles'),
    import('../lib/platform/node/files'),
  ]);
  const given = args.optionalText('outcomes');
  if (given === undefined) {
    throw new UserError(
      'results_no_outcomes',
      'Nobody says what came of the campaign.',
      'Give --outcomes with a file, or a plan whose data has it.',
    );
  }
  const outcomes = await openFile(io.path(given));
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
  const asked = {
    roles: args.pairs('map'),
    currency,
    timeZone: args.optionalText('time-zone'),
    sentOn: args.optionalText('sent'),
    days: args.optionalNumber('days'),
    beforeDays: args.optionalNumber('before-days'),
    table: columns,
  };
  return trialOfExport(await exportedFiles(args, io), args.optionalText('audience'), outcomes, asked, io.run);
}

async function exportedFiles(args: Arguments, io: CommandIo): Promise<ExportFiles> {
  const { manifestOf } = await import('./verify');
  const path = io.path(args.text('export'));
  const read = (name: string) => readFile(join(path, name)).then((bytes) => new Uint8Array(bytes), () => null); // prettier-ignore
  return { manifest: await manifestOf(path), read };
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

function isUnreliable({ results }: CampaignResult): boolean {
  return results.some(({ verdict }) => verdict.code === 'unreliable');
}
