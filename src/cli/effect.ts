import type { PromotionEffect, PromotionMethod } from '../lib/core/experiments/promotionEffect';
import type { PromotionAsked } from '../lib/core/results/promotion';
import type { SeriesMeasure, SeriesSplit } from '../lib/core/results/promotionSeries';
import type { Arguments, Command, CommandIo } from './command';
import { needing } from './needed';
import { openingOf, planWord } from './opening';
import { columnsOf } from './predict';

/** As `promotionMethods`, written out: `--help` loads no mathematics. */
const methods: readonly PromotionMethod[] = ['before-after', 'difference-in-differences', 'synthetic-control'];

export const effect: Command = {
  name: 'effect',
  summary: 'What a promotion brought where no lots were drawn, with what has to hold for that tested; exit code 1 where it does not.',
  words: [{ name: 'PLAN', what: `Instead of a table: the plan's own data. ${planWord}` }],
  options: [
    {
      name: 'method',
      kind: 'choice',
      choices: methods,
      value: 'METHOD',
      required: true,
      what: 'before-after: days against trend, week and year. difference-in-differences: shops, cities or groups with it against others. synthetic-control: one of them against a mixture of others.',
    },
    { name: 'table', kind: 'text', value: 'FILE', what: 'Rows with a date or a period and a value; several of one day are added up.' },
    { name: 'value', kind: 'text', value: 'COLUMN', what: 'Of a table: what is compared.' },
    { name: 'date', kind: 'text', value: 'COLUMN', what: 'Of a table, before and after: the column of days.' },
    { name: 'period', kind: 'text', value: 'COLUMN', what: 'Of a table, the other methods: the column of months, weeks or days.' },
    { name: 'unit', kind: 'text', value: 'COLUMN', what: 'Of a table: the column of shops, cities or groups.' },
    { name: 'after', kind: 'text', value: 'PERIOD', what: 'Of a table: the first period with it.' },
    { name: 'until', kind: 'text', value: 'PERIOD', what: 'Of a table: the last period with it. Default: the last one of all.' },
    { name: 'from', kind: 'text', value: 'DATE', what: 'The first day of it: of a plan, and of days before and after.' },
    { name: 'to', kind: 'text', value: 'DATE', what: 'The last day of it.' },
    {
      name: 'dip',
      kind: 'number',
      value: 'N',
      default: 0,
      what: 'Days that follow and may have paid for it (pull-forward); with --period, periods.',
    },
    { name: 'treated', kind: 'text', value: 'A,B', what: 'Those units that got it.' },
    { name: 'compared', kind: 'text', value: 'A,B', what: 'Those that it is compared with. Default: all others.' },
    { name: 'lost', kind: 'text', value: 'A,B', what: 'Those that it may have come out of (cannibalisation).' },
    { name: 'own-level', kind: 'flag', what: 'Compare units as shares of their own level before, where they differ in size.' },
    { name: 'known', kind: 'text', value: 'A..B,C..D', what: 'Before and after: other promotions and holidays, first to last day.' },
    { name: 'measure', kind: 'text', value: 'FIGURE', default: 'revenue', what: 'Of a plan: revenue, orders, buyers or event:NAME.' },
    {
      name: 'by',
      kind: 'choice',
      choices: ['day', 'week'],
      default: 'week',
      what: 'Of a plan: days or weeks as periods; before and after is by day.',
    },
    {
      name: 'split',
      kind: 'text',
      value: 'UNIT',
      what: 'Of a plan: what units are: category, subcategory, brand, channel, device, segment or user.COLUMN, such as user.city.',
    },
    { name: 'since', kind: 'text', value: 'DATE', what: 'Of a plan: nothing earlier is looked at.' },
    { name: 'json', kind: 'flag', what: 'Print one JSON object.' },
  ],
  examples: [
    'effect --method before-after --table sales.csv --date day --value revenue --from 2026-10-01 --to 2026-10-07 --dip 14',
    'effect --method difference-in-differences --table shops.csv --unit city --period month --value revenue --treated Suzhou,Wuxi --after 2026-09',
    'effect shop.muster --method before-after --measure orders --from 2026-06-16 --to 2026-06-18 --dip 14 --known 2025-11-10..2025-11-11',
    'effect shop.muster --method difference-in-differences --split user.city --treated Suzhou,Wuxi --own-level --from 2026-06-16 --to 2026-06-22',
  ],
  exitCodes: [[1, 'What has to hold for the effect does not.']],
  run: runEffect,
};

async function runEffect(args: Arguments, io: CommandIo): Promise<number> {
  const method = methods.find((each) => each === args.text('method'))!;
  const [{ effectText }, { promotionHolds }] = await Promise.all([
    import('./effectText'),
    import('../lib/core/experiments/promotionEffect'),
  ]);
  const found = await (args.has('PLAN') ? ofPlan(args, method, io) : ofTable(args, method, io));
  io.print(
    args.flag('json')
      ? JSON.stringify(found, (_, value) => (value instanceof Float64Array ? [...value] : value), 2)
      : effectText(found.effect, found.per).join('\n'),
  );
  return promotionHolds(found.effect) ? 0 : 1;
}

interface Found {
  effect: PromotionEffect;
  /** First day, or name, of each period. */
  starts: string[];
  /** What a period is called. */
  per: string;
}

/** The plan's own data, as the screen asks it. */
async function ofPlan(args: Arguments, method: PromotionMethod, io: CommandIo): Promise<Found & { asked: PromotionAsked }> {
  const [{ Desk }, { nodePlatform }, { promotionInWorkspace }] = await Promise.all([
    import('../lib/work/desk'),
    import('../lib/platform/node/platform'),
    import('../lib/core/results/promotion'),
  ]);
  const split = args.optionalText('split');
  const since = args.optionalText('since');
  const asked: PromotionAsked = {
    method,
    measure: args.text('measure') as SeriesMeasure,
    by: method === 'before-after' || args.text('by') === 'day' ? 'day' : 'week',
    from: needed(args, 'from'),
    to: needed(args, 'to'),
    dip: args.number('dip'),
    treated: columnsOf(args.optionalText('treated')),
    compared: columnsOf(args.optionalText('compared')),
    losing: columnsOf(args.optionalText('lost')),
    known: knownOf(args),
    ...(split !== undefined && { split: split as SeriesSplit }),
    ...(since !== undefined && { since }),
    ...(args.flag('own-level') && { ofOwnLevel: true }),
  };
  const desk = new Desk(nodePlatform({}));
  const { open } = await openingOf(desk, args, io);
  await open(io.run);
  const { effect, starts } = await desk.read(io.run, async (epoch) => promotionInWorkspace(await epoch.data(), asked, epoch));
  return { asked, effect, starts, per: asked.by };
}

async function ofTable(args: Arguments, method: PromotionMethod, io: CommandIo): Promise<Found> {
  const [{ readTable }, { openFile }] = await Promise.all([
    import('../lib/core/predictions/table/readTable'),
    import('../lib/platform/node/files'),
  ]);
  const categories = method === 'before-after' ? [] : [needed(args, 'unit'), needed(args, 'period')];
  const unit = args.optionalText('unit');
  const names = unit === undefined ? categories : [...new Set([...categories, unit])];
  const table = await readTable(await openFile(io.path(needed(args, 'table'))), { categories: names }, io.run);
  return method === 'before-after' ? daysOf(args, table) : panelOfTable(args, table, method, io);
}

type Table = Parameters<typeof import('../lib/core/results/tableSeries').dailySeries>[0];

async function daysOf(args: Arguments, table: Table): Promise<Found> {
  const [{ beforeAfterEffect }, { dailySeries }, { dateOfDay, dayNumber }] = await Promise.all([
    import('../lib/core/experiments/promotionEffect'),
    import('../lib/core/results/tableSeries'),
    import('../lib/core/schema/days'),
  ]);
  const [date, value] = [needed(args, 'date'), needed(args, 'value')];
  const unit = args.optionalText('unit');
  const [treated, losing] = [columnsOf(args.optionalText('treated')), columnsOf(args.optionalText('lost'))];
  const all = dailySeries(table, date, value);
  const of = (units: readonly string[]) => (unit === undefined ? all : dailySeries(table, date, value, { unit, units }));
  const { values, firstDay } = treated.length > 0 ? of(treated) : all;
  const [from, end] = ['from', 'to'].map((name) => dayNumber(needed(args, name)) - firstDay);
  const known = knownOf(args).map((each) => ({
    id: `${each.from} – ${each.to}`,
    from: dayNumber(each.from),
    to: dayNumber(each.to) + 1,
  }));
  const effect = beforeAfterEffect({
    values,
    ...(unit !== undefined && losing.length > 0 && { others: of(losing).values }),
    firstDay,
    known,
    from,
    until: end + 1,
    dip: args.number('dip'),
  });
  return { effect, starts: Array.from(values.keys(), (day) => dateOfDay(firstDay + day)), per: 'day' };
}

async function panelOfTable(
  args: Arguments,
  table: Table,
  method: Exclude<PromotionMethod, 'before-after'>,
  io: CommandIo,
): Promise<Found> {
  const [{ panelOf }, { panelEffect }] = await Promise.all([
    import('../lib/core/results/tableSeries'),
    import('../lib/core/experiments/promotionEffect'),
  ]);
  const treated = columnsOf(needed(args, 'treated'));
  const [compared, losing] = [columnsOf(args.optionalText('compared')), columnsOf(args.optionalText('lost'))];
  const panel = panelOf(table, {
    unit: needed(args, 'unit'),
    period: needed(args, 'period'),
    value: needed(args, 'value'),
    treated,
    compared,
    losing,
    after: needed(args, 'after'),
    ...(args.has('until') && { until: args.text('until') }),
  });
  const dip = args.number('dip');
  const effect = await panelEffect(method, { ...panel, dip, ofOwnLevel: args.flag('own-level') }, io.run);
  return { effect, starts: panel.periodNames, per: 'period' };
}

function knownOf(args: Arguments): { from: string; to: string }[] {
  return columnsOf(args.optionalText('known')).map((text) => {
    const [from, to] = text.split('..');
    return { from, to: to ?? from };
  });
}

/** @throws UserError `effect_option` */
const needed = needing('effect', 'effect_option', (option) => `This method needs ${option}.`);
